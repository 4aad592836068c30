package config

import (
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// check reads the text of a value: what it is kept as, or what it must look like.
type check func(key Key, text string) (kept, expected string)

// checks say how the values of each kind are read.
var checks = map[Kind]check{
	Text:     func(_ Key, text string) (string, string) { return text, "" },
	Texts:    func(_ Key, text string) (string, string) { return text, "" },
	Path:     func(_ Key, text string) (string, string) { return filepath.FromSlash(text), "" },
	Word:     readWord,
	YesNo:    readYesNo,
	Number:   readNumber,
	Count:    readCount,
	Duration: readDuration,
	Bound:    readBound,
	Share:    readShare,
	Address:  readAddress,
	Hosts:    like(hostName, "a host's name, such as hooks.example.com"),
	Tenant:   like(tenantName, "a GUID or a domain, such as contoso.example.com"),
	GUID:     like(guid, "a GUID, such as 11111111-2222-3333-4444-555555555555"),
}

var (
	guid       = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	hostName   = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{0,62}(\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*(:[0-9]{1,5})?$`)
	tenantName = regexp.MustCompile(guid.String() + `|^[0-9A-Za-z][0-9A-Za-z-]{0,62}(\.[0-9A-Za-z][0-9A-Za-z-]{0,62})+$`)
)

// like reads a text of a form, in lower case: none of these tells upper from lower.
func like(form *regexp.Regexp, expected string) check {
	return func(_ Key, text string) (string, string) {
		if !form.MatchString(text) {
			return "", expected
		}
		return strings.ToLower(text), ""
	}
}

func readWord(key Key, text string) (string, string) {
	for _, word := range key.Allowed {
		if strings.EqualFold(word, text) {
			return word, ""
		}
	}
	return "", strings.Join(key.Allowed, " or ")
}

// yesNo are the words for yes and no.
var yesNo = map[string]string{"yes": "yes", "true": "yes", "on": "yes", "no": "no", "false": "no", "off": "no"}

func readYesNo(_ Key, text string) (string, string) {
	if word, ok := yesNo[strings.ToLower(text)]; ok {
		return word, ""
	}
	return "", "yes or no"
}

func readNumber(_ Key, text string) (string, string) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number < 0 || math.IsInf(number, 0) || math.IsNaN(number) {
		return "", "a number, 0 or more"
	}
	return text, ""
}

func readCount(_ Key, text string) (string, string) {
	if n, err := strconv.Atoi(text); err != nil || n < 1 {
		return "", "a whole number, 1 or more"
	}
	return text, ""
}

// readDuration takes what package time takes, and whole days: nobody counts months in hours.
func readDuration(_ Key, text string) (string, string) {
	const expected = "a time such as 90s, 5m, 2h or 30d"
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 36500 {
			return "", expected
		}
		return (time.Duration(n) * 24 * time.Hour).String(), ""
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return "", expected
	}
	return d.String(), ""
}

func readBound(key Key, text string) (string, string) {
	if share, number, both := strings.Cut(text, ","); both {
		if _, wrong := readShare(key, strings.TrimSpace(share)); wrong != "" {
			return "", "the larger of a share and a number, such as 5%,50"
		}
		text = strings.TrimSpace(number)
		kept, wrong := readBound(key, text)
		return strings.TrimSpace(share) + "," + kept, wrong
	}
	if strings.HasSuffix(text, "%") {
		return readShare(key, text)
	}
	if n, err := strconv.Atoi(text); err != nil || n < 0 {
		return "", "a number of rows, such as 50, a share, such as 5%, or the larger of both, such as 5%,50"
	}
	return text, ""
}

func readShare(_ Key, text string) (string, string) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if !percent || err != nil || !(share >= 0 && share <= 100) {
		return "", "a share, such as 80%"
	}
	return text, ""
}

// readAddress takes a base URL. Which schemes and hosts may have a token is the client's to say.
func readAddress(_ Key, text string) (string, string) {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http":
		return "", "a URL such as https://api.partner.microsoft.com"
	case address.User != nil:
		return "", "a URL without user and password"
	case address.RawQuery != "" || address.Fragment != "":
		return "", "a URL without query"
	}
	return text, ""
}

// expects says in words what a key takes.
func expects(key Key, expected string) string { return fmt.Sprintf("%s takes %s", key.Name, expected) }

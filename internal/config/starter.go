package config

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
)

// Starter is what a first profile of a tenant says.
type Starter struct {
	Name       string // of the profile
	Tenant     string // GUID or domain
	ClientID   string // GUID of the application; "" for not yet
	Service    string // its base URL; "" for the one that every tenant has
	Authority  string // where to sign in; "" for the one that every tenant has
	CAFile     string // certificate authorities to trust besides the system's, seen from the file's folder; "" for none
	Production bool
}

// starterBrakes are the brakes that an unattended profile begins with: they stop a file that is
// about to do more of what cannot be taken back than anybody expects.
var starterBrakes = []struct{ key, value, why string }{
	{"max-closes", "5%,50", "more closed deals than 5 % of the file or 50 stop a run before its first write"},
	{"max-shares", "5%,50", "the same for deals opened to Microsoft's sellers"},
	{"min-rows", "50%", "a file with fewer rows than half of the last run's stops too; digits in its name, such as a date, do not count"},
}

// block returns the profile as lines of a file.
func (s Starter) block() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s:\n    tenant: %s\n", s.Name, s.Tenant)
	for _, line := range []struct{ key, value string }{{"client-id", s.ClientID}, {"base-url", s.Service}, {"authority", s.Authority}, {"ca-file", quoted(s.CAFile)}} {
		if line.value != "" {
			fmt.Fprintf(&b, "    %s: %s\n", line.key, line.value)
		}
	}
	if s.Production {
		b.WriteString("    production: true\n")
	}
	for _, brake := range starterBrakes {
		fmt.Fprintf(&b, "    %s: %-8s # %s\n", brake.key, `"`+brake.value+`"`, brake.why)
	}
	return b.String()
}

// quoted is a text that is taken as it is: a path may hold anything. "" stays "".
func quoted(text string) string {
	if text == "" {
		return ""
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// profilesLine begins the profiles of a file.
var profilesLine = []byte("profiles:\n")

// Add returns the text of a configuration file with the starter profile in it, and everything else
// as it was. A name that is taken, and a file in which the place for it is not plain, is an *Error.
func (s Starter) Add(path string, data []byte) ([]byte, error) {
	before, err := Parse(path, data)
	if err != nil {
		return nil, err
	}
	if known, taken := before.Profile(s.Name); taken {
		return nil, &Error{Place: known.Place, Message: "there is a profile " + s.Name + " already", Advice: "choose another name, or edit that one"}
	}
	text := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	if len(before.Names()) == 0 && !bytes.Contains(text, profilesLine) {
		text = append(text, profilesLine...)
	}
	at := bytes.Index(append([]byte("\n"), text...), append([]byte("\n"), profilesLine...))
	if at < 0 {
		return nil, s.byHand(path)
	}
	at += len(profilesLine)
	text = append(text[:at:at], append([]byte(s.block()), text[at:]...)...)
	if !s.addedTo(before, path, text) {
		return nil, s.byHand(path)
	}
	return text, nil
}

// addedTo reports whether a text has the profile and all that was there before.
func (s Starter) addedTo(before *Config, path string, text []byte) bool {
	after, err := Parse(path, text)
	if err != nil || len(after.Names()) != len(before.Names())+1 || after.Default.Text != before.Default.Text {
		return false
	}
	for _, name := range before.Names() {
		was, _ := before.Profile(name)
		is, there := after.Profile(name)
		for _, key := range keys {
			if !there || was.Text(key.Name) != is.Text(key.Name) {
				return false
			}
		}
	}
	added, there := after.Profile(s.Name)
	return there && added.Text("tenant") == s.Tenant && added.Text("client-id") == s.ClientID &&
		added.Text("base-url") == s.Service && added.Text("authority") == s.Authority && (s.CAFile == "" || added.Text("ca-file") == absolute(path, filepath.FromSlash(s.CAFile)))
}

func (s Starter) byHand(path string) error {
	return &Error{Place: Place{File: path}, Message: "the file is written in a way that nothing is added to by itself",
		Advice: "put these lines below 'profiles:' by hand, indented as the other profiles:\n" + s.block()}
}

// Check refuses values that a file would not take.
func (s Starter) Check() error {
	if !profileName.MatchString(s.Name) {
		return &Error{Place: Place{File: "--profile"}, Message: fmt.Sprintf("%q cannot be the name of a profile", s.Name), Advice: "letters, digits, '.', '_' and '-', such as contoso"}
	}
	if strings.ContainsAny(s.Tenant+s.ClientID+s.Service+s.Authority+s.CAFile, "\r\n") {
		return &Error{Place: Place{File: "the answers"}, Message: "tenant, client id, addresses and paths are one line each", Advice: "give the GUID, the domain, the address or the path alone"}
	}
	_, err := Parse("the answers", append(bytes.Clone(profilesLine), s.block()...))
	return err
}

package sandbox

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// pageSize is how many referrals a page has at most.
//
// Source: the "Get a list of referrals" page.
const pageSize = 100

// listing is a question to the list. It is what a skiptoken holds.
type listing struct {
	Order  string   `json:"o"`           // createdDateTime or updatedDateTime
	Desc   bool     `json:"d,omitempty"` // newest first
	Filter string   `json:"f,omitempty"`
	Select []string `json:"s,omitempty"`
	Top    int      `json:"t"`           // how many are left; -1 means all
	Ticks  int64    `json:"k,omitempty"` // where the next page begins: behind this one
	ID     string   `json:"i,omitempty"`
	filter filter
}

// list answers with a page of referrals.
func (s *Sandbox) list(c *call) (*reply, *refusal) {
	query, bad := parseListing(c.request.URL.RawQuery)
	if bad != nil {
		return nil, bad
	}
	query = c.view.bend(query)
	s.mu.RLock()
	defer s.mu.RUnlock()
	page := s.page(query, c.view)
	values := make([][]byte, len(page.records))
	for i, r := range page.records {
		var err error
		if values[i], err = s.project(r, query.Select); err != nil {
			return nil, refuse(http.StatusInternalServerError, "", "%v.", err)
		}
	}
	var body bytes.Buffer
	fmt.Fprintf(&body, `{"@odata.context":%q,"@odata.count":%d,"value":[`, metadata, len(values))
	body.Write(bytes.Join(values, []byte(",")))
	body.WriteByte(']')
	if page.more {
		fmt.Fprintf(&body, `,"@odata.nextLink":%q`, nextLink(query.after(page.records)))
	}
	body.WriteByte('}')
	return newReply(http.StatusOK, body.Bytes()), nil
}

// nextLink is in the form of the documented samples: plain http, and without "engagements".
func nextLink(next listing) string {
	return "http://api.partner.microsoft.com/v1.0/referrals?$skiptoken=" + url.QueryEscape(next.token())
}

// listOptions are the options of a list, by what they set.
var listOptions = map[string]func(*listing, string) *refusal{
	"$filter":  (*listing).setFilter,
	"$orderby": (*listing).setOrder,
	"$select":  (*listing).setSelect,
	"$top":     (*listing).setTop,
}

func parseListing(raw string) (listing, *refusal) {
	query := listing{Order: "createdDateTime", Top: -1}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return query, breach(http.StatusBadRequest, "", "The query cannot be read: %v.", err)
	}
	if token, ok := values["$skiptoken"]; ok && len(values) == 1 && len(token) == 1 {
		return parseToken(token[0])
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set, known := listOptions[name]
		switch {
		case !known:
			return query, breach(http.StatusBadRequest, name, "The query option %q is not supported here.", name)
		case len(values[name]) > 1:
			return query, breach(http.StatusBadRequest, name, "The query option %q is given twice.", name)
		}
		if bad := set(&query, values[name][0]); bad != nil {
			return query, bad
		}
	}
	return query, nil
}

func (l *listing) setFilter(text string) *refusal {
	parsed, err := parseFilter(text)
	if err != nil {
		return breach(http.StatusBadRequest, "$filter", "The filter cannot be read: %v.", err)
	}
	l.Filter, l.filter = text, parsed
	return nil
}

func (l *listing) setOrder(text string) *refusal {
	words := strings.Fields(text)
	if len(words) == 1 {
		words = append(words, "asc")
	}
	if len(words) != 2 || !slices.Contains([]string{"createdDateTime", "updatedDateTime"}, words[0]) ||
		!slices.Contains([]string{"asc", "desc"}, words[1]) {
		return breach(http.StatusBadRequest, "$orderby", "Lists are ordered by createdDateTime or updatedDateTime, asc or desc, not by %q.", text)
	}
	l.Order, l.Desc = words[0], words[1] == "desc"
	return nil
}

func (l *listing) setSelect(text string) *refusal {
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if schema.child(name) == nil {
			return breach(http.StatusBadRequest, "$select", "The property %q does not exist.", name)
		}
		l.Select = append(l.Select, name)
	}
	return nil
}

func (l *listing) setTop(text string) *refusal {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return breach(http.StatusBadRequest, "$top", "$top has to be a positive number, not %q.", text)
	}
	l.Top = n
	return nil
}

// project returns the JSON of a referral, or of the selected properties of it.
func (s *Sandbox) project(r *record, names []string) ([]byte, error) {
	if names == nil {
		return s.store.raw(r)
	}
	document, err := s.store.document(r)
	if err != nil {
		return nil, err
	}
	selected := map[string]any{}
	for _, name := range names {
		if value, ok := document[name]; ok {
			selected[name] = value
		}
	}
	return encode(selected), nil
}

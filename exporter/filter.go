package exporter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"refload/api"
)

// Filter says which referrals are exported. The zero Filter exports all of them. A list of
// several values wants one of them; all criteria that are given have to be met.
type Filter struct {
	Status        []string
	Substatus     []string
	Type          []string
	Qualification []string
	Direction     []string
	Country       []string
	Engagement    []string
	Team          string    // e-mail address of a member of the partner's team
	UpdatedSince  time.Time // at this moment or later
	CreatedFrom   time.Time // at this moment or later
	CreatedTo     time.Time // before this moment
}

// criterion is one row of the table of filters that the API documents.
type criterion struct {
	name   string
	path   string // as $filter spells it
	values func(*Filter) []string
	of     func(*api.Referral) []string
}

// criteria are the filters that the service can apply itself.
//
// Source: the "Get a list of referrals" page.
var criteria = []criterion{
	{"status", "status", func(f *Filter) []string { return f.Status }, textAt("status")},
	{"substatus", "substatus", func(f *Filter) []string { return f.Substatus }, textAt("substatus")},
	{"type", "type", func(f *Filter) []string { return f.Type }, textAt("type")},
	{"qualification", "qualification", func(f *Filter) []string { return f.Qualification }, textAt("qualification")},
	{"direction", "direction", func(f *Filter) []string { return f.Direction }, textAt("direction")},
	{"country", "customerProfile/address/country", func(f *Filter) []string { return f.Country }, textAt("customerProfile.address.country")},
	{"engagement", "engagementId", func(f *Filter) []string { return f.Engagement }, textAt("engagementId")},
	{"team", "team", func(f *Filter) []string { return one(f.Team) }, teamEmails},
}

func textAt(path string) func(*api.Referral) []string {
	return func(r *api.Referral) []string { return one(r.Text(path)) }
}

func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func teamEmails(r *api.Referral) []string {
	value, _ := r.Get("team")
	list, _ := value.([]any)
	var emails []string
	for _, member := range list {
		object, _ := member.(map[string]any)
		if email, ok := object["email"].(string); ok {
			emails = append(emails, email)
		}
	}
	return emails
}

// Plan is how the question of an export is put: what the service is asked, and what is compared
// here.
type Plan struct {
	Query api.Query // without a filter where everything is compared here
	Lines []string  // for people: one a criterion, and the order

	filter Filter
	asked  map[string]bool // the criteria that the service is asked for
}

// order is the one in which referrals are asked for: what others create meanwhile comes at the
// end and moves nothing.
//
// Source: the "Get a list of referrals" page ($orderby on createdDateTime).
const order = "createdDateTime asc"

// plan puts the question. The service is asked for what its documentation knows: one value, by
// eq. Several values would need "or", and times an order, which it does not document. With
// here, everything is compared here: then Microsoft's side of a deal is seen as well, which may
// not meet the criteria.
func (f Filter) plan(here bool, why string) Plan {
	p := Plan{filter: f, asked: map[string]bool{}, Query: api.Query{OrderBy: order}}
	var terms []string
	for _, c := range criteria {
		values := c.values(&f)
		if len(values) == 0 {
			continue
		}
		line := fmt.Sprintf("%s %s: ", c.name, strings.Join(values, " or "))
		switch {
		case here:
			line += "compared here, " + why
		case len(values) > 1:
			line += "compared here, because the service documents no \"or\""
		default:
			p.asked[c.name] = true
			terms = append(terms, c.term(values[0]))
			line += "asked of the service: " + c.term(values[0])
		}
		p.Lines = append(p.Lines, line)
	}
	p.Query.Filter = strings.Join(terms, " and ")
	p.Lines = append(p.Lines, f.timeLines()...)
	p.Lines = append(p.Lines, "order asked of the service: "+order)
	return p
}

// compareHere asks the service for everything.
func (p *Plan) compareHere() { p.Query.Filter, p.asked = "", map[string]bool{} }

// term is a criterion in the language of $filter.
func (c criterion) term(value string) string {
	quoted := "'" + strings.ReplaceAll(value, "'", "''") + "'"
	if c.name == "team" {
		return "team/any(t:t/email eq " + quoted + ")"
	}
	return c.path + " eq " + quoted
}

func (f Filter) timeLines() []string {
	var lines []string
	for _, t := range []struct {
		words string
		at    time.Time
	}{{"updated since", f.UpdatedSince}, {"created from", f.CreatedFrom}, {"created before", f.CreatedTo}} {
		if !t.at.IsZero() {
			lines = append(lines, fmt.Sprintf("%s %s: compared here, because the service documents no comparison of times", t.words, t.at.UTC().Format(time.RFC3339Nano)))
		}
	}
	return lines
}

// matches reports whether a referral meets all criteria. What the service was asked for and
// the referral does not show is taken as the service found it.
func (p *Plan) matches(r *api.Referral) bool {
	for _, c := range criteria {
		values, have := c.values(&p.filter), c.of(r)
		if len(values) == 0 || len(have) == 0 && p.asked[c.name] {
			continue
		}
		if !slices.ContainsFunc(have, func(text string) bool { return containsFold(values, text) }) {
			return false
		}
	}
	f := p.filter
	return inTime(r, "updatedDateTime", f.UpdatedSince, time.Time{}) && inTime(r, "createdDateTime", f.CreatedFrom, f.CreatedTo)
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// inTime reports whether a time lies within bounds. One that cannot be read does: it is better
// exported than lost.
func inTime(r *api.Referral, path string, from, to time.Time) bool {
	at, ok := timeAt(r, path)
	return !ok || (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to))
}

func timeAt(r *api.Referral, path string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, r.Text(path))
	return at, err == nil
}

// Key names what a filter asks for, whatever the order and case of its values. It is part of
// a path.
func (f Filter) Key(more ...string) string {
	for _, list := range []*[]string{&f.Status, &f.Substatus, &f.Type, &f.Qualification, &f.Direction, &f.Country, &f.Engagement} {
		*list = slices.Clone(*list)
		for i, value := range *list {
			(*list)[i] = strings.ToLower(value)
		}
		slices.Sort(*list)
	}
	f.Team = strings.ToLower(f.Team)
	data, err := json.Marshal([]any{f, more})
	if err != nil {
		panic(err) // texts and times always marshal
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Empty reports whether the filter exports everything.
func (f Filter) Empty() bool { return f.Key() == Filter{}.Key() }

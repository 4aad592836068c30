package exporter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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

// canTell refuses to compare here what a referral does not show. Only the direction is of this kind:
// the service knows it as a filter, but its table of properties has not always had it. Without
// a word, an export of nothing would pass for a complete one.
func (p *Plan) canTell(r *api.Referral) error {
	if len(p.filter.Direction) == 0 || p.asked["direction"] || r.Text("direction") != "" || isMicrosofts(r) {
		return nil
	}
	return &BlindError{"direction", r.ID()}
}

// takesOnTrust reports whether matches would take a referral for what the service found, because it
// does not show something that the service was asked for.
func (p *Plan) takesOnTrust(r *api.Referral) bool {
	return slices.ContainsFunc(criteria, func(c criterion) bool { return p.asked[c.name] && len(c.of(r)) == 0 })
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// inTime reports whether a time lies within bounds. One that cannot be read does: it is better
// exported than lost.
func inTime(r *api.Referral, path string, from, to time.Time) bool {
	at, ok := r.Time(path)
	return !ok || (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to))
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

package exporter

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"refload/api"
	"refload/internal/listing"
)

// Plan is how the question of an export is put: what the service is asked, and what is compared
// here.
type Plan struct {
	Query api.Query // without a filter where everything is compared here
	Lines []string  // for people: one a criterion, and the order

	filter Filter
	asked  map[string]bool // the criteria that the service is asked for
}

// plan puts the question. The service is asked for what its documentation knows: one value, by
// eq. Several values would need "or", and times an order, which it does not document. With
// here, everything is compared here: then Microsoft's side of a deal is seen as well, which may
// not meet the criteria.
func (f Filter) plan(here bool, why string) Plan {
	p := Plan{filter: f, asked: map[string]bool{}, Query: api.Query{OrderBy: listing.Oldest.Order()}}
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
	p.Lines = append(p.Lines, "order asked of the service: "+listing.Oldest.Order(),
		"asked once more from the other end, "+listing.Newest.Order()+": both have to show the same")
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

// Address writes the question of a plan as the address that is asked, for --verbose.
func (p Plan) Address() string {
	values := url.Values{"$orderby": {p.Query.OrderBy}}
	if p.Query.Filter != "" {
		values.Set("$filter", p.Query.Filter)
	}
	return "/v1.0/engagements/referrals?" + values.Encode()
}

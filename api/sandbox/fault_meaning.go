package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// meaningFaults change what the service knows, or when it shows it.
var meaningFaults = []fault{
	{code: "F54", title: "lists show a new referral only after a while"},
	{code: "F56", title: "another editor changes the referral", only: isItem, arrive: editBefore, meddle: editAfter},
	{code: "F57", title: "the version changes and nothing else does", only: isItem, arrive: touchItem},
	{code: "F58", title: "paging that misbehaves", only: isList, kinds: pagingKinds, meddle: disturbPage},
	{code: "F63", title: "the service changes what it is sent", only: isWrite, kinds: []string{"trim", "case", "round", "reorder"}, arrive: normalise},
	{code: "F77", title: "the service keeps another externalReferenceId than it is sent", only: isWrite, kinds: []string{"lower case", "no padding", "cut"}, arrive: rewriteReference},
	{code: "F64", title: "the service's clock is off"},
	{code: "F65", title: "a referral is read as it was before the last write", only: isRead, arrive: readStale},
}

// usualLag is the longest that lists are behind by F54 when the rule says nothing.
const usualLag = 30 * time.Second

// hides reports whether lists do not show a referral yet. Each referral has a lag of its own,
// so they may appear in another order than they were made.
func (f *faultState) hides(r *record) bool {
	for i, rule := range f.plan.Rules {
		if rule.Fault != "F54" || !f.active(rule) {
			continue
		}
		draw := func(salt string) float64 { return f.draw(i, "LIST", r.id, 1, salt) }
		lag := strike{rule: rule, draw: draw}.duration(usualLag)
		if (rule.P == 0 || draw("") < rule.P) && ticks(f.sandbox.clock()) < r.created+int64(lag/tick) {
			return true
		}
	}
	return false
}

// clock is what the service takes for the time.
func (s *Sandbox) clock() time.Time {
	now := s.now()
	if s.faults == nil {
		return now
	}
	for _, rule := range s.faults.plan.Rules {
		if rule.Fault == "F64" && s.faults.active(rule) {
			now = now.Add(rule.Delay)
		}
	}
	return now
}

// editAs changes a referral as somebody else would, past all checks. A closed referral, or one
// that is not there, stays as it is.
func (s *Sandbox) editAs(id string, edit func(map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.store.byID[strings.ToLower(id)]
	if r == nil || r.status == "Closed" {
		return
	}
	document, err := s.store.document(r)
	if err != nil {
		return
	}
	edit(document)
	s.touch(document, s.tick())
	s.store.write(writeChange, 0, document)
}

func closeDeal(document map[string]any) {
	document["status"], document["substatus"] = "Closed", "Lost"
	document["closedDateTime"] = document["updatedDateTime"]
}

// editBefore lets the other editor come between a client's last look and its write.
func editBefore(x *exchange) {
	if x.writes() {
		x.edit()
	}
}

// editAfter lets the other editor come right after a client's look.
func editAfter(x *exchange) {
	if !x.writes() {
		x.edit()
	}
}

// edits are how the other editor changes a property, by its path.
var edits = map[string]func(x *exchange, document map[string]any){
	"status": func(_ *exchange, document map[string]any) { closeDeal(document) },
	"details.notes": func(x *exchange, document map[string]any) {
		setPath(document, "details.notes", "Edited by another, "+x.number())
	},
	"details.dealValue": func(x *exchange, document map[string]any) {
		setPath(document, "details.dealValue", json.Number(x.number()))
	},
	"name": func(_ *exchange, document map[string]any) {
		document["name"] = text(document, "name") + " (edited)"
	},
}

// number draws a number of four digits.
func (x *exchange) number() string { return strconv.Itoa(1000 + int(x.draw("number")*9000)) }

var editFields = []string{"details.notes", "details.dealValue", "name"}

func (x *exchange) edit() {
	field := x.rule.Field
	if edits[field] == nil {
		field = pick(x.strike, "field", editFields)
	}
	x.sandbox.editAs(x.call.id, func(document map[string]any) { edits[field](x, document) })
}

// setPath sets a property under a path whose objects are there; otherwise it does nothing.
func setPath(document map[string]any, path string, value any) {
	names := strings.Split(path, ".")
	last := len(names) - 1
	if parent, ok := lookup(document, names[:last]...).(map[string]any); ok {
		parent[names[last]] = value
	}
}

func touchItem(x *exchange) { x.sandbox.editAs(x.call.id, func(map[string]any) {}) }

// normalise makes the service store something else than it is sent.
func normalise(x *exchange) {
	ways := map[string]func(map[string]any){"trim": trimTexts, "case": changeCase, "round": roundValue, "reorder": reverseArrays}
	x.call.alter(ways[x.kind()])
}

// alter adds to what the service makes of a document before it is stored.
func (c *call) alter(way func(map[string]any)) {
	before := c.adjust
	c.adjust = func(document map[string]any) {
		if before != nil {
			before(document)
		}
		way(document)
	}
}

// usualReference is how many characters of externalReferenceId F77 keeps when the rule says nothing: an id of
// Salesforce in its 15 characters stays whole, one of 18 or a GUID does not.
const usualReference = 16

// rewriteReference makes the service keep its own spelling of an externalReferenceId that it is sent; one that it has
// already stays as it is.
func rewriteReference(x *exchange) {
	most := x.size(usualReference)
	ways := map[string]func(string) string{
		"lower case": strings.ToLower,
		"no padding": func(id string) string {
			id = strings.TrimSpace(id)
			return cmp.Or(strings.TrimLeft(id, "0"), id)
		},
		"cut": func(id string) string {
			runes := []rune(id)
			return string(runes[:min(most, len(runes))])
		},
	}
	way := ways[x.kind()]
	stored := ""
	if x.call.item {
		stored = x.call.marker
	}
	x.call.alter(func(document map[string]any) {
		if id := text(document, "externalReferenceId"); id != stored {
			document["externalReferenceId"] = way(id)
		}
	})
}

func trimTexts(document map[string]any) {
	for _, path := range []string{"name", "details.notes", "customerProfile.name"} {
		if value := text(document, strings.Split(path, ".")...); value != "" {
			setPath(document, path, strings.TrimSpace(value))
		}
	}
}

func changeCase(document map[string]any) {
	for _, person := range elements(document["team"]) {
		if object, ok := person.(map[string]any); ok {
			object["email"] = strings.ToLower(text(object, "email"))
		}
	}
	if city := text(document, "customerProfile", "address", "city"); city != "" {
		setPath(document, "customerProfile.address.city", strings.ToUpper(city))
	}
}

func roundValue(document map[string]any) {
	number, ok := lookup(document, "details", "dealValue").(json.Number)
	if value, err := number.Float64(); ok && err == nil {
		setPath(document, "details.dealValue", json.Number(strconv.FormatFloat(value, 'f', 0, 64)))
	}
}

func reverseArrays(document map[string]any) {
	slices.Reverse(elements(document["team"]))
	slices.Reverse(elements(lookup(document, "details", "requirements", "solutions")))
}

// usualStale is how long reads are behind by F65 when the rule says nothing.
const usualStale = 10 * time.Second

func readStale(x *exchange) {
	if x.age(recordUpdated) >= x.duration(usualStale) {
		return
	}
	s := x.sandbox
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := s.store.byID[strings.ToLower(x.call.id)]
	if r == nil || r.previous == nil {
		return
	}
	if raw, err := s.store.raw(r.previous); err == nil {
		x.respond(http.StatusOK, itemBody(raw)).header.Set("ETag", r.previous.etag)
	}
}

package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawRecords draws records with few different times, so that many tie.
func drawRecords(t *rapid.T) []*record {
	ids := rapid.SliceOfNDistinct(rapid.StringMatching("[a-f]{1,4}"), 1, 40, rapid.ID[string]).Draw(t, "ids")
	var list []*record
	for _, id := range ids {
		list = append(list, &record{id: id, created: rapid.Int64Range(0, 3).Draw(t, "created")})
	}
	return list
}

// Whatever the order of insertion, the list is in order; what is removed is gone and the rest
// stays; each record is found where it stands, and no other.
func TestOrderedLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawRecords(t)
		var list []*record
		for _, r := range records {
			list = insertRecord(list, r, recordCreated)
		}
		inOrder := func(a, b *record) int { return comparePositions(recordCreated(a), recordCreated(b)) }
		if !slices.IsSortedFunc(list, inOrder) || len(list) != len(records) {
			t.Fatalf("%d of %d records, in order: %v", len(list), len(records), slices.IsSortedFunc(list, inOrder))
		}
		for i, r := range list {
			if at, found := search(list, recordCreated(r), recordCreated); at != i || !found {
				t.Fatalf("record %d found at %d: %v", i, at, found)
			}
		}
		gone := rapid.SampledFrom(records).Draw(t, "gone")
		list = removeRecord(list, gone, recordCreated)
		if slices.Contains(list, gone) || len(list) != len(records)-1 {
			t.Fatalf("%d of %d records are left", len(list), len(records))
		}
		if again := removeRecord(list, gone, recordCreated); len(again) != len(list) {
			t.Fatal("removed twice")
		}
		if _, found := search(list, recordCreated(gone), recordCreated); found {
			t.Fatal("found after it was removed")
		}
	})
}

func TestIndexOfADocument(t *testing.T) {
	s := &store{}
	s.clear()
	document := parse(t, sample(invite(someGUID, "status", `"Active"`, "substatus", `"Accepted"`)...))
	document["id"], document["eTag"] = "an-id", `"a-version"`
	document["createdDateTime"], document["updatedDateTime"] = "2026-11-20T09:00:00Z", "2026-11-20T09:00:01.0000001Z"
	document["direction"] = "Outgoing"
	got := *s.index(document)
	want := record{
		id: "an-id", engagementID: someGUID, marker: "CRM-1/2", etag: `"a-version"`,
		created: parseTicks("2026-11-20T09:00:00Z"), updated: parseTicks("2026-11-20T09:00:00Z") + 1e7 + 1,
		status: "Active", substatus: "Accepted", kind: "Shared", qualification: "SalesQualified",
		direction: "Outgoing", country: "US", invites: true,
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if empty := *s.index(map[string]any{"team": 7, "target": "x", "status": true}); fmt.Sprintf("%+v", empty) != fmt.Sprintf("%+v", record{}) {
		t.Errorf("an odd document became %+v", empty)
	}
}

func TestInterningIsBounded(t *testing.T) {
	s := &store{}
	s.clear()
	for i := range 10_000 {
		value := fmt.Sprint(i)
		if got := s.intern(map[string]any{"status": value}, "status"); got != value {
			t.Fatalf("%q became %q", value, got)
		}
	}
	if len(s.names) > 4096 {
		t.Errorf("%d strings kept", len(s.names))
	}
}

// The tokens of a list survive a reopening, and go on where the page ended though others wrote
// in between.
func TestTokensSurviveReopening(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	w.fill(150)
	page := w.want(200, "GET", collection+"?$select=name&$top=130", "")
	w = w.reopened(options)
	w.fill(5)
	_, query, _ := strings.Cut(text(page.doc, "@odata.nextLink"), "?")
	rest := w.want(200, "GET", collection+"?"+query, "")
	if values := elements(rest.doc["value"]); len(values) != 30 || text(values[0], "name") != "100" || len(values[0].(map[string]any)) != 1 {
		t.Errorf("%d listed: %s", len(values), rest.body)
	}
	if rest.doc["@odata.nextLink"] != nil {
		t.Error("the list goes on beyond $top")
	}
}

func TestTokenRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		query := listing{
			Order: rapid.SampledFrom([]string{"createdDateTime", "updatedDateTime"}).Draw(t, "order"),
			Desc:  rapid.Bool().Draw(t, "desc"),
			Top:   rapid.IntRange(-1, 1000).Draw(t, "top"),
			Ticks: rapid.Int64().Draw(t, "ticks"),
			ID:    rapid.String().Draw(t, "id"),
		}
		if rapid.Bool().Draw(t, "filtered") {
			query.Filter = rapid.SampledFrom(goodFilters).Draw(t, "filter").filter
		}
		got, bad := parseToken(query.token())
		if bad != nil || (got.filter != nil) != (query.Filter != "") {
			t.Fatalf("%+v: %v", query, bad)
		}
		got.filter = nil
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", query) {
			t.Fatalf("%+v became %+v", query, got)
		}
	})
}

// The server's time never stands still and never runs back, whatever its clock does.
func TestTimeGoesOn(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	last := ""
	for _, jump := range []time.Duration{0, 0, time.Hour, -2 * time.Hour, 0, 3 * time.Hour} {
		now = now.Add(jump)
		doc := w.create().doc
		if created := text(doc, "createdDateTime"); created <= last {
			t.Errorf("created %s after %s", created, last)
		}
		last = text(doc, "createdDateTime")
	}
	if want := "2026-11-20T11:00:00.0000000Z"; last != want {
		t.Errorf("the last was created %s, want %s: the clock's own time", last, want)
	}
}

func TestTimestampOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(0, 4e17).Draw(t, "a"), rapid.Int64Range(0, 4e17).Draw(t, "b")
		if parseTicks(timestamp(a)) != a {
			t.Fatalf("%d came back as %d", a, parseTicks(timestamp(a)))
		}
		if len(timestamp(a)) == len(timestamp(b)) && (timestamp(a) < timestamp(b)) != (a < b) {
			t.Fatalf("%s and %s are not in the order of %d and %d", timestamp(a), timestamp(b), a, b)
		}
	})
}

func TestGUIDs(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 100 {
		id := newGUID()
		if !form.MatchString(id) || !isGUID(id) || seen[id] {
			t.Fatalf("%q is no new GUID", id)
		}
		seen[id] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		parts, others := rapid.SliceOf(rapid.String()).Draw(t, "parts"), rapid.SliceOf(rapid.String()).Draw(t, "others")
		id := namedGUID(seed, parts...)
		if !form.MatchString(id) || id != namedGUID(seed, parts...) {
			t.Fatalf("%q", id)
		}
		if (id == namedGUID(seed, others...)) != slices.Equal(parts, others) {
			t.Fatalf("%q and %q give one id: %v", parts, others, id)
		}
		if id == namedGUID(seed+1, parts...) {
			t.Fatal("the seed does not count")
		}
	})
	for _, text := range []string{"", "x", "65edc0b5-3485-41b7-a17e-dfa9ef4706e", "65edc0b5-3485-41b7-a17e-dfa9ef4706e2 ", "{65edc0b5-3485-41b7-a17e-dfa9ef4706e2}"} {
		if isGUID(text) {
			t.Errorf("%q was taken for a GUID", text)
		}
	}
}

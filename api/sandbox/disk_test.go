package sandbox

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// brokenWriter takes some writes and refuses the rest.
type brokenWriter struct{ left int }

var errBroken = errors.New("the disk is full")

func (w *brokenWriter) Write(data []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errBroken
	}
	return len(data), nil
}

// Wherever the disk fills up during a compaction, it is noticed.
func TestEveryWriteOfACompactionIsChecked(t *testing.T) {
	options, _ := grown(t)
	w := newWorld(t, options)
	for n := range w.Count() + 1 {
		if err := w.store.writeCompact(&brokenWriter{n}); !errors.Is(err, errBroken) {
			t.Errorf("write %d fails: error %v", n+1, err)
		}
	}
	if err := w.store.writeCompact(&brokenWriter{w.Count() + 1}); err != nil {
		t.Errorf("enough room, and %v", err)
	}
	w.store.file.file.Close()
	if err := w.store.writeCompact(&brokenWriter{100}); err == nil {
		t.Error("the old file cannot be read, and nobody notices")
	}
}

// gone is a sandbox with one referral whose disk has gone away.
func gone(t *testing.T, rules ...Rule) (*world, map[string]any) {
	options := stateOptions(t)
	options.Faults = &Plan{Rules: rules}
	w := newWorld(t, options)
	doc := w.create().doc
	if err := w.store.file.file.Close(); err != nil {
		t.Fatal(err)
	}
	return w, doc
}

// With the disk gone every request is refused in the documented envelope, and nothing is said
// to be done.
func TestWithoutADisk(t *testing.T) {
	w, doc := gone(t)
	for _, c := range []struct {
		status             int
		method, path, body string
	}{
		{500, "GET", item(doc), ""},
		{500, "GET", collection, ""},
		{500, "GET", collection + "?$select=name", ""},
		{500, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`))},
		{507, "POST", collection, sample("externalReferenceId", `"CRM-2"`)},
	} {
		w.refused(c.status, "", c.method, c.path, c.body)
	}
	w.with("If-Match", text(doc, "eTag")).refused(500, "", "PUT", item(doc), putBody(doc))
	if got := w.want(500, "POST", controlRoot+"reset", ""); !strings.Contains(got.body, "emptying the sandbox state") {
		t.Errorf("a reset says %s", got.body)
	}
	for _, entry := range w.Ledger()[1:] {
		if entry.Executed {
			t.Errorf("ledger %+v", entry)
		}
	}
	if w.Count() != 1 || w.Created()["CRM-2"] != 0 || len(w.Violations()) != 0 {
		t.Errorf("%d referrals, created %v, violations %q", w.Count(), w.Created(), w.Violations())
	}
}

// The other editor and the stale read need the disk too; without it they do nothing.
func TestFaultsWithoutADisk(t *testing.T) {
	for _, rule := range []Rule{{Fault: "F56", Field: "name"}, {Fault: "F57"}, {Fault: "F65"}, {Fault: "F46", Kind: "empty"}, {Fault: "F63", Kind: "round"}} {
		rule.On = []string{"READ", "PATCH"}
		w, doc := gone(t, rule)
		w.refused(500, "", "GET", item(doc), "")
		w.refused(500, "", "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`)))
		if r := w.store.byID[text(doc, "id")]; r.etag != text(doc, "eTag") {
			t.Errorf("%s: the version is %s now", rule.Fault, r.etag)
		}
	}
}

func TestAStateFileThatIsAFolder(t *testing.T) {
	options := stateOptions(t)
	if err := os.Mkdir(options.StateFile, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(options); err == nil || !strings.Contains(err.Error(), "opening the sandbox state") {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(options.StateFile); err != nil {
		t.Fatal(err)
	}
	newWorld(t, options).create() // the lock was given back
}

// What every way of listing says of referrals that are in the file, not in memory.
func TestListsFromTheFile(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	for _, email := range []string{"ada@contoso.example.com", "bob@contoso.example.com", "ada@contoso.example.com"} {
		w.create("team", `[{"email":"`+email+`"}]`, "name", `"of `+email[:3]+`"`, "externalReferenceId", "null")
	}
	names := func(query string) []string {
		var list []string
		for _, value := range elements(w.want(200, "GET", collection+query, "").doc["value"]) {
			list = append(list, text(value, "name"))
		}
		return list
	}
	cases := map[string][]string{
		"?$orderby=createdDateTime":                                                            {"of ada", "of bob", "of ada"},
		"?$orderby=createdDateTime desc":                                                       {"of ada", "of bob", "of ada"},
		"?$filter=team/any(m: m/email eq 'ada@contoso.example.com')":                           {"of ada", "of ada"},
		"?$filter=team/any(m: m/email eq 'bob@contoso.example.com')&$select=name":              {"of bob"},
		"?$filter=team/any(m: m/email eq 'eve@contoso.example.com')":                           nil,
		"?$filter=type eq 'Independent' and team/any(m: m/email eq 'bob@contoso.example.com')": {"of bob"},
	}
	for range 2 {
		for query, want := range cases {
			if got := names(query); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		w = w.reopened(options)
	}
}

// A tick is 100 ns, and the clock of the service follows its fault, within its window only.
func TestClockOfTheService(t *testing.T) {
	clock := newStopped()
	options := plan(Rule{Fault: "F64", Delay: time.Hour, At: time.Minute, For: time.Minute})
	options.Now = clock.Now
	w := newWorld(t, options)
	for _, want := range []time.Duration{0, time.Hour, 0} {
		if got := w.clock().Sub(clock.now); got != want {
			t.Errorf("off by %v, want %v", got, want)
		}
		clock.pass(time.Minute)
	}
	if at := ticks(clock.now.Add(199 * time.Nanosecond)); at-ticks(clock.now) != 1 {
		t.Errorf("199 ns are %d ticks", at-ticks(clock.now))
	}
}

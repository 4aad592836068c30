package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"refload/internal/effort"
)

// behaving are options with one character or several.
func behaving(t *testing.T, names ...string) Options {
	t.Helper()
	plan, err := (&Plan{Seed: 3}).WithCharacters(names...)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Faults: plan, Seed: 3, KeepLedger: true}
}

// crowd is a world with a character and 120 referrals.
func crowd(t *testing.T, character string) *world {
	w := newWorld(t, behaving(t, character))
	w.fill(120)
	return w
}

// pages follows the links of a list to its end and returns the names on each page.
func (w *world) pages(query string) (pages [][]string) {
	w.t.Helper()
	for len(pages) < 50 {
		got := w.want(200, "GET", collection+query, "")
		var names []string
		for _, value := range elements(got.doc["value"]) {
			names = append(names, text(value, "name"))
		}
		pages = append(pages, names)
		_, link, more := strings.Cut(text(got.doc, "@odata.nextLink"), "?")
		if !more {
			return pages
		}
		query = "?" + link
	}
	w.t.Fatal("the list has no end")
	return nil
}

// struck returns the faults that the ledger names for each request of a method.
func (w *world) struck(method string) (faults []string) {
	for _, entry := range w.Ledger() {
		if entry.Method == method {
			faults = append(faults, entry.Fault)
		}
	}
	return faults
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

const oldestFirst, newestFirst = "?$orderby=createdDateTime", "?$orderby=createdDateTime desc"

// trials hold what each character does, and that the ledger says so.
var trials = map[string]func(t *testing.T, name string){
	"unordered": func(t *testing.T, name string) {
		w := crowd(t, name)
		up, down := slices.Concat(w.pages(oldestFirst)...), slices.Concat(w.pages(newestFirst)...)
		if !slices.Equal(up, down) || slices.Equal(up, numbers(0, 120)) || !slices.Equal(sorted(up), sorted(numbers(0, 120))) {
			t.Errorf("oldest first %v, newest first %v", up, down)
		}
		if got := w.struck("GET"); !slices.Equal(got, []string{"F70", "F70", "F70", "F70"}) {
			t.Errorf("ledger %v", got)
		}
	},
	"shuffled": func(t *testing.T, name string) {
		w := crowd(t, name)
		pages := w.pages(oldestFirst)
		if len(pages) != 2 || !slices.Equal(sorted(pages[0]), sorted(numbers(0, 100))) {
			t.Fatalf("pages %v", pages)
		}
		for i, name := range pages[0] {
			if name == fmt.Sprint(i) {
				t.Errorf("%s is in its place", name)
			}
		}
		w.want(200, "GET", collection+"?$top=1", "")
		if got := w.struck("GET"); !slices.Equal(got, []string{"F71", "F71", ""}) {
			t.Errorf("ledger %v", got)
		}
	},
	"swallowed": func(t *testing.T, name string) {
		w := crowd(t, name)
		pages := w.pages(oldestFirst)
		want, total := 0, 0
		for i, page := range pages {
			for _, name := range page {
				if name != fmt.Sprint(want) {
					t.Fatalf("page %d has %s in the place of %d", i, name, want)
				}
				want++
			}
			if total += len(page); i < len(pages)-1 {
				if len(page) != 25 {
					t.Errorf("page %d holds %d", i, len(page))
				}
				next := 0
				fmt.Sscan(pages[i+1][0], &next)
				if next <= want || next > want+3 {
					t.Errorf("page %d begins with %d, due was %d", i+1, next, want)
				}
				want = next
			}
		}
		if len(pages) != 5 || total >= 120-3 || w.Count() != 120 {
			t.Errorf("%d pages with %d", len(pages), total)
		}
		if got := w.struck("GET"); !slices.Equal(got, []string{"F76,F72", "F76,F72", "F76,F72", "F76,F72", "F76"}) {
			t.Errorf("ledger %v", got)
		}
	},
	"capped": func(t *testing.T, name string) {
		w := crowd(t, name)
		for query, want := range map[string][]string{oldestFirst: numbers(0, 40), "?$top=7": numbers(0, 7), "?$top=90": numbers(0, 40)} {
			if got := w.pages(query); len(got) != 1 || !slices.Equal(got[0], want) {
				t.Errorf("%s: %v", query, got)
			}
		}
		if got := w.pages(newestFirst); len(got) != 1 || len(got[0]) != 40 || got[0][0] != "119" {
			t.Errorf("newest first %v", got)
		}
		if got := w.struck("GET"); !slices.Equal(got, []string{"F73", "F73", "F73", "F73"}) {
			t.Errorf("ledger %v", got)
		}
	},
	"repeating": func(t *testing.T, name string) {
		w := crowd(t, name)
		loops := 0
		for range 8 {
			var seen []string
			for i, page := range w.pages(oldestFirst) {
				again := 0
				for again < len(page) && slices.Contains(seen, page[again]) {
					again++
				}
				if i > 0 && again == 0 || len(page) > 25 || again > 3 && again < len(page) {
					t.Fatalf("page %d begins with %d that were there: %v", i, again, page)
				}
				if again == len(page) {
					loops++
				}
				seen = append(seen, page[again:]...)
			}
			if !slices.Equal(seen, numbers(0, 120)) {
				t.Fatalf("listed %v", seen)
			}
		}
		if loops == 0 {
			t.Error("no link led back")
		}
		got := w.struck("GET")
		for _, faults := range got {
			if !slices.Contains([]string{"F76", "F76,F74", "F76,F74,F58"}, faults) {
				t.Errorf("ledger %v", faults)
			}
		}
		if got[len(got)-1] != "F76" || strings.Count(strings.Join(got, " "), "F58") != loops {
			t.Errorf("%d loops, ledger %v", loops, got)
		}
	},
	"stale": func(t *testing.T, name string) {
		served(t, behaving(t, name), func(w *world, client *http.Client) {
			doc := parse(t, w.send(client, "POST", collection, sample()).body)
			time.Sleep(time.Hour)
			w.send(client, "PATCH", item(doc), patchOf(op("replace", "/name", `"second"`)))
			listed := func(query string) map[string]any {
				values := elements(parse(t, w.send(client, "GET", collection+query, "").body)["value"])
				return values[0].(map[string]any)
			}
			for _, query := range []string{"", "?$orderby=updatedDateTime desc", "?$filter=status eq 'Active'"} {
				if got := listed(query); got["name"] != doc["name"] || got["eTag"] != doc["eTag"] || got["updatedDateTime"] != doc["updatedDateTime"] {
					t.Errorf("%s lists %v at once", query, got["name"])
				}
			}
			if got := parse(t, w.send(client, "GET", item(doc), "").body); got["name"] != "second" {
				t.Errorf("read as %v", got["name"])
			}
			time.Sleep(time.Minute)
			if got := listed(""); got["name"] != "second" {
				t.Errorf("lists %v after a minute", got["name"])
			}
			if got := w.Ledger()[2]; got.Fault != "F75" {
				t.Errorf("ledger %+v", got)
			}
		})
	},
	"conflict-after-create":  func(t *testing.T, name string) { afterCreate(t, name, "F67", http.StatusConflict) },
	"throttled-after-create": func(t *testing.T, name string) { afterCreate(t, name, "F68", http.StatusTooManyRequests) },
	"foreign-id": func(t *testing.T, name string) {
		w := newWorld(t, behaving(t, name))
		ids := map[string]bool{}
		foreign := 0
		for i := range 100 {
			marker := fmt.Sprint("CRM-", i)
			got := w.create("externalReferenceId", `"`+marker+`"`)
			entry := w.Ledger()[i]
			id, other := text(got.doc, "id"), text(got.doc, "id") != entry.ID
			if got.doc["externalReferenceId"] != marker || other != (entry.Fault == "F69") || other && !ids[id] || !entry.Executed {
				t.Errorf("%s answered with %s, ledger %+v", marker, id, entry)
			}
			if ids[entry.ID] = true; other {
				foreign++
			}
		}
		if foreign < 10 || foreign > 30 || w.Count() != 100 {
			t.Errorf("%d of 100 with a foreign id, %d referrals", foreign, w.Count())
		}
	},
	"folds": func(t *testing.T, name string) {
		keeps(t, name, map[string]string{"AbC-1": "abc-1", "000Q": "q", "  x ": "x", "000": "000", "plain": "plain"})
	},
	"truncates": func(t *testing.T, name string) {
		keeps(t, name, map[string]string{
			"0061234567890AB": "0061234567890AB", "0061234567890ABCDE": "0061234567890ABC", "äöüäöüäöüäöüäöüäöü": "äöüäöüäöüäöüäöüä",
		})
	},
}

// afterCreate holds that some creates are executed and answered so, and none is executed twice.
func afterCreate(t *testing.T, name, fault string, status int) {
	w := newWorld(t, behaving(t, name))
	n := 0
	for i := range 100 {
		got := w.do("POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
		entry := w.Ledger()[i]
		hidden := got.status == status
		if got.status != 201 && !hidden || hidden != (entry.Fault == fault) || !entry.Executed || entry.Status != got.status || entry.ID == "" {
			t.Errorf("answered %d, ledger %+v", got.status, entry)
		}
		if hidden {
			n++
			if text(got.doc, "id") != "" || status == 429 && got.header.Get("Retry-After") == "" {
				t.Errorf("%v %s", got.header, got.body)
			}
		}
	}
	if n < 5 || n > 30 || w.Count() != 100 {
		t.Errorf("%d of 100 answered %d, %d referrals", n, status, w.Count())
	}
	if bad := w.do("POST", collection, `{}`); bad.status != 400 {
		t.Errorf("a create that was refused is answered %d", bad.status)
	}
}

// keeps holds what becomes of externalReferenceId: in the answer, by id, in the list and in the counts.
func keeps(t *testing.T, name string, wants map[string]string) {
	for sent, want := range wants {
		w := newWorld(t, behaving(t, name))
		got := w.create("externalReferenceId", fmt.Sprintf("%q", sent))
		read := w.want(200, "GET", item(got.doc), "").doc
		listed := elements(w.want(200, "GET", collection, "").doc["value"])[0]
		for _, doc := range []any{got.doc, read, listed} {
			if kept := text(doc, "externalReferenceId"); kept != want {
				t.Errorf("%q is kept as %q, want %q", sent, kept, want)
			}
		}
		patched := w.with("Prefer", "return=representation").want(200, "PATCH", item(got.doc), patchOf(op("replace", "/name", `"x"`))).doc
		if kept := text(patched, "externalReferenceId"); kept != want {
			t.Errorf("after another change %q is kept as %q", sent, kept)
		}
		if entry := w.Ledger()[0]; entry.Marker != sent || entry.Fault == "" || w.Created()[want] != 1 {
			t.Errorf("ledger %+v, created %v", entry, w.Created())
		}
	}
}

func TestCharacters(t *testing.T) {
	for _, info := range Characters() {
		try := trials[info.Name]
		if try == nil {
			t.Errorf("%s is not tried", info.Name)
			continue
		}
		t.Run(info.Name, func(t *testing.T) { try(t, info.Name) })
	}
}

// What a fault lets the service execute late has its traits too.
func TestCharactersOfLateExecutions(t *testing.T) {
	night, err := (&Plan{Rules: []Rule{{Fault: "F45", Delay: time.Second}}}).WithCharacters("folds")
	if err != nil {
		t.Fatal(err)
	}
	served(t, Options{Faults: night}, func(w *world, client *http.Client) {
		w.send(client, "POST", collection, sample())
		time.Sleep(time.Minute)
		if w.Created()["crm-1"] != 1 {
			t.Errorf("created %v", w.Created())
		}
	})
}

func TestCharactersAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, info := range Characters() {
		if seen[info.Name] || info.Does == "" || info.Tries == "" || strings.ContainsAny(info.Name, " ,") {
			t.Errorf("%+v", info)
		}
		seen[info.Name] = true
		if err := behaving(t, info.Name).Faults.check(); err != nil {
			t.Errorf("%s: %v", info.Name, err)
		}
	}
	night := &Plan{Name: "mine", Seed: 4, Rules: []Rule{{Fault: "F08"}}}
	with, err := night.WithCharacters("capped", "unordered")
	if err != nil || with.Name != "mine" || with.Seed != 4 || !reflect.DeepEqual(with.Rules, []Rule{{Fault: "F73", Size: 40}, {Fault: "F70"}, {Fault: "F08"}}) || len(night.Rules) != 1 {
		t.Errorf("%+v of %+v, %v", with, night, err)
	}
	for name, want := range map[string]string{"caped": `did you mean "capped"?`, "Stale": `did you mean "stale"?`, "zzzzzzzz": "the characters are unordered, "} {
		_, err := night.WithCharacters("folds", name)
		var unknown *CharacterError
		if !errors.As(err, &unknown) || !strings.Contains(err.Error(), name) || !strings.HasPrefix(unknown.Hint(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Under every character, with several clients at once: what the ledger says was created is what is stored, by its
// id, and nothing else is.
func TestCharactersKeepTheBooks(t *testing.T) {
	effort.NotShort(t)
	for _, info := range Characters() {
		t.Run(info.Name, func(t *testing.T) {
			served(t, behaving(t, info.Name), func(w *world, client *http.Client) {
				var group sync.WaitGroup
				for worker := range 3 {
					group.Go(func() { w.work(client, worker, 10) })
				}
				group.Wait()
				stored, made := map[string]bool{}, map[string]bool{}
				for doc := range w.Referrals() {
					stored[text(doc, "id")] = true
				}
				for _, entry := range w.Ledger() {
					if entry.Method == "POST" && entry.Executed {
						if made[entry.ID] {
							t.Errorf("%s was made twice", entry.ID)
						}
						made[entry.ID] = true
					}
				}
				if !reflect.DeepEqual(stored, made) || len(made) != 30 || len(w.Violations()) != 0 {
					t.Errorf("%d stored, %d made by the ledger, violations %q", len(stored), len(made), w.Violations())
				}
			})
		})
	}
}

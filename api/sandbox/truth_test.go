package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

// work does a night's work with a client that takes no care: creates, changes, reads, lists.
func (w *world) work(client *http.Client, worker, n int) {
	for i := range n {
		marker := fmt.Sprintf("W%d-%d", worker, i)
		w.send(client, "POST", collection, sample("externalReferenceId", `"`+marker+`"`))
		for _, doc := range first(w.Sandbox, 1) {
			w.send(client, "GET", item(doc), "")
			w.send(client, "PATCH", item(doc), patchOf(op("replace", "/details/notes", `"`+marker+`"`)))
		}
		w.send(client, "GET", collection+"?$top=5", "")
		time.Sleep(time.Duration(worker+1) * time.Second)
	}
}

func first(s *Sandbox, n int) []map[string]any {
	var list []map[string]any
	for doc := range s.Referrals() {
		if list = append(list, doc); len(list) == n {
			break
		}
	}
	return list
}

// Under every profile, with several clients at once, the books agree: what the ledger says was
// created is what is stored and what Created counts, and nothing else is; every request has
// a line; no fault makes the sandbox forget its manners.
func TestTheBooksAgree(t *testing.T) {
	effort.NotShort(t)
	for _, info := range Profiles() {
		t.Run(info.Name, func(t *testing.T) {
			profile, err := ParseProfile(info.Name, 11)
			if err != nil {
				t.Fatal(err)
			}
			for i := range profile.Rules {
				if profile.Rules[i].Fault == "F51" {
					profile.Rules[i].Size = 1 << 16
				}
			}
			served(t, Options{Faults: profile, Seed: 11, KeepLedger: true}, func(w *world, client *http.Client) {
				client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				var group sync.WaitGroup
				for worker := range 4 {
					group.Go(func() { w.work(client, worker, 12) })
				}
				group.Wait()
				time.Sleep(time.Hour)
				w.audit()
			})
		})
	}
}

// audit compares ledger, store and counts.
func (w *world) audit() {
	w.t.Helper()
	byLedger := map[string]int{}
	for i, entry := range w.Ledger() {
		if entry.Seq != uint64(i+1) {
			w.t.Fatalf("line %d of the ledger has the number %d", i+1, entry.Seq)
		}
		if entry.Executed && entry.Method == "POST" {
			byLedger[entry.Marker]++
		}
		if entry.Executed && entry.Method == "GET" {
			w.t.Errorf("a read is said to be executed: %+v", entry)
		}
		if entry.Executed == entry.ExecutedAt.IsZero() || entry.Response == "" {
			w.t.Errorf("line %+v", entry)
		}
	}
	byStore := map[string]int{}
	for doc := range w.Referrals() {
		if marker := text(doc, "externalReferenceId"); marker != "" {
			byStore[marker]++
		}
	}
	if created := w.Created(); !maps.Equal(created, byLedger) || !maps.Equal(created, byStore) {
		w.t.Errorf("created %v, by the ledger %v, by the store %v", created, byLedger, byStore)
	}
	if w.Pending() != 0 || len(w.Violations()) != 0 {
		w.t.Errorf("%d pending, violations %q", w.Pending(), w.Violations())
	}
}

// A patient reader sees each executed create exactly once in the end, however far behind the
// lists were and however late the executions.
func TestListsCatchUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := []Rule{
			{Fault: "F54", Max: time.Duration(rapid.IntRange(1, 90).Draw(rt, "lag")) * time.Second},
			{Fault: "F55", P: 0.2, Kind: "reset", Max: time.Minute},
			{Fault: "F31", On: []string{"POST"}, P: 0.2},
			{Fault: "F07", On: []string{"POST"}, P: 0.1},
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		served(t, Options{Faults: &Plan{Seed: seed, Rules: rules}}, func(w *world, client *http.Client) {
			for i := range 30 {
				w.send(client, "POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%02d"`, i)))
			}
			time.Sleep(3 * time.Minute)
			var seen []string
			for query := "?$orderby=createdDateTime desc"; query != ""; {
				page := parse(t, w.send(client, "GET", collection+query, "").body)
				for _, doc := range elements(page["value"]) {
					seen = append(seen, text(doc, "externalReferenceId"))
				}
				link, _ := url.Parse(text(page, "@odata.nextLink"))
				query = map[bool]string{true: "", false: "?" + link.RawQuery}[link.RawQuery == ""]
			}
			slices.Sort(seen)
			if want := slices.Sorted(maps.Keys(w.Created())); !slices.Equal(seen, want) {
				t.Errorf("seed %d: saw %v, created %v", seed, seen, want)
			}
		})
	})
}

// Every move of the lifecycle through the front door, by PATCH and by PUT alike.
func TestMovesByPatchAndPut(t *testing.T) {
	w := newWorld(t, Options{})
	pairs := []struct{ status, substatus string }{
		{"New", "Pending"}, {"New", "Received"}, {"Active", "Accepted"}, {"Closed", "Won"}, {"Closed", "Lost"}, {"Closed", "Declined"}, {"Closed", "Expired"},
	}
	for _, from := range pairs {
		for _, to := range pairs {
			allowed := slices.Index([]string{"New", "Active", "Closed"}, from.status) <= slices.Index([]string{"New", "Active", "Closed"}, to.status) &&
				from.status != "Closed" && (to.substatus != "Expired")
			var ends []string
			for _, method := range []string{"PATCH", "PUT"} {
				id := newGUID()
				doc := parse(t, sample("status", `"`+from.status+`"`, "substatus", `"`+from.substatus+`"`))
				doc["id"] = id
				if err := w.Seed(doc); err != nil {
					t.Fatal(err)
				}
				before := w.want(200, "GET", collection+"/"+id, "").doc
				status, substatus := `"`+to.status+`"`, `"`+to.substatus+`"`
				body := patchOf(op("replace", "/status", status), op("replace", "/substatus", substatus))
				if method == "PUT" {
					body = putBody(before, "status", status, "substatus", substatus)
				}
				got := w.with("If-Match", text(before, "eTag")).do(method, collection+"/"+id, body)
				if (got.status/100 == 2) != allowed {
					t.Errorf("%s %v to %v: status %d, want allowed %v: %s", method, from, to, got.status, allowed, got.body)
				}
				after := w.want(200, "GET", collection+"/"+id, "").doc
				ends = append(ends, text(after, "status")+"/"+text(after, "substatus"))
			}
			if ends[0] != ends[1] || strings.HasPrefix(ends[0], "/") {
				t.Errorf("%v to %v ends as %v", from, to, ends)
			}
		}
	}
}

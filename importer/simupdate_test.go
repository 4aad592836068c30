package importer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/effort"
)

// updateRows is how many referrals a history has.
const updateRows = 20

// badForChanges is a night in which changes are lost, refused for a while, and done unseen.
func badForChanges(seed uint64) *sandbox.Plan {
	writes := []string{"PATCH", "PUT"}
	return &sandbox.Plan{Seed: seed, Rules: []sandbox.Rule{
		{Fault: "F08", On: writes, P: 0.08}, {Fault: "F31", On: writes, P: 0.06}, {Fault: "F07", On: writes, P: 0.05}, {Fault: "F10", On: writes, P: 0.05},
		{Fault: "F47", On: writes, P: 0.04}, {Fault: "F30", On: writes, P: 0.04}, {Fault: "F25", P: 0.03, Delay: 2 * time.Second},
		{Fault: "F57", On: writes, P: 0.04},
	}}
}

// edit is one change that somebody else makes.
type edit struct {
	field string // a path, or "team" for a person who is added
	value string
}

// history is one simulated import of changed rows, with another editor.
type history struct {
	*world
	ids    []string
	etags  map[string]string
	merge  bool
	put    bool
	etagUp bool // the sheet carries the versions that it was made from

	mu    sync.Mutex
	plans map[string][]edit // what the editor does to a referral when it is about to be changed
	made  map[string][]edit // what he has done
}

func newHistory(t *testing.T, seed uint64, folder string) *history {
	plan := badForChanges(seed)
	etagUp := seed%5 < 2
	if etagUp {
		// A version that changes by itself cannot be told from somebody's change, where the sheet
		// carries versions and the run was killed.
		plan.Rules = plan.Rules[:len(plan.Rules)-1]
	}
	character := characterOf(seed, true)
	h := &history{world: newWorldWith(t, seed, folder, behaving(t, plan, character, updateRows)), etagUp: etagUp, etags: map[string]string{}, plans: map[string][]edit{}, made: map[string][]edit{}}
	h.character = character
	h.merge, h.put = seed%2 == 0, seed%3 == 0
	for i := range updateRows {
		id := fmt.Sprintf("%08x-0000-4000-8000-%012x", seed, i)
		var document map[string]any
		decoder := json.NewDecoder(strings.NewReader(fmt.Sprintf(`{"id":%q,"name":"Deal %d","externalReferenceId":"UP-%d","type":"Independent","campaignId":"c",
			"customerProfile":{"name":"Contoso"},"consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":100,"currency":"USD","notes":"as it was"},
			"team":[{"firstName":"Ann","email":"ann@example.com"}],"status":"Active","substatus":"Accepted"}`, id, i, i)))
		decoder.UseNumber()
		if err := decoder.Decode(&document); err != nil {
			t.Fatal(err)
		}
		if err := h.emulator.Seed(document); err != nil {
			t.Fatal(err)
		}
		h.ids = append(h.ids, id)
		if h.random.IntN(5) == 0 {
			h.plans[id] = drawEdits(h.random, fmt.Sprintf("%d-%d", seed, i))
		}
	}
	for id, document := range h.documents() {
		h.etags[id] = document["eTag"].(string)
	}
	h.change = func(o *importer.Options) {
		o.API.Transport = meddler{h, o.API.Transport}
		o.MergeDisjoint = h.merge
		if h.put {
			o.UpdateMethod = importer.UpdatePut
		}
	}
	return h
}

// drawEdits draws 0 to 3 changes of another editor.
func drawEdits(random *rand.Rand, name string) []edit {
	all := []edit{{"details.dealValue", ""}, {"details.notes", "their notes " + name}, {"campaignId", "theirs " + name}, {"team", "zoe-" + name + "@example.com"}}
	all[0].value = fmt.Sprint(1000 + random.IntN(1000))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:random.IntN(4)]
}

// documents returns what the service holds, by id.
func (h *history) documents() map[string]map[string]any {
	all := map[string]map[string]any{}
	for document := range h.emulator.Referrals() {
		all[document["id"].(string)] = document
	}
	return all
}

// meddler lets the other editor change a referral just before a change of ours leaves.
type meddler struct {
	h    *history
	next http.RoundTripper
}

// RoundTrip lets the editor be faster, once for each referral.
func (m meddler) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodPatch || request.Method == http.MethodPut {
		m.h.meddle(path.Base(request.URL.Path))
	}
	return m.next.RoundTrip(request)
}

func (h *history) meddle(id string) {
	h.mu.Lock()
	edits := h.plans[id]
	delete(h.plans, id)
	h.made[id] = append(h.made[id], edits...)
	h.mu.Unlock()
	if len(edits) == 0 {
		return
	}
	h.emulator.Edit(id, func(document map[string]any) {
		for _, e := range edits {
			switch e.field {
			case "team":
				document["team"] = append(slices.Clone(document["team"].([]any)), map[string]any{"firstName": "Zoe", "email": e.value})
			case "campaignId":
				document["campaignId"] = e.value
			case "details.dealValue":
				document["details"].(map[string]any)["dealValue"] = json.Number(e.value)
			default:
				document["details"].(map[string]any)["notes"] = e.value
			}
		}
	})
}

// sheet writes the rows: a new value for all, new notes for a third, a second person for half. The others have what the
// service had when they were written: no wish of theirs, and nothing to write over somebody else with.
func (h *history) sheet() string {
	var b bytes.Buffer
	b.WriteString("Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,Notes,Marketing Campaign ID,CRM ID,Team member 1,Team member 2,ETag\n")
	for i := range h.ids {
		notes, campaign, second, etag := "as it was", "c", "", ""
		if i%3 == 0 {
			notes, campaign = fmt.Sprintf("our notes %d", i), ""
		}
		if i%2 == 0 {
			second = `"Bob,Roe,,bob@example.com"`
		}
		if h.etagUp {
			etag = `"""` + strings.Trim(h.etags[h.ids[i]], `"`) + `"""`
		}
		fmt.Fprintf(&b, "Deal %d,Contoso,Independent,Yes,%d,USD,%s,%s,UP-%d,\"Ann,,,ann@example.com\",%s,%s\n", i, 500+i, notes, campaign, i, second, etag)
	}
	name := filepath.Join(h.folder, "updates.csv")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return name
}

// A fifth of the referrals is changed by somebody else while they are updated, and answers are
// lost: nothing that he changed is lost, nobody is added twice, and every word is true.
func TestUpdateHistories(t *testing.T) {
	if *oneSeed != 0 {
		synctest.Test(t, func(t *testing.T) { updateHistory(t, *oneSeed, t.TempDir()) })
		return
	}
	var next, edits, conflicts atomic.Int64
	first, total := effort.FirstSeed(), int64(effort.Asked("TEST_HISTORIES", fewSeeds, usualSeeds))
	t.Run("histories", func(t *testing.T) {
		for range runtime.GOMAXPROCS(0) {
			t.Run("worker", func(t *testing.T) {
				t.Parallel()
				for n := next.Add(1) - 1; n < total && !t.Failed(); n = next.Add(1) - 1 {
					seed := first + uint64(n)
					folder := scratch(t, seed)
					synctest.Test(t, func(t *testing.T) {
						e, c := updateHistory(t, seed, folder)
						edits.Add(int64(e))
						conflicts.Add(int64(c))
					})
					os.RemoveAll(folder)
				}
			})
		}
	})
	t.Logf("%d histories from %d: %d changes by another editor, %d conflicts", total, first, edits.Load(), conflicts.Load())
	if edits.Load() < total || conflicts.Load() < total/4 {
		t.Error("the histories saw too little")
	}
}

// updateHistory runs one history and returns how much it saw.
func updateHistory(t *testing.T, seed uint64, folder string) (edits, conflicts int) {
	h := newHistory(t, seed, folder)
	defer h.stop()
	file := h.sheet()
	for n := range 20 {
		killAt := int64(0)
		if h.etagUp && h.random.IntN(2) == 0 {
			killAt = 1 + h.random.Int64N(60)
		}
		a := h.run(n, file, killAt, importer.NextRun)
		if a.killed || a.err != nil {
			time.Sleep(time.Minute)
			continue
		}
		time.Sleep(10 * time.Minute) // whatever is late has happened by now
		conflicts = h.judgeWords(a)
		if *oneSeed != 0 {
			t.Logf("%v %v", a.err, a.summary.Counts)
			for _, row := range a.results {
				t.Log(row["Outcome"], row["Message"])
			}
		}
		break
	}
	for _, list := range h.made {
		edits += len(list)
	}
	h.judgeEdits()
	return edits, conflicts
}

// judgeEdits wants everything that the other editor did to be there still, and nobody twice.
func (h *history) judgeEdits() {
	documents := h.documents()
	for _, id := range h.ids {
		document := documents[id]
		people := map[string]int{}
		for _, member := range document["team"].([]any) {
			people[fmt.Sprint(member.(map[string]any)["email"])]++
		}
		for email, n := range people {
			if n > 1 {
				h.t.Fatalf("seed %d: %s is %d times in the team of %s", h.seed, email, n, id)
			}
		}
		details := document["details"].(map[string]any)
		live := map[string]string{"details.dealValue": fmt.Sprint(details["dealValue"]), "details.notes": fmt.Sprint(details["notes"]), "campaignId": fmt.Sprint(document["campaignId"])}
		for _, e := range h.made[id] {
			if e.field == "team" && people[e.value] != 1 || e.field != "team" && live[e.field] != e.value {
				h.t.Fatalf("seed %d: %s of %s was changed by somebody else to %s and is %s now", h.seed, e.field, id, e.value, live[e.field])
			}
		}
	}
}

// judgeWords holds the words against the service: an updated row has its values there.
func (h *history) judgeWords(a attempt) (conflicts int) {
	documents := h.documents()
	for i, row := range a.results {
		document := documents[h.ids[i]]
		value := fmt.Sprint(document["details"].(map[string]any)["dealValue"])
		is := value == row["Estimated Deal Value"]
		switch word := row["Outcome"]; {
		case (word == "updated" || word == "unchanged") && !is:
			h.t.Fatalf("seed %d: row %d is called %s and its value is %s", h.seed, i, word, value)
		case (word == "rejected" || word == "not-attempted") && is:
			h.t.Fatalf("seed %d: row %d is called %s and its value is there", h.seed, i, word)
		case word == "conflict":
			conflicts++
			if len(h.made[h.ids[i]]) == 0 {
				h.t.Fatalf("seed %d: row %d is called conflict, and nobody else was there: %s", h.seed, i, row["Message"])
			}
		case word == "held" && h.hides(): // the list does not show its referral, or not for certain
		case !slices.Contains([]string{"updated", "unchanged", "unknown", "rejected", "not-attempted"}, word):
			h.t.Fatalf("seed %d: row %d is called %s: %s", h.seed, i, word, row["Message"])
		}
	}
	return conflicts
}

package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestLedger(t *testing.T) {
	w := newWorld(t, Options{})
	body := sample()
	doc := w.want(201, "POST", collection, body).doc
	w.want(204, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`)))
	w.want(200, "GET", collection+"?$top=5", "")
	w.want(400, "POST", collection, sample("type", "-", "externalReferenceId", `"CRM-9"`))
	sum := sha256.Sum256([]byte(body))
	wants := []Entry{
		{Seq: 1, Method: "POST", Path: collection, Marker: "CRM-1", BodyHash: hex.EncodeToString(sum[:]), Status: 201, Executed: true, ID: text(doc, "id")},
		{Seq: 2, Method: "PATCH", Path: item(doc), Marker: "CRM-1", Status: 204, Executed: true, ID: text(doc, "id")},
		{Seq: 3, Method: "GET", Path: collection, Query: "$top=5", Status: 200},
		{Seq: 4, Method: "POST", Path: collection, Marker: "CRM-9", Status: 400},
	}
	got := w.Ledger()
	if len(got) != len(wants) {
		t.Fatalf("%d entries, want %d", len(got), len(wants))
	}
	for i, want := range wants {
		e := got[i]
		if e.Time.IsZero() || !isGUID(e.CallID) || !isGUID(e.RequestID) || e.ExecutedAt.IsZero() == e.Executed || e.Connection == "" {
			t.Errorf("entry %d: %+v", i, e)
		}
		if want.BodyHash == "" {
			e.BodyHash = ""
		}
		e.Time, e.ExecutedAt, e.CallID, e.RequestID, e.Connection = want.Time, want.ExecutedAt, "", "", ""
		want.Response, want.TokenID = ResponseFull, tokenID("word")
		want.Proto = "HTTP/1.1"
		if e != want {
			t.Errorf("entry %+v, want %+v", e, want)
		}
	}
}

func TestControl(t *testing.T) {
	w := newWorld(t, Options{})
	w.create()
	w.do("GET", "/nowhere", "")
	count := w.with("Authorization", "").want(200, "GET", "/__sandbox/referrals/count", "")
	if count.body != "{\"count\":1}\n" {
		t.Errorf("count %s", count.body)
	}
	lines := strings.Split(strings.TrimSpace(w.want(200, "GET", "/__sandbox/ledger", "").body), "\n")
	var entry Entry
	if err := json.Unmarshal([]byte(lines[0]), &entry); err != nil || len(lines) != 2 || entry != w.Ledger()[0] {
		t.Errorf("ledger %s: %v", lines, err)
	}
	if strings.Contains(lines[1], "executedAt") {
		t.Errorf("a time of execution in %s", lines[1])
	}
	if got := w.want(200, "GET", "/__sandbox/violations", "").body; !strings.HasPrefix(got, `"request 2: GET /nowhere: `) {
		t.Errorf("violations %s", got)
	}
	for _, c := range [][2]string{{"GET", "reset"}, {"POST", "ledger"}, {"GET", ""}, {"GET", "x"}} {
		w.want(404, c[0], "/__sandbox/"+c[1], "")
	}
}

func TestLedgerIsBounded(t *testing.T) {
	for _, all := range []bool{false, true} {
		l := newLedger(all)
		for range 2*keptEntries + 10 {
			l.begin(Entry{})
		}
		want := keptEntries
		if all {
			want = 2*keptEntries + 10
		}
		list := l.list()
		if len(list) != want || list[len(list)-1].Seq != 2*keptEntries+10 {
			t.Errorf("all %v: %d entries kept, want %d", all, len(list), want)
		}
		l.note(1, func(e *Entry) { e.Status = 200 })
		l.note(2*keptEntries+10, func(e *Entry) { e.Status = 200 })
		l.note(2*keptEntries+11, func(e *Entry) { t.Error("an entry that is not there was noted") })
		if list = l.list(); list[len(list)-1].Status != 200 || (list[0].Status == 200) != all {
			t.Errorf("all %v: notes went astray", all)
		}
	}
	l := newLedger(false)
	for i := range 2 * keptViolations {
		l.violation("%d", i)
	}
	if len(l.violations) != keptViolations {
		t.Errorf("%d violations kept", len(l.violations))
	}
}

// Many clients at once: everything is counted once, and all versions differ.
func TestConcurrency(t *testing.T) {
	w := newWorld(t, stateOptions(t))
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 25 {
				doc := w.create("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)).doc
				w.want(204, "PATCH", item(doc), patchOf(op("replace", "/name", fmt.Sprintf(`"%d"`, worker))))
				w.want(200, "GET", collection+"?$top=3", "")
			}
		})
	}
	group.Wait()
	etags := map[string]bool{}
	for doc := range w.Referrals() {
		etags[text(doc, "eTag")] = true
	}
	if len(etags) != 200 || w.Count() != 200 || len(w.Ledger()) != 600 {
		t.Errorf("%d versions, %d referrals, %d entries", len(etags), w.Count(), len(w.Ledger()))
	}
	for marker, n := range w.Created() {
		if n != 8 {
			t.Errorf("%s created %d times, want 8", marker, n)
		}
	}
}

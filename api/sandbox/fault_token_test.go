package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// bearer returns the same world with another token.
func (w *world) bearer(token string) *world { return w.with("Authorization", "Bearer "+token) }

// statusesOf lists with each of the tokens in turn and returns the statuses.
func (w *world) statusesOf(tokens ...string) []int {
	w.t.Helper()
	var list []int
	for _, token := range tokens {
		list = append(list, w.bearer(token).do("GET", collection, "").status)
	}
	return list
}

func TestTokensWearOut(t *testing.T) {
	w := newWorld(t, plan(Rule{Fault: "F34", Uses: 2}))
	got := w.statusesOf("a", "a", "b", "a", "b", "b", "c", "a")
	if want := []int{200, 200, 200, 401, 200, 401, 200, 401}; !slices.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	for i, entry := range w.Ledger() {
		if struck := entry.Fault == "F34"; struck != (got[i] == 401) {
			t.Errorf("ledger: %+v", entry)
		}
	}
	if len(w.Violations()) != 0 {
		t.Errorf("violations %q", w.Violations())
	}
	if err := w.Reset(); err != nil {
		t.Fatal(err)
	}
	if again := w.statusesOf("a"); again[0] != 200 {
		t.Errorf("status %d after a reset", again[0])
	}
}

// However the tokens are mixed, each works exactly as often as it is good for.
func TestTokensWearOutByThemselves(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		uses := rapid.IntRange(1, 5).Draw(rt, "uses")
		w := newWorld(t, plan(Rule{Fault: "F34", Uses: uses}))
		left := map[string]int{}
		for _, token := range rapid.SliceOfN(rapid.StringMatching("[a-d]"), 1, 30).Draw(rt, "tokens") {
			left[token]++
			want := map[bool]int{true: 200, false: 401}[left[token] <= uses]
			if got := w.statusesOf(token)[0]; got != want {
				rt.Fatalf("request %d with %s: %d, want %d", left[token], token, got, want)
			}
		}
	})
}

func TestTokensAge(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F34", Delay: 30 * time.Second}}, func(w *world, client *http.Client) {
		list := func(token string) int { return w.bearer(token).send(client, "GET", collection, "").status }
		for _, want := range []struct{ first, second int }{{200, 0}, {200, 0}, {401, 200}, {401, 200}, {401, 401}} {
			if got := list("first"); got != want.first {
				t.Errorf("the first token: %d, want %d", got, want.first)
			}
			if want.second != 0 {
				if got := list("second"); got != want.second {
					t.Errorf("the second token: %d, want %d", got, want.second)
				}
			}
			time.Sleep(15 * time.Second)
		}
	})
}

// Without a bound each token has an age of its own, up to a minute, always the same.
func TestTokenAgesAreDrawn(t *testing.T) {
	lives := func() []int {
		var list []int
		withFaults(t, []Rule{{Fault: "F34"}}, func(w *world, client *http.Client) {
			list = make([]int, 8)
			for range 70 {
				for i := range list {
					if w.bearer(fmt.Sprint("token ", i)).send(client, "GET", collection, "").status == 200 {
						list[i]++
					}
				}
				time.Sleep(time.Second)
			}
		})
		return list
	}
	first := lives()
	if second := lives(); !slices.Equal(first, second) {
		t.Errorf("lives of %v seconds, then %v", first, second)
	}
	if slices.Max(first) > 60 || len(slices.Compact(slices.Sorted(slices.Values(first)))) < 4 {
		t.Errorf("lives of %v seconds", first)
	}
}

// A 401 says so in the documented envelope, executes nothing, and has both spellings.
func TestUnauthorized(t *testing.T) {
	for _, code := range []string{"F34", "F35"} {
		for _, kind := range unauthorizedCodes {
			w := newWorld(t, plan(Rule{Fault: code, Kind: kind, Uses: 1, Nth: 2}))
			w.create()
			got := w.do("POST", collection, sample())
			if got.status != 401 || text(got.doc, "error", "code") != kind || text(got.doc, "error", "message") == "" {
				t.Errorf("%s: %d %s", code, got.status, got.body)
			}
			if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s: headers %v", code, got.header)
			}
			if entry := w.Ledger()[1]; entry.Executed || w.Created()["CRM-1"] != 1 || entry.Status != 401 || entry.Fault != code {
				t.Errorf("%s: ledger %+v", code, entry)
			}
		}
	}
	w := newWorld(t, plan(Rule{Fault: "F35"}))
	if got := w.statusesOf("a", "b", "a"); !slices.Equal(got, []int{401, 401, 401}) {
		t.Errorf("statuses %v", got)
	}
}

func TestTheLedgerNamesTokensWithoutGivingThemAway(t *testing.T) {
	w := newWorld(t, Options{})
	w.statusesOf("a-word", "another-word", "a-word")
	w.with("Authorization", "").do("GET", collection, "")
	entries := w.Ledger()
	ids := []string{entries[0].TokenID, entries[1].TokenID, entries[2].TokenID, entries[3].TokenID}
	if ids[0] != ids[2] || ids[0] == ids[1] || len(ids[0]) != 16 || ids[3] != "" {
		t.Errorf("ids %q", ids)
	}
	if ledger := w.do("GET", controlRoot+"ledger", "").body; strings.Contains(ledger, "word") || !strings.Contains(ledger, ids[1]) {
		t.Errorf("ledger: %s", ledger)
	}
}

func TestTokenUsesAreBounded(t *testing.T) {
	uses, at := newTokenUses(), time.Unix(1, 0)
	uses.issue("first", at)
	if got := uses.use("first", at.Add(time.Hour)); got != (tokenUse{at, 1}) {
		t.Errorf("a token that was issued before: %+v", got)
	}
	for i := range keptTokens {
		uses.use(fmt.Sprint(i), at)
	}
	if len(uses.byID) != keptTokens || len(uses.order) != keptTokens {
		t.Errorf("%d tokens kept in an order of %d", len(uses.byID), len(uses.order))
	}
	if got := uses.use("first", at.Add(time.Hour)); got.uses != 1 || !got.since.Equal(at.Add(time.Hour)) {
		t.Errorf("the oldest token was not forgotten: %+v", got)
	}
}

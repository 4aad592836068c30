package importer_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"refload/importer"
)

// What an earlier run sent without an answer, and a listing shows only when this run looks for it, is held against the
// row as it is now: its cells and its customer may be others than those that were sent.
func TestALateFindIsHeldAgainstItsRow(t *testing.T) {
	for name, test := range map[string]struct{ column, value, outcome string }{
		"as it was sent": {"", "", "created"}, "another value": {"Estimated Deal Value", "4711", "created"}, "another customer": {"Customer Name", "Litware", "held"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, v *veil) {
				var lost, began atomic.Bool
				var shown time.Time
				v.hides = func(d map[string]any) bool {
					return d["externalReferenceId"] == v.marker(1) && (!began.Load() || time.Now().Before(shown))
				}
				v.with(func(o *importer.Options) {
					o.API.Transport = swaps{o.API.Transport, func(marker string, answer *http.Response) {
						if marker == v.marker(1) && !lost.Swap(true) {
							says(answer, http.StatusInternalServerError, "")
						}
					}}
				})
				file := v.rows("deals.csv", 0, 3)
				if a := v.w.run(0, file, 0, importer.NextRun); a.outcomes()[v.marker(1)] != "unknown" {
					t.Fatalf("%v %v", a.err, a.outcomes())
				}
				time.Sleep(time.Hour)
				rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(readFile(t, file), "\ufeff"))).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				if column := slices.Index(rows[0], test.column); column >= 0 {
					rows[2][column] = test.value
				}
				var next strings.Builder
				if err := csv.NewWriter(&next).WriteAll(rows); err != nil {
					t.Fatal(err)
				}
				shown = time.Now().Add(time.Second)
				began.Store(true)
				a := v.w.run(1, v.write("next.csv", next.String()), 0, importer.NextRun)
				if got := a.outcomes()[v.marker(1)]; a.err != nil || got != test.outcome || v.w.writes() != 3 {
					t.Errorf("%v: %s, %d creates", a.err, got, v.w.writes())
				}
				for document := range v.w.emulator.Referrals() {
					text, err := json.Marshal(document)
					if wants := name == "another value" && document["externalReferenceId"] == v.marker(1); err != nil || bytes.Contains(text, []byte(":4711")) != wants {
						t.Errorf("%v: %s", err, text)
					}
				}
				v.once()
			})
		})
	}
}

// refuses answers every list with a status.
type refuses struct {
	*veil
	status int
}

func (f refuses) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return f.answer(r, f.status, map[string]any{"error": map[string]any{"code": "any", "message": "any"}})
	}
	return f.veil.RoundTrip(r)
}

// A service that answers was reached: nobody is sent to look at the network.
func TestAnAnsweredListIsNoLackOfNetwork(t *testing.T) {
	for _, status := range []int{http.StatusLocked, http.StatusInternalServerError, http.StatusBadGateway} {
		inWorld(t, func(t *testing.T, v *veil) {
			v.with(func(o *importer.Options) { o.API.Transport = refuses{v, status} })
			a := v.w.run(0, v.rows("deals.csv", 0, 2), 0, importer.NextRun)
			if stopOf(a.err) != "not-now" || !strings.Contains(a.err.Error(), fmt.Sprint("HTTP ", status)) || v.w.writes() != 0 {
				t.Errorf("%d: %v", status, a.err)
			}
		})
	}
}

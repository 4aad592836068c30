package cli_test

import (
	"net/http"
	"testing"
)

// Somebody else makes the deal while the import is on its way, and the service refuses a second one with
// 409: the row's deal is there already, and this run has not made it.
func TestAConflictWithADealOfSomebodyElse(t *testing.T) {
	w := newTenant(t)
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
		a.WriteHeader(http.StatusConflict)
		a.Write([]byte(`{"error":{"code":"conflict","message":"It is there."}}`))
		return true
	})
	row := w.imports(0, w.sheet("d.csv", deal(1, "100", "n", "CRM-1", "")), "--settle", "1s")[0]
	if row["Outcome"] != "already-exists" || row["Referral ID"] != w.live()["Deal 1"]["id"] {
		t.Errorf("%s %q (%s)", row["Outcome"], row["Referral ID"], row["Message"])
	}
}

// A service that does not support creates at all is asked once, and a conflict with nothing that is listed
// is a refusal.
func TestServicesWithoutCreates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status, rows, code int
		first, last        string
	}{
		{501, 3, 6, "rejected", "not-attempted"}, {505, 3, 6, "rejected", "not-attempted"}, {409, 3, 3, "rejected", "rejected"},
	} {
		server := refusing(t, func(int) int { return test.status })
		w := newTenant(t)
		w.url = server.URL
		rows := w.imports(test.code, manyDeals(t, test.rows), "--concurrency", "1", "--settle", "1s")
		if rows[0]["Outcome"] != test.first || rows[len(rows)-1]["Outcome"] != test.last {
			t.Errorf("%d: %s (%s), at last %s", test.status, rows[0]["Outcome"], rows[0]["Message"], rows[len(rows)-1]["Outcome"])
		}
	}
}

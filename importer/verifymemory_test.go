package importer

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"refload/api"
	"refload/internal/effort"
	"refload/internal/run"
)

// mostVerified is how much memory a row and its referral may cost together while they are compared.
const mostVerified = 256

// lister lists so many deals, page by page, as a service would, and without keeping them.
func lister(deals int) http.HandlerFunc {
	const page = 1000
	return func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
		out := bufio.NewWriter(w)
		defer out.Flush()
		fmt.Fprint(out, `{"value":[`)
		for i := from; i < min(from+page, deals); i++ {
			if i > from {
				fmt.Fprint(out, ",")
			}
			fmt.Fprintf(out, `{"id":"00000000-0000-4000-8000-%012x","engagementId":"00000000-0000-4000-9000-%012x","name":"Deal %d","type":"Independent","externalReferenceId":"BIG-%d","status":"Active","substatus":"Accepted",
				"customerProfile":{"name":"Contoso"},"consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":%d,"currency":"USD"}}`, i, i, i, i, 100+i)
		}
		if from+page < deals {
			fmt.Fprintf(out, `],"@odata.nextLink":"?$skiptoken=%d"}`, from+page)
			return
		}
		fmt.Fprint(out, `]}`)
	}
}

// TestMemoryOfAVerification compares what verifying 10,000 rows and 100,000 holds in memory at the
// end of the comparison, when it is most.
func TestMemoryOfAVerification(t *testing.T) {
	effort.OnlyIf(t, "TEST_LONG", "it verifies 110,000 rows")
	small, large := heldByVerify(t, 10_000), heldByVerify(t, 100_000)
	each := float64(large-small) / 90_000
	t.Logf("%.0f bytes a row and its referral", each)
	if each > mostVerified {
		t.Errorf("%.0f bytes a row and its referral, the bar is %d", each, mostVerified)
	}
}

// heldByVerify returns the heap that a verification of so many rows holds when its last row is compared.
func heldByVerify(t *testing.T, rows int) uint64 {
	t.Helper()
	server := httptest.NewServer(lister(rows))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "deals.csv")
	text := []byte("Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID\n")
	for i := range rows {
		text = fmt.Appendf(text, "Deal %d,Contoso,Independent,Yes,%d,USD,BIG-%d\n", i, 100+i, i)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	text = nil
	home, err := run.OpenHome(t.TempDir(), "target")
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	options := Options{
		Source: Source{Path: path, Name: "deals.csv", Today: time.Now}, API: api.Config{BaseURL: server.URL, Token: api.StaticToken("x"), Pacer: api.NewPacer(api.FixedRate(0))},
		Target: run.SandboxTarget(), Home: home, Now: time.Now, Observe: func(e run.Event) {
			if e.Kind == run.Progressed && e.Phase == "" && e.Done == rows {
				runtime.GC()
				runtime.ReadMemStats(&after)
			}
		},
	}
	verdict, err := Verify(context.Background(), options, ScopeTenant, nil)
	if err != nil || !verdict.Complete() || verdict.AsItSays != rows || verdict.Listed != rows {
		t.Fatalf("%v, %+v", err, verdict)
	}
	return after.HeapAlloc - before.HeapAlloc
}

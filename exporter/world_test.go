package exporter_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/exporter"
	"refload/internal/run"
)

// world is a service in memory, what stands between it and the client, and the folders of the
// program.
type world struct {
	t       testing.TB
	service *sandbox.Sandbox
	now     time.Time
	home    *run.Home
	folder  string
	// before is called before each request is answered; it may change the request, or answer
	// it with an error.
	before   func(n int, r *http.Request) error
	requests []string // queries

	character string // of the service; "" for none
}

func newWorld(t testing.TB, faults *sandbox.Plan) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC), folder: t.TempDir()}
	var err error
	if w.service, err = sandbox.Open(sandbox.Options{Now: w.clock, Faults: faults}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.service.Close() })
	if w.home, err = run.OpenHome(filepath.Join(w.folder, "state"), "target"); err != nil {
		t.Fatal(err)
	}
	return w
}

// clock moves on by a millisecond each time somebody looks.
func (w *world) clock() time.Time {
	w.now = w.now.Add(time.Millisecond)
	return w.now
}

// RoundTrip answers without a network.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	w.requests = append(w.requests, r.URL.RawQuery)
	if w.before != nil {
		err := w.before(len(w.requests), r)
		if ready, ok := err.(*answered); ok {
			return ready.response, nil
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	inner := httptest.NewRequest(r.Method, r.URL.String(), nil)
	inner.Header = r.Header
	recorder := httptest.NewRecorder()
	w.service.ServeHTTP(recorder, inner)
	return recorder.Result(), nil
}

func (w *world) client() *api.Client {
	w.t.Helper()
	client, err := api.NewClient(api.Config{BaseURL: "http://127.0.0.1", Token: api.StaticToken("secret"), Transport: w, Pacer: api.NewPacer(api.FixedRate(0))})
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

func (w *world) options(name string, format exporter.Format) exporter.Options {
	return exporter.Options{
		Client: w.client(), Home: w.home, Target: run.SandboxTarget(), Tool: "refload test", Now: w.clock,
		Path: filepath.Join(w.folder, name), Format: format,
	}
}

// export makes an export that must succeed.
func (w *world) export(o exporter.Options) *exporter.Summary {
	w.t.Helper()
	summary, err := exporter.Export(context.Background(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	return summary
}

// id returns the id of the n-th referral.
func id(n int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012d", n) }

// deal returns a referral of our own as the service keeps it.
func deal(n int, change ...func(map[string]any)) map[string]any {
	created := time.Date(2026, time.January, 1, 0, 0, n, 0, time.UTC).Format("2006-01-02T15:04:05.0000000Z")
	document := map[string]any{
		"id": id(n), "engagementId": id(1_000_000 + n), "name": fmt.Sprintf("Deal %d", n), "status": "Active", "substatus": "Accepted",
		"type": "Independent", "qualification": "SalesQualified", "direction": "Outgoing", "createdDateTime": created, "updatedDateTime": created,
		"organizationId": id(9_999_999), "target": []any{}, "externalReferenceId": fmt.Sprintf("CRM-%d", n),
		"customerProfile": map[string]any{"name": "Contoso", "address": map[string]any{"addressLine1": "1 Way", "city": "Brno", "country": "CZ"}, "ids": []any{}},
		"consent":         map[string]any{"consentToToShareInfoWithOthers": true, "consentToShareReferralWithMicrosoftSellers": false, "consentToContact": true},
		"details": map[string]any{"dealValue": 1000 + n, "currency": "EUR", "closingDateTime": "2026-12-31T00:00:00Z", "requirements": map[string]any{
			"solutions":              []any{map[string]any{"id": "SOL-1234-ABC", "type": "Name"}},
			"additionalRequirements": map[string]any{"attributes": []any{map[string]any{"type": "CustomerMarketplaceIntent", "id": "No"}}},
		}},
		"team": []any{map[string]any{"firstName": "Ann", "lastName": "Lee", "phoneNumber": "+1 425 555 0100", "email": "ann@example.com"}},
	}
	for _, c := range change {
		c(document)
	}
	return document
}

func (w *world) seed(documents ...map[string]any) {
	w.t.Helper()
	if err := w.service.Seed(documents...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) seedDeals(from, to int) {
	w.t.Helper()
	var documents []map[string]any
	for n := from; n < to; n++ {
		documents = append(documents, deal(n))
	}
	w.seed(documents...)
}

// referrals reads a file of JSON lines.
func (w *world) referrals(path string) []*api.Referral {
	w.t.Helper()
	file, err := os.Open(path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer file.Close()
	return referralsOf(w.t, file)
}

func referralsOf(t testing.TB, in io.Reader) []*api.Referral {
	t.Helper()
	var list []*api.Referral
	reader := bufio.NewReader(in)
	for {
		line, err := reader.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return list
		}
		if err != nil {
			t.Fatalf("the last line is not whole: %v", err)
		}
		r, err := api.ParseReferral(bytes.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
}

// noFile holds that nothing stands at a path, and that nothing was left beside it.
func (w *world) noFile(path string) {
	w.t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != "state" {
			w.t.Errorf("%s was left", entry.Name())
		}
	}
}

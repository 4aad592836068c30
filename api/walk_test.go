package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"refload/api"
)

// TestWalkGoesOn reads a list of three pages from the beginning and from each place after it.
func TestWalkGoesOn(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		links := map[string]string{"": "?$skiptoken=2", "2": "?$skiptoken=3", "3": ""}
		token := r.URL.Query().Get("$skiptoken")
		fmt.Fprintf(w, `{"value":[{"id":"after%s"}],"@odata.nextLink":%q}`, token, links[token])
	})
	client := s.client(t)
	from, want := "", []string{"after", "after2", "after3"}
	for range want {
		var ids []string
		next := ""
		for page, err := range client.Walk(context.Background(), api.Query{}, from) {
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Referrals {
				ids = append(ids, r.ID())
			}
			if len(ids) == 1 {
				next = page.Next
			}
		}
		if strings.Join(ids, " ") != strings.Join(want, " ") {
			t.Errorf("from %q: %v, want %v", from, ids, want)
		}
		from, want = next, want[1:]
	}
	if from != "" {
		t.Errorf("the last page leads to %q", from)
	}
}

// TestWalkHoldsBackAPageItCannotGoOnFrom: whoever records the page would take it for the last.
func TestWalkHoldsBackAPageItCannotGoOnFrom(t *testing.T) {
	s := serve(t, answer(200, `{"value":[{"id":"a"}],"@odata.nextLink":"https://x/"}`))
	for page, err := range s.client(t).Walk(context.Background(), api.Query{}, "") {
		if err == nil {
			t.Errorf("%+v", page)
		}
	}
}

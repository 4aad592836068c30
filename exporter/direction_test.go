package exporter_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"refload/api"
	"refload/exporter"
)

// undirected is a service that knows the direction of referrals as a filter and does not show it.
type undirected struct{ *world }

var shownDirection = regexp.MustCompile(`,"direction":"[A-Za-z]+"`)

// RoundTrip takes the direction out of what the service answers.
func (u undirected) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := u.world.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	body = shownDirection.ReplaceAll(body, nil)
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, err
}

// options are those of an export of Incoming ones.
func (u undirected) options(directions ...string) exporter.Options {
	client, err := api.NewClient(api.Config{BaseURL: "http://127.0.0.1", Token: api.StaticToken("secret"), Transport: u, Pacer: api.NewPacer(api.FixedRate(0))})
	if err != nil {
		u.t.Fatal(err)
	}
	o := u.world.options("deals.jsonl", exporter.JSONL)
	o.Client, o.Filter.Direction = client, directions
	return o
}

func incoming(d map[string]any) { d["direction"] = "Incoming" }

// TestADirectionThatIsNotShown holds that a direction which the service compares is trusted, and
// that one which would be compared here stops the export: nothing would be found, and that would
// look like an answer.
func TestADirectionThatIsNotShown(t *testing.T) {
	for _, test := range []struct {
		name       string
		directions []string
		both       bool
		want       []string // nil where nobody can tell
	}{
		{"none asked for", nil, true, []string{id(1), id(2)}},
		{"one", []string{"Incoming"}, false, []string{id(2)}},
		{"two", []string{"Incoming", "Outgoing"}, false, nil},
		{"with the other side", []string{"Incoming"}, true, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := undirected{newWorld(t, nil)}
			u.seed(deal(1), deal(2, incoming))
			o := u.options(test.directions...)
			o.BothSides = test.both
			_, err := exporter.Export(context.Background(), o)
			var blind *exporter.BlindError
			switch {
			case test.want == nil && !errors.As(err, &blind):
				t.Errorf("it ends with %v", err)
			case test.want != nil && (err != nil || !slices.Equal(idsIn(t, o.Path), test.want)):
				t.Errorf("%v", err)
			}
		})
	}
}

// TestGoingOnWithoutADirection holds that what was changed during an interruption, which is asked
// for without a filter, is not taken for what the filter asks for.
func TestGoingOnWithoutADirection(t *testing.T) {
	u := undirected{newWorld(t, nil)}
	var deals []map[string]any
	for n := range 250 {
		deals = append(deals, deal(n, incoming))
	}
	u.seed(deals...)
	o := u.options("Incoming")
	u.stopAt(o, 3)
	stamp := u.clock().UTC().Format(time.RFC3339Nano)
	u.seed(deal(900, func(d map[string]any) { d["updatedDateTime"] = stamp }))
	u.export(o)
	if ids := idsIn(t, o.Path); len(ids) != 250 || slices.Contains(ids, id(900)) {
		t.Errorf("%d referrals, one of the other direction: %v", len(ids), slices.Contains(ids, id(900)))
	}
}

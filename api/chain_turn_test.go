package api_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"refload/api"
)

// The turn of a request comes after all waiting, once for each request, and before it is sent.
func TestTheTurnComesLast(t *testing.T) {
	s := serve(t, answer(201, `{"id":"`+someID+`"}`))
	pacer := api.NewPacer(api.FixedRate(0))
	client := s.client(t, func(c *api.Config) { c.Pacer = pacer })
	const wait = 100 * time.Millisecond
	began := time.Now()
	pacer.Hold(wait)
	turns := 0
	ctx := api.WithTurn(context.Background(), func() error {
		if turns++; s.count() != turns-1 || time.Since(began) < wait {
			t.Errorf("turn %d came after %s and %d requests", turns, time.Since(began), s.count())
		}
		return nil
	})
	for range 2 {
		if _, err := client.Create(ctx, api.NewReferral()); err != nil {
			t.Fatal(err)
		}
	}
	if turns != 2 || s.count() != 2 {
		t.Errorf("%d turns, %d requests", turns, s.count())
	}
}

// Who cannot record that a request is about to be sent stops it: it was not executed.
func TestAnErrorAtTheTurnStopsTheRequest(t *testing.T) {
	s := serve(t, answer(201, `{"id":"`+someID+`"}`))
	full := errors.New("no space left")
	ctx := api.WithTurn(context.Background(), func() error { return full })
	_, err := s.client(t).Create(ctx, api.NewReferral())
	if failed := failure(t, err); failed.Outcome != api.NotExecuted || !errors.Is(err, full) {
		t.Errorf("%v, %v", failed.Outcome, err)
	}
	if s.count() != 0 {
		t.Errorf("%d requests", s.count())
	}
}

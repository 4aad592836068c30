package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"

	"golang.org/x/sync/semaphore"
)

// renewing sends a request, and once more with a new token after a 401: a 401 says that it was not
// executed. That is the end of it, unless others used the new token too and may have worn it out;
// then the request goes a last time alone, with a token that nobody else has.
func renewing(next http.RoundTripper, source Renewer) roundTrip {
	tokens := newTrials()
	return func(request *http.Request) (*http.Response, error) {
		body, err := takeBody(request)
		if err != nil {
			return nil, &notStartedError{err}
		}
		r := &renewal{next: next, source: source, trials: tokens, request: request, body: body}
		defer r.leave()
		return r.run(request.Context())
	}
}

// takeBody reads the body of a request, which is in memory, so that it can be sent again.
func takeBody(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	defer request.Body.Close()
	return io.ReadAll(request.Body)
}

// renewal is the way of one request.
type renewal struct {
	next    http.RoundTripper
	source  Renewer
	trials  *trials
	request *http.Request
	body    []byte
	held    int64 // of the trials' room
}

// run sends the request until it has its answer: a 401 is one when a token was refused that
// nobody else had, or that was found bad by another request meanwhile.
func (r *renewal) run(ctx context.Context) (*http.Response, error) {
	for n := 0; ; n++ {
		if err := r.enter(ctx, n); err != nil {
			return nil, &notStartedError{err}
		}
		token, err := r.source.Token(ctx)
		if err != nil {
			return nil, noToken(ctx, err)
		}
		r.trials.use(token)
		response, err := r.send(token)
		if err != nil || response.StatusCode != http.StatusUnauthorized {
			return response, err
		}
		if n > 0 && r.trials.final(token) {
			return response, nil
		}
		if err := r.source.Renew(ctx, token); err != nil {
			return nil, noToken(ctx, err)
		}
	}
}

// enter takes room beside the others for the first two attempts, and all of it from then on.
func (r *renewal) enter(ctx context.Context, n int) error {
	want := int64(1)
	if n > 1 {
		want = trialRoom
	}
	if r.held == want {
		return nil
	}
	r.leave()
	if err := r.trials.room.Acquire(ctx, want); err != nil {
		return err
	}
	r.held = want
	return nil
}

// leave gives the room back.
func (r *renewal) leave() {
	if r.held > 0 {
		r.trials.room.Release(r.held)
		r.held = 0
	}
}

// send sends the request once, with a body of its own.
func (r *renewal) send(token string) (*http.Response, error) {
	request := bearing(r.request, token)
	if r.body != nil {
		request.Body = io.NopCloser(bytes.NewReader(r.body))
	}
	return r.next.RoundTrip(request)
}

// trialRoom is more than there are ever requests at once.
const trialRoom = 1 << 30

// trials knows which tokens were used by how many requests. It forgets none: a run has one an hour.
type trials struct {
	room *semaphore.Weighted // a request takes one part, one that has to be alone all of it

	mu   sync.Mutex
	uses map[string]int
	bad  map[string]bool // refused to a request that was alone with it
}

func newTrials() *trials {
	return &trials{room: semaphore.NewWeighted(trialRoom), uses: map[string]int{}, bad: map[string]bool{}}
}

func (t *trials) use(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.uses[token]++
}

// final reports whether a 401 for a token is the last word: nobody else used it, so that it was
// not worn out, or it is known to be bad.
func (t *trials) final(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.uses[token] == 1 {
		t.bad[token] = true
	}
	return t.bad[token]
}

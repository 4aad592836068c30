package entra

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"
)

// Source gives the access token of a sign-in, and replaces it in time. It is safe for concurrent
// use; of all that find the same token at its end, one refreshes for everybody.
type Source struct {
	client *Client
	store  Store
	turns  *turns

	mu      sync.Mutex
	session Session
	patient time.Time // no refresh ahead of time before, after one that failed
}

// patience is the time between two refreshes ahead of time, when the authority is out of order.
const patience = 30 * time.Second

// aheadTime is how long a refresh ahead of time may hold up the work that the old token still does:
// by waiting for another process, or for an authority that does not answer.
const aheadTime = time.Minute

// Source returns the source of what a store keeps. Nothing is asked for yet. The error is an
// *Error where there is no sign-in or where it was made for something else, and one of the store
// where that cannot be read.
func (c *Client) Source(store Store) (*Source, error) {
	s := &Source{client: c, store: store, turns: newTurns()}
	kept, err := s.load()
	if err != nil {
		return nil, err
	}
	s.session = kept
	return s, nil
}

// load reads the store and refuses what was made for other settings. What comes from an operator is
// a bare token that was made for nothing yet.
func (s *Source) load() (Session, error) {
	kept, err := s.store.Load()
	if errors.Is(err, fs.ErrNotExist) {
		return Session{}, s.client.refuse(NoSignIn, "nobody is signed in", "{again}")
	}
	if err == nil && kept.Client != "" {
		err = s.client.fits(kept)
	}
	if before := s.Session().Account; err == nil && before != "" && kept.Account != "" && kept.Account != before {
		err = s.client.refuse(OtherAccount, "somebody else has signed in meanwhile", "start again, as the one or as the other")
	}
	return kept, err
}

// Session returns what is known of the sign-in.
func (s *Source) Session() Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session
}

// Token gives an access token that is good for five minutes more. While the authority cannot be
// reached, or another process or worker is about to ask it, it is the old one for as long as that
// lasts.
func (s *Source) Token(ctx context.Context) (string, error) {
	have, does := s.inForce(s.client.settings.Now())
	if does {
		return have.Access, nil
	}
	err := s.ahead(ctx, have)
	if err != nil && ctx.Err() == nil && postponed(err) && have.usable(s.client.settings.Now()) {
		return have.Access, nil
	}
	if err != nil {
		return "", err
	}
	return s.Session().Access, nil
}

// ahead replaces a token that is near its end. It waits no longer than aheadTime where the old one
// outlasts that.
func (s *Source) ahead(ctx context.Context, have Session) error {
	if have.usable(s.client.settings.Now().Add(aheadTime + exchangeTime)) {
		bounded, cancel := context.WithTimeout(ctx, aheadTime)
		defer cancel()
		ctx = bounded
	}
	return s.refresh(ctx, func(now time.Time, have Session) bool { return have.due(now) && !s.waits(now) })
}

// Renew returns when Token gives another token than old, which the service refused.
func (s *Source) Renew(ctx context.Context, old string) error {
	return s.refresh(ctx, func(_ time.Time, have Session) bool { return have.Access == old })
}

// inForce returns the session, and whether its token does: its end is not near, or somebody sees to
// that already, or it was tried a moment ago.
func (s *Source) inForce(now time.Time) (have Session, does bool) {
	have = s.Session()
	return have, !have.due(now) || have.usable(now) && s.turns.busy() || s.waits(now)
}

// waits reports whether the token shall do although its end is near.
func (s *Source) waits(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session.usable(now) && now.Before(s.patient)
}

// postpone puts off the next refresh ahead of time where an error says that it can be tried later.
func (s *Source) postpone(err error) {
	if !postponed(err) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.patient = s.client.settings.Now().Add(patience)
}

// refresh replaces the tokens unless somebody else was faster: needed is asked when it is our turn,
// and again of what the store holds once the lock is ours. Others get their turn when what came of
// it is known.
func (s *Source) refresh(ctx context.Context, needed func(time.Time, Session) bool) (err error) {
	if err := s.turns.take(ctx); err != nil {
		return err
	}
	defer func() {
		s.postpone(err)
		s.turns.give(ctx, err)
	}()
	if !needed(s.client.settings.Now(), s.Session()) {
		return nil
	}
	unlock, err := s.store.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	kept, err := s.load()
	if err != nil {
		return err
	}
	if kept.Access == "" || needed(s.client.settings.Now(), kept) {
		if kept, err = s.exchange(ctx, kept); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = kept
	return nil
}

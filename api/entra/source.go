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
	turn   chan struct{} // held by the one who refreshes

	mu      sync.Mutex
	session Session
	patient time.Time // no refresh ahead of time before, after one that failed
}

// patience is the time between two refreshes ahead of time, when the authority is out of order.
const patience = 30 * time.Second

// Source returns the source of what a store keeps. Nothing is asked for yet. The error is an
// *Error where there is no sign-in or where it was made for something else, and one of the store
// where that cannot be read.
func (c *Client) Source(store Store) (*Source, error) {
	s := &Source{client: c, store: store, turn: make(chan struct{}, 1)}
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
// reached it is the old one for as long as that lasts.
func (s *Source) Token(ctx context.Context) (string, error) {
	now := s.client.settings.Now()
	have, waits := s.inForce(now)
	if !have.due(now) || waits {
		return have.Access, nil
	}
	err := s.refresh(ctx, func(now time.Time, have Session) bool { return have.due(now) && !s.waits(now) })
	var failed *Error
	if errors.As(err, &failed) && failed.Reason == Unavailable && have.usable(s.client.settings.Now()) {
		s.wait(s.client.settings.Now().Add(patience))
		return have.Access, nil
	}
	if err != nil {
		return "", err
	}
	return s.Session().Access, nil
}

// Renew returns when Token gives another token than old, which the service refused.
func (s *Source) Renew(ctx context.Context, old string) error {
	return s.refresh(ctx, func(_ time.Time, have Session) bool { return have.Access == old })
}

// inForce returns the session, and whether it shall do although its end is near.
func (s *Source) inForce(now time.Time) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session, s.session.usable(now) && now.Before(s.patient)
}

func (s *Source) waits(now time.Time) bool {
	_, waits := s.inForce(now)
	return waits
}

func (s *Source) wait(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.patient = until
}

// refresh replaces the tokens unless somebody else was faster: needed is asked when it is our turn,
// and again of what the store holds once the lock is ours.
func (s *Source) refresh(ctx context.Context, needed func(time.Time, Session) bool) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
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

// exchange gets new tokens for a session and keeps them before anybody uses them.
func (s *Source) exchange(ctx context.Context, kept Session) (Session, error) {
	token, err := s.client.redeem(ctx, kept.Refresh)
	if err != nil {
		return Session{}, err
	}
	next, err := s.client.next(kept, token)
	if err != nil {
		return Session{}, err
	}
	return next, s.store.Save(next)
}

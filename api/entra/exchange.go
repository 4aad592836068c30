package entra

import (
	"context"
	"fmt"

	"golang.org/x/oauth2"
)

// exchange gets new tokens for a session and keeps them before anybody uses them. Which tenant they
// have to be of is found out before: afterwards the old refresh token may be dead, and nothing must
// come between the answer and the disk.
func (s *Source) exchange(ctx context.Context, kept Session) (Session, error) {
	want, err := s.client.expect(ctx, kept)
	if err != nil {
		return Session{}, err
	}
	token, err := s.client.redeem(ctx, kept.Refresh)
	if err != nil {
		return Session{}, err
	}
	next, err := s.client.next(kept, want, token)
	if err != nil {
		return Session{}, s.keepRefused(kept, token, err)
	}
	return next, s.store.Save(next)
}

// keepRefused keeps the refresh token that came with an access token which is not used. It is the
// same sign-in's, and what it replaces may be dead: with the right profile it still works.
func (s *Source) keepRefused(kept Session, token *oauth2.Token, refused error) error {
	after, same := s.client.rotated(kept, token)
	if !same {
		return refused
	}
	if err := s.store.Save(after); err != nil {
		return fmt.Errorf("%w; and the refresh token that came with it could not be kept: %w", refused, err)
	}
	return refused
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"refload/api"
	"refload/api/entra"
)

// standing is what is known, without asking anybody, of the sign-in that commands use.
type standing struct {
	source  string // what it comes from
	session entra.Session
	path    string    // of the file that it is in, "" for none
	given   time.Time // when the refresh token was given, zero where that is not known
	refresh string    // what is to be said of the refresh token, "" for none
	fix     string    // what helps when the refresh token has ended
}

// savedSource is the source of what auth login made; the others are called by their variables.
const savedSource = "saved sign-in"

// standing finds the sign-in that counts, in the order of token.
func (a *app) standing(ctx context.Context) (standing, error) {
	if ready := a.env.Getenv(tokenVariable); ready != "" && !a.global.sandbox && a.global.baseURL != "" {
		return a.readyStanding(ctx, ready)
	}
	client, file, err := a.profileToSignIn()
	if err != nil {
		return standing{}, err
	}
	store, again, err := a.refreshStore()
	switch {
	case err != nil:
		return standing{}, err
	case store != nil:
		return a.refreshStanding(store, again)
	}
	source, err := client.Source(file)
	if err != nil {
		return standing{}, signInError(err)
	}
	session := source.Session()
	return standing{source: savedSource, session: session, path: file.Path(), given: session.Used,
		refresh: "last used " + clockTime(session.Used), fix: "sign in again: '" + a.loginCommand() + "'"}, nil
}

// readyStanding is what a ready token says of itself. Its tenant is compared where nobody has to be
// asked for that.
func (a *app) readyStanding(ctx context.Context, token string) (standing, error) {
	claims, _ := entra.ReadClaims(token)
	s := standing{source: tokenVariable, session: entra.Session{
		Account: claims.Account, TenantID: claims.Tenant, Expires: claims.Expires, Service: a.entraSettings("").Service,
	}}
	var err error
	if api.ValidGUID(a.serviceProfile().Text("tenant")) {
		err = a.checkTenant(ctx, token)
	}
	return s, err
}

// refreshStanding is what is known of a refresh token of the environment: whose it is says only the
// authority. When it was given says the age of its file, because what replaces it is written there.
func (a *app) refreshStanding(store entra.Store, again string) (standing, error) {
	s := standing{source: refreshVariable, session: entra.Session{Service: a.entraSettings("").Service}, fix: again,
		refresh: "given when nobody here knows; it ends about 90 days after that, however often it is used"}
	if _, err := store.Load(); err != nil {
		return standing{}, signInError(err)
	}
	file, is := store.(*entra.TokenFile)
	if !is {
		return s, nil
	}
	info, err := os.Stat(file.Path())
	if err != nil {
		return standing{}, signInError(err)
	}
	s.source, s.path, s.given = refreshFileVariable, file.Path(), info.ModTime()
	s.refresh = "last written " + clockTime(s.given)
	return s, nil
}

// hides reports whether a saved sign-in is there that does not count.
func (a *app) hides(s standing) bool {
	if s.source == savedSource || a.serviceProfile().Text("client-id") == "" {
		return false
	}
	_, file, err := a.saved()
	if err != nil {
		return false
	}
	_, err = os.Lstat(file.Path())
	return !errors.Is(err, fs.ErrNotExist)
}

// ended says that a sign-in has ended, nil where it has not as far as is known.
func (a *app) ended(s standing) error {
	now := a.env.Now()
	switch {
	case s.source == tokenVariable && !s.session.Expires.IsZero() && !now.Before(s.session.Expires):
		return signInError(&staleSignIn{fmt.Sprintf("the token in %s ended at %s", tokenVariable, clockTime(s.session.Expires)), "put a new one there, or unset it"})
	case !s.given.IsZero() && now.Sub(s.given) >= entra.RefreshLife:
		return signInError(&staleSignIn{fmt.Sprintf("the sign-in was not used for %d days, and ends after 90", int(now.Sub(s.given)/day)), s.fix})
	}
	return nil
}

// staleSignIn says that a sign-in has ended.
type staleSignIn struct{ words, fix string }

// Error says since when.
func (e *staleSignIn) Error() string { return e.words }

// Hint says what to do next.
func (e *staleSignIn) Hint() string { return e.fix }

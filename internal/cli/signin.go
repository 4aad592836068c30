package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"refload/api"
	"refload/api/entra"
	"refload/internal/config"
	"refload/internal/run"
)

// The environment variables with a sign-in, the one that goes before the others first. Secrets are
// never flags: every process of a machine can read those.
const (
	tokenVariable       = "REFLOAD_ACCESS_TOKEN"       // a ready bearer token
	refreshVariable     = "REFLOAD_REFRESH_TOKEN"      // a refresh token
	refreshFileVariable = "REFLOAD_REFRESH_TOKEN_FILE" // a file that holds nothing else
)

// errNoToken says that there is no sign-in at all.
var errNoToken = errors.New("nobody is signed in, and " + tokenVariable + " is not set")

// token finds the token for the service: a ready one, one by a refresh token of the environment, or
// that of the profile's saved sign-in; and the account, as far as it is known.
func (a *app) token(ctx context.Context) (api.TokenSource, string, error) {
	if ready := a.env.Getenv(tokenVariable); ready != "" {
		return api.StaticToken(ready), accountOf(ready), a.checkTenant(ready)
	}
	store, again, err := a.refreshStore()
	if err != nil {
		return nil, "", err
	}
	if store != nil {
		return a.refreshed(ctx, store, again)
	}
	client, file, err := a.saved()
	if err != nil {
		return nil, "", err
	}
	source, err := client.Source(file)
	if err != nil {
		return nil, "", signInError(err)
	}
	return source, source.Session().Account, nil
}

// signInError makes the error of a sign-in that cannot be used.
func signInError(err error) error {
	if errors.Is(err, context.Canceled) {
		return &brokenOff{err}
	}
	return &api.SignInError{Err: err}
}

// brokenOff says that a person stopped a sign-in.
type brokenOff struct{ err error }

// Error says that nothing came of it.
func (*brokenOff) Error() string {
	return "stopped before the sign-in was done; nothing was saved or sent"
}

// Unwrap returns the context's error, by which the exit code is found.
func (e *brokenOff) Unwrap() error { return e.err }

// refreshStore returns the refresh token of the environment, and what to do when it is dead; nil
// where there is none.
func (a *app) refreshStore() (entra.Store, string, error) {
	token, path := a.env.Getenv(refreshVariable), a.env.Getenv(refreshFileVariable)
	switch {
	case token != "" && path != "":
		return nil, "", &UsageError{refreshVariable + " and " + refreshFileVariable + " are both set", "unset one of them"}
	case token != "":
		return entra.NewMemory(strings.TrimSpace(token)), "put a new refresh token into " + refreshVariable, nil
	case path != "":
		return entra.NewTokenFile(path), "put a new refresh token into the file that " + refreshFileVariable + " names", nil
	}
	return nil, "", nil
}

// refreshed is the source of a refresh token. It is used at once, because only the answer says whose
// it is.
func (a *app) refreshed(ctx context.Context, store entra.Store, again string) (api.TokenSource, string, error) {
	client, err := a.entraClient(again)
	if err != nil {
		return nil, "", err
	}
	source, err := client.Source(store)
	if err == nil {
		_, err = source.Token(ctx)
	}
	if err != nil {
		return nil, "", signInError(err)
	}
	return source, source.Session().Account, nil
}

// saved returns the client of the profile's sign-in and the file that it is kept in.
func (a *app) saved() (*entra.Client, *entra.File, error) {
	client, err := a.entraClient("sign in: '" + a.loginCommand() + "'")
	if err != nil {
		return nil, nil, err
	}
	state, err := a.stateFolder()
	if err != nil {
		return nil, nil, err
	}
	settings := a.entraSettings("")
	sum := sha256.Sum256([]byte(strings.Join([]string{settings.Authority, settings.Tenant, settings.Client, settings.Service}, "\n")))
	return client, entra.NewFile(filepath.Join(state, "sign-in", hex.EncodeToString(sum[:8])+".json")), nil
}

// loginCommand is what a person types to sign in.
func (a *app) loginCommand() string {
	if profile := a.serviceProfile(); profile != nil {
		return "refload auth login --profile " + profile.Name
	}
	return "refload auth login --profile NAME"
}

// entraSettings are what the profile says of signing in.
func (a *app) entraSettings(again string) entra.Settings {
	profile := a.serviceProfile()
	settings := entra.Settings{
		Authority: strings.TrimRight(profile.Text("authority"), "/"), Tenant: profile.Text("tenant"), Client: profile.Text("client-id"),
		Again: again, Now: a.env.Now,
	}
	if base, err := parseBase(a.global.baseURL); err == nil {
		settings.Service = run.URLTarget(base).ID
	}
	return settings
}

// entraClient returns a client for the profile's sign-in. Without a profile, or with one that names
// no application, there is none.
func (a *app) entraClient(again string) (*entra.Client, error) {
	profile := a.serviceProfile()
	if profile == nil {
		return nil, &api.SignInError{Err: errNoToken}
	}
	if profile.Text("client-id") == "" {
		return nil, &api.SignInError{Err: &noApplication{profile}}
	}
	settings := a.entraSettings(again)
	roots, err := readRoots(a.global.caFile)
	if err != nil {
		return nil, err
	}
	settings.Roots = roots
	client, err := entra.New(settings)
	if err != nil {
		place, _ := profile.Get("authority")
		return nil, &UsageError{fmt.Sprintf("profile %s: %v", profile.Name, err), "correct the line: " + place.Place.String()}
	}
	return client, nil
}

// noApplication says that a profile does not name what to sign in with.
type noApplication struct{ profile *config.Profile }

// Error names the profile.
func (e *noApplication) Error() string {
	return fmt.Sprintf("nobody is signed in, "+tokenVariable+" is not set, and profile %s (%s) names no client-id to sign in with", e.profile.Name, e.profile.Place)
}

// Hint says both ways out.
func (e *noApplication) Hint() string {
	return fmt.Sprintf("give the profile tenant and client-id, then 'refload auth login --profile %s'; or set %s", e.profile.Name, tokenVariable)
}

// checkTenant refuses a ready token that says it is of another tenant than the profile's.
func (a *app) checkTenant(token string) error {
	claims, _ := entra.ReadClaims(token)
	tenant := a.serviceProfile().Text("tenant")
	if claims.Tenant == "" || !api.ValidGUID(tenant) || strings.EqualFold(claims.Tenant, tenant) {
		return nil
	}
	return &api.SignInError{Err: &foreignToken{tenant}}
}

// foreignToken says that a ready token is of another tenant.
type foreignToken struct{ tenant string }

// Error names the tenant that was expected.
func (e *foreignToken) Error() string {
	return "the token in " + tokenVariable + " is of another tenant than the profile's, " + e.tenant
}

// Hint says what to do next.
func (e *foreignToken) Hint() string {
	return "choose the profile of the token's tenant, or set " + tokenVariable + " to a token of this one"
}

// accountOf returns the account that a ready token names, for people and for judging how much of the
// tenant it sees; nothing rests on it that the service does not check. A token that cannot be read
// is called by the variable that it came from.
func accountOf(token string) string {
	if claims, _ := entra.ReadClaims(token); claims.Account != "" {
		return claims.Account
	}
	return "token from " + tokenVariable
}

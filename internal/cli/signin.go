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
	"refload/internal/console"
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
		if err := badToken(tokenVariable, ready); err != nil {
			return nil, "", err
		}
		return api.StaticToken(ready), accountOf(ready), a.checkTenant(ctx, ready)
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
	if err == nil {
		err = source.CheckTenant(ctx)
	}
	if err != nil {
		return nil, "", signInError(err)
	}
	return source, source.Session().Account, nil
}

// tokenFaults are what is no part of a token and often comes with it when it is copied.
var tokenFaults = []struct {
	has  func(token string) bool
	what string
}{
	{func(t string) bool { return strings.Contains(t, "\n") || strings.Contains(t, "\r") }, "a line break"},
	{func(t string) bool { return strings.ContainsAny(t, "\"'`“”„‘’") }, "a quotation mark"},
	{func(t string) bool { return strings.HasPrefix(strings.ToLower(t), "bearer ") }, "the word \"Bearer\""},
	{func(t string) bool {
		return strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r >= 0x7f })
	}, "a character that no token has, such as a blank"},
}

// badToken refuses the token of a variable that cannot be one: the service would only answer that it knows nobody.
func badToken(variable, token string) error {
	for _, fault := range tokenFaults {
		if fault.has(token) {
			return &api.SignInError{Err: &noTokenError{variable, fault.what}}
		}
	}
	return nil
}

// noTokenError says why what a variable holds is no token.
type noTokenError struct{ variable, what string }

// Error says what is in it; never the text itself.
func (e *noTokenError) Error() string {
	return e.variable + " is no token: there is " + e.what + " in it"
}

// Hint says what to do next.
func (*noTokenError) Hint() string { return "set it to the bare token, in one line" }

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
	case token != "" && badToken(refreshVariable, strings.TrimSpace(token)) != nil:
		return nil, "", badToken(refreshVariable, strings.TrimSpace(token))
	case token != "":
		return a.memory(strings.TrimSpace(token)), "put a new refresh token into " + refreshVariable, nil
	case path != "":
		return entra.NewTokenFile(path), "put a new refresh token into the file that " + refreshFileVariable + " names", nil
	}
	return nil, "", nil
}

// memory keeps a refresh token of the environment, and warns where Microsoft Entra ID replaces it:
// there is no place to write the new one to.
func (a *app) memory(token string) entra.Store {
	store := entra.NewMemory(token)
	store.Replaced = func() {
		a.warnOfSignIn("the refresh token in " + refreshVariable + " was replaced, and the new one is kept nowhere: the old one ends about 90 days after it was issued," +
			" however often it is used. Put a new one there before; or use " + refreshFileVariable + ", which is written back")
	}
	return store
}

// warnOfSignIn tells what nobody asked for and somebody should know.
func (a *app) warnOfSignIn(text string) {
	fmt.Fprintln(a.env.Stderr, "warning: "+console.Escape(text, 0))
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
	file := entra.NewFile(filepath.Join(state, "sign-in", signInName(a.entraSettings(""))))
	file.Sweep()
	return client, file, nil
}

// signInName is the name of the file of a sign-in.
func signInName(settings entra.Settings) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{settings.Authority, settings.Tenant, settings.Client, settings.Service}, "\n")))
	return hex.EncodeToString(sum[:8]) + ".json"
}

// checkTenant refuses a ready token of another tenant than the profile's. A tenant that is named by a
// domain is looked up.
func (a *app) checkTenant(ctx context.Context, token string) error {
	profile := a.serviceProfile()
	if profile.Text("tenant") == "" {
		return nil
	}
	settings, err := a.trustedSettings("put a token of it into " + tokenVariable + ", or choose the profile of the token's tenant")
	if err != nil {
		return err
	}
	err = entra.CheckToken(ctx, settings, token)
	var refused *entra.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused), ctx.Err() != nil:
		return signInError(err)
	}
	return a.ofAuthority(err)
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

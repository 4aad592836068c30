package cli

import (
	"fmt"
	"strings"

	"refload/api"
	"refload/api/entra"
	"refload/internal/config"
	"refload/internal/run"
)

// loginCommand is what a person types to sign in.
func (a *app) loginCommand() string {
	if profile := a.serviceProfile(); profile != nil {
		return a.told(byItsWords, "auth", "login", "--profile", profile.Name)
	}
	return "refload auth login --profile NAME"
}

// entraSettings are what the profile says of signing in.
func (a *app) entraSettings(again string) entra.Settings {
	profile := a.serviceProfile()
	settings := entra.Settings{
		Authority: strings.TrimRight(profile.Text("authority"), "/"), Tenant: profile.Text("tenant"), Client: profile.Text("client-id"),
		Again: again, Now: a.env.Now, Strict: profile.Yes("production"), Warn: a.warnOfSignIn,
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
	settings, err := a.trustedSettings(again)
	if err != nil {
		return nil, err
	}
	client, err := entra.New(settings)
	return client, a.ofAuthority(err)
}

// trustedSettings are entraSettings with who may vouch for the authority.
func (a *app) trustedSettings(again string) (entra.Settings, error) {
	settings := a.entraSettings(again)
	roots, err := readRoots(a.global.caFile)
	settings.Roots = roots
	return settings, err
}

// ofAuthority says of an error of the settings which line of the profile it is about.
func (a *app) ofAuthority(err error) error {
	if err == nil {
		return nil
	}
	profile := a.serviceProfile()
	place, _ := profile.Get("authority")
	return &UsageError{fmt.Sprintf("profile %s: %v", profile.Name, err), "correct the line: " + place.Place.String()}
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

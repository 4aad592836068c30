package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"refload/internal/config"
	"refload/internal/console"
)

// The ways to sign in at the end of setup, as --sign-in takes them.
const (
	signInBrowser = "browser"
	signInDevice  = "device-code"
	signInNot     = "no"
)

var signInWays = []string{signInBrowser, signInDevice, signInNot}

// trySignIn signs in with the new profile where somebody wants to, and asks the service one harmless question:
// only that shows whether application, consent, tenant and role fit together.
func (a *app) trySignIn(cmd *cobra.Command, flags setupFlags) error {
	way, err := a.signInWay(cmd.Context(), flags)
	if err != nil || way == signInNot {
		return err
	}
	if err := a.readFiles(config.Places{Named: a.global.config, Own: a.userFile()}); err != nil {
		return err
	}
	if err := a.useSetUp(cmd, flags.Name); err != nil {
		return err
	}
	session, err := a.signIn(cmd.Context(), way == signInDevice)
	if err != nil {
		return err
	}
	console.Print(a.env.Stderr, "signed in as %s, tenant %s\n", nameOr(session.Account), nameOr(session.TenantID))
	const reached = true // the listing says it in words where it is not
	findings := a.accountFindings(cmd.Context(), reached)
	if err := a.tellFindings(a.env.Stderr, findings); err != nil {
		return err
	}
	if !wrong(findings) {
		console.Print(a.env.Stderr, "the sign-in works; next: 'refload check FILE', then '%s'\n", console.Escape(a.told(byItsWords, "import", "FILE", "--profile", flags.Name), 0))
	}
	return endWith(findings)
}

// useSetUp takes the values of the profile that was written.
func (a *app) useSetUp(cmd *cobra.Command, name string) error {
	a.global.profile = name
	return a.useProfile(cmd.Flags())
}

// signInWay finds out how to sign in, and says how to do it later where that is not now.
func (a *app) signInWay(ctx context.Context, flags setupFlags) (string, error) {
	later := fmt.Sprintf("'%s', then '%s'", a.told(byItsWords, "auth", "login", "--profile", flags.Name), a.told(byItsWords, "doctor", "--profile", flags.Name))
	way := flags.signIn
	switch {
	case flags.ClientID == "":
		fmt.Fprintln(a.env.Stderr, "the sign-in was not tried: the profile has no client-id yet. Next: add it, then "+later)
		return signInNot, nil
	case way == "" && !a.asks():
		way = signInNot
	case way == "":
		answer, err := a.ask(ctx, "Sign in now and try it? b: in the browser of this machine, d: with a code on another device, Enter: later: ")
		if err != nil {
			return "", err
		}
		way = signInAnswer(answer)
	}
	if way == signInNot {
		fmt.Fprintln(a.env.Stderr, "the sign-in was not tried. Next: "+later)
	}
	return way, nil
}

// signInAnswer is the way that an answer means: its first letter, and otherwise later.
func signInAnswer(answer string) string {
	for _, way := range []string{signInBrowser, signInDevice} {
		if answer != "" && strings.HasPrefix(way, strings.ToLower(answer)) {
			return way
		}
	}
	return signInNot
}

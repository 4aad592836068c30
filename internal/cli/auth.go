package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"refload/api/entra"
	"refload/internal/console"
)

func newAuth(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "auth",
		Short: "Sign in to the tenant of a profile, and out again",
		Long: "Signs in with Microsoft Entra ID as a person, which is what the referrals API wants. The profile names\n" +
			"the tenant and the application (client-id). The sign-in is kept in the state folder, in a file for its\n" +
			"owner alone, and renews itself as long as it is used at least once in 90 days.",
		Example: "  refload auth login --profile contoso\n  refload auth status\n  refload auth logout",
		Args:    noArguments,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	var device bool
	login := &cobra.Command{
		Use:   "login",
		Short: "Sign in, in the browser of this machine or with a code on another device",
		Long: "Prints an address to open in the browser of this machine, and waits five minutes for it to come back.\n" +
			"With --device-code, prints a code to enter on any device: for a machine without a browser.",
		Example: "  refload auth login --profile contoso\n  refload auth login --profile contoso --device-code",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.login(cmd, device) },
	}
	login.Flags().BoolVar(&device, "device-code", false, "sign in on another device, with a code")
	status := &cobra.Command{
		Use: "status", Short: "Who is signed in, and for how long; asks nobody", Args: noArguments,
		Long: "Shows the sign-in that commands with this profile use, and where it comes from: a token of the environment\n" +
			"goes before the saved sign-in. Exit code 0 says that there is one, as far as that can be told without asking;\n" +
			"4 that there is none, or that it has ended.",
		Example: "  refload auth status --profile contoso --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.signInStatus(cmd.Context()) },
	}
	logout := &cobra.Command{
		Use: "logout", Short: "Forget the sign-in of a profile", Args: noArguments,
		Example: "  refload auth logout --profile contoso",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.logout(cmd) },
	}
	cmd.AddCommand(login, status, logout)
	return cmd
}

// profileToSignIn returns the client and the file of the profile's sign-in. A sign-in belongs to a
// profile: nothing else says which tenant is meant.
func (a *app) profileToSignIn() (*entra.Client, *entra.File, error) {
	switch {
	case a.global.sandbox:
		return nil, nil, &UsageError{"the embedded sandbox needs no sign-in", "leave out --sandbox, or name a profile of a service"}
	case a.serviceProfile() == nil:
		return nil, nil, &UsageError{"a sign-in belongs to a profile, and none was named", "name one with --profile; 'refload setup' writes one"}
	case a.global.baseURL == "":
		return nil, nil, a.noService()
	}
	return a.saved()
}

// signIn signs a person in and saves that.
func (a *app) signIn(ctx context.Context, device bool) (entra.Session, error) {
	client, file, err := a.profileToSignIn()
	if err != nil {
		return entra.Session{}, err
	}
	var session entra.Session
	if device {
		session, err = client.Device(ctx, file, func(code entra.DeviceCode) {
			console.Print(a.env.Stderr, "open %s on any device and enter the code %s\n", console.Escape(code.Page, 300), console.Escape(code.Code, 40))
		})
	} else {
		session, err = client.Browser(ctx, file, func(address string) {
			console.Print(a.env.Stderr, "open this address in the browser of this machine (on a machine without one: --device-code):\n%s\n", address)
		})
	}
	if err != nil {
		return session, signInError(err)
	}
	a.warnOfVariables("the saved sign-in")
	return session, nil
}

func (a *app) login(cmd *cobra.Command, device bool) error {
	session, err := a.signIn(cmd.Context(), device)
	if err != nil {
		return err
	}
	if a.global.json {
		a.jsonLine(map[string]any{"event": "summary", "profile": a.global.profile, "account": session.Account, "tenant": session.TenantID, "ok": true})
		return nil
	}
	console.Print(a.env.Stdout, "signed in as %s, tenant %s\n", nameOr(session.Account), nameOr(session.TenantID))
	return nil
}

// nameOr is a name that the tokens say, or what stands for none.
func nameOr(name string) string {
	if name == "" {
		return "(the token does not say)"
	}
	return console.Escape(name, 200)
}

// warnOfVariables tells of variables that go before the saved sign-in.
func (a *app) warnOfVariables(what string) {
	for _, name := range []string{tokenVariable, refreshVariable, refreshFileVariable} {
		if a.env.Getenv(name) != "" {
			console.Print(a.env.Stderr, "warning: %s is set and goes before %s\n", name, what)
		}
	}
}

func (a *app) logout(cmd *cobra.Command) error {
	_, file, err := a.profileToSignIn()
	if err != nil {
		return err
	}
	removed, err := file.Remove(cmd.Context())
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case a.global.json:
		a.jsonLine(map[string]any{"event": "summary", "profile": a.global.profile, "removed": removed, "ok": true})
	case removed:
		console.Print(a.env.Stdout, "removed %s\n", file.Path())
	default:
		fmt.Fprintln(a.env.Stdout, "nobody was signed in")
	}
	a.warnOfVariables("a sign-in")
	if removed {
		fmt.Fprintln(a.env.Stderr, "what remains: Microsoft still honours copies of these tokens (an access token for about an hour, a refresh token for up to 90 days);"+
			" to end that too, an administrator revokes the account's sessions in Microsoft Entra ID, or its owner signs out everywhere at https://mysignins.microsoft.com."+
			" An empty lock file stays in the folder, and the referrals and the folders of runs stay as they are")
	}
	return nil
}

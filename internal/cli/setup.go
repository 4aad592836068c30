package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"refload/api/entra"
	"refload/internal/config"
	"refload/internal/console"
	"refload/internal/files"
)

// setupFlags are the flags of setup; --profile is one of every command's.
type setupFlags struct {
	config.Starter
	signIn string // "" to ask where somebody can be asked
}

func newSetup(a *app) *cobra.Command {
	var flags setupFlags
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "A first profile for a tenant, and a page for its administrator",
		Long: "Asks for the name of a profile, the tenant and the application to sign in with, or takes them from\n" +
			"flags; writes a starter profile with brakes into your own refload.yaml, or into the file of\n" +
			"--config, which is made where it is missing; prints what the tenant's administrator has to do once;\n" +
			"and, on a terminal, offers to sign in and tries the sign-in by asking the service for referrals. At\n" +
			"last it prints lines for cron, systemd and the Task Scheduler of Windows, for this folder.\n" +
			"What --base-url, --authority and --ca-file name goes into the profile too.\n" +
			"What is in the file already stays as it is.",
		Example: "  refload setup\n" +
			"  refload setup --profile contoso --tenant contoso.example.com --client-id 11111111-2222-4333-8444-555555555555 --sign-in device-code",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.setup(cmd, flags) },
	}
	cmd.Flags().StringVar(&flags.Tenant, "tenant", "", "the tenant to sign in to: its GUID or one of its domains")
	cmd.Flags().StringVar(&flags.ClientID, "client-id", "", "the application to sign in with, a GUID; may be added later")
	cmd.Flags().StringVar(&flags.Authority, "authority", "", "where to sign in, for a cloud with an authority of its own (default: "+entra.DefaultAuthority+")")
	cmd.Flags().BoolVar(&flags.Production, "production", false, "mark the profile: unattended writing needs --yes and --profile by hand")
	cmd.Flags().StringVar(&flags.signIn, "sign-in", "", "sign in now and try it: browser, device-code, or no (default: asked on a terminal, no elsewhere)")
	return cmd
}

func (a *app) setup(cmd *cobra.Command, flags setupFlags) error {
	if flags.signIn != "" && !contains(signInWays, flags.signIn) {
		return &UsageError{"--sign-in " + quote(flags.signIn) + " is not known", "browser, device-code or no"}
	}
	if _, err := readRoots(a.global.caFile); err != nil {
		return err
	}
	flags.Name, flags.Service, flags.CAFile = a.global.profile, a.global.baseURL, a.global.caFile
	if err := a.askSetup(cmd.Context(), &flags); err != nil {
		return err
	}
	if err := flags.Check(); err != nil {
		return asUsage(err)
	}
	path, err := a.setupFile()
	if err != nil {
		return err
	}
	flags.CAFile = absolute(flags.CAFile) // a path in a file is seen from the file's folder
	if err := writeStarter(path, flags.Starter); err != nil {
		return err
	}
	fmt.Fprintf(a.env.Stderr, "profile %s: written to %s\n", flags.Name, console.Escape(path, 0))
	if a.global.json {
		a.jsonLine(map[string]any{"event": "summary", "profile": flags.Name, "file": path, "page": adminPage(flags.Starter)})
	} else {
		fmt.Fprint(a.env.Stdout, adminPage(flags.Starter))
	}
	if err := a.trySignIn(cmd, flags); err != nil {
		return err
	}
	return a.tellSchedules(flags.Name, path)
}

// setupFile is the file that a profile is written into: it leads a token somewhere, so it is the person's.
func (a *app) setupFile() (string, error) {
	if a.global.config != "" {
		return absolute(a.global.config), nil
	}
	if own := a.userFile(); own != "" {
		return own, nil
	}
	return "", &UsageError{"there is no home folder for a file of your own", "name the file to write with --config FILE"}
}

// askSetup asks on a terminal for what no flag said; elsewhere name and tenant are needed.
func (a *app) askSetup(ctx context.Context, flags *setupFlags) error {
	for _, q := range []struct {
		to       *string
		flag     string
		question string
		needed   bool
	}{
		{&flags.Name, "--profile", "A name for the profile, such as contoso: ", true},
		{&flags.Tenant, "--tenant", "The tenant, its GUID or a domain of it: ", true},
		{&flags.ClientID, "--client-id", "The application's client id (empty: later): ", false},
	} {
		switch {
		case *q.to != "":
		case a.asks():
			var err error
			if *q.to, err = a.ask(ctx, q.question); err != nil {
				return err
			}
		case q.needed:
			return &UsageError{"nobody can be asked here, and " + q.flag + " is missing", "refload setup --profile NAME --tenant TENANT"}
		}
	}
	return nil
}

// writeStarter adds the profile to a file, and makes the file where it is missing.
func writeStarter(path string, starter config.Starter) error {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return asUsage(err)
	}
	text, err := starter.Add(path, data)
	if err != nil {
		return asUsage(err)
	}
	if err := files.MkdirPrivate(filepath.Dir(path)); err != nil {
		return err
	}
	return files.WriteFile(path, text)
}

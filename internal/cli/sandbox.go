package cli

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"refload/api/sandbox"
	"refload/internal/files"
	"refload/internal/run"
)

// sandboxFlags are the flags of sandbox.
type sandboxFlags struct {
	listen     string
	anywhere   bool
	data       string
	faults     string
	characters []string
	seed       uint64
	signIn     bool
	tls        bool
}

func newSandbox(a *app) *cobra.Command {
	var flags sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "The local emulator of the service, as a server",
		Long: "Serves an emulator of the referrals API that is as strict as its documentation, until it is\n" +
			"interrupted. Any bearer token is accepted but a real one; with --require-sign-in only those that it\n" +
			"gives out itself, under /{tenant}/oauth2/v2.0/ as Microsoft Entra ID does. Its data is that of --sandbox\n" +
			"with the same profile, unless --data names another file.\n\n" +
			"--faults are a night: what goes wrong now and then. --character is a service that is not quite what its\n" +
			"documentation leads one to believe, all the time:\n\n" + characterLines(),
		Example: "  refload sandbox --listen 127.0.0.1:8080\n" +
			"  refload sandbox --faults bad-night --seed 42     rehearse a migration\n" +
			"  refload sandbox --character capped,stale         rehearse on a service with traits of its own\n" +
			"  REFLOAD_ACCESS_TOKEN=sandbox refload import deals.xlsx --base-url http://127.0.0.1:8080 --yes",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runSandbox(cmd, flags) },
	}
	cmd.Flags().StringVar(&flags.listen, "listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	cmd.Flags().BoolVar(&flags.anywhere, "listen-anywhere", false, "allow an address that other machines can reach, and answer under any name")
	cmd.Flags().StringVar(&flags.data, "data", "", "file for its data; \"memory\" keeps none (default: that of --sandbox with the same profile)")
	cmd.Flags().StringVar(&flags.faults, "faults", "", "misbehave like this profile: "+profileNames())
	cmd.Flags().StringSliceVar(&flags.characters, "character", nil, "behave in this way, or several with commas: "+strings.Join(characterNames(), ", "))
	cmd.Flags().Uint64Var(&flags.seed, "seed", 1, "another seed, other faults; the same seed and input, the same faults")
	cmd.Flags().BoolVar(&flags.signIn, "require-sign-in", false, "accept only tokens of its own sign-in; who signs in is forgotten at its end")
	cmd.Flags().BoolVar(&flags.tls, "tls", false, "serve https, HTTP/2 too; the state folder gets sandbox-ca.pem, to trust it by with --ca-file")
	return cmd
}

// profileNames lists the profiles of faults.
func profileNames() string {
	var names []string
	for _, profile := range sandbox.Profiles() {
		names = append(names, profile.Name)
	}
	return strings.Join(names, ", ")
}

// characterNames lists the characters.
func characterNames() (names []string) {
	for _, character := range sandbox.Characters() {
		names = append(names, character.Name)
	}
	return names
}

// characterLines says what each character does.
func characterLines() string {
	var lines strings.Builder
	for _, character := range sandbox.Characters() {
		fmt.Fprintf(&lines, "  %-23s %s\n", character.Name, character.Does)
	}
	return strings.TrimSuffix(lines.String(), "\n")
}

// faultPlan returns the plan of faults that the flags ask for.
func faultPlan(flags sandboxFlags) (*sandbox.Plan, error) {
	plan := &sandbox.Plan{Seed: flags.seed}
	if flags.faults != "" {
		var err error
		if plan, err = sandbox.ParseProfile(flags.faults, flags.seed); err != nil {
			return nil, asUsage(err)
		}
	}
	plan, err := plan.WithCharacters(flags.characters...)
	return plan, asUsage(err)
}

func (a *app) runSandbox(cmd *cobra.Command, flags sandboxFlags) error {
	plan, err := faultPlan(flags)
	if err != nil {
		return err
	}
	options := sandbox.Options{StateFile: flags.data, Now: a.env.Now, Seed: flags.seed, Faults: plan, RequireIssued: flags.signIn, AnyHost: flags.anywhere}
	switch flags.data {
	case "memory":
		options.StateFile = ""
	case "":
		state, err := a.stateFolder()
		if err != nil {
			return err
		}
		if err := files.MkdirPrivate(state); err != nil {
			return &run.StateError{Path: state, Err: err}
		}
		if err := a.takeProfile(cmd.Flags()); err != nil {
			return err
		}
		options.StateFile = run.SandboxTarget().Holding(a.profileName()).DataFile(state)
	default:
		a.rememberFile(run.Written{Path: flags.data, What: run.WroteSandbox})
	}
	emulator, err := sandbox.Open(options)
	if err != nil {
		return err
	}
	defer emulator.Close()
	listener, err := sandbox.ListenLoopback(flags.listen, flags.anywhere)
	if err != nil {
		return asUsage(err)
	}
	if flags.tls {
		return a.serveTLS(cmd.Context(), listener, emulator)
	}
	a.tellServing("http://"+listener.Addr().String(), "")
	return sandbox.Serve(cmd.Context(), listener, emulator)
}

// caFileName is the certificate authority of the sandbox in the state folder. It is made anew
// with each start.
const caFileName = "sandbox-ca.pem"

// serveTLS serves the emulator over TLS, and tells where the authority is that vouches for it.
func (a *app) serveTLS(ctx context.Context, listener net.Listener, emulator *sandbox.Sandbox) error {
	defer listener.Close()
	identity, err := sandbox.NewIdentity(a.env.Now(), namesOf(listener.Addr())...)
	if err != nil {
		return err
	}
	state, err := a.stateFolder()
	if err != nil {
		return err
	}
	if err := files.MkdirPrivate(state); err != nil {
		return &run.StateError{Path: state, Err: err}
	}
	path := filepath.Join(state, caFileName)
	if err := files.WriteFile(path, identity.CA()); err != nil {
		return err
	}
	a.tellServing("https://"+listener.Addr().String(), path)
	return sandbox.ServeTLS(ctx, listener, emulator, identity)
}

// tellServing says where the sandbox is, and by which file it is to be trusted, "" for none.
func (a *app) tellServing(address, caFile string) {
	if a.global.json {
		a.jsonLine(map[string]any{"event": "serving", "address": address, "ca_file": caFile})
		return
	}
	text := "sandbox: " + address + "\n"
	if caFile != "" {
		text += "ca-file: " + caFile + "\n"
	}
	fmt.Fprint(a.env.Stdout, text) // at once: who reads the first line may read no further
}

// namesOf returns by what names an address may be called: those of this machine, and its own.
func namesOf(address net.Addr) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if tcp, ok := address.(*net.TCPAddr); ok && !tcp.IP.IsUnspecified() && !tcp.IP.IsLoopback() {
		names = append(names, tcp.IP.String())
	}
	return names
}

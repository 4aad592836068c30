package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"refload/api/sandbox"
	"refload/internal/files"
	"refload/internal/run"
)

// sandboxFlags are the flags of sandbox.
type sandboxFlags struct {
	listen   string
	anywhere bool
	data     string
	faults   string
	seed     uint64
}

func newSandbox(a *app) *cobra.Command {
	var flags sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "The local emulator of the service, as a server",
		Long: "Serves an emulator of the referrals API that is as strict as its documentation, until it is\n" +
			"interrupted. Any bearer token is accepted but a real one. Its data is that of --sandbox unless --data\n" +
			"names another file.",
		Example: "  refload sandbox --listen 127.0.0.1:8080\n" +
			"  REFLOAD_ACCESS_TOKEN=sandbox refload import deals.xlsx --base-url http://127.0.0.1:8080 --yes",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runSandbox(cmd, flags) },
	}
	cmd.Flags().StringVar(&flags.listen, "listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	cmd.Flags().BoolVar(&flags.anywhere, "listen-anywhere", false, "allow an address that other machines can reach")
	cmd.Flags().StringVar(&flags.data, "data", "", "file for its data; \"memory\" keeps none (default: the one of --sandbox)")
	return cmd
}

func (a *app) runSandbox(cmd *cobra.Command, flags sandboxFlags) error {
	options := sandbox.Options{StateFile: flags.data, Now: a.env.Now}
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
		options.StateFile = filepath.Join(state, "sandbox.jsonl")
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
	fmt.Fprintf(a.env.Stdout, "sandbox: http://%s\n", listener.Addr())
	return sandbox.Serve(cmd.Context(), listener, emulator)
}

package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the linker when a release is built.
var release = ""

// version returns the version of this build.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "0.1.0-dev"
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "The version of refload",
		Example: "  refload version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if a.global.json {
				a.jsonLine(map[string]any{"event": "summary", "version": version(), "go": runtime.Version(), "system": runtime.GOOS, "processor": runtime.GOARCH})
				return nil
			}
			fmt.Fprintf(a.env.Stdout, "refload %s (%s %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

// noArguments refuses arguments in words.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return unknownCommand(cmd, args[0])
	}
	return &UsageError{fmt.Sprintf("'%s' takes no argument, found %q", cmd.CommandPath(), args[0]), "see '" + cmd.CommandPath() + " --help'"}
}

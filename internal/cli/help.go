package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"refload/internal/run"
)

// withExitCodes ends a command's help with the exit codes.
func withExitCodes(cmd *cobra.Command) {
	var b strings.Builder
	printExitCodes(&b)
	cmd.SetUsageTemplate(usageTemplate + "\nExit codes:\n" + b.String())
}

// helpOnUnknown lets help refuse a command or topic that there is none of, instead of showing the first page.
func helpOnUnknown(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, command := range root.Commands() {
		if command.Name() != "help" {
			continue
		}
		command.Run = nil
		command.RunE = func(_ *cobra.Command, args []string) error {
			wanted, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(wanted, rest[0])
			}
			wanted.InitDefaultHelpFlag()
			return wanted.Help()
		}
	}
}

// helpTopics are the pages of help that belong to no command.
func helpTopics() []*cobra.Command {
	var codes, outcomes strings.Builder
	printExitCodes(&codes)
	for _, word := range run.Words() {
		fmt.Fprintf(&outcomes, "  %-15s %s\n", word.Outcome, word.Meaning)
	}
	return []*cobra.Command{
		{Use: "exit-codes", Short: "What the exit codes mean", Long: "Exit codes:\n" + codes.String()},
		{Use: "outcomes", Short: "The words for what became of a row", Long: "Every data row ends with exactly one outcome:\n" + outcomes.String()},
		{Use: "configuration", Short: "Files, profiles and their keys", Long: configurationHelp()},
		{Use: "mapping-file", Short: "The keys of a mapping file, with an example", Long: mappingHelp},
		{Use: "environment", Short: "The environment variables that are read", Long: environmentHelp},
	}
}

const environmentHelp = `Environment variables:
  ` + tokenVariable + `         a ready bearer token for the service; it is never renewed and mostly dies within the hour
  ` + refreshVariable + `        a refresh token; what replaces it is kept nowhere, so it ends about 90 days after it was
                               issued, however often it is used
  ` + refreshFileVariable + `   a file of yours alone that holds a refresh token; one that replaces it is written back
  REFLOAD_<FLAG>               the value of a flag that is not given: REFLOAD_CONFIG, REFLOAD_BASE_URL,
                               REFLOAD_STATE … (all but --yes and --on-unknown)
  REFLOAD_DEBUG                where it began is printed with an internal error
  HTTPS_PROXY, NO_PROXY        the proxy to use
  NO_COLOR                     no colours
  HOME                         below it lie the user's refload.yaml and the state folder
  XDG_CONFIG_HOME              where the user's refload.yaml is, on Linux
  XDG_STATE_HOME               where the state folder is made, on Linux
  AppData, LOCALAPPDATA        where they are on Windows
`

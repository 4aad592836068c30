package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// rootExample is what help shows first.
const rootExample = `  refload check deals.xlsx                 look for problems; nothing is sent
  refload import deals.xlsx --sandbox      try it on the embedded sandbox, without an account
  refload plan deals.xlsx --sandbox        what import would do, field by field
  refload verify deals.xlsx --sandbox      after an import: does the service hold what the sheet says?
  refload template deals.xlsx              an empty workbook to fill in
  refload fields                           every column that refload knows`

// newRoot builds the command line.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "refload",
		Short:         "Moves referrals between spreadsheets and Microsoft Partner Center, in bulk",
		Long:          "refload moves referrals (leads, co-sell opportunities, pipeline deals) between spreadsheets\nand Microsoft Partner Center: every row is checked before anything is sent, and every row\nhas its answer after.",
		Example:       rootExample,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := a.fromEnvironment(cmd); err != nil {
				return err
			}
			if err := a.checkVariables(cmd.Root()); err != nil {
				return err
			}
			if err := a.checkOutputs(cmd, args); err != nil {
				return err
			}
			if err := a.openLog(cmd); err != nil { // before what can be wrong with files
				return err
			}
			if err := a.fromFiles(cmd); err != nil {
				return err
			}
			if err := a.checkOutputs(cmd, args); err != nil { // a profile may name files too
				return err
			}
			return a.openBodies()
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(flagError)
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(usageTemplate)
	a.global.addFlags(root.PersistentFlags())
	addCommands(root, []*cobra.Command{newImport(a), newCheck(a), newPlan(a), newExport(a), newVerify(a), newSetup(a)},
		[]*cobra.Command{newApply(a), newTemplate(a), newFields(a), newMapping(a), newRuns(a), newAuth(a), newSandbox(a), newConfig(a), newDoctor(a), newMan(a), newVersion(a)})
	return root
}

// The groups of commands in the first help.
const (
	firstGroup = "first"
	moreGroup  = "more"
)

// addCommands adds the commands that a newcomer needs, then the others, then the pages of help.
func addCommands(root *cobra.Command, first, more []*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: firstGroup, Title: "Commands:"}, &cobra.Group{ID: moreGroup, Title: "More commands:"})
	for _, cmd := range first {
		cmd.GroupID = firstGroup
	}
	for _, cmd := range more {
		cmd.GroupID = moreGroup
	}
	root.SetCompletionCommandGroupID(moreGroup)
	root.SetHelpCommandGroupID(moreGroup)
	root.AddCommand(append(first, more...)...)
	root.AddCommand(helpTopics()...)
	helpOnUnknown(root)
}

// unknownCommand says what may have been meant.
func unknownCommand(cmd *cobra.Command, name string) error {
	advice := "see the commands with '" + cmd.CommandPath() + " --help'"
	cmd.SuggestionsMinimumDistance = 2 // which cobra sets for the first command only
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		advice = "did you mean '" + cmd.CommandPath() + " " + near[0] + "'?"
	}
	return &UsageError{"there is no command " + quote(strings.TrimPrefix(cmd.CommandPath()+" "+name, cmd.Root().Name()+" ")), advice}
}

// flagError turns an error of the flag parser into one with a hint.
func flagError(cmd *cobra.Command, err error) error {
	return &UsageError{err.Error(), "see '" + cmd.CommandPath() + " --help'" + nearFlag(cmd, err)}
}

// The help of a command shows an example first.
const helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{if .HasExample}}Examples:
{{.Example}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}`

const usageTemplate = `{{if .Runnable}}Usage:
  {{.UseLine}}
{{end}}{{if .HasAvailableSubCommands}}{{$commands := .Commands}}{{if not .Groups}}
Commands:{{range $commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}
{{end}}{{range $group := .Groups}}
{{.Title}}{{range $commands}}{{if and (eq .GroupID $group.ID) .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}
{{end}}{{end}}{{if .HasAvailableLocalFlags}}
Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}
Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasHelpSubCommands}}
Help on:{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}
{{end}}`

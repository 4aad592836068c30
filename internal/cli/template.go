package cli

import (
	"os"

	"github.com/spf13/cobra"

	"refload/importer"
	"refload/internal/console"
)

func newTemplate(a *app) *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "template FILE.xlsx",
		Short: "An empty workbook to fill in, with dropdowns and notes",
		Example: "  refload template deals.xlsx\n" +
			"  refload import deals.xlsx --sandbox",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &UsageError{"template wants the name of one workbook", "refload template deals.xlsx"}
			}
			if _, err := os.Lstat(args[0]); err == nil && !replace {
				return &UsageError{args[0] + " is there already and was left alone", "choose another name, or add --replace"}
			}
			if err := importer.WriteTemplate(args[0]); err != nil {
				return err
			}
			if a.global.json {
				a.jsonLine(map[string]any{"event": "summary", "file": args[0]})
				return nil
			}
			console.Print(a.env.Stdout, "%s: fill in the sheet Referrals, then: refload check %s\n", args[0], typed(args[0]))
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace a file that is there")
	return cmd
}

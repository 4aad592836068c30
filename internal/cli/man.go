package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/internal/files"
)

func newMan(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "man FOLDER", Short: "Write the manual pages, one a command, into a folder", Hidden: true,
		Example: "  refload man dist/man", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pages := manPages(cmd.Root())
			if err := files.MkdirPrivate(args[0]); err != nil {
				return err
			}
			for _, name := range sortedKeys(pages) {
				if err := files.WriteFile(filepath.Join(args[0], name), []byte(pages[name])); err != nil {
					return err
				}
			}
			if a.global.json {
				a.jsonLine(map[string]any{"event": "summary", "pages": len(pages), "folder": args[0]})
				return nil
			}
			fmt.Fprintf(a.env.Stdout, "%d pages in %s\n", len(pages), args[0])
			return nil
		},
	}
}

// manPages returns the manual pages of a command and all below it, by file name. They name no day
// and no version, so that the same commands give the same pages.
func manPages(cmd *cobra.Command) map[string]string {
	pages := map[string]string{}
	section := "1"
	if cmd.IsAdditionalHelpTopicCommand() {
		section = "7"
	}
	pages[manName(cmd)+"."+section] = manPage(cmd, section)
	for _, below := range cmd.Commands() {
		if !below.Hidden && below.Name() != "help" {
			for name, page := range manPages(below) {
				pages[name] = page
			}
		}
	}
	return pages
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage writes one page in the man macros.
func manPage(cmd *cobra.Command, section string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %q %q \"\" \"refload\" \"refload\"\n", strings.ToUpper(manName(cmd)), section)
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(manName(cmd)), roff(cmd.Short))
	if cmd.Runnable() {
		fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.UseLine()))
	}
	manText(&b, "DESCRIPTION", cmd.Long)
	manText(&b, "EXAMPLES", cmd.Example)
	manFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	manFlags(&b, "OPTIONS OF EVERY COMMAND", cmd.InheritedFlags())
	if cmd.Runnable() {
		var codes strings.Builder
		printExitCodes(&codes)
		manText(&b, "EXIT STATUS", codes.String())
	}
	return b.String()
}

// manText writes a text with its lines as they are.
func manText(b *strings.Builder, title, text string) {
	if text = strings.Trim(text, "\n"); text == "" {
		return
	}
	fmt.Fprintf(b, ".SH %s\n.nf\n%s\n.fi\n", title, roff(text))
}

func manFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden {
			return
		}
		name := "--" + flag.Name
		if flag.Shorthand != "" {
			name = "-" + flag.Shorthand + ", " + name
		}
		value, help := pflag.UnquoteUsage(flag)
		if value != "" {
			name += " " + value
		}
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(name), roff(help))
	})
}

// roff lets a text stand for itself: backslashes and hyphens are escaped, and no line begins
// like a request.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}

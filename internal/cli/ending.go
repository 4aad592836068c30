package cli

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"github.com/spf13/cobra"
)

// jsonLine writes one JSON line. A summary waits until the command has ended, because it is the last line and the only
// one of its kind: endJSON writes it, and only where JSON lines are wanted.
func (a *app) jsonLine(object map[string]any) {
	if object["event"] == "summary" {
		a.summary = object
		return
	}
	json.NewEncoder(a.env.Stdout).Encode(object)
}

// listed is a list as JSON has it where it is empty too: a list, not null.
func listed[T any](list []T) []T { return append([]T{}, list...) }

// endJSON ends the JSON lines with the summary: what the command said in it, where it got that far, and what every
// command's has. Pages of help and scripts for shells are texts in any case, and have none.
func (a *app) endJSON(cmd *cobra.Command, code int, err error) {
	if !a.global.json || a.helped || forShells(cmd) {
		return
	}
	object := map[string]any{"event": "summary", "command": commandName(cmd), "ok": code == exitOK}
	maps.Copy(object, a.summary)
	if object["exit_code"] = code; code != exitOK {
		object["meaning"] = meaningOf(code)
	}
	if err != nil && !errors.As(err, new(*silentError)) {
		object["error"] = err.Error()
	}
	json.NewEncoder(a.env.Stdout).Encode(object)
}

// readLate takes the flags that can be taken where a wrong one kept all of them from being read: --json may be among them.
func (a *app) readLate(root *cobra.Command) {
	if cmd, rest, err := root.Find(a.env.Args); err == nil && a.settings.origins == nil {
		a.readFlags(cmd, rest)
	}
}

// commandName is a command as it is typed behind the program's name.
func commandName(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}

// forShells reports whether a command writes for a shell: a script, or what completes a word.
func forShells(cmd *cobra.Command) bool {
	return cmd.Name() == cobra.ShellCompRequestCmd || cmd.HasParent() && cmd.Parent().Name() == "completion"
}

// noteHelp notes that a page of help was shown.
func (a *app) noteHelp(root *cobra.Command) {
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		a.helped = true
		show(cmd, args)
	})
}

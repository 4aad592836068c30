package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/internal/config"
)

// writtenFile is a flag that names a file to write.
type writtenFile struct {
	flag    string
	isSheet bool // it may be a workbook or a CSV; the others never are
	chooses bool // it takes another name by itself where the named file must stay
}

// writtenFiles are all of them.
var writtenFiles = []writtenFile{
	{flag: "results", isSheet: true, chooses: true}, {flag: "output", isSheet: true},
	{flag: "metrics-file"}, {flag: "log-file"}, {flag: "debug-bodies"},
}

// readFlags are the flags that name a file to read, besides the arguments.
var readFlags = []string{"mapping", "ca-file", "config"}

// neverWritten are the ends of the names of files that are read, which no log, metrics or bodies have.
var neverWritten = append([]string{".yaml", ".yml"}, sheets...)

// checkOutputs refuses a file to write that the command reads, or that two flags name, before any is
// opened: what is replaced or appended to is gone. A log, metrics and bodies under the name of a sheet or a
// mapping are refused whatever the command reads, because a plan, a run, a profile and a folder name their
// inputs themselves. What is refused is forgotten, so that a command that ends early does not write it either.
func (a *app) checkOutputs(cmd *cobra.Command, args []string) (wrong error) {
	taken := a.filesRead(cmd.Flags(), args)
	for _, w := range writtenFiles {
		path := textOf(cmd.Flags(), w.flag)
		if path == "" || path == "-" {
			continue
		}
		if err := w.check(path, taken); err != nil {
			cmd.Flags().Lookup(w.flag).Value.Set("")
			wrong = firstError(wrong, err)
		}
		taken = append(taken, takenFile{path, "the file of --" + w.flag})
	}
	return wrong
}

// check refuses a path that is taken or never written.
func (w writtenFile) check(path string, taken []takenFile) error {
	if extension := strings.ToLower(filepath.Ext(path)); !w.isSheet && contains(neverWritten, extension) {
		return &UsageError{fmt.Sprintf("--%s %s: %s is the name of a file that is read", w.flag, quote(path), extension), "name a file with another ending, so that no input is written over"}
	}
	for _, other := range taken {
		if !w.chooses && sameTarget(path, other.path) {
			return &UsageError{fmt.Sprintf("--%s %s is %s", w.flag, quote(path), other.what), "name another file"}
		}
	}
	return nil
}

// takenFile is a file that must not be written to.
type takenFile struct{ path, what string }

// filesRead are the files that a command reads, as far as its command line says.
func (a *app) filesRead(flags *pflag.FlagSet, args []string) []takenFile {
	taken := []takenFile{{config.FileName, "the configuration"}, {a.userFile(), "the configuration"}}
	for _, path := range args {
		taken = append(taken, takenFile{path, "the file that is read"})
	}
	for _, name := range readFlags {
		taken = append(taken, takenFile{textOf(flags, name), "the file of --" + name})
	}
	return taken
}

// sameTarget reports whether two paths are one file, also one that is not there yet, and through links.
func sameTarget(a, b string) bool {
	if a == "" || b == "" || b == "-" {
		return false
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	return absolute(a) == absolute(b)
}

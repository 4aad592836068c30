package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"refload/internal/console"
	"refload/internal/files"
	"refload/internal/run"
)

// EmptyInboxError says that a folder has no file to import.
type EmptyInboxError struct{ Folder string }

// Error names the folder.
func (e *EmptyInboxError) Error() string { return e.Folder + ": no file to import" }

// Hint says what to do next.
func (e *EmptyInboxError) Hint() string {
	return "if that is expected, as on a day without news, add --allow-empty"
}

// isFolder reports whether a path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// checkInbox refuses what makes no sense with a folder as input, or with --done.
func (f *importFlags) checkInbox(a *app, args []string) error {
	folders := 0
	for _, arg := range args {
		if isFolder(arg) {
			folders++
		}
	}
	switch {
	case folders == 0 && f.done == "":
		return nil
	case folders == 0:
		return &UsageError{"--done is for a folder as input", "refload import inbox/ --done archive/; a file stays where it is"}
	case len(args) > 1:
		return &UsageError{"a folder is imported alone", "name one folder, or files"}
	case f.done == "":
		return &UsageError{args[0] + " is a folder", "say with --done where its files go when they are done: " + a.told(byNothing, "import", args[0], "--done", "archive/")}
	case f.results != "":
		return &UsageError{"--results names one file, and a folder has several", "leave it out: results go to the folder of --done"}
	case sameFolder(args[0], f.done):
		return &UsageError{"--done is the folder that is read", "name another one, such as " + filepath.Join(args[0], "done")}
	}
	return nil
}

func sameFolder(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// inbox is a folder of which each file is imported once.
type inbox struct {
	*app
	flags   importFlags
	folder  string
	service *service
	home    *run.Home
	asks    bool
	taken   int
	worst   error
}

// importFolder imports the files of a folder in the order of their names, each on its own: what is wrong with one
// does not keep the others back. What is wrong with the service, or with the command, ends it.
func (a *app) importFolder(ctx context.Context, flags importFlags, folder string, service *service, asks bool) error {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return asUsage(err)
	}
	if err := files.MkdirPrivate(flags.done); err != nil {
		return err
	}
	state, err := a.stateFolder()
	if err != nil {
		return err
	}
	home, err := run.OpenTarget(state, service.target)
	if err != nil {
		return err
	}
	a.closing.several = true
	box := &inbox{app: a, flags: flags, folder: folder, service: service, home: home, asks: asks}
	for _, entry := range entries {
		if ctx.Err() != nil {
			return box.ending(ctx, context.Canceled)
		}
		if err := box.take(ctx, entry.Name()); err != nil {
			return box.ending(ctx, err)
		}
	}
	if box.taken == 0 && !flags.allowEmpty {
		return &EmptyInboxError{folder}
	}
	return box.worst
}

// sheets are the extensions of the files that are taken.
var sheets = []string{".xlsx", ".xlsm", ".csv", ".tsv"}

// writtenWithin is how long a file must have been left alone before it is taken: whoever writes it may be
// at work.
const writtenWithin = 2 * time.Second

// leave says why a file is not taken now, "" where it is.
func (b *inbox) leave(info fs.FileInfo) string {
	name := strings.ToLower(info.Name())
	extension := filepath.Ext(name)
	switch {
	case strings.HasPrefix(name, "~$"):
		return "Excel keeps it while the workbook is open"
	case strings.HasPrefix(name, "."):
		return "its name says that it is hidden"
	case extension == ".part" || extension == ".tmp":
		return "its name says that it is not complete"
	case !info.Mode().IsRegular():
		return "it is no ordinary file"
	case !contains(sheets, extension):
		return "it is neither a workbook nor a CSV"
	case b.env.Now().Sub(info.ModTime()) < writtenWithin:
		return "it was changed just now; the next run takes it"
	case b.opened(info.Name()) != "":
		return "it is open in a spreadsheet program: " + b.opened(info.Name()) + " lies beside it; the next run takes it when it is closed, or when that file is a day old"
	}
	return ""
}

// openFor is how long a lock file counts: what a program that crashed left behind keeps no file back for ever.
const openFor = 24 * time.Hour

// opened returns the lock file that a spreadsheet program has put beside a file, "" for none.
func (b *inbox) opened(name string) string {
	for _, lock := range []string{"~$" + name, ".~lock." + name + "#"} { // Excel's, LibreOffice's
		if info, err := os.Lstat(filepath.Join(b.folder, lock)); err == nil && b.env.Now().Sub(info.ModTime()) < openFor {
			return lock
		}
	}
	return ""
}

// take imports one file and moves it where it is done. The error is one that ends the whole command.
func (b *inbox) take(ctx context.Context, name string) error {
	path := filepath.Join(b.folder, name)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // another run was faster
	case err != nil:
		return asUsage(err)
	case info.IsDir():
		return nil
	}
	if why := b.leave(info); why != "" {
		b.tell("left", name, "", why)
		return nil
	}
	b.taken++
	return b.importAndMove(ctx, path)
}

// tell says what became of a file.
func (b *inbox) tell(event, name, to, why string) {
	if b.global.json {
		object := map[string]any{"event": event, "file": name}
		for key, value := range map[string]string{"to": to, "why": why} {
			if value != "" {
				object[key] = value
			}
		}
		b.jsonLine(object)
		return
	}
	text := name + ": left where it is: " + why
	if event == "moved" {
		text = name + ": done, moved to " + to
	}
	if event != "moved" || !b.global.quiet {
		fmt.Fprintln(b.env.Stderr, console.Escape(text, 0))
	}
}

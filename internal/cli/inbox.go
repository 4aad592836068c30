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

	"refload/importer"
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
func (f *importFlags) checkInbox(args []string) error {
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
		return &UsageError{args[0] + " is a folder", "say with --done where its files go when they are done: refload import " + args[0] + " --done archive/"}
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
	asks    bool
	taken   int
	worst   error
}

// importFolder imports the files of a folder in the order of their names, each on its own: a bad file does
// not keep the others back.
func (a *app) importFolder(ctx context.Context, flags importFlags, folder string, service *service, asks bool) error {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return asUsage(err)
	}
	if err := files.MkdirPrivate(flags.done); err != nil {
		return err
	}
	a.closing.several = true
	box := &inbox{app: a, flags: flags, folder: folder, service: service, asks: asks}
	for _, entry := range entries {
		if ctx.Err() != nil {
			return context.Canceled
		}
		if err := box.take(ctx, entry.Name()); err != nil {
			return err
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

// importAndMove imports a file; its results go to the folder for what is done, under a name of this moment.
func (b *inbox) importAndMove(ctx context.Context, path string) error {
	place := b.freePlace(path)
	flags := b.flags
	flags.results, flags.placed = importer.ResultsIn(b.flags.done, place), true
	before := len(b.closing.all)
	err := b.importOne(ctx, flags, path, b.service, b.asks)
	var summary *importer.Summary
	if len(b.closing.all) > before {
		summary = b.closing.last()
	}
	switch {
	case errors.As(err, new(*importer.StopError)), errors.As(err, new(*run.LockedError)), ctx.Err() != nil && err != nil:
		return err
	case !flags.dryRun && isDone(summary, err):
		err = firstError(b.move(path, place, summary.Hash), err)
	case !flags.dryRun:
		b.tell("left", filepath.Base(path), "", "not all of it is done; the next run goes on")
	}
	b.remember(ctx, err)
	return nil
}

// freePlace is where a file goes when it is done, under a name of this moment that neither a file nor
// results have.
func (b *inbox) freePlace(path string) string {
	extension := filepath.Ext(path)
	stem := strings.TrimSuffix(filepath.Base(path), extension) + "-" + b.env.Now().UTC().Format("20060102T150405Z")
	return firstFree(filepath.Join(b.flags.done, stem), extension, func(place string) bool {
		return exists(place) || exists(importer.ResultsIn(b.flags.done, place))
	})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// mostMoves bounds the search for a free name.
const mostMoves = 1000

// firstFree returns the first name, the plain one or one with a number, that is not taken.
func firstFree(stem, extension string, taken func(string) bool) string {
	place := stem + extension
	for number := 2; taken(place) && number <= mostMoves; number++ {
		place = fmt.Sprintf("%s-%d%s", stem, number, extension)
	}
	return place
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// remember tells of an error of one file and keeps the worst: that of rows counts less than any other.
func (b *inbox) remember(ctx context.Context, err error) {
	if err == nil {
		return
	}
	b.printError(err)
	code := exitCode(ctx, err)
	if b.worst == nil || exitCode(ctx, b.worst) == exitPartial {
		b.worst = &silentError{code}
	}
}

// isDone reports whether nothing of a file is left to be done by another run: it was read to its end, its
// results are written, and what is not applied waits for a person, who has the results.
func isDone(s *importer.Summary, err error) bool {
	over := err == nil || errors.As(err, new(*silentError)) || errors.As(err, new(*importer.RefusedError)) || errors.As(err, new(*importer.EmptyError))
	return over && s != nil && s.Results != "" && s.Counts.TimeSettles() == 0 && s.Later == 0
}

// move puts a file that was imported into the folder for what is done. The one that is moved must be the one
// that was imported: where a newer one came in its place, that one stays for the next run.
func (b *inbox) move(path, to, hash string) error {
	if now, err := files.Hash(path); err != nil || now != hash {
		b.tell("left", filepath.Base(path), "", "it was changed while it was imported; the next run takes it")
		return nil
	}
	if err := files.Move(path, to); err != nil {
		return err
	}
	if now, err := files.Hash(to); err != nil || now != hash {
		b.tell("left", filepath.Base(path), "", "it was changed while it was moved; the next run takes it")
		return files.Move(to, path)
	}
	b.tell("moved", filepath.Base(path), to, "")
	return nil
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

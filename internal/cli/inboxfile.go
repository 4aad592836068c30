package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"refload/importer"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
	"refload/internal/sheet"
)

// importAndMove imports a file; its results go to the folder for what is done, under a name of this moment. The error
// is one that ends the whole command.
func (b *inbox) importAndMove(ctx context.Context, path string) error {
	place := b.placeOf(path)
	flags := b.flags
	flags.results, flags.placed = importer.ResultsIn(b.flags.done, place), true
	before := len(b.closing.ends)
	err := b.importOne(ctx, flags, path, b.service, b.asks)
	var summary *importer.Summary
	if len(b.closing.ends) > before {
		summary = b.closing.last().summary
	}
	switch {
	case err != nil && (ctx.Err() != nil || endsAll(err)):
		return err
	case flags.dryRun:
	case summary != nil && isDone(summary, err):
		err = firstError(b.move(path, place, summary.Hash), err)
	default:
		b.tell("left", filepath.Base(path), "", whyLeft(err))
	}
	b.remember(ctx, err)
	return nil
}

// ofTheFile are the kinds of stops after which the next file is imported: it may fare otherwise.
var ofTheFile = map[outcome.StopKind]bool{outcome.StoppedByRows: true, outcome.StoppedByInput: true}

// endsAll reports whether an error is of the service, the sign-in, the disk, the lock, a person or the command,
// and not of the one file: what comes next would end in the same way.
func endsAll(err error) bool {
	var stopped *outcome.StopError
	if errors.As(err, &stopped) {
		return !ofTheFile[stopped.Kind()] || stopped.OfService()
	}
	return is[*run.LockedError](err) || is[*UsageError](err) || is[*run.StateError](err) || is[*journal.StorageError](err) || is[*journal.DamagedError](err)
}

// whyLeft says why a file is not done.
func whyLeft(err error) string {
	switch {
	case is[*sheet.ProblemError](err), is[*outcome.InputError](err):
		return "it cannot be read; fix or remove it"
	case err == nil, is[*silentError](err):
		return "not all of it is done; the next run goes on"
	}
	return "its import did not come to its end; the next run tries it again"
}

// placeOf is where a file goes when it is done. A file that was imported before, is unchanged and was not done has
// the place of then, so that its results are replaced and do not become more night after night.
func (b *inbox) placeOf(path string) string {
	if hash, err := files.Hash(path); err == nil {
		for _, written := range b.home.ResultsOf(path, hash) {
			stem, isResults := strings.CutSuffix(written.Path, "-results.xlsx")
			place := stem + filepath.Ext(path)
			if isResults && sameFolder(filepath.Dir(place), b.flags.done) && !exists(place) && exists(written.Path) {
				return filepath.Join(b.flags.done, filepath.Base(place))
			}
		}
	}
	return b.freePlace(path)
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

// remember tells of an error of one file and keeps the worst, of several alike the first.
func (b *inbox) remember(ctx context.Context, err error) {
	if err == nil {
		return
	}
	b.printError(err)
	if code := exitCode(ctx, err); isWorse(code, exitCode(ctx, b.worst)) {
		b.worst = &toldError{silentError{code}, err}
	}
}

// ending is the error that the command ends with: that which ends it, unless one of a file was worse.
func (b *inbox) ending(ctx context.Context, err error) error {
	if !isWorse(exitCode(ctx, b.worst), exitCode(ctx, err)) {
		return err
	}
	b.printError(err)
	return b.worst
}

// isDone reports whether nothing of a file is left to be done by another run: it was read to its end, its
// results are written or there is nothing to write, and what is not applied waits for a person, who has the results.
func isDone(s *importer.Summary, err error) bool {
	switch {
	case is[*importer.RefusedError](err), is[*outcome.EmptyError](err):
		return s.Results != "" // the next run would refuse it again, good rows and all
	case err != nil && !is[*silentError](err):
		return false
	}
	return (s.Results != "" || s.Rows == 0) && s.Counts.TimeSettles() == 0 && s.Later == 0
}

// move puts a file that was imported into the folder for what is done. The one that is moved must be the one
// that was imported: where a newer one came in its place, that one stays for the next run.
func (b *inbox) move(path, to, hash string) error {
	if now, err := files.Hash(path); err != nil || now != hash {
		b.tell("left", filepath.Base(path), "", "it was changed while it was imported; the next run takes it")
		return nil
	}
	to, err := b.moveTo(path, to)
	if err != nil {
		return err
	}
	if now, err := files.Hash(to); err != nil || now != hash {
		b.tell("left", filepath.Base(path), "", "it was changed while it was moved; the next run takes it")
		return files.Move(to, path)
	}
	b.tell("moved", filepath.Base(path), to, "")
	return nil
}

// moveTo moves a file to a place, or to the next one with a number where another process was faster. Where it goes is
// remembered before it goes, for whoever looks for a person later.
func (b *inbox) moveTo(path, to string) (string, error) {
	extension := filepath.Ext(to)
	for number := 1; ; number++ {
		place := to
		if number > 1 {
			place = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(to, extension), number, extension)
		}
		if err := b.home.Remember(run.Written{Path: place, What: run.MovedInput}); err != nil {
			return place, err
		}
		err := files.Move(path, place)
		if err == nil || !errors.Is(err, fs.ErrExist) || number == mostMoves {
			return place, err
		}
	}
}

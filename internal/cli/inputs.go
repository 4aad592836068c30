package cli

import (
	"context"
	"path/filepath"
	"strings"

	"refload/importer"
	"refload/importer/outcome"
	"refload/internal/console"
)

// inputs returns the paths of the files to read: standard input is copied first, and the lock
// files that Excel leaves beside an open workbook are passed over.
func (a *app) inputs(args []string) (paths []string, clean func(), err error) {
	var removes []func()
	clean = func() {
		for _, remove := range removes {
			remove()
		}
	}
	for _, arg := range args {
		if strings.HasPrefix(filepath.Base(arg), "~$") {
			console.Print(a.env.Stderr, "%s: passed over; Excel keeps it while the workbook is open\n", arg)
			continue
		}
		if arg != "-" {
			paths = append(paths, arg)
			continue
		}
		path, remove, err := a.spoolStdin()
		if err != nil {
			return nil, clean, err
		}
		removes = append(removes, remove)
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, clean, &UsageError{"no file is left to read", "name a workbook or a CSV file"}
	}
	return paths, clean, nil
}

// checkSeveral checks all files before the first of several is sent: one problem stops all. Each file then ends as if it alone had been
// refused, or held back by another one, so that its rows have an answer and a monitor hears of them. The error is that of the worst.
func (a *app) checkSeveral(ctx context.Context, flags importFlags, paths []string, service *service) error {
	if len(paths) < 2 || flags.skipInvalid {
		return nil
	}
	wrong := make([]error, len(paths))
	var worst error
	for i, path := range paths {
		if wrong[i] = a.checkBefore(ctx, flags, path); is[*UsageError](wrong[i]) || ctx.Err() != nil {
			return wrong[i]
		}
		if wrong[i] != nil && (worst == nil || isWorse(exitCode(ctx, wrong[i]), exitCode(ctx, worst))) {
			worst = wrong[i]
		}
	}
	if worst == nil {
		return nil
	}
	ends := worst
	for i, path := range paths {
		err := a.refuseOne(ctx, flags, path, service, worst)
		switch {
		case wrong[i] == worst:
			ends = err // it may have become worse: its results cannot be written
		case wrong[i] != nil:
			a.printError(err)
		}
	}
	return ends
}

// checkBefore checks one file of several.
func (a *app) checkBefore(ctx context.Context, flags importFlags, path string) error {
	source, err := a.source(flags.sourceFlags, path, !a.asks() || flags.yes)
	if err != nil {
		return err
	}
	report, err := importer.Check(ctx, source, nil)
	if err != nil {
		return err
	}
	return report.Err()
}

// refuseOne ends one of several files of which none is sent, and tells of it.
func (a *app) refuseOne(ctx context.Context, flags importFlags, path string, service *service, worst error) error {
	const asks = false // there is nothing to ask
	options, err := a.importOptions(flags, path, service, asks)
	if err != nil {
		a.closing.add(inputName(path), nil, err)
		return err
	}
	options.HeldBack = worst
	summary, err := importer.Import(ctx, options)
	if err == nil { // it is empty, and that is allowed
		err = &outcome.HeldBackError{Name: options.Name, Why: worst}
	}
	a.tellSummary(options.Source, summary, err, flags.dryRun)
	return err
}

package cli

import (
	"context"
	"path/filepath"
	"strings"

	"refload/importer"
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

// checkSeveral checks all files before the first of several is sent: one problem stops all.
func (a *app) checkSeveral(ctx context.Context, flags importFlags, paths []string, unattended bool) error {
	if len(paths) < 2 || flags.skipInvalid {
		return nil
	}
	var first error
	for _, path := range paths {
		source, err := a.source(flags.sourceFlags, path, unattended)
		if err != nil {
			return err
		}
		report, err := importer.Check(ctx, source, nil)
		if err == nil {
			err = report.Err()
		}
		if err == nil {
			continue
		}
		if report != nil {
			a.tellProblems(report.Place, &report.Problems)
		}
		a.printError(err)
		if first == nil {
			first = err
		}
	}
	if first == nil {
		return nil
	}
	return &silentError{exitCode(ctx, first)}
}

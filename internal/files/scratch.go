package files

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

const tempSuffix = ".refload.tmp"

// nameLimit leaves room in a file name of 255 bytes for the random part and the suffix.
const nameLimit = 200

// tempPrefix is what the names of all temporary files of one target start with.
func tempPrefix(path string) string {
	name := filepath.Base(path)
	if len(name) > nameLimit {
		name = name[:nameLimit]
		for !utf8.ValidString(name) && len(name) > nameLimit-utf8.UTFMax {
			name = name[:len(name)-1]
		}
	}
	return "." + name + "-"
}

func pattern(path string) string { return tempPrefix(path) + "*" + tempSuffix }

// Scratch makes a private folder (0700) beside path, for what has to be spilled to disk
// while the file at path is written. The caller removes it.
func Scratch(path string) (string, error) {
	folder, err := os.MkdirTemp(filepath.Dir(path), pattern(path))
	if err != nil {
		return "", problem("making folder beside", path, err)
	}
	if err := os.Chmod(folder, folderMode); err != nil {
		os.Remove(folder)
		return "", problem("making folder beside", path, err)
	}
	return folder, nil
}

// Sweep removes the temporary files and scratch folders that a killed process left beside
// path and that were last changed before the given time. The time keeps the files of a
// process that is still writing.
func Sweep(path string, before time.Time) error {
	return sweep(filepath.Dir(path), before, func(name string) bool { return isTemp(name, tempPrefix(path)) })
}

// SweepFolder is Sweep for every target in a folder that is refload's own.
func SweepFolder(folder string, before time.Time) error {
	return sweep(folder, before, func(name string) bool {
		end := strings.LastIndexByte(name, '-')
		return end > 1 && name[0] == '.' && isTemp(name, name[:end+1])
	})
}

func sweep(folder string, before time.Time, ours func(name string) bool) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return problem("reading folder", folder, err)
	}
	var failures []error
	for _, entry := range entries {
		if !ours(entry.Name()) {
			continue
		}
		info, err := entry.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone meanwhile, or still in use
		}
		left := filepath.Join(folder, entry.Name())
		if err := os.RemoveAll(left); err != nil {
			failures = append(failures, problem("removing", left, err))
		}
	}
	return errors.Join(failures...)
}

// isTemp wants exactly the digits of os.CreateTemp between prefix and suffix, so that no
// file of a person is ever taken for one of ours.
func isTemp(name, prefix string) bool {
	middle, found := strings.CutPrefix(name, prefix)
	if !found {
		return false
	}
	middle, found = strings.CutSuffix(middle, tempSuffix)
	return found && middle != "" && strings.Trim(middle, "0123456789") == ""
}

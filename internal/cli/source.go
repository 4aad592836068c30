package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"refload/importer"
	"refload/internal/files"
	"refload/mapping"
)

// sourceFlags are the flags of every command that reads a sheet.
type sourceFlags struct {
	mapping    string
	sheet      string
	headerRow  int
	encoding   string
	delimiter  string
	dates      string
	decimal    string
	key        []string
	rows       string
	limit      int
	allowEmpty bool
	hidden     string
	allowError bool
}

func (s *sourceFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&s.mapping, "mapping", "", "mapping file (YAML): which column is which field, constants, defaults, dates")
	flags.StringVar(&s.sheet, "sheet", "", "the sheet to read (default: the one with a header of referrals)")
	flags.IntVar(&s.headerRow, "header-row", 0, "the row with the headers (default: found near the top)")
	flags.StringVar(&s.encoding, "encoding", "", "encoding of a CSV that is not UTF-8, such as windows-1252")
	flags.StringVar(&s.delimiter, "delimiter", "", "what separates the fields of a CSV: comma, semicolon, tab or pipe, or the character (default: found out)")
	flags.StringVar(&s.dates, "dates", "", "how dates are written: dmy, mdy or ymd; columns for which the mapping file has a rule keep it (default: found out)")
	flags.StringVar(&s.decimal, "decimal", "", "what separates the fraction of a number: comma or point (default: found out)")
	flags.StringSliceVar(&s.key, "key", nil, "columns that tell rows without CRM ID apart (default: Deal Name,Customer Name)")
	flags.StringVar(&s.rows, "rows", "", "only these rows, by the numbers that Excel shows: 2-50, 7, 100-")
	flags.IntVar(&s.limit, "limit", 0, "at most so many data rows")
	flags.StringVar(&s.hidden, "hidden", "", "what becomes of rows that are hidden in a workbook: include or skip (default: refuse the file)")
	flags.BoolVar(&s.allowError, "allow-error-status", false, "a row may close its deal as Error, a status that only the portal documents")
	flags.BoolVar(&s.allowEmpty, "allow-empty", false, "a file without data rows is no error")
}

// delimiters are the words for what separates fields.
var delimiters = map[string]rune{"": 0, "comma": ',', ",": ',', "semicolon": ';', ";": ';', "tab": '\t', "\t": '\t', "pipe": '|', "|": '|'}

// enoughMemory is what a file of a million rows is read, sent and answered with, in bytes; the
// process takes some 20 MiB more. Go would let its heap grow to twice of what is in use.
const enoughMemory = 200 << 20

// limitMemory keeps the process small. The embedded sandbox holds as much as it holds, and who
// sets GOMEMLIMIT knows better.
func (a *app) limitMemory() {
	if a.env.LimitMemory != nil && !a.global.sandbox && a.env.Getenv("GOMEMLIMIT") == "" {
		a.env.LimitMemory(enoughMemory)
	}
}

// source builds the source of one file.
func (a *app) source(s sourceFlags, path string, unattended bool) (importer.Source, error) {
	a.limitMemory()
	source := importer.Source{
		Path: path, Name: inputName(path), Stdin: isStdin(path), Sheet: s.sheet, HeaderRow: s.headerRow, Encoding: s.encoding,
		Key: s.key, Limit: s.limit, Hidden: s.hidden, AllowEmpty: s.allowEmpty, Unattended: unattended,
		AllowErrorStatus: s.allowError,
		Today:            func() time.Time { return a.env.Now() },
	}
	if !contains([]string{"", "include", "skip"}, s.hidden) {
		return source, &UsageError{fmt.Sprintf("--hidden %q is not known", s.hidden), "include or skip"}
	}
	delimiter, known := delimiters[strings.ToLower(s.delimiter)]
	if !known {
		return source, &UsageError{fmt.Sprintf("--delimiter %q is not known", s.delimiter), "comma, semicolon, tab or pipe"}
	}
	source.Delimiter = delimiter
	var err error
	if source.First, source.Last, err = parseRows(s.rows); err != nil {
		return source, err
	}
	if s.mapping != "" {
		source.Mapping, err = a.readMapping(s.mapping)
	}
	if err == nil {
		err = s.overlay(&source, a.settings.profile.Yes("share-closed"))
	}
	return source, asUsage(err)
}

// overlay lays what flags and profile say of the rows over the mapping file.
func (s *sourceFlags) overlay(source *importer.Source, shareClosed bool) error {
	file := &mapping.File{}
	if source.Mapping != nil {
		file = source.Mapping
	}
	if s.dates != "" {
		if err := file.SetDates(s.dates); err != nil {
			return &UsageError{"--dates " + quote(s.dates) + " is not known", "dmy, mdy or ymd"}
		}
	}
	if s.decimal != "" {
		if err := file.SetDecimal(s.decimal); err != nil {
			return &UsageError{"--decimal " + quote(s.decimal) + " is not known", "comma or point"}
		}
	}
	file.ShareClosed = file.ShareClosed || shareClosed
	if s.dates+s.decimal != "" || shareClosed {
		source.Mapping = file
	}
	return nil
}

// readMapping reads a mapping file. One that only this folder's refload.yaml names says how the sheet is read, and decides
// nothing for its rows: the folder may have come from anywhere.
func (a *app) readMapping(path string) (*mapping.File, error) {
	file, err := mapping.ReadFile(path)
	named := a.settings.origins["mapping"]
	if err != nil || named.by != byFolder {
		return file, err
	}
	if guards := file.Guards(); len(guards) > 0 {
		return nil, &UsageError{fmt.Sprintf("%s, which only this folder's file names (%s), does more than say how a sheet is read: %s", filepath.Base(path), named.text, strings.Join(guards, "; ")),
			"if that is meant, name it: --mapping " + typed(path)}
	}
	return file, nil
}

// isStdin reports whether a path is the copy of standard input.
func isStdin(path string) bool { return filepath.Base(filepath.Dir(path)) == stdinFolder }

// inputName is what messages call an input.
func inputName(path string) string {
	if isStdin(path) {
		return stdinName
	}
	return filepath.Base(path)
}

// asUsage gives an error the exit code of wrong configuration.
func asUsage(err error) error {
	if err == nil {
		return nil
	}
	advice := ""
	var hint hinted
	var path *os.PathError
	switch {
	case errors.As(err, &hint):
		advice = hint.Hint()
	case errors.As(err, &path):
		advice = "check the name, the folder and the rights"
	}
	return &UsageError{err.Error(), advice}
}

// parseRows reads "2-50", "7", "100-" or "-20".
func parseRows(text string) (first, last int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	from, to, ranged := strings.Cut(text, "-")
	wrong := &UsageError{fmt.Sprintf("--rows %q is no range of rows", text), "such as 2-50, 7 or 100-"}
	if first, err = rowNumber(from); err != nil {
		return 0, 0, wrong
	}
	if !ranged {
		return first, first, nil
	}
	if last, err = rowNumber(to); err != nil || last != 0 && last < first || first == 0 && last == 0 {
		return 0, 0, wrong
	}
	return first, last, nil
}

func rowNumber(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err == nil && n < 1 {
		err = strconv.ErrRange
	}
	return n, err
}

// stdinFolder is where standard input is copied to while it is imported; stdinName is what
// messages call it.
const (
	stdinFolder = "stdin"
	stdinName   = "standard input"
)

// stdinKept is how long the copy of a killed process stays. A run reads its copy for as long as
// it takes to send the rows, which may be days.
const stdinKept = 7 * 24 * time.Hour

// sweepLeft removes from a folder what killed processes left: files whose names fit a pattern and that nobody
// has changed for long.
func (a *app) sweepLeft(folder, pattern string, kept time.Duration) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // they stay for the next time
	}
	for _, entry := range entries {
		fits, _ := filepath.Match(pattern, entry.Name()) // the patterns are ours
		if info, err := entry.Info(); fits && err == nil && a.env.Now().Sub(info.ModTime()) > kept {
			os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// spoolStdin copies standard input to a private file, because it is read more than once. The
// returned function removes it.
func (a *app) spoolStdin() (path string, remove func(), err error) {
	state, err := a.stateFolder()
	if err != nil {
		return "", nil, err
	}
	folder := filepath.Join(state, stdinFolder)
	if err := files.MkdirPrivate(folder); err != nil {
		return "", nil, err
	}
	a.sweepLeft(folder, "*.csv", stdinKept)
	file, err := os.CreateTemp(folder, "*.csv")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.Remove(file.Name()) }
	_, err = io.Copy(file, a.env.Stdin)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("copying standard input: %w", err)
	}
	return file.Name(), remove, nil
}

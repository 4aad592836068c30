package importer

import (
	"fmt"
	"slices"
	"strings"

	"refload/importer/outcome"
	"refload/internal/sheet"
)

// headerFound is a header row and the sheet it stands on.
type headerFound struct {
	sheet string
	row   sheet.Row
	score int    // how many of its cells are known headers
	own   bool   // it is a workbook of ours
	note  string // what to say of the choice, "" for nothing
}

// headerDepth is how many rows from the top a header is looked for.
const headerDepth = 30

// resultSheets are the sheets that workbooks written by refload are read from.
var resultSheets = []string{"Results", "Referrals"}

// findHeader looks for the one sheet with a recognisable header, and for the header on it.
func findHeader(book *sheet.Book, source Source) (headerFound, error) {
	candidates, err := sheetsToSearch(book, source)
	if err != nil {
		return headerFound{}, err
	}
	hits, err := sheetHeaders(book, candidates, source)
	if err != nil {
		return headerFound{}, err
	}
	if source.Sheet == "" && source.HeaderRow == 0 {
		if err := hiddenInstead(book, hits, source); err != nil {
			return headerFound{}, err
		}
	}
	hits = slices.DeleteFunc(hits, func(hit headerFound) bool {
		return hit.row.Number == 0 || hit.score == 0 && len(candidates) > 1
	})
	switch best := ours(book, bestOf(hits)); {
	case len(hits) == 0:
		return headerFound{}, noHeader(source.Name, candidates)
	case len(hits) == 1, best.own:
		return best, nil
	case dominates(best, hits):
		best.note = fmt.Sprintf("read from the sheet %q; the others have no more than %d headers of referrals", best.sheet, fewHeaders)
		return best, nil
	}
	return headerFound{}, severalSheets(source.Name, hits)
}

// sheetHeaders finds the header of each sheet.
func sheetHeaders(book *sheet.Book, names []string, source Source) ([]headerFound, error) {
	var hits []headerFound
	for _, name := range names {
		hit, err := headerOf(book, name, source)
		if err != nil {
			return nil, err
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// bestOf returns the sheet with the most known headers.
func bestOf(hits []headerFound) headerFound {
	if len(hits) == 0 {
		return headerFound{}
	}
	return slices.MaxFunc(hits, func(a, b headerFound) int { return a.score - b.score })
}

// A table of referrals has many known headers; a list of something else may have one or two by chance.
const (
	fewHeaders = 2
	manyTimes  = 5
)

// dominates reports whether a sheet has so many more known headers than any other that it must be
// the one that is meant.
func dominates(best headerFound, hits []headerFound) bool {
	for _, hit := range hits {
		if hit.sheet != best.sheet && (hit.score > fewHeaders || best.score < manyTimes*max(1, hit.score)) {
			return false
		}
	}
	return true
}

// hiddenInstead is the error of a workbook whose referrals are on a sheet that nobody sees.
func hiddenInstead(book *sheet.Book, visible []headerFound, source Source) error {
	var names []string
	for _, info := range book.Sheets() {
		if info.Hidden {
			names = append(names, info.Name)
		}
	}
	if bestOf(visible).score > fewHeaders || len(names) == 0 {
		return nil
	}
	hits, err := sheetHeaders(book, names, source)
	if err != nil {
		return err
	}
	found := bestOf(hits)
	if !dominates(found, slices.Concat(visible, []headerFound{found})) || found.score <= fewHeaders {
		return nil
	}
	return &outcome.InputError{
		What:   fmt.Sprintf("%s: the referrals seem to be on the sheet %q, which is hidden", source.Name, found.sheet),
		Advice: fmt.Sprintf("show the sheet in Excel, or pass --sheet %q", found.sheet),
	}
}

// ownSheets are the sheets that workbooks written by refload have beside the one that is read.
var ownSheets = []string{"Problems", "Summary", "Help", "Example", "Lists"}

// ours marks the header of a workbook that refload wrote and another program saved, which may have
// dropped the mark: it is known by the names of its sheets.
func ours(book *sheet.Book, best headerFound) headerFound {
	best.own = slices.Contains(resultSheets, best.sheet) && len(book.Sheets()) > 1
	for _, info := range book.Sheets() {
		best.own = best.own && (info.Name == best.sheet || slices.Contains(ownSheets, info.Name))
	}
	return best
}

// sheetsToSearch returns the sheet that was asked for, that of a workbook of ours, or all.
func sheetsToSearch(book *sheet.Book, source Source) ([]string, error) {
	var all, visible []string
	for _, info := range book.Sheets() {
		all = append(all, info.Name)
		if !info.Hidden && info.Name != exampleSheet {
			visible = append(visible, info.Name)
		}
		if info.Name == source.Sheet {
			return []string{info.Name}, nil
		}
	}
	if source.Sheet != "" {
		return nil, &outcome.InputError{
			What:   fmt.Sprintf("%s: there is no sheet %q", source.Name, source.Sheet),
			Advice: "sheets of the file: " + quoteAll(all),
		}
	}
	if book.Mark() != "" {
		for _, name := range resultSheets {
			for _, have := range all {
				if have == name {
					return []string{name}, nil
				}
			}
		}
	}
	if len(visible) == 0 && source.Sheet == "" {
		return all, nil // the only sheet that can be meant
	}
	return visible, nil
}

// headerOf finds the header of one sheet: the row that was asked for, or the row near the
// top in which most headers are known.
func headerOf(book *sheet.Book, name string, source Source) (headerFound, error) {
	asked := source.HeaderRow
	best := headerFound{sheet: name}
	var first sheet.Row
	for row, err := range book.Scan(name) {
		if err != nil {
			return best, err
		}
		if asked > 0 {
			if row.Number == asked {
				return headerFound{sheet: name, row: row, score: max(1, source.Mapping.Recognise(row))}, nil
			}
			if row.Number > asked {
				break
			}
			continue
		}
		if first.Number == 0 {
			first = row
		}
		if row.Number > first.Number+headerDepth {
			break
		}
		if score := source.Mapping.Recognise(row); score > best.score {
			best.row, best.score = row, score
		}
	}
	if best.score == 0 {
		best.row = first
	}
	return best, nil
}

func noHeader(name string, sheets []string) error {
	what := name + ": no row looks like a header of referrals"
	if len(sheets) > 1 {
		what += " on any of the sheets " + quoteAll(sheets)
	}
	return &outcome.InputError{What: what, Advice: "name the columns as in 'refload fields', say which row it is with --header-row and which sheet with --sheet, or map the columns with --mapping"}
}

func severalSheets(name string, hits []headerFound) error {
	var names []string
	for _, hit := range hits {
		names = append(names, fmt.Sprintf("%q (header in row %d)", hit.sheet, hit.row.Number))
	}
	return &outcome.InputError{
		What:   name + ": several sheets look like referrals: " + strings.Join(names, ", "),
		Advice: "choose one with --sheet",
	}
}

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(quoted, ", ")
}

package importer

import (
	"fmt"
	"strings"

	"refload/internal/sheet"
)

// headerFound is a header row and the sheet it stands on.
type headerFound struct {
	sheet string
	row   sheet.Row
	score int // how many of its cells are known headers
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
	var hits []headerFound
	for _, name := range candidates {
		hit, err := headerOf(book, name, source)
		if err != nil {
			return headerFound{}, err
		}
		if hit.score > 0 || len(candidates) == 1 && hit.row.Number > 0 {
			hits = append(hits, hit)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return headerFound{}, noHeader(source.Name, candidates)
	}
	return headerFound{}, severalSheets(source.Name, hits)
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
		return nil, &InputError{
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
	for row, err := range book.Rows(name) {
		if err != nil {
			return best, err
		}
		if asked > 0 {
			if row.Number == asked {
				return headerFound{name, row, max(1, source.Mapping.Recognise(row))}, nil
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
	return &InputError{What: what, Advice: "name the columns as in 'refload fields', say which row it is with --header-row and which sheet with --sheet, or map the columns with --mapping"}
}

func severalSheets(name string, hits []headerFound) error {
	var names []string
	for _, hit := range hits {
		names = append(names, fmt.Sprintf("%q (header in row %d)", hit.sheet, hit.row.Number))
	}
	return &InputError{
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

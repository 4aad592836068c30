package importer

import (
	"fmt"
	"slices"
	"strings"

	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// technical are the columns that results add to the input's own, in their order.
var technical = []struct {
	header string
	path   string // the field by which a column of the input is recognised as this one
	width  float64
	group  bool
	value  func(run.Result) string
}{
	{"Outcome", "@outcome", 15, false, func(r run.Result) string { return string(r.Outcome) }},
	{"Referral ID", "id", 38, false, func(r run.Result) string { return r.ReferralID }},
	{"Engagement ID", "engagementId", 38, true, func(r run.Result) string { return r.EngagementID }},
	{"ETag", "eTag", 42, true, func(r run.Result) string { return r.ETag }},
	{"Message", "@message", 60, false, func(r run.Result) string { return r.Message }},
	{"Hint", "@hint", 50, false, func(r run.Result) string { return r.Hint }},
	{"Request ID", "@requestId", 38, true, func(r run.Result) string { return r.RequestID }},
	{"Attempts", "@attempts", 9, true, func(r run.Result) string {
		if r.Attempts == 0 {
			return ""
		}
		return fmt.Sprint(r.Attempts)
	}},
}

// layout says which column of the results comes from where.
type layout struct {
	columns []sheet.Column
	from    []int // column of the input, -1 for none
	adds    []int // index into technical, -1 for none

	snapshot int // the column Snapshot, -1 for none
}

// newLayout puts the input's own columns first, as they were, and what results add behind
// them. Referral ID, Engagement ID and ETag are filled in place where the input has them;
// the result columns of an earlier run are replaced.
func newLayout(columns []mapping.ColumnInfo) layout {
	l := layout{snapshot: -1}
	placed := map[int]bool{}
	for _, column := range columns {
		adds := technicalOf(column.Path)
		if adds >= 0 && strings.HasPrefix(column.Path, "@") {
			continue
		}
		if adds >= 0 {
			placed[adds] = true
		}
		if column.Path == mapping.SnapshotPath {
			l.snapshot = len(l.columns)
		}
		l.columns = append(l.columns, sheet.Column{Header: column.Header, Width: widthOf(column.Header, column.Path), Hidden: column.Path == mapping.SnapshotPath})
		l.from = append(l.from, column.Index)
		l.adds = append(l.adds, adds)
	}
	for i, column := range technical {
		if placed[i] {
			continue
		}
		l.columns = append(l.columns, sheet.Column{Header: column.header, Width: column.width, Group: column.group, Shaded: true})
		l.from = append(l.from, -1)
		l.adds = append(l.adds, i)
	}
	return l
}

func technicalOf(path string) int {
	for i, column := range technical {
		if column.path == path {
			return i
		}
	}
	return -1
}

// roomy are the columns that need more room than their header: two CRM IDs may differ in their last letter alone.
var roomy = map[string]int{"externalReferenceId": 24}

func widthOf(header, path string) float64 {
	return float64(max(roomy[path], min(40, max(12, len([]rune(header))+2))))
}

func (l layout) headers() []string {
	headers := make([]string, len(l.columns))
	for i, column := range l.columns {
		headers[i] = column.Header
	}
	return headers
}

// styleOf is the look of the Outcome cell.
func styleOf(outcome run.Outcome) sheet.Style {
	switch {
	case outcome == run.Skipped || outcome == run.NotAttempted:
		return sheet.Muted
	case outcome.Word().Good:
		return sheet.Good
	case outcome == run.Unknown || outcome == run.Held:
		return sheet.Warn
	}
	return sheet.Bad
}

// move says where the cells of the input stand in the results: all rows with an outcome follow each
// other there, below one row of headers.
func (l layout) move(header int, states []rowState) mapping.Move {
	to := map[int]int{}
	for i, from := range l.from {
		if from >= 0 {
			to[from] = i
		}
	}
	return mapping.Move{
		Row: func(row int) int {
			if row == header {
				return 1
			}
			n, found := slices.BinarySearchFunc(states, row, func(s rowState, row int) int { return int(s.number) - row })
			if !found {
				return 0
			}
			return resultRow(n)
		},
		Column: func(column int) int {
			if at, there := to[column]; there {
				return at
			}
			return -1
		},
	}
}

// resultRow is the row of the results in which the n-th data row stands, counted from 0.
func resultRow(n int) int { return n + 2 }

// row lays out one row, that has its number in the results, as the problems have: the input's cells, the
// marks of its problems, and its result.
func (l layout) row(row sheet.Row, problems []mapping.Problem, result run.Result) []sheet.Out {
	cells := make([]sheet.Out, len(l.columns))
	for i := range l.columns {
		if l.from[i] >= 0 {
			cells[i] = copyCell(row.At(l.from[i]))
			if l.snapshot == i && (result.Outcome == run.Updated || result.Outcome == run.Created) {
				cells[i] = sheet.Out{} // the cells hold something else than when they were exported
			}
			mark(&cells[i], sheet.CellName(i, row.Number), problems)
		}
		if l.adds[i] < 0 {
			continue
		}
		column := technical[l.adds[i]]
		if text := column.value(result); text != "" {
			cells[i] = sheet.Out{Kind: sheet.Text, Text: text}
		}
		if column.path == "@outcome" {
			cells[i].Style = styleOf(result.Outcome)
		}
	}
	return cells
}

// copyCell writes a cell of the input as it was.
func copyCell(cell sheet.Cell) sheet.Out {
	switch {
	case cell.Kind == sheet.Number && cell.Shown != cell.Stored:
		return sheet.Out{Kind: sheet.Text, Text: cell.Shown}
	case cell.Kind == sheet.Text, cell.Kind == sheet.Number:
		return sheet.Out{Kind: cell.Kind, Text: cell.Stored}
	}
	return sheet.Out{Kind: cell.Kind, Text: cell.Shown}
}

// mark colours a cell that has problems and puts their messages on it.
func mark(cell *sheet.Out, name string, problems []mapping.Problem) {
	for _, problem := range problems {
		if problem.Cell != name || problem.Severity == mapping.Note {
			continue
		}
		if problem.Severity == mapping.Fault {
			cell.Style = sheet.Bad
		} else if cell.Style != sheet.Bad {
			cell.Style = sheet.Warn
		}
		cell.Note = strings.TrimSpace(cell.Note + "\n" + problem.Message + ". " + problem.Hint)
	}
}

// resultOfProblems is the result of a row that was not sent because of its problems.
func resultOfProblems(number int, outcome run.Outcome, problems []mapping.Problem) run.Result {
	result := run.Result{Row: number, Outcome: outcome, Hint: outcome.Word().Hint}
	count := 0
	for _, problem := range problems {
		if problem.Severity != mapping.Fault {
			continue
		}
		if count++; count == 1 {
			result.Message, result.Hint = problemText(problem), problem.Hint
		}
	}
	if count > 1 {
		result.Message += fmt.Sprintf(" (and %d more, see the sheet Problems)", count-1)
	}
	return result
}

func problemText(problem mapping.Problem) string {
	text := problem.Message
	if problem.Column != "" {
		text = problem.Column + ": " + text
	}
	if problem.Cell != "" {
		text = problem.Cell + " " + text
	}
	return text
}

package importer

import (
	"context"
	"errors"
	"slices"

	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// Results writes the results of a run again: with the rows of the file where that is still
// the one that was read, from the journal alone otherwise. It needs no service.
func Results(ctx context.Context, options Options, folder *run.Folder) (*Summary, error) {
	history, err := ReadHistory(options.Journals, folder)
	if err != nil {
		return nil, err
	}
	in, done, summary, err := reread(ctx, &options, folder)
	var changed *ChangedError
	var unreadable *sheet.ProblemError
	if errors.As(err, &changed) || errors.As(err, &unreadable) {
		return history.withoutInput(options)
	}
	if err != nil {
		return summary, err
	}
	defer in.close()
	defer summary.end(options.Now)
	results, err := placeResults(in, options, folder)
	if err != nil {
		return summary, err
	}
	defer results.release()
	history.restore(done.states)
	history.restoreRest(done.states)
	summary.cause = outcome.ReasonText(outcome.ReasonInterrupted, "")
	r := &runner{options: options, in: in, states: done.states, folder: folder}
	if err := r.reopen(); err != nil {
		return summary, err
	}
	defer r.journal.Close()
	r.count(summary)
	return summary, r.writeResults(results, summary)
}

// restoreRest gives the rows that a resume would go on with the word that they have now.
func (h *History) restoreRest(states []rowState) {
	for n := range states {
		if states[n].outcome != 0 {
			continue
		}
		past, known := h.rows[int(states[n].number)]
		switch {
		case !known:
			states[n].outcome = numberOf(run.NotAttempted)
		case past.outcome == "":
			states[n].outcome = numberOf(run.Unknown)
		default:
			states[n].outcome, states[n].offset = numberOf(past.outcome), past.offset
		}
	}
}

// withoutInput writes the results of a run whose file is gone or changed: the numbers of the
// rows, and what became of them.
func (h *History) withoutInput(options Options) (*Summary, error) {
	summary := &Summary{
		Run: h.Folder.Run, File: h.Header.Input, Hash: h.Header.InputHash, Target: options.Target.Name,
		Started: h.First, Ended: h.Last, Rows: h.Header.Rows, Counts: h.Counts, Problems: &Problems{}, Place: placeless,
	}
	owner := run.Written{What: run.WroteResults, Input: absolute(options.Path), InputHash: h.Header.InputHash}
	place, err := freePlace(h.resultsPath(options), owner, options)
	if err != nil {
		return summary, err
	}
	defer place.release()
	return summary, place.write(options, summary, func(place resultFile) error { return h.writeTo(place, options, nil) })
}

// writeTo writes the rows of the journal to a place.
func (h *History) writeTo(place resultFile, options Options, said map[int]string) error {
	file, err := options.Journals.Open(h.Folder.Journal())
	if err != nil {
		return err
	}
	defer file.Close()
	return h.writeRows(file, place.path, said, place.announce())
}

func (h *History) resultsPath(options Options) string {
	path := options.Results
	if path == "" {
		path = defaultResults(options.Path)
	}
	return path
}

// writeRows writes one line a row of the journal. said are words on rows that may quote them.
func (h *History) writeRows(file journal.File, path string, said map[int]string, announce func(string) error) error {
	last := map[int]journal.Record{}
	if _, err := journal.Read(file, func(record journal.Record, _ int64) error {
		if record.Kind == journal.Outcome {
			last[record.Row] = record
		}
		return nil
	}); err != nil {
		return err
	}
	numbers := h.numbers()
	return writeBare(path, numbers, announce, func(n int) (run.Result, error) {
		return h.resultOf(numbers[n], last, said[numbers[n]]), nil
	})
}

// writeBare writes the numbers of rows and what became of each.
func writeBare(path string, numbers []int, announce func(string) error, source resultSource) error {
	columns := []sheet.Column{{Header: "Row", Width: 8}}
	for _, column := range technical {
		columns = append(columns, sheet.Column{Header: column.header, Width: column.width})
	}
	table, commit, abort, err := createTable(path, columns, announce)
	if err != nil {
		return err
	}
	defer abort()
	for n, number := range numbers {
		result, err := source(n)
		if err == nil {
			err = table.Write(bareRow(number, result))
		}
		if err != nil {
			return err
		}
	}
	return commit()
}

func (h *History) numbers() []int {
	var numbers []int
	for number := range h.rows {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers
}

func (h *History) resultOf(number int, last map[int]journal.Record, said string) run.Result {
	if h.rows[number].outcome == "" {
		return resultOfRecord(journal.Record{Row: number, Outcome: string(run.Unknown), Reason: outcome.ReasonNotSeen}, "", noColumn)
	}
	return resultOfRecord(last[number], said, noColumn)
}

func noColumn(string) string { return "" }

func bareRow(number int, result run.Result) []sheet.Out {
	cells := []sheet.Out{sheet.CountCell(number)}
	for _, column := range technical {
		cells = append(cells, sheet.TextCell(column.value(result), sheet.Plain))
	}
	return cells
}

// createTable makes a table of results, as a CSV or as a workbook with one sheet.
func createTable(path string, columns []sheet.Column, announce func(string) error) (table sheet.Table, commit func() error, abort func(), err error) {
	return createSheet(path, "results", "Results", columns, announce)
}

// createSheet makes a table as a CSV or as a workbook with one sheet, which has a mark and a name.
func createSheet(path, mark, name string, columns []sheet.Column, announce func(string) error) (table sheet.Table, commit func() error, abort func(), err error) {
	if isCSV(path) {
		var headers []string
		for _, column := range columns {
			headers = append(headers, column.Header)
		}
		file, err := sheet.CreateCSV(path, headers)
		if err != nil {
			return nil, nil, nil, err
		}
		file.Announce(announce)
		return file, file.Commit, file.Abort, nil
	}
	workbook, err := sheet.CreateWorkbook(path, mark)
	if err != nil {
		return nil, nil, nil, err
	}
	workbook.Announce(announce)
	table, err = workbook.AddSheet(name, columns)
	return table, workbook.Commit, workbook.Abort, err
}

// placeless is where a problem is when there is no file.
func placeless(problem mapping.Problem) string { return problem.Cell }

package importer

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"refload/api"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// resultSource tells what became of the n-th row, "" as outcome where the row has no word of
// its own and its problems decide.
type resultSource func(n int) (run.Result, error)

// writeResults writes the results file of a finished or stopped run. Where the input cannot be written again, because it
// changed meanwhile, the answers of the journal are written as a CSV beside it.
func (r *runner) writeResults(place resultFile, summary *Summary) error {
	source := func(n int) (run.Result, error) { return r.resultOf(n) }
	err := writeResultFile(r.in, r.states, place, r.options, summary, source)
	var failed *outcome.ResultsError
	if errors.As(err, &failed) && failed.Instead == "" {
		failed.Instead = r.writeAnswers(place)
		summary.Results = failed.Instead
	}
	return err
}

// writeAnswers writes what the journal has of each row, and returns the path, "" where that cannot be written either.
func (r *runner) writeAnswers(place resultFile) string {
	history, err := ReadHistory(r.options.Journals, r.folder)
	if err != nil {
		return ""
	}
	return place.writeCSV(r.options, func(place resultFile) error { return history.writeTo(place, r.options, r.said) })
}

// resultOf builds the result of a row from the journal; a row that has no record there is
// one whose outcome its problems gave.
func (r *runner) resultOf(n int) (run.Result, error) {
	state := &r.states[n]
	if state.offset == 0 {
		return run.Result{}, nil
	}
	record, err := r.journal.At(state.offset)
	if err != nil {
		return run.Result{}, err
	}
	return resultOfRecord(record, r.said[record.Row], r.in.headerOf), nil
}

// headerOf returns the header of the column that holds a property, "" where there is none.
func (in *input) headerOf(path string) string {
	for _, column := range in.columns.Headers() {
		if path != "" && (strings.EqualFold(column.Path, path) || slices.Contains(column.Besides, path)) {
			return column.Header
		}
	}
	return ""
}

// finishRefused writes the results of a file of which nothing was sent, but after a dry run.
func finishRefused(in *input, done *checked, options Options, summary *Summary, cause error) error {
	leaveOut(done.states)
	summary.cause, summary.hint = "nothing of the file was sent, because other rows or the header have problems", api.HintOf(cause)
	var heldBack *outcome.HeldBackError
	if summary.Counts = countStates(done.states); options.DryRun || errors.As(cause, &heldBack) { // of the latter, the results of its last import stay
		return cause
	}
	folder, err := options.Home.NewFolder(options.Now())
	if err != nil {
		return firstError(cause, err)
	}
	defer folder.Remove()
	place, err := placeResults(in, options, folder)
	if err != nil {
		return firstError(err, cause)
	}
	defer place.release()
	none := func(int) (run.Result, error) { return run.Result{}, nil }
	return unwritten(writeResultFile(in, done.states, place, options, summary, none), cause, options.Observe)
}

// writeResultFile reads the input once more and writes its rows with what became of them.
func writeResultFile(in *input, states []rowState, place resultFile, options Options, summary *Summary, source resultSource) error {
	book := &resultBook{in: in, states: states, source: source, summary: summary, layout: newLayout(in.columns.Headers())}
	book.move = book.layout.move(in.header.Number, states)
	return place.write(options, summary, func(place resultFile) error {
		if place.csv {
			return writeCSVs(book, place)
		}
		return writeWorkbook(book, place)
	})
}

// resultBook is what a results file is made of.
type resultBook struct {
	in      *input
	states  []rowState
	source  resultSource
	summary *Summary
	layout  layout
	move    mapping.Move // from the input to the results
}

// writeWorkbook writes the results as a workbook with its three sheets.
func writeWorkbook(b *resultBook, place resultFile) error {
	mark := "results"
	if b.in.commaCSV() {
		mark = markCommaCSV
	}
	workbook, err := sheet.CreateWorkbook(place.path, mark)
	if err != nil {
		return err
	}
	defer workbook.Abort()
	workbook.Announce(place.announce())
	table, err := workbook.AddSheet("Results", b.layout.columns)
	if err != nil {
		return err
	}
	if err := b.writeRows(table); err != nil {
		return err
	}
	if table, err = workbook.AddSheet("Problems", problemColumns); err != nil {
		return err
	}
	if err := b.writeProblems(table); err != nil {
		return err
	}
	if err := b.writeSummary(workbook); err != nil {
		return err
	}
	b.in.close() // it may be what is replaced
	return workbook.Commit()
}

// writeCSVs writes the results as a table, with the problems in a file beside it.
func writeCSVs(b *resultBook, place resultFile) error {
	table, err := sheet.CreateCSV(place.path, b.layout.headers())
	if err != nil {
		return err
	}
	defer table.Abort()
	table.Announce(place.announce())
	headers := make([]string, len(problemColumns))
	for i, column := range problemColumns {
		headers[i] = column.Header
	}
	problems, err := sheet.CreateCSV(problemsPath(place.path), headers)
	if err != nil {
		return err
	}
	defer problems.Abort()
	problems.Announce(place.announceProblems())
	if err := b.writeBoth(table, problems); err != nil {
		return err
	}
	b.in.close() // it may be what is replaced
	if err := problems.Commit(); err != nil {
		return err
	}
	return table.Commit()
}

// problemsPath is the file beside a CSV of results: deals-results-2.csv has deals-problems-2.csv.
func problemsPath(path string) string {
	extension := filepath.Ext(path)
	stem := strings.TrimSuffix(path, extension)
	if resultsName.MatchString(stem) {
		return resultsName.ReplaceAllString(stem, "-problems$1") + extension
	}
	return stem + "-problems" + extension
}

// writeRows writes every data row with its result. A row that is no longer the one that was
// read is given without its cells.
func (b *resultBook) writeRows(table sheet.Table) error {
	return b.eachRow(func(n int, row sheet.Row, problems []mapping.Problem) error {
		return b.writeRow(table, n, row, problems)
	})
}

// writeBoth writes rows and problems in one pass over the input.
func (b *resultBook) writeBoth(table, problemTable sheet.Table) error {
	if err := b.writeHeaderProblems(problemTable); err != nil {
		return err
	}
	return b.eachRow(func(n int, row sheet.Row, problems []mapping.Problem) error {
		if err := b.writeRow(table, n, row, problems); err != nil {
			return err
		}
		return writeRowProblems(problemTable, problems)
	})
}

func (b *resultBook) writeRow(table sheet.Table, n int, row sheet.Row, problems []mapping.Problem) error {
	result, err := b.source(n)
	if err != nil {
		return err
	}
	if result.Outcome == "" || result.Outcome == run.Invalid && faults(problems) {
		result = b.resultOfState(n, problems)
	}
	return table.Write(b.layout.row(row, problems, result))
}

func (b *resultBook) resultOfState(n int, problems []mapping.Problem) run.Result {
	state := &b.states[n]
	outcome := state.word()
	switch outcome {
	case run.Skipped:
		return run.Result{Row: int(state.number), Outcome: outcome, Message: "left out by Action, --rows, --limit or --hidden"}
	case run.NotAttempted:
		return run.Result{Row: int(state.number), Outcome: outcome, Hint: cmp.Or(b.summary.hint, outcome.Word().Hint),
			Message: b.summary.cause}
	case run.Unknown:
		return run.Result{Row: int(state.number), Outcome: outcome, Hint: outcome.Word().Hint,
			Message: "an earlier run sent it and had no trustworthy answer; this run did not come to it: " + b.summary.cause}
	}
	return resultOfProblems(int(state.number), outcome, problems)
}

// eachRow goes through the input once more, judging each row again as it was judged before. Rows and
// cells have the names that they have in the results.
func (b *resultBook) eachRow(visit func(n int, row sheet.Row, problems []mapping.Problem) error) error {
	n := 0
	for row, err := range b.in.rows() {
		if err != nil || n >= len(b.states) || b.in.columns.Hash(row) != b.states[n].hash {
			return errInputChanged
		}
		var problems []mapping.Problem
		if b.states[n].flagged {
			_, problems, _ = b.in.judge(row, n, b.states[n].learned())
		}
		for i := range problems {
			problems[i] = problems[i].In(b.move)
		}
		row.Number = resultRow(n)
		if err := visit(n, row, problems); err != nil {
			return err
		}
		n++
	}
	if n < len(b.states) {
		return errInputChanged
	}
	return nil
}

// errInputChanged says that the rows of the input are no longer those that were imported.
var errInputChanged = errors.New("the input changed while it was imported")

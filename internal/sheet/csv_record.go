package sheet

import (
	"fmt"
	"io"
	"strings"
)

// recordReader reads records of a CSV file more strictly, and more faithfully, than
// encoding/csv: a lone CR ends a line, CR LF inside quotes stays, an unclosed quote is named
// by the line where it was opened, and text must be what its encoding says. It has the methods
// of gocsv.CSVReader.
type recordReader struct {
	in       io.Reader
	comma    byte
	charset  charset
	name     string
	limits   Limits
	special  [256]bool
	buffer   []byte
	pos, end int
	readErr  error

	// start is the line of the record last read, line the one that comes next; row is the number
	// that a spreadsheet program shows of the record last read.
	start, line, row int

	// suggest returns what to do about a cell that is not what its encoding says.
	suggest func(cell []byte) string

	text    []byte // the record, without quotes
	ends    []int  // where in text each field ends
	opened  int    // the line where the quote was opened
	quoted  bool   // whether the field is quoted
	breaks  bool   // whether the quoted field holds a line break
	atStart bool   // nothing of the record has been read
	held    bool   // the record has a quoted field, so it is no empty line
}

// recordLimit bounds one record, in bytes: less than the limits of all of its cells together.
const recordLimit = 16 << 20

func newRecordReader(in io.Reader, comma byte, o Options) *recordReader {
	r := &recordReader{in: in, comma: comma, name: o.Name, limits: o.Limits.withDefaults(), line: 1, buffer: make([]byte, 64<<10)}
	for _, b := range []byte{comma, '"', '\r', '\n'} {
		r.special[b] = true
	}
	return r
}

// ReadAll returns the records that are left.
func (r *recordReader) ReadAll() ([][]string, error) {
	var all [][]string
	for {
		record, err := r.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, record)
	}
}

// Read returns the fields of the next record that is not an empty line, io.EOF after the
// last, or a *ProblemError.
func (r *recordReader) Read() ([]string, error) {
	for {
		r.start, r.text, r.ends, r.atStart, r.held = r.line, r.text[:0], r.ends[:0], true, false
		r.row++
		more, err := r.record()
		if err != nil {
			return nil, err
		}
		if r.atStart && !more {
			return nil, io.EOF
		}
		if len(r.ends) > 1 || len(r.text) > 0 || r.held {
			return r.fields()
		}
	}
}

// skipLine passes over a line without looking for quotes.
func (r *recordReader) skipLine() {
	for {
		b, ok := r.next()
		if !ok {
			return
		}
		if b == '\r' || b == '\n' {
			r.lineEnd(b)
			return
		}
	}
}

// record reads the fields of one record into text and ends; false means that the file ended.
func (r *recordReader) record() (bool, error) {
	for {
		last, more, err := r.field()
		if err != nil {
			return false, err
		}
		r.ends = append(r.ends, len(r.text))
		if len(r.ends) > r.limits.Columns {
			return false, r.problem("CSV-COLUMNS", fmt.Sprintf("more than %d fields in one line", r.limits.Columns), "check the delimiter, or remove columns that are not needed")
		}
		if last {
			return more, nil
		}
	}
}

// field reads one field. last is true at the end of the record, more is false at the end of
// the file.
func (r *recordReader) field() (last, more bool, err error) {
	r.quoted, r.breaks = false, false
	b, ok := r.peek()
	if ok && b == '"' {
		r.pos++
		r.atStart, r.held = false, true
		return r.quotedField()
	}
	for {
		if err := r.chunk(false); err != nil {
			return false, false, err
		}
		b, ok := r.next()
		if !ok {
			return true, false, r.readErrOrNil()
		}
		r.atStart = false
		switch b {
		case r.comma:
			return false, true, nil
		case '"':
			if !r.wrapped() {
				return false, false, r.problem("CSV-QUOTE", "a quotation mark inside a cell that does not start with one",
					`put the whole cell into quotation marks and double the ones inside: "6"" pipe"`)
			}
		default:
			r.lineEnd(b)
			return true, true, nil
		}
	}
}

func (r *recordReader) quotedField() (last, more bool, err error) {
	r.quoted, r.opened = true, r.line
	for {
		if err := r.chunk(true); err != nil {
			return false, false, err
		}
		b, ok := r.next()
		if !ok {
			if err := r.readErrOrNil(); err != nil {
				return false, false, err
			}
			return false, false, r.unclosed("is not closed before the end of the file")
		}
		if b != '"' {
			r.text = append(r.text, b)
			r.breakInside(b)
			continue
		}
		if next, ok := r.peek(); ok && next == '"' {
			r.pos++
			r.text = append(r.text, '"')
			continue
		}
		return r.afterQuote()
	}
}

// wrapped reads on behind =", with which programs begin a text that a spreadsheet shall not take for
// a number, up to its closing quote, which must end the field. It returns false for anything else.
func (r *recordReader) wrapped() bool {
	start := 0
	if len(r.ends) > 0 {
		start = r.ends[len(r.ends)-1]
	}
	if string(r.text[start:]) != "=" {
		return false
	}
	r.text = append(r.text, '"')
	for {
		if r.chunk(false) != nil {
			return false
		}
		if b, ok := r.next(); !ok || b != '"' {
			return false
		}
		r.text = append(r.text, '"')
		next, ok := r.peek()
		if !ok || next != '"' {
			return !ok || next == r.comma || next == '\r' || next == '\n'
		}
		r.pos++
		r.text = append(r.text, '"')
	}
}

// afterQuote wants a delimiter or the end of the line behind a closing quote.
func (r *recordReader) afterQuote() (last, more bool, err error) {
	b, ok := r.next()
	switch {
	case !ok:
		return true, false, r.readErrOrNil()
	case b == r.comma:
		return false, true, nil
	case b == '\r' || b == '\n':
		r.lineEnd(b)
		return true, true, nil
	}
	return false, false, r.unclosed(fmt.Sprintf("is followed by text after its closing one, on line %d", r.line))
}

// chunk appends bytes up to the next one that means something.
func (r *recordReader) chunk(quoted bool) error {
	for {
		if r.pos == r.end && !r.fill() {
			return nil
		}
		i := r.pos
		for i < r.end && (!r.special[r.buffer[i]] || quoted && r.buffer[i] == r.comma) {
			i++
		}
		if i > r.pos {
			r.atStart = false
			r.text = append(r.text, r.buffer[r.pos:i]...)
			r.pos = i
			if err := r.checkLength(); err != nil {
				return err
			}
		}
		if i < r.end {
			return nil
		}
	}
}

func (r *recordReader) checkLength() error {
	start := 0
	if len(r.ends) > 0 {
		start = r.ends[len(r.ends)-1]
	}
	long := len(r.text)-start > r.limits.CellBytes
	if !long && len(r.text) <= recordLimit {
		return nil
	}
	if r.quoted && r.breaks {
		return r.unclosed(fmt.Sprintf("is not closed within %d bytes", len(r.text)-start))
	}
	if long {
		return r.problem("CSV-CELL", fmt.Sprintf("a cell of more than %d bytes", r.limits.CellBytes), "shorten the cell, or check that this is a CSV file")
	}
	return r.problem("CSV-CELL", fmt.Sprintf("a row of more than %d bytes", recordLimit), "check that this is a CSV file")
}

// breakInside counts the lines of a quoted field; CR LF is one line end.
func (r *recordReader) breakInside(b byte) {
	if b != '\r' && b != '\n' {
		return
	}
	r.breaks = true
	if b == '\r' {
		if next, ok := r.peek(); ok && next == '\n' {
			r.pos++
			r.text = append(r.text, '\n')
		}
	}
	r.line++
}

// lineEnd takes the LF of a CR LF and counts the line.
func (r *recordReader) lineEnd(b byte) {
	r.line++
	if b != '\r' {
		return
	}
	if next, ok := r.peek(); ok && next == '\n' {
		r.pos++
	}
}

// fields checks the encoding and cuts the record, in one allocation for its text.
func (r *recordReader) fields() ([]string, error) {
	if at, reason := r.charset.damage(r.text); at >= 0 {
		return nil, r.damaged(at, reason)
	}
	text := string(r.text)
	fields := make([]string, len(r.ends))
	start := 0
	for i, end := range r.ends {
		fields[i] = text[start:end]
		start = end
	}
	return fields, nil
}

func (r *recordReader) damaged(at int, reason string) error {
	column, from := 0, 0
	for column < len(r.ends)-1 && at >= r.ends[column] {
		from = r.ends[column]
		column++
	}
	line := r.start + strings.Count(string(r.text[:at]), "\n")
	around := string(r.text[max(from, at-20):min(r.ends[column], at+20)])
	advice := r.charset.advice()
	if r.charset.decoder == nil && r.suggest != nil {
		advice = r.suggest(r.text[from:r.ends[column]])
	}
	return &ProblemError{Code: "CSV-ENCODING", File: r.name, Line: line, Row: r.row, Cell: CellName(column, r.row),
		Reason: fmt.Sprintf("column %s: %s, in “%s”", ColumnName(column), reason, around), Advice: advice}
}

func (r *recordReader) problem(code, reason, advice string) error {
	column := len(r.ends)
	return &ProblemError{Code: code, File: r.name, Line: r.line, Row: r.row, Cell: CellName(column, r.row),
		Reason: "column " + ColumnName(column) + ": " + reason, Advice: advice}
}

// unclosed names the line where the quote was opened: where the trouble is noticed may be
// thousands of lines below.
func (r *recordReader) unclosed(what string) error {
	column := len(r.ends)
	return &ProblemError{Code: "CSV-QUOTE", File: r.name, Line: r.opened, Row: r.row, Cell: CellName(column, r.row),
		Reason: fmt.Sprintf("column %s: the quotation mark opened here %s", ColumnName(column), what),
		Advice: "close the quotation mark, or double it if it is part of the text"}
}

func (r *recordReader) readErrOrNil() error {
	if r.readErr == nil || r.readErr == io.EOF {
		return nil
	}
	return &ProblemError{Code: "FILE-OPEN", File: r.name, Line: r.line, Reason: "reading: " + reasonOf(r.readErr)}
}

func (r *recordReader) peek() (byte, bool) {
	if r.pos == r.end && !r.fill() {
		return 0, false
	}
	return r.buffer[r.pos], true
}

func (r *recordReader) next() (byte, bool) {
	b, ok := r.peek()
	if ok {
		r.pos++
	}
	return b, ok
}

// fill reads on; false means the end of the file or an error, kept in readErr.
func (r *recordReader) fill() bool {
	for r.readErr == nil {
		n, err := r.in.Read(r.buffer)
		r.pos, r.end, r.readErr = 0, n, err
		if n > 0 {
			return true
		}
	}
	r.pos, r.end = 0, 0
	return false
}

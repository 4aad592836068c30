package mapping

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Suggestion is what a mapping file for a sheet would say, as far as its headers and the sorts of its values tell.
type Suggestion struct {
	Name    string       // of the sheet's file
	Columns []ColumnInfo // matched without a mapping file
	Values  *Tally       // of the rows; nil where nobody has looked at them
	Missing []Field      // what new referrals need and no column gives
	Notes   []string     // what else has to be decided, such as the order of dates
}

// Write writes the mapping file. Only headers that mean one field, and whose values do not contradict it, are lines of it;
// what would be a guess, and what nobody but the sheet's owner can say, are comments that a person may make lines of.
// No value of the sheet is in it.
func (s Suggestion) Write(out io.Writer) error {
	lines := []string{"# What the columns of " + oneLine(s.Name) + " are, as far as their headers and values tell. A line that begins with #",
		"# decides nothing: take the # away where it is right.", "version: 1"}
	lines = append(lines, s.columnLines()...)
	lines = append(lines, s.missingLines()...)
	for _, note := range s.Notes {
		lines = append(lines, "# "+oneLine(note))
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

// columnLines has a line for each column with a header, and what a column of three fields needs below.
func (s Suggestion) columnLines() []string {
	lines := []string{"columns:"}
	var below []string
	taken := s.taken()
	for _, col := range s.Columns {
		if col.Header == "" {
			continue
		}
		p := s.proposal(col, taken)
		lines = append(lines, p.line(col))
		if p.staged {
			below = stageLines
		}
	}
	return append(lines, below...)
}

// meaningOf names the field of a column. A path stays one, because it stands for the bare property.
func meaningOf(col ColumnInfo) string {
	if strings.TrimSpace(col.Header) == col.Path {
		return strconv.Quote(col.Path)
	}
	return strconv.Quote(HeaderOf(col.Path))
}

// missingLines has a comment for each field that a constant could give.
func (s Suggestion) missingLines() []string {
	if len(s.missing()) == 0 {
		return nil
	}
	lines := []string{"# New referrals need these too: name their columns above, or say here what is the same in all rows.", "# constants:"}
	for _, field := range s.missing() {
		line := "#   " + strconv.Quote(field.Header) + ":"
		if n := len(field.Allowed); n > 0 && n <= mostAllowed {
			line += "   # " + strings.Join(field.Allowed, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

// mostAllowed is how many allowed values a comment lists.
const mostAllowed = 10

// oneLine keeps a text within its comment.
func oneLine(text string) string { return strings.Join(strings.Fields(escaped(text)), " ") }

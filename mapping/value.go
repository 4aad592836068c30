package mapping

import (
	"strings"
	"time"
	"unicode"

	"refload/internal/sheet"
)

// DateOrder says which of the two readings of a date such as 3/4/2026 a column uses.
type DateOrder uint8

// The orders. Undecided is no answer: a text that both orders can read is then a fault.
const (
	Undecided  DateOrder = iota
	MonthFirst           // 3/4/2026 is 4 March
	DayFirst             // 3/4/2026 is 3 April
	YearFirst            // 3/4/2026 is a fault, as is any date whose numbers end with the year
)

// reading says how the texts of one column are read.
type reading struct {
	DateOrder    DateOrder
	Layout       string         // a layout of package time that every date text of the column has; "" for none
	DecimalComma bool           // 1.234 is one thousand two hundred and thirty-four
	DecimalPoint bool           // 1.234 is one and a bit; with neither, a number that can be read both ways is a fault
	DropTimes    bool           // a time beside a date does not count
	Zone         *time.Location // of times that name none; nil where that is not known
	Currency     string         // of a number that is money, as the row has it beside; "" where it has none
	Today        time.Time      // the day on which the file is read
	Catalogues   *Catalogues    // the lists of codes; nil for those of the program
}

// fault is one thing that is wrong with a cell. It becomes a Problem once the caller adds
// row, cell, column and value.
type fault struct {
	Rule     string
	Severity Severity
	Message  string
	Hint     string
}

// refuse makes a fault that stops the row, warn one that does not.
func refuse(rule, message, hint string) fault {
	return fault{Rule: rule, Severity: Fault, Message: message, Hint: hint}
}

func warn(rule, message, hint string) fault {
	return fault{Rule: rule, Severity: Warning, Message: message, Hint: hint}
}

// note makes one that says how a text was read which has one reading only. It is told once a column.
func note(rule, message string) fault {
	return fault{Rule: rule, Severity: Note, Message: message}
}

// parser reads the cleaned text of a cell that holds something. The cell itself is there for
// the kinds that spreadsheets store in a form of their own.
type parser func(f *Field, text string, cell sheet.Cell, how reading) (any, []fault)

// parsers has one parser a kind. Packed cells come back as text; whoever splits them reads
// each part with the field of that part. Result has none, because it is not read, and Empty
// has none, because its cells hold no value but a form.
var parsers = map[Kind]parser{
	Text:     parseText,
	Number:   parseNumber,
	Integer:  parseInteger,
	Bool:     parseBool,
	Date:     parseDate,
	Time:     parseTime,
	Choice:   parseChoice,
	Open:     parseOpen,
	GUID:     parseGUID,
	Email:    parseEmail,
	Phone:    parsePhone,
	Country:  parseCountry,
	Currency: parseCurrency,
	ETag:     parseETag,
	Solution: parseText,
	Member:   parseText,
	List:     parseList,
}

// parseValue reads one cell as a value of a field: a string, a json.Number, a bool, a []any
// of strings, or nil where the cell is blank or the field is not read at all. With a fault of
// severity Fault among the faults the value is nil.
func parseValue(f *Field, cell sheet.Cell, how reading) (value any, faults []fault) {
	parse := parsers[f.Kind]
	if parse == nil || cell.Kind == sheet.Blank {
		return nil, nil
	}
	text := cellText(cell)
	if text == "" && cell.Kind != sheet.Error && cell.Kind != sheet.Formula {
		return nil, nil
	}
	faults = inspect(f, text, cell)
	if stops(faults) {
		return nil, faults
	}
	value, more := parse(f, text, cell, how)
	faults = append(faults, more...)
	if stops(faults) {
		return nil, faults
	}
	return value, faults
}

// cellText returns what a person sees in a cell, without the white space around it. A number
// that is shown short for want of room ("4.20777E+11") is taken as it is stored.
func cellText(cell sheet.Cell) string {
	text := cell.Shown
	if cell.Kind == sheet.Text || text == "" || cell.Kind == sheet.Number && scientific.MatchString(text) {
		text = cell.Stored
	}
	return strings.TrimFunc(text, unicode.IsSpace)
}

func stops(faults []fault) bool {
	for _, f := range faults {
		if f.Severity == Fault {
			return true
		}
	}
	return false
}

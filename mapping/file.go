package mapping

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"refload/internal/sheet"
)

// Ignore is what a mapping file writes for a column that shall not be read.
const Ignore = "ignore"

// File is a mapping file: what a sheet's own headers, words and notations mean. Wherever it
// names a field, it may do so by its header, by an alias or by its JSON path; a path stands
// for the bare property, a header also for what the portal makes follow from it.
//
//	version: 1
//	columns:
//	  Kunde: Customer Name
//	  Betrag: details.dealValue
//	  Interner Vermerk: ignore
//	  Phase: [Partner Referral Status, Partner Referral Substatus, Sales Stage]
//	constants:
//	  Microsoft help required?: no
//	  Consent to share Customer/Partner contact: yes
//	defaults:
//	  Currency: EUR
//	values:
//	  Sales Stage: {Angebot: 60, Verhandlung: 80}
//	dates: day-first
//	times: drop
//	decimal: comma
//	share-closed: no
//	footer: skip
//	totals: skip
//	short-rows: pad
type File struct {
	// Path is where the file was read from.
	Path string
	// Columns has what the headers of the sheet name: a field, or Ignore. A header is compared
	// as all headers are. Key "columns".
	Columns map[string]string
	// Further has, for a column that is several fields, the second and those after it: a sheet may tell status,
	// substatus and sales stage by one word, of which each field has its own values.
	Further map[string][]string
	// Constants has a text for each field that is the same in all rows and has no column. It
	// is read as if it stood in a cell. A constant may give consent. Key "constants".
	Constants map[string]string
	// Defaults has a text for each field whose blank cells shall not be blank. Key "defaults".
	Defaults map[string]string
	// Values has, for a field, the sheet's words with the ones they stand for. A word that
	// stands for "" is read as a blank cell. Words are compared without regard to case and
	// spaces. Key "values".
	Values map[string]map[string]string
	// Dates has, for a column by its header or field, how its dates are written: "month-first",
	// "day-first", "year-first", or a layout of package time; under "" what holds for all columns. In the
	// file a layout may also be a pattern such as DD.MM.YYYY, and an order mdy, dmy or ymd. Key "dates".
	Dates map[string]string
	// DropTimes says that times beside dates do not count. Key "times", whose one word is "drop".
	DropTimes bool
	// Zone is the time zone of times that name none; nil where nobody has said it. Key "time-zone".
	Zone *time.Location
	// Decimal is "comma" or "point": which of the two separates the fraction of a number. ""
	// leaves it to the numbers. Key "decimal".
	Decimal string
	// ShareClosed lets a deal that is created closed be shared with Microsoft as its row says.
	// Otherwise it is created private. Key "share-closed".
	ShareClosed bool
	// Footer is Skip where the lines below the table are left out, also such as are not known to
	// be lines that a program writes there. Key "footer".
	Footer string
	// Totals is Skip where rows of totals are left out. Key "totals".
	Totals string
	// ShortRows is Pad where a row of a CSV may end before its last columns also if nobody looks
	// at notes. Key "short-rows".
	ShortRows string
}

// What a mapping file says of rows that are no deals, or end early.
const (
	Skip = "skip"
	Pad  = "pad"
)

// The orders of dates, as a mapping file writes them.
const (
	monthFirst = "month-first"
	dayFirst   = "day-first"
	yearFirst  = "year-first"
)

// orderWords are the words for the orders; mapping files and --dates take all of them.
var orderWords = map[string]string{
	monthFirst: monthFirst, dayFirst: dayFirst, yearFirst: yearFirst, "mdy": monthFirst, "dmy": dayFirst, "ymd": yearFirst,
}

// decimalWords are the words for what separates the fraction of a number.
var decimalWords = []string{"comma", "point"}

// columnKey is headerKey for headers that may consist of punctuation alone.
func columnKey(header string) string {
	if key := headerKey(header); key != "" {
		return key
	}
	return strings.TrimSpace(header)
}

// meaning returns what a mapping file says of a header. The File may be nil.
func (f *File) meaning(header string) (string, bool) {
	if f == nil || header == "" {
		return "", false
	}
	for name, meant := range f.Columns {
		if columnKey(name) == columnKey(header) {
			return meant, true
		}
	}
	return "", false
}

// furtherOf returns what a column is besides its first field. The File may be nil.
func (f *File) furtherOf(header string) []string {
	if f == nil || len(f.Further) == 0 || header == "" {
		return nil
	}
	for name, fields := range f.Further {
		if columnKey(name) == columnKey(header) {
			return fields
		}
	}
	return nil
}

// names reports whether a mapping file gives a header a field.
func (f *File) names(header string) bool {
	meant, ok := f.meaning(header)
	return ok && meant != Ignore
}

// headers returns the headers that a mapping file gives a field, in alphabetical order.
func (f *File) headers() []string {
	if f == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(f.Columns)), func(h string) bool { return f.Columns[h] == Ignore })
}

// settings applies what the mapping file says of values, dates, numbers, constants and defaults.
func (c *Columns) settings() {
	file := c.options.File
	if file == nil {
		file = &File{}
	}
	for col := range c.each() {
		if col.field == nil {
			continue
		}
		col.target = c.catalogued(col.target)
		col.how = c.reading(file, *col)
		col.words = file.words(col.path)
		col.fill = file.defaultOf(col.path)
	}
	for _, name := range slices.Sorted(maps.Keys(file.Constants)) {
		c.fix(name, file.Constants[name])
	}
	for _, name := range slices.Sorted(maps.Keys(file.Defaults)) {
		if t, ok := resolve(name); ok && !c.supplies(t.path) {
			c.fix(name, file.Defaults[name])
		}
	}
}

// fix gives every row a text for a field.
func (c *Columns) fix(name, text string) {
	if t, ok := resolve(name); ok {
		c.fixed = append(c.fixed, fixed{target: c.catalogued(t), text: text, how: c.options.File.reading(c.options.Catalogues)})
	}
}

// catalogued gives a field the values of a catalogue that was replaced.
func (c *Columns) catalogued(t target) target {
	if c.options.Catalogues == nil || t.field.Catalogue == "" {
		return t
	}
	own := *t.field
	own.Allowed, own.Codes = c.options.Catalogues.Values(own.Catalogue), c.options.Catalogues.Words(own.Catalogue)
	t.field = &own
	return t
}

// reading is how texts are read that stand in no column.
func (f *File) reading(catalogues *Catalogues) reading {
	how := reading{DecimalComma: f.Decimal == "comma", DecimalPoint: f.Decimal == "point", DropTimes: f.DropTimes, Zone: f.Zone, Catalogues: catalogues}
	return how.dated(f.Dates[""])
}

// reading is how the texts of a column are read as far as the mapping file says.
func (c *Columns) reading(file *File, col column) reading {
	how := file.reading(c.options.Catalogues)
	for name, rule := range file.Dates {
		if t, ok := resolve(name); name != "" && (columnKey(name) == columnKey(col.header) || ok && t.path == col.path) {
			return how.dated(rule)
		}
	}
	return how
}

// dated applies one rule of the key "dates".
func (how reading) dated(rule string) reading {
	how.DateOrder, how.Layout = Undecided, ""
	switch rule {
	case monthFirst:
		how.DateOrder = MonthFirst
	case dayFirst:
		how.DateOrder = DayFirst
	case yearFirst:
		how.DateOrder = YearFirst
	default:
		how.Layout = rule
	}
	return how
}

// words returns the value map of a path, by the key of each word.
func (f *File) words(path string) map[string]string {
	words := map[string]string{}
	for name, theirs := range f.Values {
		if t, ok := resolve(name); !ok || t.path != path {
			continue
		}
		for word, ours := range theirs {
			words[wordKey(word)] = ours
		}
	}
	return words
}

// defaultOf returns the default of a path, "" for none.
func (f *File) defaultOf(path string) string {
	for name, text := range f.Defaults {
		if t, ok := resolve(name); ok && t.path == path {
			return text
		}
	}
	return ""
}

var patternPart = regexp.MustCompile(`(?i)y+|m+|d+`)

// layoutParts are the parts of a date pattern and how a layout of package time writes them.
var layoutParts = map[string]string{"YYYY": "2006", "MMMM": "January", "MMM": "Jan", "MM": "01", "M": "1", "DD": "02", "D": "2"}

// dateLayout turns what a mapping file writes for dates into one of the orders or a layout
// of package time. It returns an error for anything else.
func dateLayout(pattern string) (string, error) {
	pattern = strings.TrimSpace(pattern)
	if order := orderWords[strings.ToLower(pattern)]; order != "" {
		return order, nil
	}
	if strings.Contains(pattern, "2006") {
		return pattern, nil
	}
	var counts [3]int
	var unknown string
	layout := patternPart.ReplaceAllStringFunc(pattern, func(part string) string {
		part = strings.ToUpper(part)
		counts[strings.IndexByte("YMD", part[0])]++
		if layoutParts[part] == "" {
			unknown = part
		}
		return layoutParts[part]
	})
	if unknown != "" || counts != [3]int{1, 1, 1} {
		return "", fmt.Errorf("%q is neither an order nor a date pattern", pattern)
	}
	return layout, nil
}

// wordKey brings a text to the form in which texts of sheets are compared: NFC, lower case,
// one space between words.
func wordKey(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFC.String(text))), " ")
}

// cellOf makes a cell of a text that stands in none.
func cellOf(text string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Stored: text, Shown: text} }

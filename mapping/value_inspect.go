package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"refload/internal/sheet"
)

// maxText is the general limit of a text in characters: what a spreadsheet cell can hold.
const maxText = 32767

// inspections are the checks that hold for cells of every kind, in the order in which they
// are made; the first fault ends them.
var inspections = []func(f *Field, text string, cell sheet.Cell) []fault{
	inspectCell,
	inspectUnicode,
	inspectControls,
	inspectLength,
	inspectPlaceholder,
	inspectShortened,
	inspectShown,
	inspectInvisible,
	inspectConverted,
	inspectEncoded,
}

// inspect finds what is wrong with a cell whatever its field expects.
func inspect(f *Field, text string, cell sheet.Cell) []fault {
	var all []fault
	for _, check := range inspections {
		all = append(all, check(f, text, cell)...)
		if stops(all) {
			break
		}
	}
	return all
}

// cellErrors are the error values of Excel, which a CSV file has as text.
var cellErrors = []string{"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!",
	"#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!"}

func inspectCell(_ *Field, text string, cell sheet.Cell) []fault {
	switch {
	case cell.Kind == sheet.Formula:
		return []fault{refuse("XLSX-FORMULA", quoted(text)+" is a formula that has no stored value",
			"open the file in Excel, let it calculate, save it, or paste the column as values; a text that begins with = has an apostrophe before it in a CSV")}
	case cell.Kind == sheet.Error || slices.Contains(cellErrors, strings.ToUpper(text)):
		return []fault{refuse("VAL-XLERROR", "the cell holds the spreadsheet error "+shown(text),
			"fix the formula in the sheet, or write the value")}
	}
	return nil
}

func inspectUnicode(_ *Field, text string, _ sheet.Cell) []fault {
	for rest := text; rest != ""; {
		var r rune
		var broken bool
		r, broken, rest = nextRune(rest)
		if broken || r == utf8.RuneError || r&0xFFFE == 0xFFFE {
			return []fault{refuse("VAL-UNICODE", quoted(text)+" holds half a character, or a mark for one that was lost",
				"type the text anew, or save the file as UTF-8 from the program that wrote it")}
		}
	}
	return nil
}

// nextRune splits off the first character. The second result is true where the bytes are no
// character at all.
func nextRune(text string) (r rune, broken bool, rest string) {
	r, size := utf8.DecodeRuneInString(text)
	return r, r == utf8.RuneError && size == 1, text[size:]
}

// manyLines are the ends of the paths whose text may run over several lines, and oddLines of
// those where a line break is sent but looks like an accident.
var (
	manyLines = []string{"notes"}
	oddLines  = []string{"addressLine1", "addressLine2"}
)

func inspectControls(f *Field, text string, _ sheet.Cell) []fault {
	lines := false
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			lines = true
		case unicode.IsControl(r):
			return []fault{refuse("VAL-CONTROL", fmt.Sprintf("%s holds the control character U+%04X", quoted(text), r),
				"delete the character; it cannot be seen, so type the text anew")}
		}
	}
	switch end := pathEnd(f.Path); {
	case !lines || slices.Contains(manyLines, end) || f.Kind == List:
		return nil
	case slices.Contains(oddLines, end):
		return []fault{warn("VAL-LINES", quoted(text)+" runs over several lines", "put the second line into the column of its own")}
	}
	return []fault{refuse("VAL-CONTROL", quoted(text)+" holds a line break or a tab", "write the value on one line")}
}

// pathEnd returns the last name of a path.
func pathEnd(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func inspectLength(f *Field, text string, _ sheet.Cell) []fault {
	limit := maxText
	if f.MaxLength > 0 {
		limit = f.MaxLength
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return []fault{refuse("VAL-LENGTH", fmt.Sprintf("the text has %d characters, the limit is %d", n, limit), "shorten the text")}
	}
	return nil
}

// placeholders are the words that programs and people write for "nothing". "NA" is none of
// them: it is Namibia.
var placeholders = []string{"n/a", "#n/a", "-", "--", "---", "–", "—", "null", "(null)", "<null>", "(blank)", "(empty)", "undefined", "?"}

func inspectPlaceholder(_ *Field, text string, _ sheet.Cell) []fault {
	if !slices.Contains(placeholders, strings.ToLower(text)) {
		return nil
	}
	return []fault{refuse("VAL-PLACEHOLDER", quoted(text)+" stands for nothing, but would be sent as a text",
		"write nothing to leave the field as it is, <clear> to empty it")}
}

var scientific = regexp.MustCompile(`^[+-]?\d(\.\d+)?[Ee]\+?\d+$`)

// spreadsheetDigits is how many digits of a number a spreadsheet keeps; the digits after
// these are zeros or noise.
const spreadsheetDigits = 15

// inspectShortened finds numbers that a spreadsheet made of phone numbers, account numbers
// and the like, and that have lost digits on the way.
func inspectShortened(f *Field, text string, cell sheet.Cell) []fault {
	if readsNumbers[f.Kind] {
		return nil
	}
	lost := cell.Kind == sheet.Number && (scientific.MatchString(cell.Stored) || countDigits(cell.Stored) > spreadsheetDigits)
	if !lost && !scientificText(text) {
		return nil
	}
	return []fault{refuse("VAL-SCI", quoted(text)+" was shortened by the spreadsheet: digits are lost",
		"format the column as text and type or paste the value again")}
}

// inspectShown finds numbers that are not sent as a person sees them: 50% is 0.5 to a spreadsheet.
// Choices may be read from shares, as the sales stage is.
func inspectShown(f *Field, text string, cell sheet.Cell) []fault {
	if !cell.Moved || f.Kind == Choice {
		return nil
	}
	return []fault{warn("VAL-SHOWN", "the cell shows "+quoted(cell.Seen)+", and "+shown(text)+" is sent",
		"if what is shown is meant, type it as a number without that format")}
}

// readsNumbers has the kinds that read number cells as numbers.
var readsNumbers = map[Kind]bool{Number: true, Integer: true, Bool: true, Date: true, Time: true}

// scientificText reports whether a text looks like what Excel writes into a CSV file for a long
// number: "4.20778E+11". A bare "1E5" may be a name.
func scientificText(text string) bool {
	return strings.Contains(text, "E+") && scientific.MatchString(text)
}

func countDigits(text string) int {
	n := 0
	for _, r := range strings.TrimLeft(text, "+-0.") {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

func inspectInvisible(_ *Field, text string, _ sheet.Cell) []fault {
	if !strings.ContainsFunc(text, invisible) {
		return nil
	}
	return []fault{warn("VAL-INVISIBLE", quoted(text)+" holds characters that cannot be seen",
		"type the text anew unless they are meant; it is sent as it stands")}
}

// hidden are the characters that take no room or turn the direction of text. The two joiners
// U+200C and U+200D are left out: Persian, the languages of India and emoji need them.
var hidden = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x00AD, Hi: 0x00AD, Stride: 1},
	{Lo: 0x061C, Hi: 0x061C, Stride: 1},
	{Lo: 0x180E, Hi: 0x180E, Stride: 1},
	{Lo: 0x200B, Hi: 0x200B, Stride: 1},
	{Lo: 0x200E, Hi: 0x200F, Stride: 1},
	{Lo: 0x202A, Hi: 0x202E, Stride: 1},
	{Lo: 0x2060, Hi: 0x2069, Stride: 1},
	{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
}, LatinOffset: 1}

func invisible(r rune) bool { return unicode.Is(hidden, r) }

// takesText has the kinds in whose cells a spreadsheet may have turned a text into a date.
var takesText = map[Kind]bool{Text: true, Open: true, List: true, Phone: true, Solution: true, Member: true}

func inspectConverted(f *Field, text string, cell sheet.Cell) []fault {
	if cell.Kind != sheet.Date || !takesText[f.Kind] {
		return nil
	}
	return []fault{warn("VAL-CONVERTED", "the cell holds the date "+shown(text)+" where a text is expected",
		"if the spreadsheet made a date of a text such as 3-4, format the column as text and type it again")}
}

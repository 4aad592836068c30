package mapping

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"refload/internal/sheet"
)

// maxDigits is how many digits a number may have: more than any sum of money needs, and no
// more than readers that use binary floating point keep apart.
const maxDigits = 17

// The two notations of numbers. Groups have three digits and one separator throughout: the
// other notation's mark, a space of any width, or an apostrophe.
var (
	pointNotation = regexp.MustCompile(`^\+?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+|` + indianGroups + `|` + evenGroups + `)(?:\.(\d+))?$`)
	commaNotation = regexp.MustCompile(`^\+?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+|` + evenGroups + `)(?:,(\d+))?$`)
)

// indianGroups are those of India: three digits at the end, two before them. Nothing else is written so.
const indianGroups = `[1-9]\d?(?:,\d{2})+,\d{3}`

var indianNumber = regexp.MustCompile(`^\+?` + indianGroups + `(?:\.\d+)?$`)

const evenGroups = `[1-9]\d{0,2}(?: \d{3})+|[1-9]\d{0,2}(?:'\d{3})+`

// separators brings the spaces and apostrophes that people group digits with to one of each.
var separators = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2007", " ", "\u2019", "'")

// readNumber returns a text as JSON digits under the two notations, "" where it is no number
// under one of them.
func readNumber(text string) (point, comma string) {
	text = separators.Replace(text)
	return digitsOf(text, pointNotation, "."), digitsOf(text, commaNotation, ",")
}

func digitsOf(text string, notation *regexp.Regexp, mark string) string {
	if !notation.MatchString(text) {
		return ""
	}
	whole, fraction, found := strings.Cut(text, mark)
	whole = strings.TrimLeft(strings.Map(onlyDigits, whole), "0")
	if whole == "" {
		whole = "0"
	}
	if found {
		return whole + "." + fraction
	}
	return whole
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// numberReadings tells the notations that a text can be read in, decimal point and decimal
// comma. Both are false where the text is no number or means the same in both.
func numberReadings(text string, catalogues *Catalogues) (point, comma bool) {
	bare, _ := splitMoney(text, catalogues)
	p, c := readNumber(bare)
	if p == c {
		return false, false
	}
	return p != "", c != ""
}

// parseNumber returns a json.Number of at most maxDigits digits, never negative, spelled as
// typed but for grouping, leading zeros and a sign of money that agrees with the row's currency.
func parseNumber(_ *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	said := append(oddNumber(text), how.moneySeen(cell)...)
	if stops(said) {
		return nil, said
	}
	if cell.Kind != sheet.Number {
		bare, beside := how.money(text)
		if stops(beside) {
			return nil, beside
		}
		text, said = bare, append(said, beside...)
	}
	digits, problem := number(text, cell, how)
	if problem != nil {
		return nil, []fault{*problem}
	}
	if countDigits(digits) > maxDigits {
		return nil, []fault{refuse("VAL-NUMBER", fmt.Sprintf("%s has %d digits, the limit is %d", quoted(text), countDigits(digits), maxDigits),
			"shorten the number; it can hardly be meant")}
	}
	return json.Number(digits), said
}

// oddNumber tells of a number that is grouped as in India.
func oddNumber(text string) []fault {
	if !indianNumber.MatchString(text) {
		return nil
	}
	return []fault{note("VAL-NUMBER", fmt.Sprintf("%s is read as %s", quoted(text), digitsOf(text, pointNotation, ".")))}
}

// number reads the digits of a cell: those that a workbook stores, or those of a text.
func number(text string, cell sheet.Cell, how reading) (string, *fault) {
	if cell.Kind == sheet.Number {
		if digits, ok := storedNumber(cell.Stored); ok {
			return digits, nil
		}
		return "", numberFault(text)
	}
	point, comma := readNumber(text)
	switch {
	case how.DecimalComma:
		return chosen(text, comma, "1.234,56")
	case how.DecimalPoint:
		return chosen(text, point, "1,234.56")
	case point == "" && comma == "":
		return "", numberFault(text)
	case point == "" || comma == "" || point == comma:
		return point + strings.TrimPrefix(comma, point), nil
	}
	return "", twoNumbers(text, point, comma)
}

func chosen(text, digits, sample string) (string, *fault) {
	if digits != "" {
		return digits, nil
	}
	if point, comma := readNumber(text); point == "" && comma == "" {
		return "", numberFault(text)
	}
	f := refuse("VAL-NUMBER", quoted(text)+" is not written as the numbers of this column are",
		"expected "+sample+"; write the column in one way, or say which with --decimal, or \"decimal\" in the mapping file")
	return "", &f
}

func twoNumbers(text, point, comma string) *fault {
	point, comma = unmistakable(point), unmistakable(comma)
	f := refuse("VAL-NUMBER", fmt.Sprintf("%s can be read two ways: %s or %s", quoted(text), point, comma),
		fmt.Sprintf(`write %s or %s, or say --decimal point or --decimal comma ("decimal" in the mapping file)`, point, comma))
	return &f
}

// unmistakable spells a number so that its fraction cannot be taken for a group of thousands.
func unmistakable(digits string) string {
	whole, fraction, found := strings.Cut(digits, ".")
	if fraction = strings.TrimRight(fraction, "0"); !found || fraction == "" {
		return whole
	}
	if len(fraction) == 3 {
		fraction += "0"
	}
	return whole + "." + fraction
}

// numberMistakes has what a text that is no number may be instead, with what to do; the
// first that matches is told.
var numberMistakes = []struct {
	form *regexp.Regexp
	hint string
}{
	{regexp.MustCompile(`^[-−]\s*\p{Sc}?\s*\d|^\(.*\)$|\d-$`), "write a number that is not negative"},
	{regexp.MustCompile(`(?i)^[+-]?\d+(\.\d+)?e[+-]?\d+$`), "write all of the digits: 100000 instead of 1e5"},
	{regexp.MustCompile(`\p{Sc}|(?i)^[a-z]{3}\s*\d|\d\s*[a-z]{3}$`), "write the number alone; the currency has a column of its own"},
	{regexp.MustCompile(`%$`), "write the number alone, without the percent sign"},
	{regexp.MustCompile(`(?i)\d\s*(k|m|mio|tsd|bn)\.?$`), "write all of the digits: 50000 instead of 50k"},
}

func numberFault(text string) *fault {
	hint := "expected digits with a decimal point, such as 1234.56"
	for _, mistake := range numberMistakes {
		if mistake.form.MatchString(text) {
			hint = mistake.hint
			break
		}
	}
	f := refuse("VAL-NUMBER", quoted(text)+" is not a number that can be sent", hint)
	return &f
}

// parseInteger returns a json.Number without fraction.
func parseInteger(f *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	value, faults := parseNumber(f, text, cell, how)
	digits, ok := value.(json.Number)
	if !ok {
		return nil, faults
	}
	whole, fraction, _ := strings.Cut(string(digits), ".")
	if strings.Trim(fraction, "0") != "" {
		return nil, []fault{refuse("VAL-INTEGER", quoted(text)+" is not a whole number", "write a number without a fraction, such as 10")}
	}
	return json.Number(whole), faults
}

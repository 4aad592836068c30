package mapping

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"refload/internal/sheet"
)

// totalsWords are what programs and people call the sums of a table.
const totalsWords = `(?:(?:grand |overall |sub[- ]?)?totals?|sums?|summen?|gesamt(?:summe|betrag|ergebnis)?|insgesamt|zwischensumme|ergebnis|total général|sous-total|total general|suma(?: total)?|totale|totaal|celkem)`

// totalsText is such a word alone, with how many rows there are, or of what money the sums are. whoseTotals is one with
// anything before or behind it, as in "Contoso Total" and "Total of open deals".
var (
	totalsText  = regexp.MustCompile(`^` + totalsWords + `(?: ?[:=–—-])?(?: ?[(\[][^()\[\]]*[)\]]| \d+(?: \p{L}+)?| (?:in )?[a-z]{3})?(?: ?[:=])?$`)
	whoseTotals = regexp.MustCompile(`^` + totalsWords + `[ :(\[].+$|^.+ ` + totalsWords + `[:=]?$`)
)

// totalsRow is what a row has that may hold the sums of the others.
type totalsRow struct {
	word    string // the only text that is neither a number nor money
	column  int    // where it stands
	numbers int
	money   bool // a currency stands in a cell of its own
	named   bool // something says which referral the row is
}

// Totals reports whether a row holds the sums of the others: a word that says so, and beside it
// nothing but numbers and money. What refload itself wrote beside the row does not count.
func (c *Columns) Totals(row sheet.Row) bool {
	var t totalsRow
	for i, cell := range row.Cells {
		if cell.Kind == sheet.Blank || i < len(c.columns) && c.columns[i].field != nil && c.columns[i].field.Kind == Result {
			continue
		}
		if !t.take(c, i, cell) {
			return false
		}
	}
	if t.word == "" || t.numbers == 0 {
		return false
	}
	key := wordKey(t.word)
	if totalsText.MatchString(key) {
		return !t.named || !t.money
	}
	return !t.named && c.customerless(row, t.column) && whoseTotals.MatchString(key)
}

// take takes the next cell into account. It returns false where no row of sums has such a cell.
func (t *totalsRow) take(c *Columns, at int, cell sheet.Cell) bool {
	text := cellText(cell)
	catalogues := reading{Catalogues: c.options.Catalogues}.catalogues()
	switch {
	case t.word != "" && !hasTotalsStem(t.word): // nearly all rows
		return false
	case cell.Kind == sheet.Number || cell.Kind == sheet.Formula:
		t.numbers++
	case cell.Kind != sheet.Text:
		return false
	case strings.Trim(text, "-–—") == "": // a mark for nothing
		return true
	case (t.word != "" || len(text) == codeLength) && isCurrency(text, catalogues):
		t.money = true
	case isAmount(text, catalogues):
		t.numbers++
	case t.word == "" && startsWithLetter(text):
		t.word, t.column = text, at
		return true
	default:
		return false
	}
	t.named = t.named || c.identifies(at)
	return true
}

// codeLength is how long the code of a currency is.
const codeLength = 3

func startsWithLetter(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(first)
}

// totalsStems are in every word of totalsWords.
var totalsStems = []string{"tot", "sum", "gesamt", "ergebnis", "celkem"}

func hasTotalsStem(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(totalsStems, func(stem string) bool { return strings.Contains(text, stem) })
}

// customerless reports whether a row of a table with customers names none, but for what stands in a column.
func (c *Columns) customerless(row sheet.Row, but int) bool {
	at := c.find(customerPath)
	return at >= 0 && (at == but || row.At(at).Kind == sheet.Blank)
}

// longestMoney is how long a code, sign or name of money is where it stands beside sums.
const longestMoney = 24

func isCurrency(text string, catalogues *Catalogues) bool {
	return len(text) <= longestMoney && catalogues.tables[currencyCodes].mayBe(text) != nil
}

// isAmount reports whether a text is a number as it stands among sums: below zero too, in parentheses, with a sign or code of
// money, as a share, or as how many rows there are.
func isAmount(text string, catalogues *Catalogues) bool {
	bare := strings.TrimSuffix(strings.TrimPrefix(text, "("), ")")
	bare, _ = splitMoney(strings.TrimLeft(bare, "-−"), catalogues)
	bare = strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(bare, "-−"), "%"))
	point, comma := readNumber(bare)
	return point+comma != "" || countedRows.MatchString(text)
}

var countedRows = regexp.MustCompile(`^\d+ \p{L}+$`)

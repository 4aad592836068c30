package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"refload/internal/sheet"
)

// splitMoney takes signs and codes of money off a number: "12.345,67 €" is "12.345,67" in EUR. The readings of "$" are
// many. The text comes back whole, without readings, where what stands beside the number is no money.
func splitMoney(text string, catalogues *Catalogues) (bare string, readings []string) {
	start := strings.IndexFunc(text, asciiDigit)
	end := strings.LastIndexFunc(text, asciiDigit)
	if start < 0 || !strings.ContainsFunc(text, moneyLetter) {
		return text, nil
	}
	if start > 0 && text[start-1] == '+' {
		start--
	}
	for _, mark := range []string{text[:start], text[end+1:]} {
		if strings.TrimSpace(mark) == "" {
			continue
		}
		var may []string
		if !strings.ContainsFunc(mark, noMoney) {
			may = catalogues.tables[currencyCodes].mayBe(mark)
		}
		if readings != nil {
			may = slices.DeleteFunc(slices.Clone(may), func(code string) bool { return !slices.Contains(readings, code) }) // "$5 USD"
		}
		if len(may) == 0 {
			return text, nil
		}
		readings = may
	}
	return text[start : end+1], readings
}

func asciiDigit(r rune) bool { return '0' <= r && r <= '9' }

// noMoney reports whether a character is part of no sign or name of money. A minus is not: "-€5" is not five.
func noMoney(r rune) bool {
	return !moneyLetter(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && r != '.'
}

// moneyLetter reports whether a character makes a text worth a look: few numbers have any.
func moneyLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }

// money takes signs and codes of money off a number, where they agree with the currency that the row has.
func (how reading) money(text string) (bare string, said []fault) {
	bare, readings := splitMoney(text, how.catalogues())
	switch {
	case readings == nil || how.Currency == "":
		return text, nil
	case !slices.Contains(readings, how.Currency):
		meant := "money of another country"
		if len(readings) == 1 {
			meant = readings[0]
		}
		return "", []fault{refuse("VAL-NUMBER", fmt.Sprintf("%s is %s, and the row's currency is %s", quoted(text), meant, how.Currency),
			"correct the one of the two that is wrong; then write the number alone")}
	}
	return bare, []fault{note("VAL-NUMBER", fmt.Sprintf("%s is read as a number in %s, as the row's currency is", quoted(text), how.Currency))}
}

// moneySeen holds the sign of money that a number is shown with to the currency of the row. One that changes with
// the machine says less.
func (how reading) moneySeen(cell sheet.Cell) []fault {
	_, readings := splitMoney(cell.Seen, how.catalogues())
	if readings == nil || how.Currency == "" || slices.Contains(readings, how.Currency) {
		return nil
	}
	differs := refuse("VAL-NUMBER", fmt.Sprintf("the cell shows %s, and the row's currency is %s", quoted(cell.Seen), how.Currency),
		"correct the one of the two that is wrong: the row's currency, or the number and the format of its cell")
	if cell.Local {
		differs.Severity = Warning
	}
	return []fault{differs}
}

// currencyPaths have, for a property that is money, the property beside it that has its currency.
var currencyPaths = map[string]string{"details.dealValue": "details.currency"}

// currencyPath returns the path of the currency of a property, "" where it is no money.
func currencyPath(path string) string {
	if element, isPrice := strings.CutSuffix(path, ".price"); isPrice {
		return element + ".currency"
	}
	return currencyPaths[path]
}

// currencyOf returns the currency that the row has for a number with letters or signs of money in it, "" where it
// has none that can be read.
func (d *decoder) currencyOf(path, text string) string {
	wanted := currencyPath(path)
	if wanted == "" || !strings.ContainsFunc(text, moneyLetter) {
		return ""
	}
	for col := range d.columns.each() {
		if col.field == nil || col.path != wanted {
			continue
		}
		cell, _ := col.content(d.row)
		return currencyIn(col.target, cell, col.how)
	}
	for _, f := range d.columns.fixed {
		if f.path == wanted {
			return currencyIn(f.target, cellOf(f.text), f.how)
		}
	}
	return ""
}

func currencyIn(t target, cell sheet.Cell, how reading) string {
	value, _ := parseValue(t.field, cell, how)
	code, _ := value.(string)
	return code
}

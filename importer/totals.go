package importer

import (
	"encoding/json"
	"maps"
	"math/big"
	"regexp"
	"slices"

	"refload/api"
)

// totals sums deal values by currency, exactly.
type totals struct {
	sums map[string]*big.Rat
	rows map[string]int
}

// Total is the sum of the deal values in one currency.
type Total struct {
	Currency string
	Deals    int
	Value    string // with two decimals at most
}

func (t *totals) add(doc *api.Referral) {
	amount, ok := amountOf(doc)
	if !ok {
		return
	}
	if t.sums == nil {
		t.sums, t.rows = map[string]*big.Rat{}, map[string]int{}
	}
	currency := doc.Text("details.currency")
	if t.sums[currency] == nil {
		t.sums[currency] = new(big.Rat)
	}
	t.sums[currency].Add(t.sums[currency], amount)
	t.rows[currency]++
}

// amountOf returns the deal value, which the service may give as a text. Only plain digits are
// read: an exponent could ask for any amount of memory.
func amountOf(doc *api.Referral) (*big.Rat, bool) {
	value, _ := doc.Get("details.dealValue")
	text, isText := value.(string)
	if number, isNumber := value.(json.Number); isNumber {
		text, isText = string(number), true
	}
	if !isText || len(text) > longestAmount || !plainAmount.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// longestAmount bounds the digits of a value that is summed: no sum of money has more.
const longestAmount = 40

var plainAmount = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// list returns the totals in the order of their currencies.
func (t *totals) list() []Total {
	var list []Total
	for _, currency := range slices.Sorted(maps.Keys(t.sums)) {
		list = append(list, Total{currency, t.rows[currency], t.sums[currency].FloatString(2)})
	}
	return list
}

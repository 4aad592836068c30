package importer

import (
	"encoding/json"
	"maps"
	"math/big"
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
	value, _ := doc.Get("details.dealValue")
	number, ok := value.(json.Number)
	if !ok || len(number) > 40 {
		return
	}
	amount, ok := new(big.Rat).SetString(string(number))
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

// list returns the totals in the order of their currencies.
func (t *totals) list() []Total {
	var list []Total
	for _, currency := range slices.Sorted(maps.Keys(t.sums)) {
		list = append(list, Total{currency, t.rows[currency], t.sums[currency].FloatString(2)})
	}
	return list
}

package exporter

import (
	"cmp"
	"encoding/json"
	"maps"
	"math/big"
	"slices"

	"refload/api"
)

// Total is the value of the deals of one month of closing in one currency, or of all months.
type Total struct {
	Currency string `json:"currency"`
	Month    string `json:"month,omitempty"` // "2026-01"; "" for all months together, "no date" where a deal has none
	Deals    int    `json:"deals"`
	Value    string `json:"value"` // with two decimals
}

// totals counts deals by status and sums their values exactly. A deal counts once, whosever
// referrals it has.
type totals struct {
	status map[string]int // by "Closed: Won"
	sums   map[Total]*big.Rat
	deals  map[Total]int
}

func newTotals() *totals {
	return &totals{status: map[string]int{}, sums: map[Total]*big.Rat{}, deals: map[Total]int{}}
}

// longestValue bounds the digits of a value that is summed: no sum of money has more.
const longestValue = 40

func (t *totals) add(r *row) {
	if !r.first {
		return
	}
	t.status[statusOf(r.Doc)]++
	value, _ := r.Doc.Get("details.dealValue")
	number, ok := value.(json.Number)
	if text, isText := value.(string); isText {
		number, ok = json.Number(text), true
	}
	if !ok || len(number) > longestValue || !plainValue(number) {
		return
	}
	amount, ok := new(big.Rat).SetString(string(number))
	if !ok {
		return
	}
	currency, month := r.Doc.Text("details.currency"), "no date"
	if at, ok := r.Doc.Time("details.closingDateTime"); ok {
		month = at.UTC().Format("2006-01")
	}
	for _, of := range []Total{{Currency: currency}, {Currency: currency, Month: month}} {
		if t.sums[of] == nil {
			t.sums[of] = new(big.Rat)
		}
		t.sums[of].Add(t.sums[of], amount)
		t.deals[of]++
	}
}

// plainValue keeps exponents out, which could ask for any amount of memory.
func plainValue(number json.Number) bool {
	return !slices.ContainsFunc([]byte(number), func(b byte) bool { return b == 'e' || b == 'E' || b == '/' || b == '_' || b == 'x' })
}

// statusOf is the status of a deal in words.
func statusOf(r *api.Referral) string {
	status, substatus := r.Status()
	switch {
	case status == "":
		return "no status"
	case substatus == "" || substatus == "None":
		return status
	}
	return status + ": " + substatus
}

// list returns the totals by currency, by month where months is true, in order.
func (t *totals) list(months bool) []Total {
	var list []Total
	for of, sum := range t.sums {
		if (of.Month != "") != months {
			continue
		}
		of.Deals, of.Value = t.deals[of], sum.FloatString(2)
		list = append(list, of)
	}
	slices.SortFunc(list, func(a, b Total) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Month, b.Month))
	})
	return list
}

// statuses returns the statuses in the order of a deal's life.
func (t *totals) statuses() []string {
	order := map[byte]int{'N': 1, 'A': 2, 'C': 3}
	return slices.SortedFunc(maps.Keys(t.status), func(a, b string) int {
		return cmp.Or(cmp.Compare(order[a[0]], order[b[0]]), cmp.Compare(a, b))
	})
}

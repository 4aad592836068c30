package importer

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"refload/api"
	"refload/mapping"
)

// SumLine is the deal value in one currency, by the sheet and by the service.
type SumLine struct {
	Currency     string `json:"currency"`
	SheetDeals   int    `json:"sheet_deals"`
	Sheet        string `json:"sheet"` // with two decimals, as all values here
	ServiceDeals int    `json:"service_deals"`
	Service      string `json:"service"`
	Difference   string `json:"difference"` // of the service to the sheet
}

// StatusLine is how many deals are in one state, by the sheet and by the service.
type StatusLine struct {
	Status  string `json:"status"` // "Closed: Won"
	Sheet   int    `json:"sheet"`
	Service int    `json:"service"`
}

// ledger sums one side, each deal once.
type ledger struct {
	totals totals
	status map[string]int
	bit    uint8            // of this side in seen
	seen   map[digest]uint8 // on which sides an engagement was counted
}

// add counts a deal unless its engagement was counted.
func (l *ledger) add(engagement string, document *api.Referral, state api.State) {
	if engagement != "" {
		key := digestOf(engagement)
		if l.seen[key]&l.bit != 0 {
			return
		}
		l.seen[key] |= l.bit
	}
	l.totals.add(document)
	l.status[statusWords(state)]++
}

// ledgers are the two sides of a verification.
type ledgers struct{ sheet, service ledger }

func newLedgers() *ledgers {
	seen := map[digest]uint8{}
	side := func(bit uint8) ledger { return ledger{status: map[string]int{}, bit: bit, seen: seen} }
	return &ledgers{side(1), side(2)}
}

// compared adds a row and its referrals. Where the row is silent, the sheet's side is as the service
// has it: a sheet without a column of values does not say that the deals are worth nothing.
func (l *ledgers) compared(record *mapping.Record, merged *mapping.Merged, live []*api.Referral) {
	l.sheet.add(live[0].EngagementID(), merged.Doc, expected(record.Destination(), live[0].State()))
	for _, referral := range live {
		l.service.add(referral.EngagementID(), referral, referral.State())
	}
}

// missing adds a row without a referral.
func (l *ledgers) missing(record *mapping.Record) {
	l.sheet.add(record.EngagementID, record.Doc, record.Destination())
}

// extra adds a referral that no row has.
func (l *ledgers) extra(referral *api.Referral) {
	l.service.add(referral.EngagementID(), referral, referral.State())
}

// values returns the sums by currency, in their order.
func (l *ledgers) values() []SumLine {
	currencies := maps.Clone(l.sheet.totals.rows)
	if currencies == nil {
		currencies = map[string]int{}
	}
	maps.Copy(currencies, l.service.totals.rows)
	lines := []SumLine{}
	for _, currency := range slices.Sorted(maps.Keys(currencies)) {
		a, b := l.sheet.totals.sum(currency), l.service.totals.sum(currency)
		lines = append(lines, SumLine{
			Currency: currency, SheetDeals: l.sheet.totals.rows[currency], Sheet: a.FloatString(2),
			ServiceDeals: l.service.totals.rows[currency], Service: b.FloatString(2), Difference: new(big.Rat).Sub(b, a).FloatString(2),
		})
	}
	return lines
}

// sum returns the sum in a currency.
func (t *totals) sum(currency string) *big.Rat {
	if sum := t.sums[currency]; sum != nil {
		return sum
	}
	return new(big.Rat)
}

// statusOrder is the order of a deal's life.
const statusOrder = "NAC"

// statuses returns the numbers by state, in the order of a deal's life.
func (l *ledgers) statuses() []StatusLine {
	all := maps.Clone(l.sheet.status)
	maps.Copy(all, l.service.status)
	lines := []StatusLine{}
	for _, status := range slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		if order := strings.IndexByte(statusOrder, a[0]) - strings.IndexByte(statusOrder, b[0]); order != 0 {
			return order
		}
		return strings.Compare(a, b)
	}) {
		lines = append(lines, StatusLine{status, l.sheet.status[status], l.service.status[status]})
	}
	return lines
}

package mapping

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"refload/internal/sheet"
)

// manyRows is a portal file of one deal many times, with ids of its own.
func manyRows(n int) ([]string, []sheet.Row) {
	header := slices.Sorted(maps.Keys(portalRow))
	rows := make([]sheet.Row, n)
	for i := range rows {
		var texts []string
		for _, name := range header {
			text := portalRow[name]
			if name == "CRM ID" {
				text = fmt.Sprintf("A-%d", i)
			}
			texts = append(texts, text)
		}
		rows[i] = textRow(i+2, texts...)
	}
	return header, rows
}

func BenchmarkObserve(b *testing.B) {
	header, rows := manyRows(1000)
	columns, _ := Match(textRow(1, header...), MatchOptions{})
	b.ReportAllocs()
	for i := range b.N {
		columns.Observe(rows[i%len(rows)])
	}
}

func BenchmarkDecodeAndCheck(b *testing.B) {
	header, rows := manyRows(1000)
	columns, _ := Match(textRow(1, header...), MatchOptions{})
	for _, row := range rows {
		columns.Observe(row)
	}
	columns.Settle()
	b.ReportAllocs()
	for i := range b.N {
		rec, problems := columns.Decode(rows[i%len(rows)], today)
		if len(problems) > 0 || len(Check(rec, RuleContext{Today: today})) > 0 {
			b.Fatal(problems)
		}
	}
}

// BenchmarkUnknownHeader is what a column costs that nothing is known of.
func BenchmarkUnknownHeader(b *testing.B) {
	for b.Loop() {
		similar("Interner Vermerk des Vertriebs")
	}
}

package exporter_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"refload/exporter"
)

// TestTotals has values of all spellings: they are summed exactly, by currency, and what is no
// sum of money is not counted.
func TestTotals(t *testing.T) {
	w := newWorld(t, nil)
	for n, value := range []any{json.Number("0.1"), json.Number("0.2"), "1000.70", json.Number("9007199254740993"), json.Number("-1"),
		json.Number("1e400"), json.Number("1E3"), "a lot", "0x10", "1/3", nil, true, strings.Repeat("9", 41)} {
		w.seed(deal(n, func(d map[string]any) { d["details"].(map[string]any)["dealValue"] = value }))
	}
	w.seed(deal(90, func(d map[string]any) { delete(d, "details") }), deal(91, func(d map[string]any) {
		d["details"] = map[string]any{"dealValue": 7, "currency": "CZK", "closingDateTime": "some day"}
		d["status"], d["substatus"] = "Active", "None"
	}), deal(92, func(d map[string]any) {
		d["details"] = map[string]any{"dealValue": 5}
		d["status"], d["substatus"] = "", ""
	}))
	o := w.options("deals.xlsx", exporter.XLSX)
	summary := w.export(o)
	if got, want := fmt.Sprint(summary.Totals), "[{  1 5.00} {CZK  1 7.00} {EUR  5 9007199254741993.00}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if summary.Status["Active"] != 1 || summary.Status["no status"] != 1 || summary.Status["Active: Accepted"] != 14 {
		t.Errorf("%v", summary.Status)
	}
	book, err := excelize.OpenFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	summarySays(t, book, "[no date 1 no currency 5.00]", "[2026-12 5 EUR 9007199254741993.00]", "[no date 1 CZK 7.00]")
}

// TestErrorsSayWhatToDo has the hints of errors by their cause.
func TestErrorsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err  interface{ Hint() string }
		says string
	}{
		{&exporter.StoppedError{Err: fmt.Errorf("reset")}, "--fresh"},
		{&exporter.WriteError{Path: "x", Err: fmt.Errorf("odd")}, "-o"},
		{&exporter.NoLastError{Target: "x"}, "--since 2026"},
	} {
		if !strings.Contains(c.err.Hint(), c.says) || c.err.(error).Error() == "" {
			t.Errorf("%v: %s", c.err, c.err.Hint())
		}
	}
}

package sheet

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestShownNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "0E5": "0", "007": "7", "1200.50": "1200.5", "-12": "-12", "+5": "5",
		"1E+16": "10000000000000000", "1.5e3": "1500", "1E-3": "0.001", "12.5E-1": "1.25", ".5": "0.5", "5.": "5",
		"4.20778E+11": "420778000000", "0.30000000000000004": "0.3", "1.1000000000000001": "1.1",
		"9.99999999999999999": "10", "0.099999999999999999": "0.1", "1234.5600000000001": "1234.56",
		"12345678901234567890": "12345678901234567890", "123456789012345.6": "123456789012346", "-0.000123456789012345678": "-0.000123456789012346",
	} {
		number, ok := parseDecimal(text)
		if !ok {
			t.Errorf("%q is not taken for a number", text)
			continue
		}
		if got := number.shown(); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

func TestNoNumbers(t *testing.T) {
	for _, text := range []string{"", "-", ".", "E5", "1E", "1E+", "1E+-5", "15E++8", "1e5.5", "NaN", "INF", "0x10", "1,5", "1 000", "--1", "+-1", "1_000", "٣", "1E999", "1E-999999999999", "1.2.3", strings.Repeat("1", 500)} {
		if number, ok := parseDecimal(text); ok {
			t.Errorf("%q was read as %v", text, number)
		}
	}
}

// TestDecimalKeepsTheValue compares with exact arithmetic: what is shown of a whole number, or
// of few digits, has the very value that was stored.
func TestDecimalKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,14}(\.[0-9]{0,3})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "text")
		number, ok := parseDecimal(text)
		if !ok {
			t.Fatalf("%q is not taken for a number", text)
		}
		want, _ := new(big.Rat).SetString(text)
		got, ok := new(big.Rat).SetString(number.String())
		if !ok || got.Cmp(want) != 0 {
			t.Fatalf("%q became %q", text, number.String())
		}
		if again, ok := parseDecimal(number.String()); !ok || again != number {
			t.Fatalf("%q became %v, then %v", text, number, again)
		}
		if number.whole() != want.IsInt() {
			t.Fatalf("%q: whole is %v", text, number.whole())
		}
	})
}

// TestShownIsWhatASpreadsheetShows compares with the rounding of float64 to 15 digits.
func TestShownIsWhatASpreadsheetShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Float64Range(-1e12, 1e12).Draw(t, "value")
		if math.Abs(value) < 1e-9 {
			return
		}
		number, ok := parseDecimal(strconv.FormatFloat(value, 'g', 17, 64))
		if !ok {
			t.Fatal("not a number")
		}
		got, err := strconv.ParseFloat(number.shown(), 64)
		if err != nil || math.Abs(got-value) > math.Abs(value)*1e-14 {
			t.Fatalf("%v is shown as %v", value, number.shown())
		}
		if digits := strings.Trim(strings.NewReplacer(".", "", "-", "").Replace(number.shown()), "0"); len(digits) > shownDigits && !number.whole() {
			t.Fatalf("%v is shown with %d digits", value, len(digits))
		}
	})
}

func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-1.5E+16", "00.100", "1E-400", "9.99999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, ok := parseDecimal(text)
		if !ok {
			return
		}
		want, valid := new(big.Rat).SetString(text)
		if !valid {
			t.Fatalf("%q is no number", text)
		}
		if got, _ := new(big.Rat).SetString(number.String()); got == nil || got.Cmp(want) != 0 {
			t.Fatalf("%q became %q", text, number.String())
		}
		number.shown()
	})
}

package mapping

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/sheet"
)

func TestNumber(t *testing.T) {
	comma, point := reading{DecimalComma: true}, reading{DecimalPoint: true}
	tests := []struct {
		text string
		how  reading
		want string // "" for a fault
	}{
		{"0", reading{}, "0"},
		{"007", reading{}, "7"},
		{"000", reading{}, "0"},
		{"+5", reading{}, "5"},
		{"1234.50", reading{}, "1234.50"},
		{"0.500", reading{}, "0.500"},
		{"1234.567", reading{}, "1234.567"},
		{"1,5", reading{}, "1.5"},
		{"1,234,567", reading{}, "1234567"},
		{"1.234.567", reading{}, "1234567"},
		{"1.234.567,8", reading{}, "1234567.8"},
		{"1 234 567,80", reading{}, "1234567.80"},
		{"1\u00a0234\u202f567", reading{}, "1234567"},
		{"1'234'567.80", reading{}, "1234567.80"},
		{"1’234", reading{}, "1234"},
		{"99999999999999999", reading{}, "99999999999999999"},
		{"50.000", reading{}, ""},
		{"1,234", reading{}, ""},
		{"1.234", reading{}, ""},
		{"50.000", comma, "50000"},
		{"50.000", point, "50.000"},
		{"1,234", comma, "1.234"},
		{"1,234", point, "1234"},
		{"1,234.56", comma, ""},
		{"1.234,56", point, ""},
		{"12,34,567", reading{}, "1234567"}, // Indian grouping has one reading
		{"1,23,456.00", reading{}, "123456.00"},
		{"1,23,456.00", point, "123456.00"},
		{"1,23,456.00", comma, ""},
		{"1,23,45", reading{}, ""},
		{"12,345,67", reading{}, ""},
		{"123,45,678", reading{}, ""},
		{"1,23.4", reading{}, ""},
		{"1 23", reading{}, ""},
		{".5", reading{}, ""},
		{"5.", reading{}, ""},
		{"", reading{}, ""},
		{"--1", reading{}, ""},
		{"(500)", reading{}, ""},
		{"50k", reading{}, ""},
		{"USD 50", reading{}, ""},
		{"50 %", reading{}, ""},
		{"Infinity", reading{}, ""},
		{"0x10", reading{}, ""},
		{"1_000", reading{}, ""},
		{"٣", reading{}, ""},
		{"999999999999999999", reading{}, ""},
	}
	for _, tt := range tests {
		value, faults := parseNumber(valueField, tt.text, typed(tt.text), tt.how)
		if got, _ := value.(json.Number); string(got) != tt.want || (tt.want == "") != stops(faults) {
			t.Errorf("%q %+v: got %q with %v, want %q", tt.text, tt.how, got, faults, tt.want)
		}
	}
}

func TestStoredNumber(t *testing.T) {
	tests := []struct{ stored, want string }{
		{"50000", "50000"},
		{"50000.35", "50000.35"},
		{"149.96999999999997", "149.97"},
		{"0.30000000000000004", "0.3"},
		{"50000.349999999999", "50000.35"},
		{"9.9999999999999999", "10"},
		{"1E5", "100000"},
		{"1.5E+3", "1500"},
		{"1.0000000000000001E-2", "0.01"},
		{"123456789012345", "123456789012345"},
		{"1234567890123456", ""}, // the last digit is lost
		{"1E+20", ""},
		{"5.5511151231257827E-17", ""}, // noise around zero
		{"-5", ""},
		{"-0", "0"},
		{"0", "0"},
		{"0.0", "0"},
		{"abc", ""},
		{"1E9999", ""},
	}
	for _, tt := range tests {
		got, ok := storedNumber(tt.stored)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("storedNumber(%q) = %q, %v, want %q", tt.stored, got, ok, tt.want)
		}
	}
}

func TestNumberCellIgnoresItsFormat(t *testing.T) {
	value, faults := parseValue(valueField, stored(sheet.Number, "1234.56", "$1,235"), reading{DecimalComma: true})
	if value != json.Number("1234.56") || faults != nil {
		t.Errorf("got %v with %v, want what is stored", value, faults)
	}
	_, faults = parseValue(valueField, stored(sheet.Number, "-50", "(50)"), reading{})
	if ruleCodes(faults) != "VAL-NUMBER" {
		t.Errorf("a negative number cell got %v, want VAL-NUMBER", faults)
	}
}

func TestNumberReadings(t *testing.T) {
	tests := []struct {
		text         string
		point, comma bool
	}{
		{"50.000", true, true},
		{"1,234", true, true},
		{"1,234.56", true, false},
		{"1,23,456", true, false},
		{"12.345,67 €", false, true},
		{"$1,234.56", true, false},
		{"50.000 km", false, false},
		{"1.234,56", false, true},
		{"1,5", false, true},
		{"1234.5", true, false},
		{"1234", false, false},
		{"1 234", false, false},
		{"n/a", false, false},
	}
	for _, tt := range tests {
		if point, comma := numberReadings(tt.text, embedded()); point != tt.point || comma != tt.comma {
			t.Errorf("numberReadings(%q) = %v, %v, want %v, %v", tt.text, point, comma, tt.point, tt.comma)
		}
	}
}

// grouped writes digits in groups of three.
func grouped(whole, mark string) string {
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + mark + whole[i:]
	}
	return whole
}

// TestNumberNotations prints numbers in every notation and reads the same digits back.
func TestNumberNotations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := strconv.FormatInt(rapid.Int64Range(0, 999_999_999_999).Draw(t, "whole"), 10)
		fraction := rapid.StringMatching(`[0-9]{1,4}`).Draw(t, "fraction")
		want := json.Number(whole + "." + fraction)
		for _, tt := range []struct {
			text string
			how  reading
		}{
			{whole + "." + fraction, reading{DecimalPoint: true}},
			{grouped(whole, ",") + "." + fraction, reading{DecimalPoint: true}},
			{grouped(whole, "'") + "." + fraction, reading{DecimalPoint: true}},
			{whole + "," + fraction, reading{DecimalComma: true}},
			{grouped(whole, ".") + "," + fraction, reading{DecimalComma: true}},
			{grouped(whole, " ") + "," + fraction, reading{DecimalComma: true}},
		} {
			got, faults := parseNumber(valueField, tt.text, typed(tt.text), tt.how)
			if got != want {
				t.Fatalf("%q: got %v with %v, want %v", tt.text, got, faults, want)
			}
		}
	})
}

// TestUndecidedNeverGuesses holds that without a known notation a number is read only if the
// other notation cannot read it, or reads the same.
func TestUndecidedNeverGuesses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,4}([.,][0-9]{1,4}){0,3}`).Draw(t, "text")
		got, _ := parseNumber(valueField, text, typed(text), reading{})
		point, _ := parseNumber(valueField, text, typed(text), reading{DecimalPoint: true})
		comma, _ := parseNumber(valueField, text, typed(text), reading{DecimalComma: true})
		if point != nil && comma != nil && point != comma && got != nil {
			t.Fatalf("%q was read as %v, but is %v or %v", text, got, point, comma)
		}
		if got != nil && got != point && got != comma {
			t.Fatalf("%q was read as %v, which is neither %v nor %v", text, got, point, comma)
		}
	})
}

// TestStoredNumberIsWhatExcelShows compares with the 15 digits to which Excel rounds.
func TestStoredNumberIsWhatExcelShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0.0001, 1e14).Draw(t, "x")
		stored := strconv.FormatFloat(x, 'G', 17, 64)
		got, ok := storedNumber(stored)
		if !ok {
			t.Fatalf("storedNumber(%q) refused", stored)
		}
		back, err := strconv.ParseFloat(got, 64)
		if err != nil || math.Abs(back-x) > x*1e-14 {
			t.Fatalf("storedNumber(%q) = %q, off by %g", stored, got, back-x)
		}
		if countDigits(got) > 15 {
			t.Fatalf("storedNumber(%q) = %q has more than 15 digits", stored, got)
		}
	})
}

var jsonNumber = regexp.MustCompile(`^(0|[1-9]\d*)(\.\d+)?$`)

// FuzzNumber holds that whatever is accepted is a JSON number that reads back as itself.
func FuzzNumber(f *testing.F) {
	for _, text := range []string{"1,234.56", "50.000", "1e5", "NaN", "1 234,5", "1'234", "0.1+0.2", "-1", "", "9.9999999999999999", "1E-5"} {
		f.Add(text, false, false)
	}
	f.Fuzz(func(t *testing.T, text string, comma, workbook bool) {
		cell := typed(text)
		if workbook {
			cell.Kind = sheet.Number
		}
		value, faults := parseValue(valueField, cell, reading{DecimalComma: comma})
		digits, ok := value.(json.Number)
		if !ok {
			if value != nil {
				t.Fatalf("value %#v is no number", value)
			}
			return
		}
		if !jsonNumber.MatchString(string(digits)) {
			t.Fatalf("%q became %q, which JSON cannot hold; faults %v", text, digits, faults)
		}
		again, _ := parseValue(valueField, typed(string(digits)), reading{DecimalPoint: true})
		if again != value {
			t.Fatalf("%q became %q, which reads back as %v", text, digits, again)
		}
	})
}

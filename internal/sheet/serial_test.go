package sheet

import (
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

func TestShownDates(t *testing.T) {
	for _, test := range []struct {
		serial string
		class  formatClass
		want   string
	}{
		{"1", showDate, "1900-01-01"},
		{"59", showDate, "1900-02-28"},
		{"60", showDate, "60"}, // a day that never was
		{"60.5", showDate, "60.5"},
		{"61", showDate, "1900-03-01"},
		{"45980", showDate, "2025-11-19"},
		{"46052.5625", showDate, "2026-01-30T13:30:00"},
		{"46052.5625", showTime, "2026-01-30T13:30:00"},
		{"46052.000011574", showDate, "2026-01-30T00:00:01"},
		{"46052.000005", showDate, "2026-01-30T00:00:00"}, // half a second, rounded down
		{"46052.99999999999", showDate, "2026-01-31"},     // an error of arithmetic
		{"46052.9999999", showDate, "46052.9999999"},      // would round to the next day
		{"46052.99998", showDate, "2026-01-30T23:59:58"},
		{"2958465", showDate, "9999-12-31"},
		{"2958465.5", showDate, "9999-12-31T12:00:00"},
		{"2958466", showDate, "2958466"},
		{"-1", showDate, "-1"},
		{"-0.5", showTime, "-0.5"},
		{"1E+300", showDate, "1E+300"},
		{"0", showDate, "00:00:00"},
		{"0.5625", showTime, "13:30:00"},
		{"0.5625", showDate, "13:30:00"},
		{"2.5", showElapsed, "60:00:00"},
		{"0.0001", showElapsed, "00:00:09"},
	} {
		if got := system1900.shown(test.serial, test.class); got != test.want {
			t.Errorf("%s (%d) is shown as %q, want %q", test.serial, test.class, got, test.want)
		}
	}
	for serial, want := range map[string]string{"0": "1904-01-01", "0.5": "1904-01-01T12:00:00", "60": "1904-03-01", "44590": "2026-01-30", "2957003": "9999-12-31", "2957004": "2957004"} {
		if got := system1904.shown(serial, showDate); got != want {
			t.Errorf("1904: %s is shown as %q, want %q", serial, got, want)
		}
	}
	if got := system1904.shown("0.5", showTime); got != "12:00:00" {
		t.Errorf("1904: half a day is shown as %q", got)
	}
}

// TestSerialsGoBack writes every kind of date and reads it again.
func TestSerialsGoBack(t *testing.T) {
	first := time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(first, last).Draw(t, "second"), 0).UTC()
		want := at.Format(isoTime)
		if rapid.Bool().Draw(t, "day") {
			want = at.Format(isoDay)
		}
		serial, timed, ok := serialOf(want)
		if !ok || timed != (len(want) > len(isoDay)) {
			t.Fatalf("%s: %v, %v, %v", want, serial, timed, ok)
		}
		got := system1900.shown(strconv.FormatFloat(serial, 'f', -1, 64), showDate)
		if len(want) > len(isoDay) && len(got) == len(isoDay) {
			got += "T00:00:00" // midnight is shown as the day
		}
		if got != want {
			t.Fatalf("%s became %v, then %s", want, serial, got)
		}
	})
}

// TestSerialsAgreeWithExcelize has another opinion on which day a serial is.
func TestSerialsAgreeWithExcelize(t *testing.T) {
	for serial := 61; serial < 2_958_465; serial += 997 {
		at, err := excelize.ExcelDateToTime(float64(serial), false)
		if err != nil {
			t.Fatal(err)
		}
		if got := system1900.shown(strconv.Itoa(serial), showDate); got != at.Format(isoDay) {
			t.Fatalf("%d is shown as %s, excelize has %s", serial, got, at)
		}
	}
}

func TestNoSerials(t *testing.T) {
	for _, text := range []string{"", "1900-02-28", "1900-02-29", "10000-01-01", "2026-02-30", "2026-1-5", "30.1.2026", "2026-01-30T13:30", "2026-01-30T13:30:00Z", "2026-01-30 13:30:00", "2026-01-30T24:00:00"} {
		if serial, _, ok := serialOf(text); ok {
			t.Errorf("%q became %v", text, serial)
		}
	}
}

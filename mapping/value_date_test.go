package mapping

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/internal/sheet"
)

func TestDate(t *testing.T) {
	us, eu := reading{DateOrder: MonthFirst}, reading{DateOrder: DayFirst}
	tests := []struct {
		text string
		how  reading
		want string // "" for a fault
	}{
		{"2026-01-30", reading{}, "2026-01-30T00:00:00Z"},
		{"2026-1-3", us, "2026-01-03T00:00:00Z"},
		{"2026/01/30", eu, "2026-01-30T00:00:00Z"},
		{"2026.01.30", reading{}, "2026-01-30T00:00:00Z"},
		{"2026-01/30", reading{}, ""},
		{"2026-01-30T00:00:00Z", reading{}, "2026-01-30T00:00:00Z"},
		{"2026-01-30T18:30:00Z", reading{}, "2026-01-30T18:30:00Z"},
		{"2026-01-30t18:30z", reading{}, "2026-01-30T18:30:00Z"},
		{"2019-05-28T22:02:26.3810144Z", reading{}, "2019-05-28T22:02:26.3810144Z"},
		{"2026-01-30T00:00:00", reading{}, "2026-01-30T00:00:00Z"},
		{"2026-01-30 00:00", reading{}, "2026-01-30T00:00:00Z"},
		{"2026-02-30T13:30:00Z", reading{}, ""},
		{"2026-01-30T25:00:00Z", reading{}, ""},
		{"1/30/2020", us, "2020-01-30T00:00:00Z"},
		{"01/30/2020 12:00:00 AM", us, "2020-01-30T00:00:00Z"},
		{"1/30/2020 0:00", us, "2020-01-30T00:00:00Z"},
		{"1/30/2020", reading{}, "2020-01-30T00:00:00Z"},
		{"30/1/2020", reading{}, "2020-01-30T00:00:00Z"},
		{"31.12.2026", reading{}, "2026-12-31T00:00:00Z"},
		{"3/3/2026", reading{}, "2026-03-03T00:00:00Z"},
		{"3/4/2026", reading{}, ""},
		{"3.4.2026", reading{}, ""},
		{"3/4/2026", us, "2026-03-04T00:00:00Z"},
		{"3/4/2026", eu, "2026-04-03T00:00:00Z"},
		{"30/1/2020", us, ""},
		{"1/30/2020", eu, ""},
		{"13/13/2026", reading{}, ""},
		{"2/29/2026", us, ""},
		{"2/29/2028", us, "2028-02-29T00:00:00Z"},
		{"1/2-2026", us, ""},
		{"30 Jan 2026", us, "2026-01-30T00:00:00Z"},
		{"30-Jan-2026", eu, "2026-01-30T00:00:00Z"},
		{"January 3, 2026", reading{}, "2026-01-03T00:00:00Z"},
		{"3. january 2026", reading{}, "2026-01-03T00:00:00Z"},
		{"31 Feb 2026", reading{}, ""},
		{"30-Jan-26", reading{}, ""},
		{"31.12.26", eu, ""},
		{"1999-12-31", reading{}, ""},
		{"2101-01-01", reading{}, ""},
		{"0001-01-01T00:00:00", reading{}, ""},
		{"2000-01-01", reading{}, "2000-01-01T00:00:00Z"},
		{"2100-12-31", reading{}, "2100-12-31T00:00:00Z"},
		{"20260130", reading{}, ""},
		{"45980", reading{}, ""},
		{"tomorrow", reading{}, ""},
		{"Q3 2026", reading{}, ""},
		{"2026", reading{}, ""},
		{"30012026", reading{Layout: "02012006"}, "2026-01-30T00:00:00Z"},
		{"2026-01-30", reading{Layout: "02012006"}, "2026-01-30T00:00:00Z"},
		{"30/1/2026", reading{Layout: "02012006"}, ""},
		{"2.1.26", reading{Layout: "2.1.06"}, "2026-01-02T00:00:00Z"},
		{"2026-01-30", reading{DateOrder: YearFirst}, "2026-01-30T00:00:00Z"},
		{"3 April 2026", reading{DateOrder: YearFirst}, "2026-04-03T00:00:00Z"},
		{"1/30/2026", reading{DateOrder: YearFirst}, ""},
		{"31.12.2026", reading{DateOrder: YearFirst}, ""},
		{"2026-01-30 24:00", reading{DropTimes: true}, ""},
		{"2026-01-30 13:60", reading{DropTimes: true}, ""},
		{"2026-01-30 0:30 AM", reading{DropTimes: true}, ""},
	}
	for _, tt := range tests {
		for _, kind := range []Kind{Date, Time} {
			value, faults := parseValue(kindField(kind), typed(tt.text), tt.how)
			if got, _ := value.(string); got != tt.want || (tt.want == "") != (ruleCodes(faults) == "VAL-DATE") {
				t.Errorf("%s %q %+v: got %q with %v, want %q", kind, tt.text, tt.how, got, faults, tt.want)
			}
		}
	}
}

// TestTimes holds that a field of days takes the day as it is written, with a note unless it is said that times do not
// count, and a field of moments the moment, where its zone is known.
func TestTimes(t *testing.T) {
	berlin, err := loadZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	us, drop, zoned := reading{DateOrder: MonthFirst}, reading{DropTimes: true}, reading{Zone: berlin, DateOrder: MonthFirst}
	tests := []struct {
		text        string
		how         reading
		day, moment string // "" for a fault
	}{
		{"2026-01-30T00:00:00+02:00", reading{}, "2026-01-30", "2026-01-29T22:00:00Z"},
		{"2026-01-30 23:30:00.5 -0100", reading{}, "2026-01-30", "2026-01-31T00:30:00.5Z"},
		{"2026-01-30T13:30:00", reading{}, "2026-01-30", ""},
		{"2031-01-30 09:41", reading{}, "2031-01-30", ""},
		{"1/30/2020 4:15 PM", us, "2020-01-30", ""},
		{"30 Jan 2026, 16:15", reading{}, "2026-01-30", ""},
		{"2026-01-30 09:41 CET", reading{}, "2026-01-30", ""},
		{"30.01.2026 09:41 Uhr", reading{}, "2026-01-30", ""},
		{"3/4/2026 16:15", reading{}, "", ""},
		{"2026-02-30 16:15", reading{}, "", ""},
		{"2.1.2026 13:00", reading{Layout: "2.1.2006 15:04"}, "2026-01-02", ""},
		{"2.1.2026 13:00", reading{Layout: "2.1.2006"}, "2026-01-02", ""},
		{"2.1.2026 13:00 +0100", reading{Layout: "2.1.2006 15:04 -0700"}, "2026-01-02", "2026-01-02T12:00:00Z"},
		{"2031-01-30 09:41", drop, "2031-01-30", "2031-01-30"},
		{"2026-01-30T23:30:00-05:00", drop, "2026-01-30", "2026-01-30"},
		{"2026-01-30T23:30:00Z", drop, "2026-01-30", "2026-01-30"},
		{"2031-01-30 09:41", zoned, "2031-01-30", "2031-01-30T08:41:00Z"},
		{"2031-07-30 00:41", zoned, "2031-07-30", "2031-07-29T22:41:00Z"},
		{"7/30/2031 12:41 AM", zoned, "2031-07-30", "2031-07-29T22:41:00Z"},
		{"2026-01-30T00:00:00-01:00", zoned, "2026-01-30", "2026-01-30T01:00:00Z"},
		{"2026-03-29 02:30", zoned, "2026-03-29", ""}, // the clocks are put forward
		{"2026-10-25 02:30", zoned, "2026-10-25", ""}, // and back: there are two
		{"2026-10-25 03:30", zoned, "2026-10-25", "2026-10-25T02:30:00Z"},
		{"2026-01-30 09:41 CET", zoned, "2026-01-30", ""},
	}
	for _, tt := range tests {
		for kind, want := range map[Kind]string{Date: tt.day, Time: tt.moment} {
			value, faults := parseValue(kindField(kind), typed(tt.text), tt.how)
			got, _ := value.(string)
			if len(want) == len(time.DateOnly) {
				got = strings.TrimSuffix(got, "T00:00:00Z")
			}
			if got != want || stops(faults) != (want == "") {
				t.Errorf("%s %q: got %q with %v, want %q", kind, tt.text, got, faults, want)
			}
			told := kind == Date && want != "" && !tt.how.DropTimes
			if told != (len(faults) == 1 && faults[0].Severity == Note) {
				t.Errorf("%s %q: told %v", kind, tt.text, faults)
			}
		}
	}
}

func TestZones(t *testing.T) {
	for text, hours := range map[string]int{"UTC": 0, "+02:00": 2, "-0530": -5, "Asia/Tokyo": 9, "+01": 1} {
		zone, err := loadZone(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if _, offset := time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC).In(zone).Zone(); offset/3600 != hours {
			t.Errorf("%q is %d seconds away", text, offset)
		}
	}
	for _, text := range []string{"", "Local", "Berlin", "CEST", "2", "../etc/passwd"} {
		if zone, err := loadZone(text); err == nil {
			t.Errorf("%q is the zone %v", text, zone)
		}
	}
}

func TestDateCells(t *testing.T) {
	tests := []struct {
		cell sheet.Cell
		want string
		says string
	}{
		{stored(sheet.Date, "46052", "2026-01-30"), "2026-01-30T00:00:00Z", ""},
		{stored(sheet.Date, "46052", "2026-01-30T00:00:00"), "2026-01-30T00:00:00Z", ""},
		{stored(sheet.Date, "46052.5625", "2026-01-30T13:30:00"), "2026-01-30T00:00:00Z", "is read as its day"},
		{stored(sheet.Date, "60", "1900-02-29"), "", "does not exist"},
		{stored(sheet.Date, "-1", "-1"), "", "YYYY-MM-DD"},
		{stored(sheet.Date, "2958466", "2958466"), "", "format the cell as a date"},
		{stored(sheet.Number, "45980", "45980"), "", "2025-11-19"},
		{stored(sheet.Number, "45980.5", "45980.5"), "", "2025-11-19"},
		{stored(sheet.Number, "2026", "2026"), "", "is a number, not a date"},
		{stored(sheet.Number, "20260130", "20260130"), "", "is a number, not a date"},
	}
	for _, tt := range tests {
		value, faults := parseValue(dateField, tt.cell, reading{DateOrder: MonthFirst, Layout: "2.1.2006"})
		if got, _ := value.(string); got != tt.want || !strings.Contains(hintsOf(faults), tt.says) {
			t.Errorf("%+v: got %q with %q, want %q and %q", tt.cell, got, hintsOf(faults), tt.want, tt.says)
		}
	}
}

func TestDateMessages(t *testing.T) {
	tests := []struct {
		text string
		how  reading
		says []string
	}{
		{"03/04/2026", reading{}, []string{"4 March 2026 or 3 April 2026", "write 2026-03-04 or 2026-04-03", "dates: day-first"}},
		{"31/12/2026", reading{DateOrder: MonthFirst}, []string{"with the month first", "dates: day-first"}},
		{"12/31/2026", reading{DateOrder: DayFirst}, []string{"with the day first", "dates: month-first"}},
		{"31.12.26", reading{}, []string{"year of two digits"}},
		{"1/30/2026 14:15 PM", reading{}, []string{"write the date alone"}},
		{"1/30/2026", reading{DateOrder: YearFirst}, []string{"does not begin with the year"}},
		{"1899-12-31", reading{}, []string{"outside the years 2000 to 2100"}},
		{"13/13/2026", reading{}, []string{"does not exist in the calendar"}},
		{"30/1/2026", reading{Layout: "02012006"}, []string{"expected 30012026 or 2026-01-30"}},
	}
	for _, tt := range tests {
		_, faults := parseValue(dateField, typed(tt.text), tt.how)
		for _, says := range tt.says {
			if !strings.Contains(hintsOf(faults), says) {
				t.Errorf("%q: got %q, want it to say %q", tt.text, hintsOf(faults), says)
			}
		}
	}
}

func TestDateReadings(t *testing.T) {
	tests := []struct {
		text                 string
		monthFirst, dayFirst bool
	}{
		{"1/30/2020", true, false},
		{"30/1/2020", false, true},
		{"31.12.2026", false, true},
		{" 3/4/2026 ", true, true},
		{"3/4/2026 0:00", true, true},
		{"3/4/2026 16:15", true, true},
		{"30/1/2026 4:15 PM", false, true},
		{"3/3/2026", false, false},
		{"13/13/2026", false, false},
		{"2026-03-04", false, false},
		{"4 March 2026", false, false},
		{"", false, false},
		{"n/a", false, false},
	}
	for _, tt := range tests {
		if month, day := dateReadings(tt.text); month != tt.monthFirst || day != tt.dayFirst {
			t.Errorf("dateReadings(%q) = %v, %v, want %v, %v", tt.text, month, day, tt.monthFirst, tt.dayFirst)
		}
	}
}

// anyDay draws a day of the years that a deal can have.
func anyDay(t *rapid.T) time.Time {
	first := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, rapid.IntRange(0, 36524).Draw(t, "day"))
}

// TestDateForms prints days in every form and reads the same day back.
func TestDateForms(t *testing.T) {
	forms := []struct {
		layout string
		order  DateOrder
	}{
		{"2006-01-02", Undecided}, {"2006/1/2", DayFirst}, {"2006-01-02T15:04:05Z", Undecided},
		{"2 Jan 2006", MonthFirst}, {"January 2, 2006", DayFirst}, {"02-Jan-2006", Undecided},
		{"1/2/2006", MonthFirst}, {"01/02/2006", MonthFirst}, {"2.1.2006", DayFirst}, {"02/01/2006", DayFirst}, {"02-01-2006", DayFirst},
	}
	rapid.Check(t, func(t *rapid.T) {
		day := anyDay(t)
		for _, form := range forms {
			text := day.Format(form.layout) + rapid.SampledFrom([]string{"", "", " 0:00", " 12:00:00 AM", "T00:00:00.000"}).Draw(t, "midnight")
			if strings.Contains(form.layout, "T") {
				text = day.Format(form.layout)
			}
			got, faults := parseValue(dateField, typed(text), reading{DateOrder: form.order})
			if got != day.Format(layoutZ) {
				t.Fatalf("%q: got %v with %v, want %s", text, got, faults, day.Format(layoutZ))
			}
		}
	})
}

// TestDateNeverGuesses holds that a text which the two orders read as two days is refused as
// long as the order is not known, and that dateReadings agrees with the parser.
func TestDateNeverGuesses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := fmt.Sprintf("%d/%d/%d", rapid.IntRange(1, 32).Draw(t, "a"), rapid.IntRange(1, 32).Draw(t, "b"), rapid.IntRange(2000, 2100).Draw(t, "year"))
		undecided, _ := parseValue(dateField, typed(text), reading{})
		month, _ := parseValue(dateField, typed(text), reading{DateOrder: MonthFirst})
		day, _ := parseValue(dateField, typed(text), reading{DateOrder: DayFirst})
		if month != nil && day != nil && month != day && undecided != nil {
			t.Fatalf("%q was read as %v", text, undecided)
		}
		monthFirst, dayFirst := dateReadings(text)
		if month != day && (monthFirst != (month != nil) || dayFirst != (day != nil)) {
			t.Fatalf("dateReadings(%q) = %v, %v, the parser reads %v and %v", text, monthFirst, dayFirst, month, day)
		}
	})
}

// FuzzDate holds that whatever is accepted is a UTC time of a possible year that reads back
// as itself.
func FuzzDate(f *testing.F) {
	for _, text := range []string{"2026-01-30", "1/30/2020", "31.12.2026", "3/4/2026", "30 Jan 2026", "2026-01-30T18:30:00+05:30",
		"2019-05-28T22:02:26.3810144Z", "45980", "12:00 AM", "2026-01-30 0:00", "2101-01-01", "2100-12-31T23:59:59-01:00"} {
		f.Add(text, uint8(0))
		f.Add(text, uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, order uint8) {
		value, faults := parseValue(dateField, typed(text), reading{DateOrder: DateOrder(order % 3)})
		if value == nil {
			return
		}
		written, _ := value.(string)
		at, err := time.Parse("2006-01-02T15:04:05.999999999Z", written)
		if err != nil {
			t.Fatalf("%q became %q with %v: %v", text, written, faults, err)
		}
		if at.Year() < firstYear || at.Year() > lastYear {
			t.Fatalf("%q became %q, a year that no deal has", text, written)
		}
		if again, _ := parseValue(dateField, typed(written), reading{}); again != value {
			t.Fatalf("%q became %q, which reads back as %v", text, written, again)
		}
	})
}

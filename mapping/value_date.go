package mapping

import (
	"fmt"
	"strings"
	"time"

	"refload/internal/sheet"
)

// The years that a date of a deal can have. Serial numbers, lost centuries and the empty date
// of databases fall outside.
const (
	firstYear = 2000
	lastYear  = 2100
)

// layoutZ is how a calendar date is sent: midnight UTC, whatever the zone of this machine.
const layoutZ = "2006-01-02T15:04:05Z"

// parseDate reads a calendar date and returns it as midnight UTC, "2026-01-30T00:00:00Z". An
// ISO time with its zone is taken over, so that what the service wrote reads back unchanged.
//
// Source: the create sample of the "Create a referral" page for the form.
func parseDate(_ *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	value, problem := readDate(text, cell, how)
	if problem != nil {
		return nil, []fault{*problem}
	}
	return value, nil
}

// parseTime reads a point in time. It differs from parseDate in nothing but what people
// write into such fields.
func parseTime(f *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	return parseDate(f, text, cell, how)
}

// readDate tries the forms of a date in the order of their certainty.
func readDate(text string, cell sheet.Cell, how reading) (string, *fault) {
	if cell.Kind == sheet.Number {
		return "", serialFault(text)
	}
	text = withoutMidnight(text)
	if value, problem, ok := isoTime(text); ok {
		return value, problem
	}
	if date, ok := isoDate(text); ok {
		return settled(text, date)
	}
	if cell.Kind == sheet.Date {
		return "", dateFault(text)
	}
	if how.Layout != "" {
		return byLayout(text, how.Layout)
	}
	if numeric, ok := splitNumeric(text); ok {
		return numeric.settle(text, how.DateOrder)
	}
	if date, ok := namedDate(text); ok {
		return settled(text, date)
	}
	return "", dateFault(text)
}

// settled writes a date for sending once its year is one that a deal can have.
func settled(text string, date time.Time) (string, *fault) {
	if date.IsZero() {
		f := refuse("VAL-DATE", quoted(text)+" does not exist in the calendar", "write an existing date as YYYY-MM-DD")
		return "", &f
	}
	date = date.UTC()
	if date.Year() < firstYear || date.Year() > lastYear {
		f := refuse("VAL-DATE", fmt.Sprintf("%s lies outside the years %d to %d", quoted(text), firstYear, lastYear), "write the date as YYYY-MM-DD with its full year")
		return "", &f
	}
	return date.Format(layoutZ), nil
}

// calendar returns midnight UTC of a date, the zero time where the calendar has no such day.
func calendar(year, month, day int) time.Time {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Year() != year || int(date.Month()) != month || date.Day() != day {
		return time.Time{}
	}
	return date
}

func byLayout(text, layout string) (string, *fault) {
	date, err := time.Parse(layout, text)
	if err != nil {
		sample := time.Date(2026, time.January, 30, 0, 0, 0, 0, time.UTC).Format(layout)
		f := refuse("VAL-DATE", quoted(text)+" is not a date in the form that the mapping file names", "expected "+sample+" or 2026-01-30")
		return "", &f
	}
	if !strings.Contains(layout, "07") && !date.Equal(date.Truncate(24*time.Hour)) {
		return "", zoneless(text)
	}
	return settled(text, date)
}

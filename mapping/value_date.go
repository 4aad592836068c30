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

// parseDate reads a calendar date and returns it as midnight UTC, "2026-01-30T00:00:00Z". A time beside the date is left
// out with a note, so that the day stays the one that is written; one in UTC is taken over, so that what the
// service wrote reads back unchanged.
//
// Source: the create sample of the "Create a referral" page for the form.
func parseDate(f *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	value, faults := readDate(f, text, cell, how)
	if stops(faults) {
		return nil, faults
	}
	return value, faults
}

// parseTime reads a point in time. Where a text has a time, its zone must be known.
func parseTime(f *Field, text string, cell sheet.Cell, how reading) (any, []fault) {
	return parseDate(f, text, cell, how)
}

// readDate tries the forms of a date in the order of their certainty.
func readDate(f *Field, text string, cell sheet.Cell, how reading) (string, []fault) {
	if cell.Kind == sheet.Number {
		return "", []fault{*serialFault(text)}
	}
	if !how.DropTimes {
		if value, problem, ok := isoUTC(text); ok {
			return value, list(problem)
		}
	}
	w, problem := how.written(text, cell)
	if problem != nil {
		return "", []fault{*problem}
	}
	return how.settle(f, text, w)
}

func list(problem *fault) []fault {
	if problem == nil {
		return nil
	}
	return []fault{*problem}
}

// written reads a date with what stands behind it.
func (how reading) written(text string, cell sheet.Cell) (written, *fault) {
	day, w := splitClock(text)
	if date, ok := isoDate(day); ok {
		w.day = date
		return w, nil
	}
	if cell.Kind == sheet.Date {
		return w, dateFault(text)
	}
	if how.Layout != "" {
		return byLayout(text, day, w, how.Layout)
	}
	if numeric, ok := splitNumeric(day); ok {
		date, problem := numeric.settle(text, how.DateOrder)
		w.day = date
		return w, problem
	}
	if date, ok := namedDate(day); ok {
		w.day = date
		return w, nil
	}
	return w, dateFault(text)
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

// byLayout reads a text in the form that the mapping file names: the whole of it, or its day.
func byLayout(text, day string, w written, layout string) (written, *fault) {
	if at, err := time.Parse(layout, text); err == nil {
		w = written{day: calendar(at.Year(), int(at.Month()), at.Day())}
		w.clock = at.Sub(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location()))
		if strings.Contains(layout, "07") {
			w.zone, w.named = at.Location(), true
		}
		return w, nil
	}
	if at, err := time.Parse(layout, day); err == nil {
		w.day = calendar(at.Year(), int(at.Month()), at.Day())
		return w, nil
	}
	sample := time.Date(2026, time.January, 30, 0, 0, 0, 0, time.UTC).Format(layout)
	f := refuse("VAL-DATE", quoted(text)+" is not a date in the form that the mapping file names", "expected "+sample+" or 2026-01-30")
	return w, &f
}

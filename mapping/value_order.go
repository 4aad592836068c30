package mapping

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// dateLayouts are the forms with the name of a month, which have one reading.
var dateLayouts = []string{
	"2 Jan 2006", "2-Jan-2006", "2/Jan/2006", "2 January 2006", "2-January-2006", "2. January 2006", "2. Jan 2006",
	"Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006", "2006-Jan-2", "2006 Jan 2",
}

func namedDate(text string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if date, err := time.Parse(layout, text); err == nil {
			return date, true
		}
	}
	return time.Time{}, false
}

// numericDate is a date of three numbers whose year comes last: 3/4/2026 under both orders. An
// order in which the calendar has no such day is the zero time.
type numericDate struct{ monthFirst, dayFirst time.Time }

var numericForm = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4})$`)

func splitNumeric(text string) (numericDate, bool) {
	parts := numericForm.FindStringSubmatch(text)
	if parts == nil || parts[2] != parts[4] {
		return numericDate{}, false
	}
	a, b, year := atoi(parts[1]), atoi(parts[3]), atoi(parts[5])
	return numericDate{calendar(year, a, b), calendar(year, b, a)}, true
}

// dateReadings tells which orders a text allows. Both are false where the text says nothing
// about the order of its column: it is no date, or it has the same meaning in both, such as
// an ISO date or 3/3/2026. Both are true where the text could mean two days.
func dateReadings(text string) (monthFirst, dayFirst bool) {
	day, _ := splitClock(strings.TrimSpace(text))
	numeric, ok := splitNumeric(day)
	if !ok || numeric.monthFirst.Equal(numeric.dayFirst) {
		return false, false
	}
	return !numeric.monthFirst.IsZero(), !numeric.dayFirst.IsZero()
}

// settle picks the reading of the column's order, or the only one there is.
func (d numericDate) settle(text string, order DateOrder) (time.Time, *fault) {
	month, day := d.monthFirst, d.dayFirst
	switch {
	case order == YearFirst:
		return time.Time{}, yearLast(text)
	case order == MonthFirst && month.IsZero() && !day.IsZero():
		return time.Time{}, wrongOrder(text, "month", "day")
	case order == DayFirst && day.IsZero() && !month.IsZero():
		return time.Time{}, wrongOrder(text, "day", "month")
	case order == MonthFirst:
		return month, nil
	case order == DayFirst || month.IsZero():
		return day, nil
	case day.IsZero() || month.Equal(day):
		return month, nil
	}
	f := refuse("VAL-DATE", fmt.Sprintf("%s can be read two ways: %s or %s", quoted(text), month.Format("2 January 2006"), day.Format("2 January 2006")),
		fmt.Sprintf(`write %s or %s, or say --dates mdy or --dates dmy ("dates: month-first" or "dates: day-first" in the mapping file)`, month.Format(time.DateOnly), day.Format(time.DateOnly)))
	return time.Time{}, &f
}

func yearLast(text string) *fault {
	f := refuse("VAL-DATE", quoted(text)+" does not begin with the year, as the dates of this column are written", "write it as YYYY-MM-DD")
	return &f
}

func wrongOrder(text, order, other string) *fault {
	f := refuse("VAL-DATE", fmt.Sprintf("%s does not exist with the %s first, as the dates of this column are written", quoted(text), order),
		fmt.Sprintf(`write it as YYYY-MM-DD, or say "dates: %s-first" in the mapping file (--dates %s) if all of the column is meant so`, other, orderFlags[other]))
	return &f
}

// orderFlags has the word of --dates for what stands first.
var orderFlags = map[string]string{"month": "mdy", "day": "dmy"}

// excelEpoch is day 0 of Excel's calendar from 1 March 1900 on.
var excelEpoch = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)

var serialForm = regexp.MustCompile(`^(\d{5})(?:\.\d+)?$`)

func serialFault(text string) *fault {
	message := quoted(text) + " is a number, not a date"
	hint := "format the cell as a date, or write it as YYYY-MM-DD"
	if parts := serialForm.FindStringSubmatch(text); parts != nil {
		date := excelEpoch.AddDate(0, 0, atoi(parts[1]))
		if date.Year() >= firstYear && date.Year() <= lastYear {
			message = fmt.Sprintf("%s could be %s as an Excel date", quoted(text), date.Format(time.DateOnly))
		}
	}
	f := refuse("VAL-DATE", message, hint)
	return &f
}

var (
	shortYear  = regexp.MustCompile(`^\d{1,2}[-/. ]\s?(\d{1,2}|[A-Za-z]+)[-/. ,]\s?\d{2}$`)
	plainDigit = regexp.MustCompile(`^\d+(\.\d+)?$`)
	clockForm  = regexp.MustCompile(`\d:\d\d`)
)

func dateFault(text string) *fault {
	message, hint := quoted(text)+" is not a date that can be read", "expected YYYY-MM-DD, such as 2026-01-30"
	switch {
	case plainDigit.MatchString(text):
		return serialFault(text)
	case shortYear.MatchString(text):
		message, hint = quoted(text)+" has a year of two digits", "write the year in full: YYYY-MM-DD"
	case clockForm.MatchString(text):
		hint = "write the date alone, such as 2026-01-30; a time needs the form 2026-01-30T13:30:00Z"
	}
	f := refuse("VAL-DATE", message, hint)
	return &f
}

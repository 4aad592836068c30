package mapping

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})$`)
	isoClock  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s?([Zz]|[+-]\d{2}:?\d{2})?$`)
	midnight  = regexp.MustCompile(`(?i)^(.*\d)[T ](?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)$`)
)

// withoutMidnight drops a clock that says 00:00 and no zone: programs append it to every date.
func withoutMidnight(text string) string {
	if parts := midnight.FindStringSubmatch(text); parts != nil {
		return parts[1]
	}
	return text
}

// isoDate reads year, month and day in this order. The date is zero where the calendar has
// no such day; the second result is false where the text has another form.
func isoDate(text string) (time.Time, bool) {
	parts := yearFirst.FindStringSubmatch(text)
	if parts == nil || parts[2] != parts[4] {
		return time.Time{}, false
	}
	return calendar(atoi(parts[1]), atoi(parts[3]), atoi(parts[5])), true
}

// isoTime reads a date with a clock. A time in UTC keeps its spelling, one with an offset is
// brought to UTC, one without either is refused: it could be another day in UTC.
func isoTime(text string) (string, *fault, bool) {
	parts := isoClock.FindStringSubmatch(text)
	if parts == nil {
		return "", nil, false
	}
	seconds, zone := parts[3], strings.ToUpper(strings.Replace(parts[4], ":", "", 1))
	if seconds == "" {
		seconds = ":00"
	}
	clock := parts[1] + "T" + parts[2] + seconds
	switch zone {
	case "":
		return "", zoneless(text), true
	case "Z":
		zone = "+0000"
	}
	date, err := time.Parse("2006-01-02T15:04:05.999999999-0700", clock+zone)
	if err != nil {
		return "", dateFault(text), true
	}
	value, problem := settled(text, date)
	if problem != nil {
		return "", problem, true
	}
	if zone == "+0000" {
		return clock + "Z", nil, true
	}
	if date.Nanosecond() != 0 {
		value = date.UTC().Format(time.RFC3339Nano)
	}
	return value, nil, true
}

func zoneless(text string) *fault {
	f := refuse("VAL-DATE", quoted(text)+" has a time but no zone, so its day in UTC is not known",
		"write the date alone, such as 2026-01-30, or the time with its zone, such as 2026-01-30T13:30:00Z")
	return &f
}

// atoi reads digits that a pattern has found; there are at most four of them.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

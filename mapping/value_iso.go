package mapping

import (
	"regexp"
	"strconv"
	"time"
)

var (
	yearForm = regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})$`)
	isoClock = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s?(?:[Zz]|[+-]00:?00)$`)
)

// isoDate reads year, month and day in this order. The date is zero where the calendar has
// no such day; the second result is false where the text has another form.
func isoDate(text string) (time.Time, bool) {
	parts := yearForm.FindStringSubmatch(text)
	if parts == nil || parts[2] != parts[4] {
		return time.Time{}, false
	}
	return calendar(atoi(parts[1]), atoi(parts[3]), atoi(parts[5])), true
}

// isoUTC reads a date with a time in UTC, as the service writes it, and keeps its spelling. The last result is false
// where the text has another form.
func isoUTC(text string) (string, *fault, bool) {
	parts := isoClock.FindStringSubmatch(text)
	if parts == nil {
		return "", nil, false
	}
	seconds := parts[3]
	if seconds == "" {
		seconds = ":00"
	}
	clock := parts[1] + "T" + parts[2] + seconds + "Z"
	at, err := time.Parse("2006-01-02T15:04:05.999999999Z", clock)
	if err != nil {
		return "", dateFault(text), true
	}
	if _, problem := settled(text, at); problem != nil {
		return "", problem, true
	}
	return clock, nil, true
}

// atoi reads digits that a pattern has found; there are at most four of them.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

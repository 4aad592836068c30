package sheet

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// dateSystem is the day from which a workbook counts its dates.
type dateSystem struct {
	// day 0, so that serial n is n days later.
	epoch time.Time
	// first and last are the serials that are dates.
	first, last float64
	// gap is the serial of 29 February 1900, which Excel counts though it never was; the
	// serials below it are one day off. 0 in the 1904 system.
	gap float64
}

var (
	system1900 = dateSystem{epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), first: 1, last: 2958465, gap: 60}
	system1904 = dateSystem{epoch: time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC), first: 0, last: 2957003}
)

const (
	secondsPerDay = 86400
	isoDay        = "2006-01-02"
	isoTime       = "2006-01-02T15:04:05"
	// wholeDay is how near to midnight a serial may be to count as midnight: arithmetic on
	// dates leaves errors of this size, a hundredth of a millisecond.
	wholeDay = 1e-10
)

// shown returns what a person sees of a serial under a date format: "2026-01-30" for a whole
// day, "2026-01-30T13:30:00" otherwise, rounded to seconds; "13:30:00" for less than a day
// and "49:30:00" for an elapsed time. A serial that is no date, or that rounding would move
// to the next day, stays as it is: the number.
func (s dateSystem) shown(text string, class formatClass) string {
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(serial) || serial < 0 || serial >= s.last+1 {
		return text
	}
	day, fraction := math.Modf(serial)
	if 1-fraction < wholeDay {
		day, fraction = day+1, 0
	}
	seconds := int(math.Round(fraction * secondsPerDay))
	if seconds == secondsPerDay {
		return text
	}
	switch {
	case class == showElapsed:
		return clock(int(day)*24, seconds)
	case day == 0 && (class == showTime || s.first > 0):
		return clock(0, seconds)
	case day < s.first || day > s.last || s.gap > 0 && day == s.gap:
		return text
	}
	return s.iso(day, fraction, seconds)
}

func (s dateSystem) iso(day, fraction float64, seconds int) string {
	if day < s.gap {
		day++
	}
	at := s.epoch.AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	if fraction < wholeDay {
		return at.Format(isoDay)
	}
	return at.Format(isoTime)
}

func clock(hours, seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", hours+seconds/3600, seconds/60%60, seconds%60)
}

// serialOf returns the serial of an ISO date in the 1900 system, with or without a time; false
// for anything else, and for days before March 1900, which programs count differently.
func serialOf(text string) (serial float64, timed, ok bool) {
	layout := isoDay
	if timed = len(text) == len(isoTime); timed {
		layout = isoTime
	}
	at, err := time.Parse(layout, text)
	if err != nil || at.Format(layout) != text {
		return 0, false, false
	}
	seconds := at.Unix() - system1900.epoch.Unix()
	serial = float64(seconds) / secondsPerDay
	if serial <= system1900.gap || serial >= system1900.last+1 {
		return 0, false, false
	}
	return serial, timed, true
}

package sheet

import (
	"math"
	"regexp"
	"strconv"
	"time"
)

// isoLength is a duration as strict OOXML writes an elapsed time: PT49H30M0.5S. Years and months,
// whose length is not known, must be none.
var isoLength = regexp.MustCompile(`^P(?:0+Y)?(?:0+M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d+)?)S)?)?$`)

// isoShown returns what a person sees of a date, a time or a duration that is written as text, as
// dateSystem.shown does of a serial. Fractions of a second, the noise of a computation, are rounded.
func isoShown(text string) (string, bool) {
	for _, layout := range []string{isoDay, isoTime, time.RFC3339} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		at = at.Round(time.Second)
		if at.Hour()+at.Minute()+at.Second() == 0 {
			return at.Format(isoDay), true
		}
		return at.Format(isoTime), true
	}
	for _, layout := range []string{"15:04:05", "15:04:05Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
			return clock(0, int(at.Round(time.Second).Sub(day)/time.Second)), true
		}
	}
	return lengthShown(text)
}

// lengthShown returns a duration as hours, minutes and seconds.
func lengthShown(text string) (string, bool) {
	parts := isoLength.FindStringSubmatch(text)
	if parts == nil || text[len(text)-1] == 'P' || text[len(text)-1] == 'T' {
		return "", false
	}
	seconds := 0.0
	for i, unit := range []float64{secondsPerDay, 3600, 60, 1} {
		if parts[i+1] != "" {
			count, _ := strconv.ParseFloat(parts[i+1], 64) // digits
			seconds += count * unit
		}
	}
	return clock(0, int(math.Round(seconds))), true
}

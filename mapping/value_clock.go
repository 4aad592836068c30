package mapping

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // a time zone means the same on every machine
)

// written is a date as a text has it: its day, and what stands behind it.
type written struct {
	day   time.Time     // midnight UTC of the day as it is written; zero where the calendar has no such day
	clock time.Duration // since midnight
	zone  *time.Location
	named bool // a zone is written, be it one that nobody knows, such as "CST"
}

// plain reports whether the text says no more than a day: programs append 00:00 to every date.
func (w written) plain() bool { return w.clock == 0 && !w.named }

// clockPart is the time behind a day. What is written as letters may be a zone or a word such as "Uhr".
var clockPart = regexp.MustCompile(`^(.*?\d)(?:[Tt]|,?\s+)(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?\s?([AaPp]\.?[Mm]\.?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?|[A-Za-z]{2,5})?$`)

// splitClock takes the time off a date. The text comes back whole where there is none, and where it is none that a
// clock shows.
func splitClock(text string) (day string, w written) {
	parts := clockPart.FindStringSubmatch(text)
	if parts == nil {
		return text, written{}
	}
	clock, ok := clockTime(parts[2], parts[3], parts[4], parts[5])
	if !ok {
		return text, written{}
	}
	zone, named := zoneWritten(parts[6])
	return parts[1], written{clock: clock, zone: zone, named: named}
}

// clockTime reads hours, minutes and seconds, with AM or PM.
func clockTime(hours, minutes, seconds, half string) (time.Duration, bool) {
	hour, minute := atoi(hours), atoi(minutes)
	if half != "" {
		if hour < 1 || hour > 12 {
			return 0, false
		}
		hour %= 12
		if half[0] == 'p' || half[0] == 'P' {
			hour += 12
		}
	}
	if seconds == "" {
		seconds = "0"
	}
	second, err := time.ParseDuration(seconds + "s")
	ok := err == nil && hour < 24 && minute < 60 && second < time.Minute
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + second, ok
}

// zoneWritten reads the zone behind a time. Abbreviations other than UTC and GMT mean several zones.
func zoneWritten(text string) (zone *time.Location, named bool) {
	switch strings.ToUpper(text) {
	case "":
		return nil, false
	case "Z", "UTC", "GMT":
		return time.UTC, true
	}
	zone, _ = offsetZone(text)
	return zone, true
}

// offsetZone reads an offset such as +02:00, +0200 or +02.
func offsetZone(text string) (*time.Location, bool) {
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if at, err := time.Parse(layout, text); err == nil {
			_, seconds := at.Zone()
			return time.FixedZone(text, seconds), true
		}
	}
	return nil, false
}

// loadZone reads the zone of a mapping file: the name of a place, or an offset.
func loadZone(text string) (*time.Location, error) {
	if zone, ok := offsetZone(text); ok {
		return zone, nil
	}
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		return nil, fmt.Errorf("%s is no time zone", quoted(text))
	}
	return zone, nil
}

// settle makes of a written date what is sent. A field of days takes the day as it is written, whatever the zone; a field
// of moments takes the moment.
func (how reading) settle(f *Field, text string, w written) (string, []fault) {
	value, problem := settled(text, w.day)
	zone := w.zone
	if zone == nil && !w.named {
		zone = how.Zone
	}
	switch {
	case problem != nil:
		return "", []fault{*problem}
	case w.plain() || how.DropTimes:
		return value, nil
	case f.Kind == Date:
		said := note("VAL-DATE", quoted(text)+" is read as its day, "+w.day.Format(time.DateOnly))
		said.Hint = `with "times: drop" in the mapping file this is said no more`
		return value, []fault{said}
	case zone == nil:
		return "", []fault{*zoneless(text)}
	}
	return momentIn(text, w.day.Add(w.clock), zone)
}

// momentIn brings a time of a zone to UTC. When clocks are put forward some times are never, when they are put back some
// are twice.
func momentIn(text string, wall time.Time, zone *time.Location) (string, []fault) {
	var found []time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(near).In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if _, there := at.In(zone).Zone(); there == offset && (found == nil || !found[0].Equal(at)) {
			found = append(found, at)
		}
	}
	if len(found) != 1 {
		times := map[int]string{0: "is never", 2: "is twice"}[len(found)]
		return "", []fault{refuse("VAL-DATE", fmt.Sprintf("%s %s in the zone %s: the clocks were changed", quoted(text), times, zone),
			"write the time with its offset, such as 2026-01-30T13:30:00+01:00")}
	}
	value, problem := settled(text, found[0])
	if problem != nil {
		return "", []fault{*problem}
	}
	if found[0].Nanosecond() != 0 {
		value = found[0].UTC().Format(time.RFC3339Nano)
	}
	return value, nil
}

func zoneless(text string) *fault {
	f := refuse("VAL-DATE", quoted(text)+" has a time but no zone that is known, so its day in UTC is not known",
		`write the date alone, such as 2026-01-30, or the time with its zone, such as 2026-01-30T13:30:00Z; or say "times: drop" or "time-zone: Europe/Berlin" in the mapping file`)
	return &f
}

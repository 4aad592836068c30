package console

import "strings"

// Paint colours text for a terminal, escaped; without color it is only escaped. Colours never
// stand alone: the words and signs say the same.
func Paint(color bool, ink Ink, text string) Painted {
	text = Escape(text, 0)
	if !color || inks[ink] == "" {
		return Painted(text)
	}
	return Painted("\x1b[" + inks[ink] + "m" + text + "\x1b[0m")
}

// Join sets painted texts side by side.
func Join(parts []Painted) Painted {
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(string(part))
	}
	return Painted(b.String())
}

// Ink is a colour of ours.
type Ink uint8

// The inks.
const (
	Plain Ink = iota
	Green
	Yellow
	Red
	Faint
)

var inks = map[Ink]string{Green: "32", Yellow: "33", Red: "31", Faint: "2"}

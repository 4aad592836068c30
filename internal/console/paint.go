package console

// Paint colours text for a terminal; without color it is returned as it is. Colours never
// stand alone: the words and signs say the same.
func Paint(color bool, ink Ink, text string) string {
	if !color || inks[ink] == "" {
		return text
	}
	return "\x1b[" + inks[ink] + "m" + text + "\x1b[0m"
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

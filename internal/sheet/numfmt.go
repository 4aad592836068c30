package sheet

import "strings"

// formatClass says what a number format makes of a number.
type formatClass uint8

const (
	showNumber  formatClass = iota // as a number
	showDate                       // as a day, with or without the time of day
	showTime                       // as a time of day
	showElapsed                    // as hours, minutes and seconds that do not end at 24:00
)

// numberFormat is what is needed of a number format to know what a person sees.
type numberFormat struct {
	class formatClass
	// digits is set for a format of zeros with constants between them, such as "00000" or
	// "000-00-0000": zeros stand for digits.
	digits string
	number numberShape
}

// builtinRanges are the formats that every workbook has without defining them. Ids 27 to 36 and
// 50 to 58 are the dates of East Asian editions, 71 to 81 those of the Thai one. Source:
// ECMA-376 part 1, 18.8.30 (numFmt).
var builtinRanges = []struct {
	from, to int
	class    formatClass
}{
	{0, 13, showNumber},
	{14, 17, showDate},
	{18, 21, showTime},
	{22, 22, showDate},
	{23, 26, showNumber},
	{27, 31, showDate},
	{32, 35, showTime},
	{36, 36, showDate},
	{37, 44, showNumber},
	{45, 45, showTime},
	{46, 46, showElapsed},
	{47, 47, showTime},
	{48, 49, showNumber},
	{50, 54, showDate},
	{55, 56, showTime},
	{57, 58, showDate},
	{59, 70, showNumber},
	{71, 74, showDate},
	{75, 76, showTime},
	{77, 77, showDate},
	{78, 78, showTime},
	{79, 79, showElapsed},
	{80, 80, showTime},
	{81, 81, showDate},
}

// builtinShares are those of the formats above that show a share.
var builtinShares = map[int]string{9: "0%", 10: "0.00%"}

// firstCustom is the first id of a format that a workbook defines by itself. Spreadsheet programs show those before it with the
// sign of money of their user, whatever the workbook writes.
const firstCustom = 164

// builtinFormat returns nil for a format that must be defined and is not.
func builtinFormat(id int) *numberFormat {
	for _, known := range builtinRanges {
		if known.from <= id && id <= known.to {
			return &numberFormat{class: known.class, number: parseShape(builtinShares[id])}
		}
	}
	return nil
}

// parseFormat reads a format code such as `yyyy\-mm\-dd` or `[$-409]h:mm AM/PM`.
func parseFormat(code string) *numberFormat {
	tokens, elapsed := formatTokens(code)
	clock := strings.ContainsAny(tokens, "hs")
	switch {
	case elapsed:
		return &numberFormat{class: showElapsed}
	case strings.ContainsAny(tokens, "yd"), strings.Contains(tokens, "m") && !clock:
		return &numberFormat{class: showDate}
	case clock:
		return &numberFormat{class: showTime}
	}
	if pattern := zeros(code); pattern != "" {
		return &numberFormat{digits: pattern}
	}
	return &numberFormat{number: parseShape(code)}
}

// formatTokens returns the letters of a format code that stand for parts of a date, in lower
// case, and whether there is an elapsed time such as [h]. Quoted text, escaped characters,
// colours, conditions and locales are left out.
func formatTokens(code string) (tokens string, elapsed bool) {
	var b strings.Builder
	lower := strings.ReplaceAll(strings.ToLower(code), "general", "")
	for i := 0; i < len(lower); i++ {
		switch c := lower[i]; c {
		case '"':
			end := strings.IndexByte(lower[i+1:], '"')
			if end < 0 {
				return b.String(), elapsed
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(lower[i:], ']')
			if end < 0 {
				return b.String(), elapsed
			}
			inside := lower[i+1 : i+end]
			elapsed = elapsed || inside != "" && (strings.Trim(inside, "h") == "" || strings.Trim(inside, "m") == "" || strings.Trim(inside, "s") == "")
			i += end
		case 'y', 'm', 'd', 'h', 's':
			b.WriteByte(c)
		}
	}
	return b.String(), elapsed
}

// zeros returns the pattern of a format of at least two zeros and constants, "" for any other.
func zeros(code string) string {
	var b strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '0', c == '-', c == ' ', c == '(', c == ')':
			b.WriteByte(c)
		case c == '\\' && i+1 < len(code) && code[i+1] < 0x80 && code[i+1] != '0':
			i++
			b.WriteByte(code[i])
		default:
			return ""
		}
	}
	if strings.Count(b.String(), "0") < 2 {
		return ""
	}
	return b.String()
}

// pad writes the digits of a whole number into the zeros of a pattern; digits beyond them
// stand before the first.
func pad(pattern, digits string) string {
	count := strings.Count(pattern, "0")
	if missing := count - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	var b strings.Builder
	surplus := len(digits) - count
	for i := range len(pattern) {
		if pattern[i] != '0' {
			b.WriteByte(pattern[i])
			continue
		}
		b.WriteString(digits[:1+surplus])
		digits, surplus = digits[1+surplus:], 0
	}
	return b.String()
}

package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// longestShown is how many characters of a value a problem repeats.
const longestShown = 80

// shown returns a text as a problem shows it: control, invisible and direction characters
// escaped, so that a terminal cannot be made to lie, and cut at longestShown characters.
func shown(text string) string {
	runes := 0
	for i := range text {
		if runes == longestShown {
			return escaped(text[:i]) + "…"
		}
		runes++
	}
	return escaped(text)
}

// escaped writes what cannot be printed as Go does, and leaves quotes and backslashes alone:
// people read it, no program.
func escaped(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, _, rest := nextRune(text)
		piece := text[:len(text)-len(rest)]
		if r == '�' || !strconv.IsPrint(r) {
			piece = strconv.QuoteToASCII(piece)
			piece = piece[1 : len(piece)-1]
		}
		b.WriteString(piece)
		text = rest
	}
	return b.String()
}

// quoted is shown, between double quotes.
func quoted(text string) string { return `"` + shown(text) + `"` }

// anyOf writes a list of values for a hint, at most twelve of them.
func anyOf(values []string) string {
	const most = 12
	if len(values) > most {
		return strings.Join(values[:most], ", ") + ", … (the command \"refload fields\" prints all of them)"
	}
	return strings.Join(values, ", ")
}

// wholeDay returns the day of a midnight in UTC, as which the service keeps days.
func wholeDay(text string) (string, bool) {
	const clock = "T00:00:00"
	if len(text) < len(time.DateOnly+clock) || text[len(time.DateOnly):][:len(clock)] != clock {
		return "", false // nearly all texts, without the cost of parsing them
	}
	moment, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !moment.Truncate(24*time.Hour).Equal(moment) {
		return "", false
	}
	return text[:len(time.DateOnly)], true
}

// ShowValue returns a value of a referral as a person reads it: a dash for nothing, a person by
// name and e-mail, a solution by its id, a midnight in UTC as its day. It may be personal; see where it is used.
func ShowValue(value any) string {
	switch v := value.(type) {
	case nil:
		return "—"
	case string:
		if v == "" {
			return "—"
		}
		if day, isDay := wholeDay(v); isDay {
			return day
		}
		return quoted(v)
	case bool:
		if v {
			return "Yes"
		}
		return "No"
	case map[string]any:
		return showObject(v)
	case []any:
		texts := make([]string, len(v))
		for i, element := range v {
			texts[i] = ShowValue(element)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	return shown(fmt.Sprint(value))
}

// shownParts are the properties by which an object is shown, in order.
var shownParts = []string{"firstName", "lastName", "email", "phoneNumber", "title", "type", "id", "name", "currency", "price", "quantity", "notes", "assistanceRequestCode"}

func showObject(object map[string]any) string {
	var texts []string
	for _, name := range shownParts {
		if value := object[name]; !blankValue(value) {
			texts = append(texts, shown(fmt.Sprint(value)))
		}
	}
	if texts == nil {
		return "{…}"
	}
	return strings.Join(texts, " ")
}

// ValueText is ShowValue for a cell of a workbook: a text is whole and without quotes.
func ValueText(value any) string {
	if text, isText := value.(string); isText {
		if day, isDay := wholeDay(text); isDay {
			return day
		}
		return text
	}
	if value == nil {
		return ""
	}
	return ShowValue(value)
}

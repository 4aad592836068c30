package mapping

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"refload/api"
	"refload/internal/sheet"
)

// Exported is one referral as a row of an export shows it.
type Exported struct {
	Doc       *api.Referral
	Microsoft *api.Referral // Microsoft's referral of the same deal; nil where there is none or it is not known
	OurSide   bool          // the referral is the partner's own
	Invited   bool          // a referral of the engagement has Microsoft as its target
	Unseen    bool          // not all was listed, so that such a referral may be there all the same
}

// Encoded is the cell that a value is exported to. It reads back as the value: decoding is the
// inverse, wherever decoding takes the value at all.
type Encoded struct {
	Kind sheet.Kind // Blank, Text, Number or Date
	// Text is what a reader of the file finds: text as it is, plain digits, an ISO date.
	Text string
	// Full is the text for formats without kinds where Text leaves something out, such as the
	// zone of a time that only the service sets; "" where it is Text.
	Full string
}

// EncodeError says that a value does not fit into the cells that there are for it.
type EncodeError struct {
	Header string // the column
	Reason string
	Advice string
}

// Error names the column and says what does not fit.
func (e *EncodeError) Error() string { return e.Header + ": " + e.Reason }

// Hint says what to do next.
func (e *EncodeError) Hint() string { return e.Advice }

// encoders has one function a kind; they are the inverse of parsers.
var encoders = map[Kind]func(*Field, any) (Encoded, error){
	Text: encodeText, Open: encodeText, GUID: encodeText, Email: encodeText, Phone: encodeText,
	Country: encodeText, Currency: encodeText, ETag: encodeText, Result: encodeText,
	Choice: encodeChoice, Number: encodeNumber, Integer: encodeNumber, Bool: encodeBool,
	Date: encodeDate, Time: encodeTime, List: encodeList,
}

// encode writes a value of a field as a cell. Null, the empty text and what has no elements are
// blank.
func encode(f *Field, value any) (Encoded, error) {
	if blankValue(value) {
		return Encoded{}, nil
	}
	return encoders[f.Kind](f, value)
}

func encodeText(_ *Field, value any) (Encoded, error) {
	return Encoded{Kind: sheet.Text, Text: textOf(value)}, nil
}

// textOf writes what should be a text and is something else as JSON does.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		if digits, ok := plainDigits(v); ok {
			return digits
		}
		return string(v)
	}
	return jsonValue(value)
}

func jsonValue(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it came from JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// shownChoices are the words of the portal for values that read badly.
var shownChoices = map[string]map[string]string{
	marketplaceIntent: {"HaveNotDecided": "Have not decided"},
}

// encodeChoice writes the sales stage, whose values are digits, as a number.
func encodeChoice(f *Field, value any) (Encoded, error) {
	text := textOf(value)
	if shown, ok := shownChoices[f.Path][text]; ok {
		text = shown
	}
	if wholeNumber.MatchString(text) && text[0] != '0' {
		return Encoded{Kind: sheet.Number, Text: text}, nil
	}
	return Encoded{Kind: sheet.Text, Text: text}, nil
}

// encodeNumber writes plain digits, with a fraction that cannot be taken for thousands. What
// has more digits than a spreadsheet keeps is written as text, so that none of them is lost.
func encodeNumber(_ *Field, value any) (Encoded, error) {
	text := textOf(value)
	digits, ok := plainDigits(json.Number(text))
	if !ok {
		return Encoded{Kind: sheet.Text, Text: text}, nil
	}
	digits = unmistakable(digits)
	if countDigits(digits) > spreadsheetDigits {
		return Encoded{Kind: sheet.Text, Text: digits}, nil
	}
	return Encoded{Kind: sheet.Number, Text: digits}, nil
}

func encodeBool(f *Field, value any) (Encoded, error) {
	if yes, ok := value.(bool); ok {
		return Encoded{Kind: sheet.Text, Text: map[bool]string{true: "Yes", false: "No"}[yes]}, nil
	}
	return encodeText(f, value)
}

// encodeDate writes midnight UTC as a date; any other moment stays the text that it is.
func encodeDate(f *Field, value any) (Encoded, error) {
	at, err := time.Parse(time.RFC3339Nano, textOf(value))
	if err != nil || !at.Equal(at.Truncate(24*time.Hour)) || at.UTC().Year() < firstYear || at.UTC().Year() > lastYear {
		return encodeText(f, value)
	}
	return Encoded{Kind: sheet.Date, Text: at.UTC().Format(time.DateOnly)}, nil
}

// encodeTime writes a moment that only the service sets as date and time in UTC, to read and to
// filter by. One that can be sent keeps all of its digits.
func encodeTime(f *Field, value any) (Encoded, error) {
	text := textOf(value)
	at, err := time.Parse(time.RFC3339Nano, text)
	if f.Writable != Never || err != nil || at.Year() < firstYear || at.Year() > lastYear {
		return encodeDate(f, value)
	}
	return Encoded{Kind: sheet.Date, Text: at.UTC().Format("2006-01-02T15:04:05"), Full: text}, nil
}

func encodeList(f *Field, value any) (Encoded, error) {
	list, _ := value.([]any)
	texts := make([]string, len(list))
	for i, element := range list {
		text, ok := listText(f, element)
		if !ok {
			return Encoded{}, &EncodeError{f.Header, fmt.Sprintf("%s cannot stand in a list in one cell", quoted(textOf(element))),
				"leave the column out with --columns, or write JSON lines, which hold everything"}
		}
		texts[i] = text
	}
	if len(texts) == 0 {
		return Encoded{}, nil
	}
	return Encoded{Kind: sheet.Text, Text: strings.Join(texts, "; ")}, nil
}

// listText returns how an element of a list stands in its cell; false where splitting the cell
// would not give it back.
func listText(f *Field, element any) (string, bool) {
	if object, ok := element.(map[string]any); ok && f.Element != "" {
		element = object[f.Element]
	}
	text, ok := element.(string)
	return text, ok && text != "" && text == strings.TrimSpace(text) && !strings.ContainsAny(text, ";\n\r") && text != "[]"
}

package mapping

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"refload/internal/sheet"
)

// typed is a cell of a CSV file, or one that somebody typed as text.
func typed(text string) sheet.Cell {
	return sheet.Cell{Kind: sheet.Text, Stored: text, Shown: text}
}

func stored(kind sheet.Kind, stored, shown string) sheet.Cell {
	return sheet.Cell{Kind: kind, Stored: stored, Shown: shown}
}

// ruleCodes returns the codes of faults, in order.
func ruleCodes(faults []fault) string {
	var codes []string
	for _, f := range faults {
		codes = append(codes, f.Rule)
	}
	return strings.Join(codes, " ")
}

// hintsOf joins everything that faults say.
func hintsOf(faults []fault) string {
	var words []string
	for _, f := range faults {
		words = append(words, f.Message, f.Hint)
	}
	return strings.Join(words, " | ")
}

var (
	nameField   = &Field{Path: "name", Header: "Deal Name", Kind: Text}
	notesField  = &Field{Path: "details.notes", Header: "Notes", Kind: Text}
	lineField   = &Field{Path: "customerProfile.address.addressLine1", Header: "Customer Address Line 1", Kind: Text}
	valueField  = &Field{Path: "details.dealValue", Header: "Estimated Deal Value", Kind: Number}
	dateField   = &Field{Path: "details.closingDateTime", Header: "Estimated Close Date", Kind: Date}
	statusField = &Field{Path: "status", Header: "Partner Referral Status", Kind: Choice, Allowed: []string{"New", "Active", "Closed"}}
	stageField  = &Field{Path: "salesStage", Header: "Sales Stage", Kind: Choice, Allowed: []string{"10", "20", "40", "60", "80", "100"}, Codes: map[string]string{"Qualified": "20"}}
	helpField   = &Field{Path: "inviteContext.assistanceRequestCode", Header: "What specific help from Microsoft?", Kind: Choice,
		Allowed: []string{"GeneralOrOther", "ProofOfConceptOrDemo"}, Codes: map[string]string{"3": "ProofOfConceptOrDemo", "6": "GeneralOrOther"}}
)

func kindField(kind Kind) *Field { return &Field{Path: "x." + string(kind), Header: "X", Kind: kind} }

// TestBadInput is the corpus of bad values: what each must be refused with, and what the
// message or the hint has to say.
func TestBadInput(t *testing.T) {
	tests := []struct {
		name  string
		field *Field
		cell  sheet.Cell
		rule  string
		says  string
	}{
		{"formula without value", nameField, stored(sheet.Formula, "=VLOOKUP(A2,B:C,2)", ""), "XLSX-FORMULA", "no stored value"},
		{"error cell", nameField, stored(sheet.Error, "#REF!", "#REF!"), "VAL-XLERROR", "#REF!"},
		{"error as text", valueField, typed("#DIV/0!"), "VAL-XLERROR", "#DIV/0!"},
		{"error not available", countryField(), typed("#N/A"), "VAL-XLERROR", "#N/A"},
		{"NUL", nameField, typed("Con\x00toso"), "VAL-CONTROL", "U+0000"},
		{"escape sequence", nameField, typed("\x1b[31mContoso"), "VAL-CONTROL", `\x1b[31mContoso`},
		{"carriage return in a name", nameField, typed("Con\rtoso"), "VAL-CONTROL", "one line"},
		{"line break in a name", nameField, typed("Contoso\nLtd"), "VAL-CONTROL", "line break"},
		{"tab in a name", nameField, typed("Contoso\tLtd"), "VAL-CONTROL", "tab"},
		{"C1 control", notesField, typed("a\u0085b\u009bc"), "VAL-CONTROL", "U+0085"},
		{"half an emoji", nameField, typed("deal \xed\xa0\xbd"), "VAL-UNICODE", "half a character"},
		{"replacement character", nameField, typed("M�ller"), "VAL-UNICODE", "UTF-8"},
		{"noncharacter", nameField, typed("a\uffffb"), "VAL-UNICODE", ""},
		{"40,000 characters", nameField, typed(strings.Repeat("x", 40000)), "VAL-LENGTH", "40000 characters, the limit is 32767"},
		{"N/A", nameField, typed("N/A"), "VAL-PLACEHOLDER", "<clear>"},
		{"dash", dateField, typed("-"), "VAL-PLACEHOLDER", "write nothing"},
		{"null", valueField, typed("null"), "VAL-PLACEHOLDER", ""},
		{"NULL", nameField, typed("NULL"), "VAL-PLACEHOLDER", ""},
		{"(blank)", nameField, typed("(blank)"), "VAL-PLACEHOLDER", ""},
		{"shortened phone in a CSV file", kindField(Phone), typed("4.20778E+11"), "VAL-SCI", "digits are lost"},
		{"number of 16 digits as text", nameField, stored(sheet.Number, "4207781234567890", "4207781234567890"), "VAL-SCI", "format the column as text"},
		{"number with exponent as text", kindField(Phone), stored(sheet.Number, "1.2345678901234568E+19", "1.23457E+19"), "VAL-SCI", ""},
		{"status with a slip", statusField, typed("Actve"), "VAL-ENUM", `"Actve" is not a status | did you mean "Active"? allowed: New, Active, Closed`},
		{"status in doubt", statusField, typed("Closed?"), "VAL-ENUM", `did you mean "Closed"?`},
		{"unknown help code", helpField, typed("9"), "VAL-ENUM", "GeneralOrOther, ProofOfConceptOrDemo"},
		{"ambiguous date", dateField, typed("03/04/2026"), "VAL-DATE", "4 March 2026 or 3 April 2026"},
		{"impossible date", dateField, typed("2026-02-30"), "VAL-DATE", "does not exist"},
		{"time without zone", kindField(Time), typed("2026-03-29 02:30"), "VAL-DATE", `no zone that is known, so its day in UTC is not known | write the date alone, such as 2026-01-30, or the time with its zone, such as 2026-01-30T13:30:00Z; or say "times: drop"`},
		{"two-digit year", dateField, typed("31.12.26"), "VAL-DATE", "YYYY-MM-DD"},
		{"date cell without date format", dateField, stored(sheet.Number, "45980", "45980"), "VAL-DATE", "45980\" could be 2025-11-19"},
		{"ambiguous number", valueField, typed("50.000"), "VAL-NUMBER", "50 or 50000"},
		{"exponent", valueField, typed("1e5"), "VAL-NUMBER", "all of the digits"},
		{"currency sign", valueField, typed("€50,000"), "VAL-NUMBER", "column of its own"},
		{"not a number", valueField, typed("NaN"), "VAL-NUMBER", "1234.56"},
		{"negative", valueField, typed("-1"), "VAL-NUMBER", "not negative"},
		{"sum", valueField, typed("0.1+0.2"), "VAL-NUMBER", ""},
		{"25 digits", valueField, typed(strings.Repeat("7", 25)), "VAL-NUMBER", "25 digits, the limit is 17"},
		{"currency sign as currency", kindField(Currency), typed("$"), "VAL-CURRENCY", "more than one meaning"},
		{"no currency", kindField(Currency), typed("XXX"), "VAL-CURRENCY", "not a currency code"},
		{"country as currency", kindField(Currency), typed("CZ"), "VAL-CURRENCY", "CZK"},
		{"e-mail without dot", kindField(Email), typed("a@b"), "VAL-EMAIL", "ann@example.com"},
		{"two e-mails", kindField(Email), typed("a@example.com; b@example.com"), "VAL-EMAIL", "one address a cell"},
		{"mailto", kindField(Email), typed("mailto:a@example.com"), "VAL-EMAIL", "write the address alone: a@example.com"},
		{"e-mail with NBSP inside", kindField(Email), typed("a\u00a0b@example.com"), "VAL-EMAIL", `a\u00a0b`},
		{"e-mail with trailing dot", kindField(Email), typed("a@example.com."), "VAL-EMAIL", ""},
		{"e-mail of 300 characters", kindField(Email), typed(strings.Repeat("a", 60) + "@" + strings.Repeat("b.", 120) + "com"), "VAL-EMAIL", ""},
		{"two countries", countryField(), typed("Congo"), "VAL-COUNTRY", "did you mean CG (Republic of the Congo)?"},
		{"a slip in a country", countryField(), typed("Czehia"), "VAL-COUNTRY", "did you mean CZ"},
		{"path as id", kindField(GUID), typed("../../x"), "VAL-GUID", "8-4-4-4-12"},
		{"id in braces", kindField(GUID), typed("{2F0A7C5E-0000-4000-8000-00000000000A}"), "VAL-GUID", "2f0a7c5e-0000-4000-8000-00000000000a"},
		{"escaped id", kindField(GUID), typed("%2e%2e"), "VAL-GUID", ""},
		{"35 digits", kindField(GUID), typed("2f0a7c5e-0000-4000-8000-0000000000a"), "VAL-GUID", ""},
		{"eTag without quotes", kindField(ETag), typed("00006d10-0000"), "VAL-ETAG", "double quotes"},
		{"weak eTag", kindField(ETag), typed(`W/"00006d10"`), "VAL-ETAG", ""},
		{"smart quotes", kindField(ETag), typed("“00006d10”"), "VAL-ETAG", "straight"},
		{"one as yes", kindField(Bool), typed("1"), "VAL-BOOL", "Yes or No"},
		{"x as yes", kindField(Bool), typed("x"), "VAL-BOOL", ""},
		{"Y as yes", kindField(Bool), typed("Y"), "VAL-BOOL", ""},
		{"another language", kindField(Bool), typed("WAHR"), "VAL-BOOL", "mapping file"},
		{"fraction of a licence", kindField(Integer), typed("2.5"), "VAL-INTEGER", "whole"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			value, faults := parseValue(tt.field, tt.cell, reading{})
			if value != nil || ruleCodes(faults) != tt.rule || !stops(faults) {
				t.Fatalf("got value %#v and rules %q, want none and %q", value, ruleCodes(faults), tt.rule)
			}
			if !strings.Contains(hintsOf(faults), tt.says) {
				t.Errorf("got %q, want it to say %q", hintsOf(faults), tt.says)
			}
		})
	}
}

func countryField() *Field { return kindField(Country) }

// TestGoodInput has what looks odd and is taken all the same.
func TestGoodInput(t *testing.T) {
	tests := []struct {
		name  string
		field *Field
		cell  sheet.Cell
		want  any
		warns string
	}{
		{"blank", nameField, sheet.Cell{}, nil, ""},
		{"white space only", nameField, typed(" \u00a0\t"), nil, ""},
		{"formula as text", nameField, typed(`=HYPERLINK("http://x","y")`), `=HYPERLINK("http://x","y")`, ""},
		{"at sign", nameField, typed("@contoso"), "@contoso", ""},
		{"phone with plus", kindField(Phone), typed("+420 777 123 456"), "+420 777 123 456", ""},
		{"phone with extension", kindField(Phone), typed("(425) 555-0100 ext. 12"), "(425) 555-0100 ext. 12", ""},
		{"the documentation's phone", kindField(Phone), typed("1234567890"), "1234567890", ""},
		{"short phone", kindField(Phone), typed("112"), "112", "VAL-PHONE"},
		{"phone in words", kindField(Phone), typed("call Ann, 5550100"), "call Ann, 5550100", "VAL-PHONE"},
		{"white space around", nameField, typed("\u00a0 Contoso \t"), "Contoso", ""},
		{"line breaks in notes", notesField, typed("one\r\ntwo\tthree"), "one\r\ntwo\tthree", ""},
		{"line break in an address", lineField, typed("1 Main Street\nFloor 2"), "1 Main Street\nFloor 2", "VAL-LINES"},
		{"text direction", nameField, typed("Contoso\u202e"), "Contoso\u202e", "VAL-INVISIBLE"},
		{"zero width", nameField, typed("Con\u200btoso"), "Con\u200btoso", "VAL-INVISIBLE"},
		{"joiner", nameField, typed("می\u200cخواهم"), "می\u200cخواهم", ""},
		{"emoji", nameField, typed("rocket 🚀"), "rocket 🚀", ""},
		{"postal code under zeros", nameField, stored(sheet.Number, "2134", "02134"), "02134", ""},
		{"number of 12 digits shown short", kindField(Phone), stored(sheet.Number, "420777123456", "4.20777E+11"), "420777123456", "VAL-PHONE"},
		{"phone under a format with a plus", kindField(Phone), stored(sheet.Number, "420777123456", "+420777123456"), "+420777123456", ""},
		{"phone under zeros", kindField(Phone), stored(sheet.Number, "4255550100", "04255550100"), "04255550100", ""},
		{"encoded twice", nameField, typed("DuÅ¡an"), "DuÅ¡an", "VAL-ENCODED"},
		{"text turned into a date", nameField, stored(sheet.Date, "46085", "2026-03-04"), "2026-03-04", "VAL-CONVERTED"},
		{"limit of 32767 characters", nameField, typed(strings.Repeat("é", 32767)), strings.Repeat("é", 32767), ""},
		{"case", statusField, typed("active"), "Active", ""},
		{"space", statusField, typed("Active "), "Active", ""},
		{"stage as percentage", stageField, stored(sheet.Number, "0.4", "40%"), "40", ""},
		{"share", valueField, sheet.Cell{Kind: sheet.Number, Stored: "0.5", Shown: "0.5", Seen: "50%", Moved: true}, json.Number("0.5"), "VAL-SHOWN"},
		{"share in a text", nameField, sheet.Cell{Kind: sheet.Number, Stored: "0.5", Shown: "0.5", Seen: "50%", Moved: true}, "0.5", "VAL-SHOWN"},
		{"stage as a share", stageField, sheet.Cell{Kind: sheet.Number, Stored: "0.4", Shown: "0.4", Seen: "40%", Moved: true}, "40", ""},
		{"money without a currency beside", valueField, sheet.Cell{Kind: sheet.Number, Stored: "5", Shown: "5", Seen: "$5"}, json.Number("5"), ""},
		{"stage as shown number", stageField, stored(sheet.Number, "40", "40.00"), "40", ""},
		{"stage by name", stageField, typed("qualified"), "20", ""},
		{"help by code", helpField, typed("3"), "ProofOfConceptOrDemo", ""},
		{"help by name with spaces", helpField, typed("General or other"), "GeneralOrOther", ""},
		{"yes", kindField(Bool), typed("yes"), true, ""},
		{"NO", kindField(Bool), typed("NO"), false, ""},
		{"TRUE of a workbook", kindField(Bool), stored(sheet.Bool, "1", "TRUE"), true, ""},
		{"false", kindField(Bool), typed("false"), false, ""},
		{"currency in any case", kindField(Currency), typed("Eur"), "EUR", ""},
		{"country in any case", countryField(), typed("us"), "US", ""},
		{"UK", countryField(), typed("UK"), "GB", "VAL-COUNTRY"},
		{"USA", countryField(), typed("USA"), "US", "VAL-COUNTRY"},
		{"Czechia", countryField(), typed("Czechia"), "CZ", "VAL-COUNTRY"},
		{"currency sign with one meaning", kindField(Currency), typed("€"), "EUR", "VAL-CURRENCY"},
		{"Namibia is no placeholder", countryField(), typed("NA"), "NA", ""},
		{"GUID", kindField(GUID), typed("2F0A7C5E-0000-4000-8000-00000000000A"), "2f0a7c5e-0000-4000-8000-00000000000a", ""},
		{"eTag", kindField(ETag), typed(`"00006d10-0000-0000-0000-5c70aa630000"`), `"00006d10-0000-0000-0000-5c70aa630000"`, ""},
		{"e-mail", kindField(Email), typed("ann.o'neil+deals@mail.example.com"), "ann.o'neil+deals@mail.example.com", ""},
		{"grouped with one reading", valueField, typed("1,234.56"), json.Number("1234.56"), ""},
		{"decimal comma with one reading", valueField, typed("1.234,56"), json.Number("1234.56"), ""},
		{"count with empty fraction", kindField(Integer), typed("100.00"), json.Number("100"), ""},
		{"unread column", kindField(Result), typed("created"), nil, ""},
		{"packed", kindField(Solution), typed("SOL-1234-PQRS, USD, 10, 100"), "SOL-1234-PQRS, USD, 10, 100", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			value, faults := parseValue(tt.field, tt.cell, reading{})
			if !reflect.DeepEqual(value, tt.want) || ruleCodes(faults) != tt.warns {
				t.Errorf("got %#v with %q, want %#v with %q", value, ruleCodes(faults), tt.want, tt.warns)
			}
		})
	}
}

func TestHintsAndLimitsOfFields(t *testing.T) {
	short := &Field{Path: "x", Header: "Code", Kind: Text, MaxLength: 3}
	if _, faults := parseValue(short, typed("abcd"), reading{}); !strings.Contains(hintsOf(faults), "4 characters, the limit is 3") {
		t.Errorf("a text that is too long says %q", hintsOf(faults))
	}
	if value, faults := parseValue(short, typed("äöü"), reading{}); value != "äöü" {
		t.Errorf("three characters of six bytes were refused: %v", faults)
	}
	codes := &Field{Path: "x", Header: "Device", Kind: Choice, Codes: map[string]string{"2": "b", "1": "a"}}
	if _, faults := parseValue(codes, typed("7"), reading{}); hintsOf(faults) != `"7" is not a value of Device | allowed: 1, 2` {
		t.Errorf("a field of codes says %q", hintsOf(faults))
	}
	long := &Field{Path: "x", Header: "Stage", Kind: Choice, Allowed: strings.Split("abcdefghijklmnop", "")}
	if _, faults := parseValue(long, typed("stage 7"), reading{}); !strings.Contains(hintsOf(faults), "k, l, … (") {
		t.Errorf("a long list is shown as %q", hintsOf(faults))
	}
	if _, faults := parseValue(kindField(Integer), typed("many"), reading{}); ruleCodes(faults) != "VAL-NUMBER" {
		t.Errorf("a count in words got %v", faults)
	}
}

func TestShown(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Contoso", "Contoso"},
		{`3" pipe \ rack`, `3" pipe \ rack`},
		{"a\x1b[2Jb", `a\x1b[2Jb`},
		{"a\u202eb", `a\u202eb`},
		{"a\u00a0b", `a\u00a0b`},
		{"a\xffb", `a\xffb`},
		{"Žluťoučký 🐎", "Žluťoučký 🐎"},
		{strings.Repeat("é", 81), strings.Repeat("é", 80) + "…"},
		{strings.Repeat("é", 80), strings.Repeat("é", 80)},
	}
	for _, tt := range tests {
		if got := shown(tt.text); got != tt.want {
			t.Errorf("shown(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzParseValue feeds every kind with anything: no panic, no value beside a fault, and no
// message that could drive a terminal.
func FuzzParseValue(f *testing.F) {
	for _, text := range []string{"", "Actve", "1.234,56", "3/4/2026", "\x1b]0;x\x07", "\xed\xa0\xbd", "a;b", "[]", "2026-01-30T00:00:00Z", "UK", `"x"`} {
		f.Add(text, uint8(1), uint8(0))
	}
	kinds := []Kind{Text, Number, Integer, Bool, Date, Time, Choice, Open, GUID, Email, Phone, Country, Currency, ETag, Solution, Member, List, Empty, Result}
	f.Fuzz(func(t *testing.T, text string, cellKind, kind uint8) {
		field := &Field{Path: "x", Header: "X", Kind: kinds[int(kind)%len(kinds)], Allowed: []string{"New", "Active"}}
		cell := sheet.Cell{Kind: sheet.Kind(cellKind % 7), Stored: text, Shown: text}
		value, faults := parseValue(field, cell, reading{})
		if value != nil && stops(faults) {
			t.Errorf("value %#v beside the faults %v", value, faults)
		}
		for _, fault := range faults {
			if strings.ContainsAny(fault.Message, "\x1b\x07\r\u202e") {
				t.Errorf("message %q is not safe to show", fault.Message)
			}
		}
	})
}

// A sheet that says Won as its status is told where the service says so.
func TestASubstatusIsNoStatus(t *testing.T) {
	status, _ := Lookup("status")
	for text, hint := range map[string]string{
		"won":      "write Closed, with the substatus Won",
		"Accepted": "write Active, with the substatus Accepted",
		"received": "write New, with the substatus Received",
		"Wonn":     "allowed: New, Active, Closed",
	} {
		_, faults := parseChoice(status, text, sheet.Cell{}, reading{})
		if len(faults) != 1 || !strings.Contains(faults[0].Hint, hint) {
			t.Errorf("%s: %+v", text, faults)
		}
	}
}

package mapping

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const wholeFile = `version: 1
columns:
  Kunde: Customer Name
  "Betrag, netto": details.dealValue
  Interner Vermerk: ignore
constants:
  Microsoft help required?: no
  Consent to share Customer/Partner contact: yes
  mpnId: 0012345
defaults:
  Currency: EUR
  "Team member 1": "Ann, Lee, +1 425 555 0100, ann@example.com"
values:
  Sales Stage: {Angebot: 60, Verhandlung: "80", offen: ""}
  substatus:
    gewonnen: Won
dates:
  Abschluss: DD.MM.YYYY
  "": day-first
decimal: comma
share-closed: yes
`

func TestParseFile(t *testing.T) {
	got, err := ParseFile("map.yaml", []byte(wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	want := &File{
		Path:    "map.yaml",
		Columns: map[string]string{"Kunde": "Customer Name", "Betrag, netto": "details.dealValue", "Interner Vermerk": "ignore"},
		Constants: map[string]string{"Microsoft help required?": "no", "Consent to share Customer/Partner contact": "yes",
			"mpnId": "0012345"},
		Defaults: map[string]string{"Currency": "EUR", "Team member 1": "Ann, Lee, +1 425 555 0100, ann@example.com"},
		Values: map[string]map[string]string{
			"Sales Stage": {"Angebot": "60", "Verhandlung": "80", "offen": ""},
			"substatus":   {"gewonnen": "Won"},
		},
		Dates:       map[string]string{"Abschluss": "02.01.2006", "": "day-first"},
		Decimal:     "comma",
		ShareClosed: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestShortFiles(t *testing.T) {
	for text, want := range map[string]File{
		"version: 1":                          {},
		"version: 1\ncolumns:\n":              {},
		"version: 1\ndates: month-first":      {Dates: map[string]string{"": monthFirst}},
		"version: 1\ndates: 2006/1/2":         {Dates: map[string]string{"": "2006/1/2"}},
		"version: 1\nshare-closed: false":     {},
		"version: 1\nshare-closed: TRUE":      {ShareClosed: true},
		"version: 1\nconstants: {name: 'x'}":  {Constants: map[string]string{"name": "x"}},
		"version: 1\ndefaults: {name: |\n x}": {},
	} {
		got, err := ParseFile("map.yaml", []byte(text))
		if strings.Contains(text, "|") {
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got.ShareClosed != want.ShareClosed || got.Dates[""] != want.Dates[""] || got.Constants["name"] != want.Constants["name"] {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	tests := []struct {
		name, text string
		line       int
		message    string
		hint       string
	}{
		{"unknown key", "version: 1\ncolums:\n  A: Deal Name\n", 2, "colums", `did you mean "columns"?`},
		{"no version", "columns:\n  A: Deal Name\n", 0, "version: 1", "version: 1"},
		{"another version", "version: 2\n", 1, "version: 1", "version: 1"},
		{"unknown field", "version: 1\ncolumns:\n  A: Deal Nmae\n", 3, `"Deal Nmae" is no field`, `did you mean "Deal Name"?`},
		{"unknown path", "version: 1\nconstants:\n  details.dealvalu: 5\n", 3, "no field", `did you mean "details.dealValue"?`},
		{"column twice", "version: 1\ncolumns:\n  Kunde: Deal Name\n  kunde: Customer Name\n", 4, "twice", "delete"},
		{"key twice", "version: 1\ncolumns:\n  A: Deal Name\n  A: Customer Name\n", 4, "already defined", "delete"},
		{"wrong constant", "version: 1\nconstants:\n  Currency: Dollar\n", 3, `"Dollar"`, "ISO 4217"},
		{"wrong default", "version: 1\ndefaults:\n  Referral Type: Sharde\n", 3, `"Sharde"`, `"Shared"`},
		{"constant and default", "version: 1\nconstants:\n  Currency: EUR\ndefaults:\n  details.currency: USD\n", 5, "constant already", "delete"},
		{"empty constant", "version: 1\nconstants:\n  Currency:\n", 3, "no value", "write"},
		{"constant that is not sent", "version: 1\nconstants:\n  Created Date: 2026-01-01\n", 3, "not sent", "delete"},
		{"wrong value", "version: 1\nvalues:\n  substatus: {gewonnen: Wonn}\n", 3, `"Wonn"`, `"Won"`},
		{"values of no field", "version: 1\nvalues:\n  Stufe: {a: b}\n", 3, `"Stufe"`, "refload fields"},
		{"date pattern", "version: 1\ndates: DD.MM.YY\n", 2, "pattern", "month-first"},
		{"times", "version: 1\ntimes: keep\n", 2, `"keep"`, "drop"},
		{"time zone", "version: 1\ntime-zone: Local\n", 2, "no time zone", "Europe/Berlin"},
		{"no field in a list", "version: 1\ncolumns:\n  Phase: [Sales Stage, ignore]\n", 3, `"ignore"`, "refload fields"},
		{"empty list", "version: 1\ncolumns:\n  Phase: []\n", 3, "empty", "name the fields"},
		{"date order", "version: 1\ndates:\n  Abschluss: european\n", 3, "pattern", "day-first"},
		{"decimal", "version: 1\ndecimal: dot\n", 2, `"dot"`, "comma or point"},
		{"share-closed", "version: 1\nshare-closed: perhaps\n", 2, "yes nor no", "yes or no"},
		{"no mapping", "version: 1\ncolumns: [a, b]\n", 2, "name: value", "entry"},
		{"nested value", "version: 1\nconstants:\n  name: {a: b}\n", 3, "plain value", "text"},
		{"broken YAML", "version: 1\ncolumns:\n  A: \"Deal\n", 3, "", "YAML"},
		{"a list", "- a\n", 1, "", "YAML"},
		{"packed constant", "version: 1\nconstants:\n  Solution 1: \", USD\"\n", 3, "id of a solution", "SOL-"},
	}
	for _, test := range tests {
		_, err := ParseFile("map.yaml", []byte(test.text))
		var e *FileError
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v", test.name, err)
			continue
		}
		if e.Line != test.line || !strings.Contains(e.Message, test.message) || !strings.Contains(e.Hint(), test.hint) {
			t.Errorf("%s: line %d %q, hint %q", test.name, e.Line, e.Message, e.Hint())
		}
		first, _, _ := strings.Cut(e.Error(), "\n")
		if !strings.HasPrefix(first, "reading map.yaml: ") {
			t.Errorf("%s: %q", test.name, first)
		}
		if test.line > 0 && e.Excerpt == "" {
			t.Errorf("%s: no excerpt", test.name)
		}
	}
}

// Nothing in a mapping file is expanded, included or decoded: a text is what stands there, or it is refused.
func TestNothingIsExpanded(t *testing.T) {
	for _, text := range []string{"${HOME}", "$(id)", "`id`", "%APPDATA%", "~/x", "{{ .Env }}"} {
		file, err := ParseFile("map.yaml", []byte("version: 1\nconstants:\n  name: \""+text+"\"\n"))
		if err != nil || file.Constants["name"] != text {
			t.Errorf("%s: %+v, %v", text, file, err)
		}
	}
	for _, text := range []string{"constants:\n  name: !include other.yaml", "constants:\n  name: !!binary bXk=", "constants: &a {name: x}\ndefaults: *a", "constants: &a {name: x}\ndefaults:\n  <<: *a",
		"constants:\n  name: &a x\n  Notes: *a", "columns: !!set {A, B}", "values:\n  substatus: &a {x: Won}\n  Sales Stage: *a"} {
		if file, err := ParseFile("map.yaml", []byte("version: 1\n"+text+"\n")); err == nil {
			t.Errorf("%q was taken as %+v", text, file)
		}
	}
}

// Whatever fills a file up to its bound is refused at once, and aliases of aliases are never followed.
func TestFilesThatAreNestedWithoutEnd(t *testing.T) {
	for _, part := range []string{"- ", "? ", "? - ", "[", "{a: ", "- !!seq ", "&a ", "!a ", "'' ", "<<: ", "a: "} {
		_, err := ParseFile("map.yaml", []byte(strings.Repeat(part, maxFile/len(part))))
		if e, ours := errors.AsType[*FileError](err); !ours || !strings.Contains(e.Message, "nested too deeply") || e.Hint() == "" {
			t.Errorf("%q: %v", part, err)
		}
	}
	laughs := "version: 1\nx0: &x0 [ha]\n"
	for i := 1; i < 20; i++ {
		laughs += fmt.Sprintf("x%d: &x%d [%s*x%d]\n", i, i, strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 9), i-1)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ParseFile("map.yaml", []byte(laughs+"columns: {A: *x19}\n"))
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > 16<<20 {
		t.Errorf("%v, with %d MiB", err, took>>20)
	}
}

// A fault of the YAML package is a problem of the file, and tells nothing of what stands in it.
func TestPanicsAreProblems(t *testing.T) {
	file, err := guarded("map.yaml", func() (*File, error) { panic("CANARY Lee") })
	ours, ok := err.(*FileError)
	if file != nil || !ok || !strings.Contains(err.Error(), "map.yaml") || ours.Hint() == "" || strings.Contains(err.Error()+ours.Hint(), "CANARY") {
		t.Errorf("%v, %v", file, err)
	}
}

func TestErrorShowsTheLine(t *testing.T) {
	_, err := ParseFile("map.yaml", []byte("version: 1\ncolumns:\n  Kunde: Customre Name\n"))
	const want = "reading map.yaml: line 3, column 10: \"Customre Name\" is no field\n   1 | version: 1\n   2 | columns:\n>  3 |   Kunde: Customre Name\n                ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map.yaml")
	if _, err := ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte(wholeFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := ReadFile(path); err != nil || f.Path != path || len(f.Columns) != 3 {
		t.Errorf("got %+v, %v", f, err)
	}
	if _, err := ParseFile("map.yaml", make([]byte, maxFile+1)); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Error("a file of more than a mebibyte is taken for a mapping file")
	}
}

func TestDateLayout(t *testing.T) {
	for pattern, want := range map[string]string{
		"DD.MM.YYYY": "02.01.2006", "dd.mm.yyyy": "02.01.2006", "M/D/YYYY": "1/2/2006", "YYYY-MM-DD": "2006-01-02",
		"D MMM YYYY": "2 Jan 2006", "MMMM D, YYYY": "January 2, 2006", "02/01/2006": "02/01/2006", " day-first ": dayFirst,
	} {
		if got, err := dateLayout(pattern); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", pattern, got, err, want)
		}
	}
	for _, pattern := range []string{"", "DD.MM.YY", "DD.MM", "YYYY", "DD.DD.YYYY", "DDD.MM.YYYY", "european", "YYYYY-MM-DD"} {
		if got, err := dateLayout(pattern); err == nil {
			t.Errorf("%q is taken as %q", pattern, got)
		}
	}
}

// TestWordsAreTexts: whatever a mapping file says between quotes comes out as it was.
func TestWordsAreTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-Z0-9 .:#{}\[\]-]{1,20}`).Draw(t, "word")
		f, err := ParseFile("map.yaml", []byte("version: 1\nconstants:\n  name: '"+word+"'\n"))
		if err != nil {
			var e *FileError
			if strings.TrimSpace(word) == "" || errors.As(err, &e) && strings.Contains(e.Message, "stands for nothing") {
				return
			}
			t.Fatal(err)
		}
		if f.Constants["name"] != word {
			t.Fatalf("%q came out as %q", word, f.Constants["name"])
		}
	})
}

// FuzzParseFile: no text makes reading panic, every error has a hint, and what is taken can be
// used.
func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{wholeFile, "version: 1", "a: &x [*x]", "? : ?", "version: 1\ncolumns: {? {a: b}: c}", "%YAML 2.0\n---\n", "version: 1\ndates: {a: {b: c}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ParseFile("map.yaml", []byte(text))
		if err != nil {
			var e *FileError
			if !errors.As(err, &e) || e.Hint() == "" || e.Error() == "" {
				t.Errorf("%T %v", err, err)
			}
			return
		}
		readSample(MatchOptions{File: file}, []string{"Deal Name", "Kunde"}, []string{"a", "b"}).decode(0)
	})
}

package mapping

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// nasty are pieces of text that programs stumble over.
var nasty = []string{"=1+1", "+420 777", "'", "''x", "\"", "00501", "\r\n", "\n", "\t", "é", "日本", "👩‍💻", "\u202e", "\u200f", "_x0041_", "_x", "<", "&amp;", ",", ";", "a", " ", "{", "}", "\\", "\u0001", "\uf8f0"}

func nastyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 60).Draw(t, "pieces"), "")
	})
}

// TestSnapshotKnowsItsCells holds that a snapshot read back finds every cell the same, knows
// the text of the short ones, and notices every change.
func TestSnapshotKnowsItsCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		headers := []string{"Deal Name", "Notes", "Customer Name", "Team member 1 Email", "something else"}
		texts := make([]string, len(headers))
		for i := range texts {
			texts[i] = nastyText().Draw(t, "text")
		}
		cell, err := SnapshotOf(headers, texts)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadSnapshot(cell)
		if err != nil {
			t.Fatalf("%v in %s", err, cell)
		}
		for i, header := range headers {
			if !s.Same(header, texts[i]) {
				t.Errorf("%s: %q is not the same", header, texts[i])
			}
			if text, known := s.Text(header); known && text != cellForm(texts[i]) {
				t.Errorf("%s: %q, want %q", header, text, cellForm(texts[i]))
			}
			if s.Same(header, texts[i]+"x") {
				t.Errorf("%s: a letter more is not noticed", header)
			}
		}
	})
}

// TestSnapshotFitsIntoACell fills a row with texts of all lengths: what comes out fits, and
// still tells every change.
func TestSnapshotFitsIntoACell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var headers, texts []string
		for i := range rapid.IntRange(1, 250).Draw(t, "columns") {
			headers = append(headers, fmt.Sprintf("Column %d", i))
			length := rapid.SampledFrom([]int{0, 1, 100, 119, 120, 121, 5000, 32767}).Draw(t, "length")
			texts = append(texts, strings.Repeat(rapid.SampledFrom([]string{"x", "😀", "\u0001", "_x0041_", `"`}).Draw(t, "letter"), length))
		}
		cell, err := SnapshotOf(headers, texts)
		if err != nil {
			t.Fatal(err)
		}
		if units := len(utf16.Encode([]rune(cell))); units > maxText {
			t.Fatalf("%d units", units)
		}
		s, err := ReadSnapshot(cell)
		if err != nil {
			t.Fatal(err)
		}
		for i, header := range headers {
			if !s.Same(header, texts[i]) || s.Same(header, texts[i]+"!") {
				t.Fatalf("%s with %d characters: same %v", header, len(texts[i]), s.Same(header, texts[i]))
			}
		}
	})
}

func TestSnapshotThatCannotFit(t *testing.T) {
	var headers, texts []string
	for i := range 1000 {
		headers, texts = append(headers, fmt.Sprintf("A column with a long name %d", i)), append(texts, "some text")
	}
	if cell, err := SnapshotOf(headers, texts); err == nil {
		t.Errorf("%d characters", len(cell))
	}
	if _, err := SnapshotOf([]string{"A", "A"}, []string{"x", "y"}); err == nil {
		t.Error("a header that stands twice is taken")
	}
	if _, err := SnapshotOf([]string{"A"}, nil); err == nil {
		t.Error("headers without texts are taken")
	}
}

func TestSnapshotForm(t *testing.T) {
	long := strings.Repeat("é", 121)
	got, err := SnapshotOf([]string{"Deal Name", "Notes", "CRM ID"}, []string{` <"A"> `, long, ""})
	want := `{"Deal Name":"<\"A\">","Notes":{"sha256":"` + hashOf(long) + `","length":121}}`
	if err != nil || got != want {
		t.Errorf("%s, %v\nwant %s", got, err, want)
	}
	s, err := ReadSnapshot(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		header, text string
		known        bool
	}{{"Deal Name", `<"A">`, true}, {"deal_name", `<"A">`, true}, {"name", `<"A">`, true}, {"Notes", "", false}, {"CRM ID", "", true}, {"never seen", "", true}} {
		if text, known := s.Text(c.header); text != c.text || known != c.known {
			t.Errorf("%s: %q, %v", c.header, text, known)
		}
	}
}

// TestSnapshotForgivesForms has what spreadsheet programs make of cells that nobody touched,
// and changes that must not be taken for that.
func TestSnapshotForgivesForms(t *testing.T) {
	for _, c := range []struct {
		header, was, now string
		same             bool
	}{
		{"Estimated Deal Value", "50000.1", "50000.10", true},
		{"Estimated Deal Value", "50000", "5E4", true},
		{"Estimated Deal Value", "50000", "50001", false},
		{"Estimated Deal Value", "0", "", false},
		{"Sales Stage", "40", "40.0", true},
		{"Share with Microsoft sales team", "Yes", "TRUE", true},
		{"Share with Microsoft sales team", "Yes", "No", false},
		{"Estimated Close Date", "2026-01-30", "2026-01-30T00:00:00", true},
		{"Estimated Close Date", "2026-01-30", "2026-01-30T00:00:00.0000000Z", true},
		{"Estimated Close Date", "2026-01-30", "2026-01-31", false},
		{"Customer Postal code", "00501", "501", false},
		{"Customer Postal code", "501", "501.0", false},
		{"Notes", "a\r\nb", "a\nb", true},
		{"Notes", "a\rb", "a\n\nb", false},
		{"Deal Name", "Yes", "TRUE", false},
		{"Deal Name", " a ", "a", true},
		{"Deal Name", "a", "A", false},
		{"CRM ID", "", "7", false},
		{"CRM ID", "7", "", false},
	} {
		cell, err := SnapshotOf([]string{c.header}, []string{c.was})
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadSnapshot(cell)
		if err != nil || s.Same(c.header, c.now) != c.same {
			t.Errorf("%s: %q became %q: same %v, %v", c.header, c.was, c.now, s.Same(c.header, c.now), err)
		}
	}
}

func TestReadSnapshotOfSomethingElse(t *testing.T) {
	for _, cell := range []string{"x", "[]", "null", "1", `{"a":1}`, `{"a":null}`, `{"a":{"sha256":"00","length":3}}`, `{"a":"b"} c`, `{"a":{"sha256":"` + hashOf("x") + `"}}`} {
		if s, err := ReadSnapshot(cell); err == nil {
			t.Errorf("%s is read as %+v", cell, s)
		}
	}
	s, err := ReadSnapshot("  ")
	if err != nil || !s.Empty() || s.Same("Deal Name", "") {
		t.Errorf("a blank cell: %+v, %v", s, err)
	}
	if text, known := s.Text("Deal Name"); known {
		t.Errorf("a blank cell knows %q", text)
	}
}

func TestPlainDigits(t *testing.T) {
	for in, want := range map[string]string{
		"50000.10": "50000.1", "1e3": "1000", "1.5E-2": "0.015", "-0": "0", "-0.50": "-0.5", "007": "7", "9007199254740993": "9007199254740993",
		"12.500e1": "125", "": "", "x": "", "1e999": "", "1e-999": "", "1.": "", "0x1": "",
	} {
		if got, ok := plainDigits(json.Number(in)); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
}

// FuzzReadSnapshot reads whatever people may leave in the column: no cell makes it panic, and
// what is read compares.
func FuzzReadSnapshot(f *testing.F) {
	for _, cell := range []string{"", "{}", `{"Deal Name":"a"}`, `{"a":{"sha256":"` + hashOf("x") + `","length":1}}`, `{"a":1}`, `{"Solution 99999999999999999999 ID":"x"}`} {
		f.Add(cell, "Deal Name", "a")
	}
	f.Fuzz(func(t *testing.T, cell, header, text string) {
		s, err := ReadSnapshot(cell)
		if err != nil {
			return
		}
		was, known := s.Text(header)
		if known && !s.Same(header, was) {
			t.Errorf("%q below %q is not the same as itself", was, header)
		}
		s.Same(header, text)
	})
}

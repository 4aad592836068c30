package mapping

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"refload/internal/sheet"
)

func TestHeadersAreComparedLoosely(t *testing.T) {
	for _, header := range []string{
		"Deal Name", "deal name", "DEAL NAME", " Deal  Name ", "Deal_Name", "deal-name", "Deal Name *", "Deal Name?",
		"Deal\u00a0Name", "Deal\u200bName", "De\u00adal Name", "\ufeffDeal Name", "Deal\nName", "\"Deal Name\"", "DealName",
	} {
		got, ok := resolve(header)
		if !ok || got.path != "name" || got.byPath {
			t.Errorf("%q finds %+v", header, got)
		}
	}
}

func TestPathsAreComparedStrictly(t *testing.T) {
	for header, path := range map[string]string{
		"details.dealValue":                 "details.dealValue",
		"DETAILS.DEALVALUE":                 "details.dealValue",
		" details.dealValue ":               "details.dealValue",
		"team[0].email":                     "team[0].email",
		"Team[12].Email":                    "team[12].email",
		"customerProfile.team[0].firstName": "customerProfile.team[0].firstName",
		"CustomerProfile.Team[1].FirstName": "customerProfile.team[1].firstName",
		"name":                              "name",
		"id":                                "id",
	} {
		got, ok := resolve(header)
		if !ok || got.path != path || !got.byPath {
			t.Errorf("%q finds %+v, want the path %q", header, got, path)
		}
	}
	for _, header := range []string{"details dealValue", "details,dealValue", "team0.email", "team[0]email", "team(0).email",
		"team[0].email.", "details..dealValue", "team[99].email", "team[].email", "team[#].email2"} {
		if got, ok := resolve(header); ok {
			t.Errorf("%q finds %q", header, got.path)
		}
	}
}

// TestHeaderBeforePath: where a word is both, another case of it is the header, from which
// more follows.
func TestHeaderBeforePath(t *testing.T) {
	for header, byPath := range map[string]bool{"status": true, "Status": false, "STATUS": false, "salesStage": true, "Sales Stage": false, "tags": true, "Tags": false} {
		if got, ok := resolve(header); !ok || got.byPath != byPath {
			t.Errorf("%q: by path %v, want %v", header, got.byPath, byPath)
		}
	}
}

func TestNumbersInHeaders(t *testing.T) {
	for header, path := range map[string]string{
		"Solution 7":               "details.requirements.solutions[6]",
		"Solution07":               "details.requirements.solutions[6]",
		"solution 7 id":            "details.requirements.solutions[6].id",
		"Solution ID":              "details.requirements.solutions[0].id",
		"Solution":                 "details.requirements.solutions[0]",
		"Team Member 3":            "team[2]",
		"Team member 3 e-mail":     "team[2].email",
		"Customer Contact 2 Email": "customerProfile.team[1].email",
		// The first contact is the portal's own column, under either header.
		"Customer Contact 1 First Name": "customerProfile.team[0].firstName",
	} {
		if got, ok := resolve(header); !ok || got.path != path {
			t.Errorf("%q finds %q, want %q", header, got.path, path)
		}
	}
	for _, header := range []string{"Solution 0", "Solution 51", "Solution 99999999999999999999", "Solution 1 2", "Team member -"} {
		if got, ok := resolve(header); ok && header != "Team member -" {
			t.Errorf("%q finds %q", header, got.path)
		}
	}
	if got, _ := resolve("Customer Contact 1 First Name"); got.field.Header != "Customer Contact First Name" {
		t.Errorf("the first contact has the field %q", got.field.Header)
	}
}

func TestSimilar(t *testing.T) {
	for header, want := range map[string]string{
		"Dael value":                 "Deal Value",
		"Custmer Name":               "Customer Name",
		"Soluton 7":                  "Solution 7",
		"Team membr 12 Email":        "Team member 12 Email",
		"details.dealValu":           "details.dealValue",
		"team[3].emial":              "team[3].email",
		"Microsoft help requird?":    "Microsoft help required?",
		"Marketplace Purchase Inten": "Marketplace Purchase Intent",
	} {
		if got, ok := similar(header); !ok || got != want {
			t.Errorf("similar(%q) = %q, %v, want %q", header, got, ok, want)
		}
	}
	for _, header := range []string{"Kunde", "Probability", "Betrag", "x", "", "Interner Vermerk"} {
		if got, ok := similar(header); ok {
			t.Errorf("similar(%q) = %q", header, got)
		}
	}
}

func TestRecognise(t *testing.T) {
	rows := map[int]sheet.Row{
		3: textRow(1, "Deal Name", "Customer Name", "details.currency", "Internal"),
		0: textRow(1, "Contoso", "Fabrikam", ""),
		1: {Number: 1, Cells: []sheet.Cell{{Kind: sheet.Number, Stored: "1", Shown: "Deal Name"}, {Kind: sheet.Text, Stored: "Notes"}}},
	}
	for want, row := range rows {
		if got := (*File)(nil).Recognise(row); got != want {
			t.Errorf("Recognise(%v) = %d, want %d", row, got, want)
		}
	}
	file := &File{Columns: map[string]string{"Kunde": "Customer Name", "Intern": Ignore}}
	if got := file.Recognise(textRow(1, "Kunde", "Intern", "Currency")); got != 2 {
		t.Errorf("with a mapping file %d headers are known, want 2", got)
	}
}

// TestDecoratedHeaders: whatever people put around and into a header, it stays the same.
func TestDecoratedHeaders(t *testing.T) {
	noise := []rune(" _-/.*?:()\u00a0\u200b\u200d\u00ad\ufeff\t\n\"'")
	fields := Fields()
	rapid.Check(t, func(t *rapid.T) {
		f := fields[rapid.IntRange(0, len(fields)-1).Draw(t, "field")]
		header := strings.Replace(f.Header, "#", "3", 1)
		want, ok := resolve(header)
		if !ok || f.Kind == Empty {
			t.Skip("there are fewer than three, or the path alone is the header")
		}
		var b strings.Builder
		for _, r := range header {
			if unicode.IsDigit(r) {
				b.WriteRune(r)
				continue
			}
			if rapid.Bool().Draw(t, "upper") {
				r = unicode.ToUpper(r)
			}
			b.WriteRune(r)
			b.WriteString(string(rapid.SliceOfN(rapid.SampledFrom(noise), 0, 2).Draw(t, "noise")))
		}
		got, ok := resolve(norm.NFD.String(b.String()))
		if !ok || got.path != want.path {
			t.Fatalf("%q finds %q, want %q", b.String(), got.path, want.path)
		}
	})
}

// FuzzResolve: whatever a header is, resolving it does not panic, and what it finds is found
// again by its path and by its canonical header.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{"Deal Name", "team[0].email", "Solution 7 ID", "Customer Contact 1 First Name", "[", "a[0][1].b", "#", "Solution 1e9", "\xff", "D\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		found, ok := resolve(header)
		similar(header)
		if !ok {
			return
		}
		for _, again := range []string{found.path, HeaderOf(found.path)} {
			second, ok := resolve(again)
			if !ok || second.path != found.path || second.field != found.field {
				t.Errorf("%q finds %q, and %q finds %q", header, found.path, again, second.path)
			}
		}
	})
}

package mapping

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/sheet"
)

const (
	idA = "4111fffc-f9ee-4d53-bba6-569135228642"
	idB = "37ef26aa-1d15-4533-9f93-a69bd33ab1e5"
)

var keyHeader = []string{"Deal Name", "Customer Name", "CRM ID", "Referral ID", "Action", "Notes"}

// doubles returns, by row, the messages of its DUP-KEY problems.
func doubles(o MatchOptions, rows ...[]string) map[int][]string {
	s := readSample(o, keyHeader, rows...)
	found := map[int][]string{}
	for i := range s.rows {
		_, problems := s.decode(i)
		for _, p := range problems {
			if p.Rule == "DUP-KEY" {
				found[p.Row] = append(found[p.Row], p.Cell+" "+p.Message+" / "+p.Hint)
			}
		}
	}
	return found
}

func TestDuplicates(t *testing.T) {
	order := MatchOptions{Key: []string{"Notes"}}
	tests := []struct {
		name    string
		options MatchOptions
		rows    [][]string
		want    []int // rows with a problem
		says    string
	}{
		{"all different", MatchOptions{}, [][]string{{"a", "x", "1"}, {"a", "x", "2"}, {"a", "x"}, {"b", "x"}}, nil, ""},
		{"CRM ID", MatchOptions{}, [][]string{{"a", "x", "A-1"}, {"b", "y", "A-1"}, {"c", "z", "A-2"}}, []int{2, 3}, `C2 the CRM ID "A-1" is also in row 3`},
		{"CRM ID composed otherwise, with white space around it", MatchOptions{}, [][]string{{"a", "x", "A 1\u00e9"}, {"b", "y", " A 1e\u0301"}}, []int{2, 3}, "row 3"},
		{"CRM IDs that differ by case, spacing and zeros", MatchOptions{}, [][]string{{"a", "x", "A1"}, {"b", "y", "a1"}, {"c", "z", "A 1"}, {"d", "z", "0A1"}}, nil, ""},
		{"CRM IDs that are one to a service that changes case", MatchOptions{IDs: IDs{Case: true}}, [][]string{{"a", "x", "A1"}, {"b", "y", "a1"}, {"c", "z", "A 1"}}, []int{2, 3}, "row 3"},
		{"Referral ID", MatchOptions{}, [][]string{{"a", "", "", idA}, {"b", "", "", strings.ToUpper(idA)}, {"b", "", "", idB}}, []int{2, 3}, "the Referral ID"},
		{"identical rows", MatchOptions{}, [][]string{{"a", "x"}, {"A", " x "}}, []int{2, 3}, "A2 the row has the same Deal Name and Customer Name as row 3, and neither has a CRM ID"},
		{"many", MatchOptions{}, [][]string{{"a", "", "1"}, {"a", "", "1"}, {"a", "", "1"}, {"a", "", "1"}, {"a", "", "1"}}, []int{2, 3, 4, 5, 6}, "rows 3, 4, 5 and 1 more"},
		{"one with and one without CRM ID", MatchOptions{}, [][]string{{"a", "x", "1"}, {"a", "x"}}, nil, ""},
		{"key cells of updates do not count", MatchOptions{}, [][]string{{"a", "x", "", idA}, {"a", "x", "", idB}, {"a", "x"}}, nil, ""},
		{"a CRM ID is no Referral ID", MatchOptions{}, [][]string{{"a", "x", idA}, {"b", "y", "", idA}}, nil, ""},
		{"skipped rows do not count", MatchOptions{}, [][]string{{"a", "x", "1"}, {"a", "x", "1", "", "Skip"}}, nil, ""},
		{"a key of one's own", order, [][]string{{"a", "x", "", "", "", "n1"}, {"a", "x", "", "", "", "n2"}, {"b", "y", "", "", "", "N1"}}, []int{2, 4}, "the same Notes as row 4"},
		{"blank keys", order, [][]string{{"a", "x"}, {"a", "x"}}, nil, ""},
		{"what stands for nothing is no CRM ID", MatchOptions{}, [][]string{{"a", "x", "N/A"}, {"b", "y", "n/a"}}, nil, ""},
		{"<clear> is no CRM ID", MatchOptions{}, [][]string{{"a", "x", "<clear>", idA}, {"b", "y", "<CLEAR>", idB}}, nil, ""},
	}
	for _, test := range tests {
		found := doubles(test.options, test.rows...)
		var rows []int
		for row := range found {
			rows = append(rows, row)
		}
		slices.Sort(rows)
		if !slices.Equal(rows, test.want) {
			t.Errorf("%s: problems in rows %v, want %v: %v", test.name, rows, test.want, found)
			continue
		}
		if test.says != "" && !strings.Contains(strings.Join(found[test.want[0]], "|"), test.says) {
			t.Errorf("%s: %q does not say %q", test.name, found[test.want[0]], test.says)
		}
	}
}

// TestEveryDuplicateIsFound compares with counting in a map.
func TestEveryDuplicateIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 40).Draw(t, "ids")
		count := map[int]int{}
		var rows [][]string
		for _, id := range ids {
			count[id]++
			rows = append(rows, []string{"a", "x", fmt.Sprintf("id-%d", id)})
		}
		found := doubles(MatchOptions{}, rows...)
		for i, id := range ids {
			if got, want := len(found[i+2]) > 0, count[id] > 1; got != want {
				t.Fatalf("row %d with id %d of %v: duplicate %v", i+2, id, ids, got)
			}
		}
	})
}

func TestKey(t *testing.T) {
	s := readSample(MatchOptions{}, keyHeader, []string{"  Contoso  Deal ", "CONTOSO\u00a0Ltd"}, []string{"", "", "1"})
	if got := s.columns.Key(s.rows[0]); !slices.Equal(got, []string{"contoso deal", "contoso ltd"}) {
		t.Errorf("got %q", got)
	}
	if got := s.columns.Key(s.rows[1]); got != nil {
		t.Errorf("blank key cells are the key %q", got)
	}
	if got := s.columns.KeyColumns(); !slices.Equal(got, []string{"Deal Name", "Customer Name"}) {
		t.Errorf("got %q", got)
	}
}

func TestHash(t *testing.T) {
	columns, _ := Match(textRow(1, keyHeader...), MatchOptions{})
	base := columns.Hash(textRow(2, "a", "b"))
	if columns.Hash(textRow(9, "a", "b", "", "")) != base {
		t.Error("the row number or blank cells at the end change the hash")
	}
	different := []sheet.Row{
		textRow(2, "a\x01\x00\x00\x00\x00\x00\x00\x00\x00b"),
		textRow(2, "ab"), textRow(2, "a", "", "b"), textRow(2, "", "a", "b"), textRow(2, "a", "b "), textRow(2, "a", "B"), textRow(2),
		{Number: 2, Cells: []sheet.Cell{{Kind: sheet.Text, Stored: "a"}, {Kind: sheet.Error, Stored: "b"}}},
	}
	for _, row := range different {
		if columns.Hash(row) == base {
			t.Errorf("%v has the hash of another row", row)
		}
	}
}

// TestHashTellsCellsApart: two rows have one hash only if their cells are the same.
func TestHashTellsCellsApart(t *testing.T) {
	columns, _ := Match(textRow(1, keyHeader...), MatchOptions{})
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.StringMatching(`[ab \x00]{0,3}`), 0, 4)
		a, b := row.Draw(t, "a"), row.Draw(t, "b")
		same := slices.Equal(trimmed(a), trimmed(b))
		if got := columns.Hash(textRow(2, a...)) == columns.Hash(textRow(2, b...)); got != same {
			t.Fatalf("%q and %q: same hash %v", a, b, got)
		}
	})
}

func trimmed(texts []string) []string {
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	return texts
}

// TestMemory holds what is kept of a row.
func TestMemory(t *testing.T) {
	const rows, most = 100_000, 40
	columns, _ := Match(textRow(1, keyHeader...), MatchOptions{})
	before := heap()
	for i := range rows {
		columns.Observe(textRow(i+2, fmt.Sprintf("Deal %d", i), "Contoso", fmt.Sprintf("A-%d", i)))
	}
	if perRow := (heap() - before) / rows; perRow > most {
		t.Errorf("%d bytes a row are kept while reading, want at most %d", perRow, most)
	}
	columns.Settle()
	if perRow := (heap() - before) / rows; perRow > 1 {
		t.Errorf("%d bytes a row are kept after reading, although no row is like another", perRow)
	}
	runtime.KeepAlive(columns)
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

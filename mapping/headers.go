package mapping

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"refload/internal/sheet"
)

// target is what a header names: a field, and the path of the element where the field is
// numbered.
type target struct {
	field  *Field
	path   string // "team[1].email", or the path of the field
	byPath bool   // the header is the JSON path itself: nothing is implied by it
	spot   *spot  // where the value goes
}

// spot is a path taken apart: team[1].email is array "team", index 1, part ".email";
// customerProfile.ids[profileType=Duns] chooses from array "customerProfile.ids" the element
// whose property "profileType" is "Duns". Elsewhere the array is "".
type spot struct {
	array          string
	index          int
	part           string
	property, sort string
	parts          []target // what a packed cell holds
}

func newTarget(f *Field, path string, byPath bool) target {
	t := target{field: f, path: path, byPath: byPath, spot: &spot{}}
	if chosen := chosenElement.FindStringSubmatch(path); chosen != nil {
		*t.spot = spot{array: chosen[1], property: chosen[2], sort: chosen[3]}
	} else if at := anyIndex.FindStringSubmatchIndex(path); at != nil {
		index, _ := strconv.Atoi(path[at[2]:at[3]])
		*t.spot = spot{array: path[:at[0]], index: index, part: path[at[1]:]}
	}
	for _, name := range parts[f.Kind] {
		part, _ := Lookup(path + "." + name)
		t.spot.parts = append(t.spot.parts, newTarget(part, path+"."+name, byPath))
	}
	return t
}

// element reports whether the target is an element of an array by its number, or a part of one.
func (s *spot) element() bool { return s.array != "" && s.property == "" }

// headerKey brings a header to the form in which headers are compared: NFC, lower case,
// letters and digits only. Spaces, punctuation and invisible characters do not count, but
// "1 2" does not become 12.
func headerKey(header string) string {
	var key strings.Builder
	previous := ' '
	gap := false
	for _, r := range norm.NFC.String(header) {
		if !counts(r) {
			gap = true
			continue
		}
		if gap && unicode.IsDigit(previous) && unicode.IsDigit(r) {
			key.WriteByte(' ')
		}
		key.WriteRune(unicode.ToLower(r))
		previous, gap = r, false
	}
	return key.String()
}

func counts(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r)
}

// patternKey is headerKey for the headers of the field table, which may have one "#".
func patternKey(header string) string {
	before, after, numbered := strings.Cut(header, "#")
	if !numbered {
		return headerKey(header)
	}
	return headerKey(before) + "#" + headerKey(after)
}

// resolve finds what a header names: a JSON path, or a header or alias of the field table.
// A path that also reads as a header in another case is taken as the header, but one with an
// index never: it counts from 0. "ID", "Name" and "Type" are no paths, because sheets use these
// words for other things.
func resolve(header string) (target, bool) {
	if len(header) > longestHeader {
		return target{}, false
	}
	t := table()
	path := cleanPath(header)
	if f, ok := t.byPath(path, t.paths); ok {
		return pathTarget(f, path), true
	}
	if strings.Contains(path, "[") {
		return folded(path)
	}
	if found, ok := t.byHeader(headerKey(header)); ok {
		return found, true
	}
	return folded(path)
}

// folded finds a path in another case than the field table's.
func folded(path string) (target, bool) {
	path = strings.ToLower(path)
	f, ok := table().byPath(path, table().folded)
	if !ok || everydayWords[path] {
		return target{}, false
	}
	return pathTarget(f, path), true
}

// longestHeader is how long a header may be in bytes. What is longer is a text.
const longestHeader = 500

var everydayWords = map[string]bool{"id": true, "name": true, "type": true}

// pathTarget gives the path of the header the spelling of the field table.
func pathTarget(f *Field, path string) target {
	if f.numbered() {
		if at := anyIndex.FindStringSubmatch(path); at != nil {
			number, _ := strconv.Atoi(at[1])
			return newTarget(f, f.at(number), true)
		}
		return elementTarget(f, 0, true)
	}
	return newTarget(f, f.Path, true)
}

// elementTarget is the target of the element with an index. The first element may be a field
// of its own, with another header.
func elementTarget(f *Field, index int, byPath bool) target {
	path := f.at(index)
	if own, ok := table().paths[path]; ok {
		f = own
	}
	return newTarget(f, path, byPath)
}

// cleanPath drops what cannot be seen from a header that may be a path.
func cleanPath(header string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, header))
}

var digitRun = regexp.MustCompile(`\d+`)

// byHeader finds a field by the key of a header. In a numbered header the number counts from
// 1; where it is left out, 1 is meant if the table has an alias without it.
func (t *index) byHeader(key string) (target, bool) {
	if f, ok := t.headers[key]; ok {
		if f.numbered() {
			return elementTarget(f, 0, false), true
		}
		return newTarget(f, f.Path, false), true
	}
	for _, run := range digitRun.FindAllStringIndex(key, -1) {
		f, ok := t.headers[key[:run[0]]+"#"+key[run[1]:]]
		if !ok {
			continue
		}
		number, err := strconv.Atoi(key[run[0]:run[1]])
		if err == nil && number >= 1 && number <= f.Max {
			return elementTarget(f, number-1, false), true
		}
	}
	return target{}, false
}

// similar returns the header of the field table that a header is most likely a slip of. A
// short one must be near in its own measure too: "Betrag" is no slip of "ETag".
func similar(header string) (string, bool) {
	if len(header) > longestHeader || meantByWord(header) != nil {
		return "", false // a word of its own is no slip: "Stage" is not "State"
	}
	candidates := similarHeaders(header)
	if strings.ContainsAny(header, ".[") {
		candidates = append(candidates, similarPaths(header)...)
	}
	near, ok := Suggest(header, candidates)
	if _, both := Suggest(near, []string{header}); !ok || !both {
		return "", false
	}
	return near, true
}

// similarHeaders returns what a header without index may be a slip of: numbered headers only
// if it has a number, with that number.
func similarHeaders(header string) []string {
	number := digitRun.FindString(header)
	var candidates []string
	for i := range table().fields {
		for _, candidate := range table().fields[i].headers() {
			if number != "" || !strings.Contains(candidate, "#") {
				candidates = append(candidates, strings.Replace(candidate, "#", number, 1))
			}
		}
	}
	return candidates
}

func similarPaths(header string) []string {
	number := "0"
	if at := anyIndex.FindStringSubmatch(header); at != nil {
		number = at[1]
	}
	var candidates []string
	for i := range table().fields {
		candidates = append(candidates, strings.Replace(table().fields[i].Path, "#", number, 1))
	}
	return candidates
}

// Recognise returns how many cells of a row are headers that the field table knows, or that the
// columns of the mapping file name. A row with none is no header row. The File may be nil.
func (f *File) Recognise(row sheet.Row) int {
	known := 0
	for _, cell := range row.Cells {
		if cell.Kind != sheet.Text {
			continue
		}
		if _, ok := resolve(cell.Stored); ok || f.names(cell.Stored) {
			known++
		}
	}
	return known
}

package sheet

import (
	"fmt"
	"slices"
	"strings"
)

// commas are the delimiters that are found without being named, with the words for them. One that
// also stands in texts is taken only where it explains the file better than any other.
var commas = []struct {
	comma  byte
	words  string
	inText bool
}{{',', "commas", false}, {';', "semicolons", false}, {'\t', "TABs", false}, {'|', "vertical bars (|)", true}}

// chooseComma takes the delimiter from the options, from a first line "sep=;", or from the
// sample, in this order.
func (c *csvContent) chooseComma(sample string) error {
	named, found := sepLine(sample)
	if found {
		c.skip = 1
	}
	switch {
	case c.options.Delimiter != 0:
		if c.options.Delimiter > 0x7E || !usableComma(byte(c.options.Delimiter)) {
			return &ProblemError{Code: "CSV-DELIM", File: c.options.Name,
				Reason: fmt.Sprintf("%q cannot separate fields", c.options.Delimiter), Advice: "use a comma, a semicolon, a TAB or |"}
		}
		c.comma = byte(c.options.Delimiter)
		return nil
	case found:
		c.comma = named
		c.book.note("fields are separated by " + wordsFor(named) + ", as the first line says")
		return nil
	}
	return c.sniff(sample)
}

func usableComma(b byte) bool {
	return b == '\t' || b > ' ' && b <= 0x7E && !strings.ContainsRune(`"'`, rune(b)) &&
		!('0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z')
}

func wordsFor(comma byte) string {
	for _, known := range commas {
		if known.comma == comma {
			return known.words
		}
	}
	return fmt.Sprintf("%q", comma)
}

// sepLine reads the line with which Excel is told the delimiter of a CSV file.
func sepLine(sample string) (byte, bool) {
	end := strings.IndexAny(sample, "\r\n")
	if end < 0 {
		return 0, false
	}
	line := sample[:end]
	if len(line) > 2 && line[0] == '"' && line[len(line)-1] == '"' {
		line = line[1 : len(line)-1]
	}
	if len(line) != 5 || !strings.EqualFold(line[:4], "sep=") || !usableComma(line[4]) {
		return 0, false
	}
	return line[4], true
}

// fit says how well a delimiter explains the sample.
type fit struct {
	comma byte
	// width is the number of fields that most records with more than one have: a title above the
	// table may have any.
	width int
	// line of the first such record, and the number of records with exactly width fields and of all.
	line, same, all int
	// odd is the first record, counted from 0, that has another number of fields.
	odd    int
	counts []int
}

func (f fit) perfect() bool { return f.width > 1 && f.same == f.all }

// sniff takes the one delimiter that gives all records of the sample the same number of
// fields. Two such delimiters are a problem, not a guess; when there is none the best one is
// taken if it explains most of the sample, and the rows will show where it fails.
func (c *csvContent) sniff(sample string) error {
	whole := len(sample) < headBytes
	var best, second fit
	for _, known := range commas {
		next := fitOf(sample, known.comma, whole)
		if next.better(best) {
			best, second = next, best
		} else if next.better(second) && !known.inText {
			second = next
		}
	}
	switch {
	case best.width <= 1:
		c.comma = ','
		return nil
	case second.width > 1 && !best.better(second), mixed(best, second):
		return &ProblemError{Code: "CSV-DELIM", File: c.options.Name,
			Reason: fmt.Sprintf("fields may be separated by %s or by %s: both fit part of the file", wordsFor(best.comma), wordsFor(second.comma)),
			Advice: "pass --delimiter, or save the file again with one delimiter"}
	}
	c.comma = best.comma
	if best.comma != ',' {
		c.book.note("fields are separated by " + wordsFor(best.comma))
	}
	return nil
}

// better compares the share of records that a delimiter explains, then how early it starts
// to.
func (f fit) better(g fit) bool {
	if f.width <= 1 || g.width <= 1 {
		return f.width > 1 && g.width <= 1
	}
	if mine, other := f.same*g.all, g.same*f.all; mine != other {
		return mine > other
	}
	return f.line < g.line
}

// mixed reports that records which do not fit the best delimiter have as many fields when
// split by the second one.
func mixed(best, second fit) bool {
	if best.perfect() || second.width <= 1 || best.odd < 0 || best.odd >= len(second.counts) {
		return false
	}
	return second.counts[best.odd] == best.width && best.counts[best.odd] == 1
}

func fitOf(sample string, comma byte, whole bool) fit {
	f := fit{comma: comma, odd: -1, counts: countFields(sample, comma, whole)}
	f.width = usual(f.counts)
	f.line = max(0, slices.Index(f.counts, f.width))
	for i, count := range f.counts {
		if count == 0 {
			continue
		}
		f.all++
		if f.width > 1 && count == f.width {
			f.same++
		} else if f.width > 1 && i > f.line && f.odd < 0 {
			f.odd = i
		}
	}
	return f
}

// usual returns the number above 1 that comes most often, of two such the first; 0 for none.
func usual(counts []int) int {
	times := map[int]int{}
	most := 0
	for _, count := range counts {
		if count > 1 {
			times[count]++
			most = max(most, times[count])
		}
	}
	for _, count := range counts {
		if count > 1 && times[count] == most {
			return count
		}
	}
	return 0
}

// countFields counts the fields of each record, forgiving stray quotes; 0 stands for a blank
// line. The last record of a sample that is cut is left out.
func countFields(sample string, comma byte, whole bool) []int {
	var counts []int
	fields, content, quoted, fresh := 1, false, false, true
	closed := -1 // where the last quote was closed
	end := func() {
		if !content && fields == 1 {
			fields = 0
		}
		counts = append(counts, fields)
		fields, content, fresh = 1, false, true
	}
	for i := 0; i < len(sample); i++ {
		switch b := sample[i]; {
		case quoted:
			if quoted = b != '"'; !quoted {
				closed = i
			}
			content = true
		case b == '"' && (fresh || closed >= 0 && closed == i-1):
			quoted, fresh = true, false
		case b == comma:
			fields++
			fresh = true
		case b == '\n' && i > 0 && sample[i-1] == '\r':
		case b == '\n' || b == '\r':
			end()
		default:
			content, fresh = content || b != ' ', false
		}
	}
	if whole && (content || fields > 1) {
		end()
	}
	return counts
}

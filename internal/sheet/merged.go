package sheet

import (
	"fmt"
	"strings"
)

// mergeRule finds merged cells that reach over several rows with data: only the first of
// them holds the value, and the others would silently get none. Merged cells above the headers,
// beside the table and in rows that are left out do no harm.
type mergeRule struct {
	frame  *Frame   // nil to hold the rows to nothing
	rows   []uint64 // one bit a row that holds something
	ranges []mergedRange
}

type mergedRange struct {
	ref         string
	first, last int
}

// maxMerges bounds what is remembered. A sheet with more merged ranges over several rows is
// refused: what is not remembered cannot be compared with the rows.
const maxMerges = 10_000

func (m *mergeRule) filled(row int) {
	for len(m.rows) <= row/64 {
		m.rows = append(m.rows, 0)
	}
	m.rows[row/64] |= 1 << (row % 64)
}

func (m *mergeRule) holds(row int) bool {
	return row/64 < len(m.rows) && m.rows[row/64]&(1<<(row%64)) != 0
}

func (m *mergeRule) add(s *scanner, ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	if to == "" {
		to = from
	}
	left, first, ok := ParseCellName(from)
	right, last, okToo := ParseCellName(to)
	if !ok || !okToo || last < first || right < left {
		return s.problem("XLSX-MERGED", fmt.Sprintf("%q is not a range of cells", clip(ref)))
	}
	if last == first || !m.touches(left, right, last) {
		return nil
	}
	if len(m.ranges) == maxMerges {
		return s.problem("XLSX-MERGED", fmt.Sprintf("more than %d merged ranges reach over several rows; unmerge them, and give each row its values", maxMerges))
	}
	m.ranges = append(m.ranges, mergedRange{ref, first, last})
	return nil
}

// touches reports whether a range reaches into the table.
func (m *mergeRule) touches(left, right, last int) bool {
	if m.frame == nil || last <= m.frame.Header {
		return false
	}
	for column := left; column <= right; column++ {
		if m.frame.reads(column, last) {
			return true
		}
	}
	return false
}

// check runs when all rows are known.
func (m *mergeRule) check(s *scanner) error {
	for _, r := range m.ranges {
		for row := m.below(r); row <= r.last && row < len(m.rows)*64; row++ {
			if m.rows[row/64]>>(row%64) == 0 {
				row |= 63 // nothing in this word: on to the next one
				continue
			}
			if !m.holds(row) || m.frame.leaves(row) {
				continue
			}
			s.place.Cell, s.place.Row = r.ref, r.first
			return s.placed(m.problem(r, row))
		}
	}
	return nil
}

// below returns the first row of a range that would get no value.
func (m *mergeRule) below(r mergedRange) int { return max(r.first, m.frame.Header) + 1 }

// problem says what is wrong with a row that holds something and is merged with one above it.
func (m *mergeRule) problem(r mergedRange, row int) *ProblemError {
	if r.first <= m.frame.Header {
		return &ProblemError{Code: "HDR-MERGED", Reason: fmt.Sprintf("the headers reach down to row %d, which has cells of its own", row),
			Advice: "unmerge the headers in Excel and write them into one row"}
	}
	return &ProblemError{Code: "XLSX-MERGED", Reason: fmt.Sprintf("the merged cells have their value in row %d only; row %d would get none", r.first, row),
		Advice: "unmerge the cells in Excel and fill in each row"}
}

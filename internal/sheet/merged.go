package sheet

import (
	"fmt"
	"strings"
)

// mergeRule finds merged cells that reach over several rows with data: only the first of
// them holds the value, and the others would silently get none. Merged cells of a title above
// the data do no harm.
type mergeRule struct {
	header int
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
	_, first, ok := parseCellName(from)
	_, last, okToo := parseCellName(to)
	if !ok || !okToo || last < first {
		return s.problem("XLSX-MERGED", fmt.Sprintf("%q is not a range of cells", clip(ref)))
	}
	if last == first || last <= m.header {
		return nil
	}
	if len(m.ranges) == maxMerges {
		return s.problem("XLSX-MERGED", fmt.Sprintf("more than %d merged ranges reach over several rows; unmerge them, and give each row its values", maxMerges))
	}
	m.ranges = append(m.ranges, mergedRange{ref, first, last})
	return nil
}

// check runs when all rows are known.
func (m *mergeRule) check(s *scanner) error {
	for _, r := range m.ranges {
		for row := r.first + 1; row <= r.last && row < len(m.rows)*64; row++ {
			if m.rows[row/64]>>(row%64) == 0 {
				row |= 63 // nothing in this word: on to the next one
				continue
			}
			if !m.holds(row) {
				continue
			}
			s.place.Cell, s.place.Row = r.ref, r.first
			problem := &ProblemError{Code: "XLSX-MERGED", Reason: fmt.Sprintf("the merged cells have their value in row %d only; row %d would get none", r.first, row),
				Advice: "unmerge the cells in Excel and fill in each row"}
			return s.placed(problem)
		}
	}
	return nil
}

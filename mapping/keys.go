package mapping

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"refload/api"
	"refload/internal/sheet"
)

// mark is what is kept of a key of a row: 16 bytes, so that a million rows fit in memory. Two
// keys of a million share a hash by chance once in about forty million files.
type mark struct {
	hash uint64
	row  uint32
}

// The sorts of keys. A row with CRM ID is told apart by it, any other by its key cells; its
// Referral ID counts in both cases. A row that invites Microsoft repeats the CRM ID of the deal's own
// referral, and is told apart by its engagement.
const (
	byCRM byte = iota
	byID
	byCells
	byInvitation
)

// Hash is a digest of all cells of a row as they are stored, to notice that a row is not the
// one that was checked. The row's number and blank cells at its end do not count.
func (c *Columns) Hash(row sheet.Row) [16]byte {
	h := sha256.New()
	var length [9]byte
	for _, cell := range row.Cells[:used(row)] {
		length[0] = byte(cell.Kind)
		binary.BigEndian.PutUint64(length[1:], uint64(len(cell.Stored)))
		h.Write(length[:])
		h.Write([]byte(cell.Stored))
	}
	return [16]byte(h.Sum(nil))
}

// Key returns the key cells of a row in the form in which they are compared, in the order of
// the key columns: NFC, lower case, one space between words. It returns nil where all of them
// are blank, and where the file has none of the columns.
func (c *Columns) Key(row sheet.Row) []string {
	texts := make([]string, len(c.key))
	blank := true
	for i, index := range c.key {
		texts[i] = keyText(row, index)
		blank = blank && texts[i] == ""
	}
	if blank {
		return nil
	}
	return texts
}

// KeyColumns returns the headers of the key columns, in order.
func (c *Columns) KeyColumns() []string {
	headers := make([]string, len(c.key))
	for i, index := range c.key {
		headers[i] = c.columns[index].header
	}
	return headers
}

// keyText returns a cell in the form in which keys are compared. <clear> is no key, and neither
// is what stands for nothing.
func keyText(row sheet.Row, index int) string {
	if index < 0 {
		return ""
	}
	text := wordKey(cellText(row.At(index)))
	if text == clearWord || slices.Contains(placeholders, text) {
		return ""
	}
	return text
}

// rowKey is one key of a row.
type rowKey struct {
	sort   byte
	hash   uint64
	column int // the column to point at
}

// keys returns the keys of a row. A row that is to be skipped has none.
func (c *Columns) keys(row sheet.Row) []rowKey {
	if c.action >= 0 && c.skips(row) {
		return nil
	}
	var keys []rowKey
	crm, id := keyText(row, c.crm), keyText(row, c.id)
	if crm != "" {
		crm = c.options.IDs.Key(cellText(row.At(c.crm)))
	}
	if id != "" {
		keys = append(keys, rowKey{byID, c.hash(byID, id), c.id})
	}
	if engagement := c.invitesTo(row); engagement != "" && id == "" {
		return append(keys, rowKey{byInvitation, c.hash(byInvitation, engagement), c.joins})
	}
	if crm != "" && (id == "" || !c.crmKept(row)) {
		return append(keys, rowKey{byCRM, c.hash(byCRM, crm), c.crm})
	}
	if cells := c.Key(row); id == "" && crm == "" && cells != nil {
		keys = append(keys, rowKey{byCells, c.hash(byCells, cells...), c.key[0]})
	}
	return keys
}

// invitesTo returns the engagement to which a row invites Microsoft by being the referral that does, "" for none.
func (c *Columns) invitesTo(row sheet.Row) string {
	target := keyText(row, c.target)
	for _, f := range c.fixed {
		if target == "" && f.path == "target[0].id" {
			target = wordKey(f.text)
		}
	}
	if target != api.Microsoft {
		return ""
	}
	return keyText(row, c.joins)
}

// crmKept reports whether the CRM ID of an exported row is the one that it was exported with: two
// referrals of the service may have the same one, and that is no slip of the sheet.
func (c *Columns) crmKept(row sheet.Row) bool {
	if c.snapshot < 0 {
		return false
	}
	was, err := ReadSnapshot(cellText(row.At(c.snapshot)))
	return err == nil && was.Same(c.columns[c.crm].header, cellText(row.At(c.crm)))
}

// skips reports whether the Action column leaves a row out.
func (c *Columns) skips(row sheet.Row) bool {
	text := keyText(row, c.action)
	if ours, ok := c.columns[c.action].words[text]; ok {
		text = wordKey(ours)
	}
	return text == "skip"
}

func (c *Columns) hash(sort byte, texts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	h.WriteByte(sort)
	for _, text := range texts {
		h.WriteString(strconv.Itoa(len(text)))
		h.WriteByte(' ')
		h.WriteString(text)
	}
	return h.Sum64()
}

// mark remembers the keys of a row.
func (c *Columns) mark(row sheet.Row) {
	for _, key := range c.keys(row) {
		c.marks = append(c.marks, mark{key.hash, uint32(row.Number)})
	}
}

// knowsCRM reports whether a text is the CRM ID of a row that Observe has seen.
func (c *Columns) knowsCRM(text string) bool {
	if c.crm < 0 {
		return false
	}
	row := sheet.Row{Cells: make([]sheet.Cell, c.crm+1)}
	row.Cells[c.crm] = cellOf(text)
	for _, key := range c.keys(row) {
		if key.sort == byCRM {
			return slices.ContainsFunc(c.marks, func(m mark) bool { return m.hash == key.hash })
		}
	}
	return false
}

// settleMarks keeps the marks of keys that more than one row has, in order.
func (c *Columns) settleMarks() {
	slices.SortFunc(c.marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row)) })
	kept := c.marks[:0]
	for i, m := range c.marks {
		if i > 0 && c.marks[i-1].hash == m.hash || i+1 < len(c.marks) && c.marks[i+1].hash == m.hash {
			kept = append(kept, m)
		}
	}
	c.marks = slices.Clone(kept)
}

// others returns the rows besides one that have a key.
func (c *Columns) others(hash uint64, row int) []int {
	at, _ := slices.BinarySearchFunc(c.marks, hash, func(m mark, h uint64) int { return cmp.Compare(m.hash, h) })
	var rows []int
	for ; at < len(c.marks) && c.marks[at].hash == hash; at++ {
		if other := int(c.marks[at].row); other != row {
			rows = append(rows, other)
		}
	}
	return rows
}

// alike returns the problems of a row that has a key in common with others. Each of them gets
// one, because nobody but a person knows which is right.
func (c *Columns) alike(row sheet.Row) []Problem {
	if len(c.marks) == 0 {
		return nil
	}
	var problems []Problem
	for _, key := range c.keys(row) {
		others := c.others(key.hash, row.Number)
		if len(others) == 0 {
			continue
		}
		col := c.columns[key.column]
		message, hint := c.alikeMessage(key, col, row, others)
		problems = append(problems, Problem{Row: row.Number, Cell: sheet.CellName(col.index, row.Number), Column: col.header,
			Value: shown(cellText(row.At(col.index))), Rule: "DUP-KEY", Severity: Fault, Message: message, Hint: hint}.spelled())
	}
	return problems
}

func (c *Columns) alikeMessage(key rowKey, col column, row sheet.Row, others []int) (message, hint string) {
	where := rowList(others)
	if key.sort == byCells {
		return "the row has the same " + strings.Join(c.KeyColumns(), " and ") + " as " + where + ", and neither has a CRM ID",
			"give each row its own CRM ID, name the columns that tell them apart with --key, or delete the surplus"
	}
	if key.sort == byInvitation {
		return "the row invites Microsoft to the same engagement as " + where, "Microsoft is invited to an engagement once: delete the surplus row"
	}
	return "the " + HeaderOf(col.path) + " " + quoted(cellText(row.At(col.index))) + " is also in " + where,
		"a " + HeaderOf(col.path) + " stands for one referral: correct it, or delete the surplus row"
}

// rowList names at most three rows, by their marks.
func rowList(rows []int) string {
	const most = 3
	texts := make([]string, 0, most)
	for _, row := range rows[:min(len(rows), most)] {
		texts = append(texts, rowMark(row))
	}
	word := "row "
	if len(rows) > 1 {
		word = "rows "
	}
	list := word + strings.Join(texts, ", ")
	if more := len(rows) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

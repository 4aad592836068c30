package sheet

import (
	"encoding/binary"
	"encoding/xml"
)

// sharedStrings holds the texts that cells of a workbook refer to by number: the texts one
// after another in large blocks, each behind its length, and one offset a text. A million
// texts then cost their bytes and eight more each, and the collector has nothing to do.
type sharedStrings struct {
	blocks  [][]byte
	offsets []uint64 // block << 32 | offset in the block
}

const blockBytes = 1 << 20

func (t *sharedStrings) add(text []byte) {
	need := len(text) + binary.MaxVarintLen32
	last := len(t.blocks) - 1
	if last < 0 || cap(t.blocks[last])-len(t.blocks[last]) < need {
		t.blocks = append(t.blocks, make([]byte, 0, max(blockBytes, need)))
		last++
	}
	block := t.blocks[last]
	t.offsets = append(t.offsets, uint64(last)<<32|uint64(len(block)))
	block = binary.AppendUvarint(block, uint64(len(text)))
	t.blocks[last] = append(block, text...)
}

// at returns a text; false for a number beyond the table.
func (t *sharedStrings) at(index int) (string, bool) {
	if index < 0 || index >= len(t.offsets) {
		return "", false
	}
	block := t.blocks[t.offsets[index]>>32][uint32(t.offsets[index]):]
	length, n := binary.Uvarint(block)
	return string(block[n : n+int(length)]), true
}

// readShared reads the table of shared strings; part "" gives an empty one.
func (w *workbook) readShared(part string) (*sharedStrings, error) {
	table := &sharedStrings{}
	if part == "" {
		return table, nil
	}
	s, err := w.archive.scan(part)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.root("sst", mainSpace, mainSpaceStrict); err != nil {
		return nil, err
	}
	var text []byte
	var total int64
	err = s.children(func(start xml.StartElement) error {
		if s.own(start.Name) != "si" {
			return nil
		}
		if text, err = s.richText(text[:0]); err != nil {
			return err
		}
		if len(text) > w.options.Limits.CellBytes {
			return s.problem("XLSX-SIZE", "a text of more than 1 MiB")
		}
		if total += int64(len(text)) + 8; total > w.options.Limits.SharedBytes {
			return s.problem("XLSX-SIZE", "more text than fits the memory that reading may take; split the workbook")
		}
		table.add(text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return table, s.finish()
}

// richText reads the text inside of <si> or <is>: one <t>, or runs <r><t>, whose texts are
// joined. Phonetic readings (<rPh>) are not part of the text.
func (s *scanner) richText(into []byte) ([]byte, error) {
	text := into
	var err error
	texts := func(start xml.StartElement) error {
		if s.own(start.Name) != "t" {
			return nil
		}
		from := len(text)
		if text, err = s.text(text); err != nil {
			return err
		}
		text, err = s.unescape(text, from)
		return err
	}
	err = s.children(func(start xml.StartElement) error {
		switch s.own(start.Name) {
		case "t":
			return texts(start)
		case "r":
			return s.children(texts)
		case "rPh", "phoneticPr", "extLst":
			return nil
		}
		return s.problem("XLSX-XML", "unexpected element "+nameOf(start.Name)+" in a text")
	})
	return text, err
}

// unescape undoes, in place from an offset on, the escapes _xHHHH_ with which XLSX writes
// characters that XML cannot hold.
func (s *scanner) unescape(text []byte, from int) ([]byte, error) {
	plain, ok := unescape(text[from:])
	if !ok {
		return text, s.problem("VAL-UNICODE", "the text holds half of a character (a lone surrogate)")
	}
	return append(text[:from], plain...), nil
}

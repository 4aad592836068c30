package sheet

import "encoding/xml"

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
		if table.add(text); table.bytes() > w.options.Limits.SharedBytes {
			return s.problem("XLSX-SIZE", "more text than fits the memory that reading may take; split the workbook")
		}
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

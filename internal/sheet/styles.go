package sheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
)

// styles says for each cell format of a workbook how it shows a number.
type styles struct {
	formats []*numberFormat // by cell format; nil where its number format is not defined
}

// maxFormats bounds the formats of cells, and those of numbers. Excel allows 65,490 of the one and
// some 250 of the other.
const maxFormats = 65_536

// plainFormat is the format of a cell without a style.
var plainFormat = &numberFormat{}

// has reports whether there is such a cell format. Without a table there is the first one.
func (t *styles) has(index int) bool {
	return index >= 0 && (index < len(t.formats) || index == 0 && len(t.formats) == 0)
}

// at returns the number format of a cell format that is there; false where the workbook does
// not define it: a date would silently become a number.
func (t *styles) at(index int) (*numberFormat, bool) {
	if len(t.formats) == 0 {
		return plainFormat, true
	}
	return t.formats[index], t.formats[index] != nil
}

// readStyles reads the number formats of a workbook; part "" gives none.
func (a *archive) readStyles(part string) (*styles, error) {
	table := &styles{}
	if part == "" {
		return table, nil
	}
	s, err := a.scan(part)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.root("styleSheet", mainSpace, mainSpaceStrict); err != nil {
		return nil, err
	}
	custom := map[int]*numberFormat{}
	var used []int
	err = s.children(func(start xml.StartElement) error {
		switch s.own(start.Name) {
		case "numFmts":
			return s.children(func(start xml.StartElement) error { return s.customFormat(start, custom) })
		case "cellXfs":
			return s.children(func(start xml.StartElement) error {
				id, err := s.formatID(start)
				if used = append(used, id); len(used) > maxFormats {
					return s.problem("XLSX-STYLE", fmt.Sprintf("more than %d cell formats", maxFormats))
				}
				return err
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	table.formats = make([]*numberFormat, len(used))
	for i, id := range used {
		if table.formats[i] = custom[id]; custom[id] == nil {
			table.formats[i] = builtinFormat(id)
		}
	}
	return table, s.finish()
}

func (s *scanner) customFormat(start xml.StartElement, custom map[int]*numberFormat) error {
	if s.own(start.Name) != "numFmt" {
		return nil
	}
	id, err := s.formatID(start)
	if err != nil {
		return err
	}
	code, _ := attribute(start, "formatCode")
	plain, ok := unescape([]byte(code))
	if !ok {
		return s.problem("XLSX-STYLE", fmt.Sprintf("the number format %d cannot be read", id))
	}
	format := parseFormat(string(plain))
	format.number.local = id < firstCustom
	if other, twice := custom[id]; twice && *other != *format {
		return s.problem("XLSX-STYLE", fmt.Sprintf("the number format %d is defined twice", id))
	}
	if custom[id] = format; len(custom) > maxFormats {
		return s.problem("XLSX-STYLE", fmt.Sprintf("more than %d number formats", maxFormats))
	}
	return nil
}

func (s *scanner) formatID(start xml.StartElement) (int, error) {
	value, found := attribute(start, "numFmtId")
	if !found {
		return 0, nil
	}
	id, err := strconv.Atoi(value)
	if err != nil || id < 0 {
		return 0, s.problem("XLSX-STYLE", fmt.Sprintf("%q is not the number of a number format", clip(value)))
	}
	return id, nil
}

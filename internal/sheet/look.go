package sheet

import "github.com/xuri/excelize/v2"

// Style is the look of a cell in a workbook.
type Style uint8

// The looks of cells. Plain is that of the column.
const (
	Plain       Style = iota
	Good              // green: done
	Warn              // amber: look at this
	Bad               // red: at fault
	Going             // blue: under way
	Muted             // grey letters: beside the point
	Strong            // bold
	OverNumbers       // bold and at the right: the heading of a column of numbers
	Title             // bold and larger
	header            // the first row
	needed            // the header of a column that must be filled in
	shaded            // a plain cell in a shaded column
)

// look is the ground and the letters of a style; colours are RRGGBB, "" is the usual one.
type look struct {
	ground, letters string
	bold            bool
	size            float64
	right           bool
}

var looks = map[Style]look{
	Plain:       {},
	Good:        {ground: "E2F0D9", letters: "1E5C1E"},
	Warn:        {ground: "FFF2CC", letters: "7F6000"},
	Bad:         {ground: "FBD5D5", letters: "9C0006"},
	Going:       {ground: "DDEBF7", letters: "1F4E79"},
	Muted:       {letters: "7F7F7F"},
	Strong:      {bold: true},
	OverNumbers: {bold: true, right: true},
	Title:       {bold: true, size: 14},
	header:      {ground: "D9E2F3", letters: "1F3864", bold: true},
	needed:      {ground: "FFF2CC", letters: "7F6000", bold: true},
	shaded:      {ground: "F2F2F2"},
}

// numbering is the number format of a cell.
type numbering uint8

const (
	asGeneral numbering = iota
	asText              // what is typed stays text
	asDate
	asDateTime
	asAmount
)

// The format codes. "General" is given by its code so that the style is never the one with
// number 0, which a cell loses to its column's.
var codes = map[numbering]string{
	asGeneral:  "General",
	asText:     "@",
	asDate:     "yyyy\\-mm\\-dd",
	asDateTime: "yyyy\\-mm\\-dd\\ hh:mm:ss",
	asAmount:   "#,##0.00",
}

type lookKey struct {
	style  Style
	number numbering
	wrap   bool
}

// styleID returns the number of a style in the workbook and makes it when it is first used.
func (w *Workbook) styleID(key lookKey) (int, error) {
	if id, found := w.styles[key]; found {
		return id, nil
	}
	look, code := looks[key.style], codes[key.number]
	style := &excelize.Style{
		CustomNumFmt: &code,
		Font:         &excelize.Font{Bold: look.bold, Size: look.size, Color: look.letters, Family: "Calibri"},
	}
	if look.size == 0 {
		style.Font.Size = 11
	}
	if key.wrap {
		style.Alignment = &excelize.Alignment{WrapText: true, Vertical: "top"}
	}
	if look.right {
		style.Alignment = &excelize.Alignment{Horizontal: "right"}
	}
	if look.ground != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{look.ground}}
	}
	id, err := w.file.NewStyle(style)
	if err != nil {
		return 0, err
	}
	w.styles[key] = id
	return id, nil
}

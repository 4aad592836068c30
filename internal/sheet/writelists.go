package sheet

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// listsSheet is the hidden sheet with the values of all dropdowns: Excel allows only 255
// characters where a dropdown names its values itself.
const listsSheet = "Lists"

// dropdowns are the lists of values, one a column of the hidden sheet.
type dropdowns [][]string

// dropdown gives the cells below the header of a column, counted from 0, the values to choose
// from.
func (w *Workbook) dropdown(sheet string, column int, c Column) error {
	if len(c.Allowed) == 0 {
		return nil
	}
	index := slices.IndexFunc(w.lists, func(list []string) bool { return slices.Equal(list, c.Allowed) })
	if index < 0 {
		index = len(w.lists)
		w.lists = append(w.lists, c.Allowed)
	}
	rule := excelize.NewDataValidation(true)
	rule.SetSqref(fmt.Sprintf("%s:%s", CellName(column, 2), CellName(column, maxRows)))
	rule.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", listsSheet, ColumnName(index), ColumnName(index), len(c.Allowed)))
	rule.SetError(excelize.DataValidationErrorStyleWarning, "Not in the list", "This value is not one of the known ones.")
	return w.file.AddDataValidation(sheet, rule)
}

// writeLists writes the hidden sheet, last of all.
func (w *Workbook) writeLists() error {
	if len(w.lists) == 0 {
		return nil
	}
	longest := 0
	for _, list := range w.lists {
		longest = max(longest, len(list))
	}
	table, err := w.AddSheet(listsSheet, make([]Column, len(w.lists)))
	if err != nil {
		return err
	}
	for row := range longest {
		cells := make([]Out, len(w.lists))
		for i, list := range w.lists {
			if row < len(list) {
				cells[i] = Out{Kind: Text, Text: list[row]}
			}
		}
		if err := table.Write(cells); err != nil {
			return err
		}
	}
	return w.file.SetSheetVisible(listsSheet, false)
}

package sheet

import (
	"cmp"
	"errors"
	"io"
	"math"
	"os"

	"github.com/xuri/excelize/v2"

	"refload/internal/files"
)

// Workbook is an XLSX file in the making. Rows are spilled to a private folder beside the
// file, so that memory stays flat; nothing stands at path before Commit.
type Workbook struct {
	path    string
	out     *files.File
	scratch string
	file    *excelize.File
	styles  map[lookKey]int
	sheets  []*sheetTable
	lists   dropdowns
	done    bool
}

// CreateWorkbook starts a workbook that stands at path after Commit. The mark, such as
// "results", is stored in it and is what Book.Mark returns; "" leaves it out.
func CreateWorkbook(path, mark string) (*Workbook, error) {
	out, err := files.Create(path)
	if err != nil {
		return nil, err
	}
	scratch, err := files.Scratch(path)
	if err != nil {
		out.Abort()
		return nil, err
	}
	w := &Workbook{
		path: path, out: out, scratch: scratch, styles: map[lookKey]int{},
		file: excelize.NewFile(excelize.Options{TmpDir: scratch}),
	}
	if err := w.describe(mark); err != nil {
		w.Abort()
		return nil, err
	}
	return w, nil
}

// describe sets the document properties.
func (w *Workbook) describe(mark string) error {
	if err := w.file.SetDocProps(&excelize.DocProperties{Creator: "refload", LastModifiedBy: "refload", Language: "en-US"}); err != nil {
		return err
	}
	if mark == "" {
		return nil
	}
	return w.file.SetCustomProps(excelize.CustomProperty{Name: markProperty, Value: mark})
}

// AddSheet adds a sheet behind the others: a bold first row with the headers, frozen and with a
// filter, and the columns as described. Sheets may be written in turns; each costs up to 16 MiB
// of memory before its rows are spilled.
func (w *Workbook) AddSheet(name string, columns []Column) (Table, error) {
	return w.addSheet(name, columns, page{orientation: "landscape", wide: pagesWide(columns)})
}

// AddPage is AddSheet for a sheet that prints on one page, upright, however many rows it gets.
func (w *Workbook) AddPage(name string, columns []Column) (Table, error) {
	return w.addSheet(name, columns, page{orientation: "portrait", wide: 1, tall: 1})
}

func (w *Workbook) addSheet(name string, columns []Column, p page) (Table, error) {
	if err := errors.Join(w.nameSheet(name), w.setPage(name, p)); err != nil {
		return nil, w.problem(name, err)
	}
	stream, err := w.file.NewStreamWriter(name)
	if err != nil {
		return nil, w.problem(name, err)
	}
	table := &sheetTable{book: w, name: name, columns: columns, stream: stream}
	if err := table.begin(); err != nil {
		return nil, w.problem(name, err)
	}
	w.sheets = append(w.sheets, table)
	return table, nil
}

// page is how a sheet prints.
type page struct {
	orientation string
	wide        int // in pages
	tall        int // in pages; 0 for as many as it takes
}

// legible is how many characters of the standard font a page takes in its width so that they can still be read.
const legible = 220

// usualWidth is that of a column without one of its own, in characters.
const usualWidth = 9

// pagesWide returns on how many pages side by side a sheet prints legibly.
func pagesWide(columns []Column) int {
	width := 0.0
	for _, column := range columns {
		if !column.Hidden {
			width += cmp.Or(column.Width, usualWidth)
		}
	}
	return max(1, int(math.Ceil(width/legible)))
}

// setPage lets a sheet print as wide as its pages. It must be said before the rows are streamed.
func (w *Workbook) setPage(name string, p page) error {
	fit := true
	return errors.Join(
		w.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		w.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &p.orientation, FitToWidth: &p.wide, FitToHeight: &p.tall}),
	)
}

// firstSheet is the name that a new workbook gives to its only sheet.
const firstSheet = "Sheet1"

func (w *Workbook) nameSheet(name string) error {
	if len(w.sheets) == 0 {
		if name == firstSheet {
			return nil
		}
		return w.file.SetSheetName(firstSheet, name)
	}
	if index, err := w.file.GetSheetIndex(name); err != nil {
		return err
	} else if index >= 0 {
		return errors.New("there is a sheet of this name already")
	}
	_, err := w.file.NewSheet(name)
	return err
}

// Announce lets Commit call f with the hash of the workbook before it stands, see
// files.File.Announce.
func (w *Workbook) Announce(f func(hash string) error) { w.out.Announce(f) }

// Commit writes the workbook and puts it at its place, see files.File.
func (w *Workbook) Commit() error {
	if w.done {
		return w.out.Commit() // says that the file is closed
	}
	if err := w.save(); err != nil {
		w.Abort()
		return err
	}
	w.cleanUp()
	return w.out.Commit()
}

// Abort gives the workbook up. It may be called again, and after Commit.
func (w *Workbook) Abort() {
	if !w.done {
		w.cleanUp()
	}
	w.out.Abort()
}

func (w *Workbook) cleanUp() {
	w.done = true
	w.file.Close()          // the temporary files of it go with the folder
	os.RemoveAll(w.scratch) // what cannot be removed is swept up later
}

// save ends all sheets and packs the workbook straight into the file; excelize by itself would
// hold the whole package in memory.
func (w *Workbook) save() error {
	for _, table := range w.sheets {
		if err := table.end(); err != nil {
			return w.problem(table.name, err)
		}
	}
	if err := w.writeLists(); err != nil {
		return w.problem(listsSheet, err)
	}
	for _, table := range w.sheets {
		if err := table.stream.Flush(); err != nil {
			return w.problem(table.name, err)
		}
	}
	w.file.SetActiveSheet(0)
	packer := &packer{zip: newZip(w.out)}
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return packer })
	if _, err := w.file.WriteTo(io.Discard); err != nil {
		return w.problem("", err)
	}
	return nil
}

// problem says in which sheet something could not be written.
func (w *Workbook) problem(sheet string, err error) error {
	if _, ok := errors.AsType[*ProblemError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*files.Error](err); ok {
		return err
	}
	return &ProblemError{Code: "OUT-XLSX", File: w.path, Sheet: sheet, Reason: "writing: " + err.Error()}
}

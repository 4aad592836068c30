package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Format is the kind of file that a Book was read from.
type Format uint8

// The formats that can be read. TSV is CSV whose fields are separated by TAB.
const (
	CSV Format = iota
	TSV
	XLSX
)

// String returns "CSV", "TSV" or "XLSX".
func (f Format) String() string { return [...]string{"CSV", "TSV", "XLSX"}[f] }

// Options say how to read a file. The zero value finds everything out.
type Options struct {
	// Encoding is the character encoding of a CSV file, such as "windows-1252" (any name of
	// the WHATWG Encoding standard). "" wants UTF-8, or UTF-16 with a byte order mark.
	Encoding string
	// Delimiter separates the fields of a CSV file; 0 finds out among comma, semicolon, TAB and |.
	Delimiter rune
	// Name is the name of the file that messages show; "" is the last part of the path.
	Name string
	// Frame says where the table stands.
	Frame Frame
	// Limits bound what is read.
	Limits Limits
}

// Frame says where the table stands on its sheet and what of it is read: nothing else can be at
// fault. The zero value reads everything, and holds a CSV file to its first line with more than
// one field.
type Frame struct {
	// Header is the row of the headers, 0 when not known. What stands above it may have any shape.
	Header int
	// Unread reports whether a column, counted from 0, is not read; nil for none.
	Unread func(column int) bool
	// Left reports whether a row below the headers is left out; nil for none.
	Left func(row int) bool
	// Short lets a row of a CSV end before its last columns, as Row.Short says. Otherwise it is a problem.
	Short bool
}

// reads reports whether a cell is one of the table's.
func (f *Frame) reads(column, row int) bool {
	return row >= f.Header && (f.Unread == nil || row == f.Header || !f.Unread(column))
}

// leaves reports whether a row is left out.
func (f *Frame) leaves(row int) bool { return f.Left != nil && f.Left(row) }

// Limits bound what a file may ask for. A zero field stands for the default.
type Limits struct {
	FileBytes     int64 // size of the file: 1 GiB
	CellBytes     int   // text of one cell: 1 MiB
	Columns       int   // columns that hold something: 1,000
	Entries       int   // files inside a workbook: 10,000
	InflatedBytes int64 // unpacked size of a workbook: 2 GiB
	SharedBytes   int64 // texts of a workbook that are held in memory, packed: 96 MiB
}

func (l Limits) withDefaults() Limits {
	return Limits{
		FileBytes:     orDefault(l.FileBytes, 1<<30),
		CellBytes:     orDefault(l.CellBytes, 1<<20),
		Columns:       orDefault(l.Columns, 1000),
		Entries:       orDefault(l.Entries, 10_000),
		InflatedBytes: orDefault(l.InflatedBytes, 2<<30),
		SharedBytes:   orDefault(l.SharedBytes, 96<<20),
	}
}

func orDefault[N int | int64](value, fallback N) N {
	if value > 0 {
		return value
	}
	return fallback
}

// Info describes one sheet of a Book.
type Info struct {
	// Name is the name on the sheet's tab; "" for the one table of a CSV file.
	Name string
	// Hidden is true for a sheet that Excel does not show.
	Hidden bool
}

// Book is an open CSV or XLSX file. Its methods may be called by one goroutine at a time;
// iterations over Rows may be interleaved.
type Book struct {
	file    *os.File
	size    int64
	content content
	frame   Frame

	mu    sync.Mutex
	notes []string
}

// content is what differs between a CSV file and a workbook.
type content interface {
	format() Format
	sheets() []Info
	// rows holds the rows to a frame; nil for rows as they come.
	rows(sheet string, frame *Frame) iter.Seq2[Row, error]
	mark() string
}

// Open opens the file at path, once, and finds out what it is: by its content, and its name
// must not say otherwise. The error is a *ProblemError with one of the codes FILE-OPEN,
// FILE-KIND, FILE-EMPTY, FILE-SIZE, FILE-TYPE, FILE-ENCRYPTED, or a CSV- or XLSX- code for
// what can be told before the rows are read.
func Open(path string, o Options) (*Book, error) {
	if o.Name == "" {
		o.Name = filepath.Base(path)
	}
	o.Limits = o.Limits.withDefaults()
	file, size, err := openRegular(path, o)
	if err != nil {
		return nil, err
	}
	book := &Book{file: file, size: size, frame: o.Frame}
	book.content, err = guarded(o.Name, func() (content, error) { return book.recognise(path, o) })
	if err != nil {
		file.Close()
		return nil, err
	}
	return book, nil
}

// Format returns the format of the file.
func (b *Book) Format() Format { return b.content.format() }

// Delimiter returns what separates the fields of a CSV file; 0 for a workbook.
func (b *Book) Delimiter() rune {
	csv, ok := b.content.(*csvContent)
	if !ok {
		return 0
	}
	return rune(csv.comma)
}

// Sheets returns the sheets in the order of their tabs. A CSV file has one, with no name.
func (b *Book) Sheets() []Info { return b.content.sheets() }

// Rows iterates over the rows of a sheet that hold something, from the top. It may be called
// again for another pass. The first error, a *ProblemError, ends the iteration; some damage
// shows only at the end, so rows must not be acted on before the iteration has ended well.
func (b *Book) Rows(sheet string) iter.Seq2[Row, error] {
	frame := b.frame
	return b.content.rows(sheet, &frame)
}

// Scan iterates over the rows of a sheet as they come, of whatever width, with merged cells and
// with cells that cannot be understood: to find the headers.
func (b *Book) Scan(sheet string) iter.Seq2[Row, error] { return b.content.rows(sheet, nil) }

// Fit says where the table stands, once the headers have been found.
func (b *Book) Fit(frame Frame) { b.frame = frame }

// Mark returns the mark that a workbook written by this package carries, such as "results";
// "" for any other file.
func (b *Book) Mark() string { return b.content.mark() }

// Notes returns what was decided about the file and should be said once: its encoding, its
// delimiter, the date system. Reading rows may add to them.
func (b *Book) Notes() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.notes)
}

// noteLimit keeps a strange file from filling the screen with notes.
const noteLimit = 20

func (b *Book) note(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.notes) < noteLimit && !slices.Contains(b.notes, text) {
		b.notes = append(b.notes, text)
	}
}

// SHA256 returns the hash of the whole file in hexadecimal digits.
func (b *Book) SHA256() (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(b.file, 0, b.size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// Close closes the file.
func (b *Book) Close() error { return b.file.Close() }

package sheet

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// openRegular opens an ordinary file of a sensible size. The kind is looked at first: opening
// a pipe would wait for its other end.
func openRegular(path string, o Options) (*os.File, int64, error) {
	problem := func(code, reason, advice string) error {
		return &ProblemError{Code: code, File: o.Name, Reason: reason, Advice: advice}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, problem("FILE-OPEN", reasonOf(err), "check the name and the folder")
	}
	if !info.Mode().IsRegular() {
		return nil, 0, problem("FILE-KIND", "this is "+kindOf(info.Mode())+", not a file", "name one .xlsx, .csv or .tsv file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, problem("FILE-OPEN", reasonOf(err), "check that you may read it and that no other program holds it")
	}
	size := info.Size()
	if now, err := file.Stat(); err == nil {
		size = now.Size()
	}
	if size == 0 {
		file.Close()
		return nil, 0, emptyFile(o.Name)
	}
	if size > o.Limits.FileBytes {
		file.Close()
		reason := strconv.FormatInt(size, 10) + " bytes, more than the limit of " + strconv.FormatInt(o.Limits.FileBytes, 10)
		return nil, 0, problem("FILE-SIZE", reason, "split the file into smaller ones")
	}
	return file, size, nil
}

func emptyFile(name string) error {
	return &ProblemError{Code: "FILE-EMPTY", File: name, Reason: "the file is empty",
		Advice: "expected an .xlsx or .csv file with a header row; was the export finished?"}
}

// reasonOf leaves the path out: the message says the name already.
func reasonOf(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}

func kindOf(mode fs.FileMode) string {
	for _, kind := range []struct {
		bit  fs.FileMode
		name string
	}{{fs.ModeDir, "a folder"}, {fs.ModeNamedPipe, "a pipe"}, {fs.ModeSocket, "a socket"}, {fs.ModeDevice, "a device"}} {
		if mode&kind.bit != 0 {
			return kind.name
		}
	}
	return "something else"
}

// signatures are the first bytes of files that people take for tables.
var signatures = []struct{ start, code, name, advice string }{
	{"PK\x03\x04", "", "zip", ""},
	{"PK\x05\x06", "", "zip", ""},
	{oleStart, "", "ole", ""},
	{"%PDF-", "FILE-TYPE", "a PDF document", "export the data as .xlsx or .csv"},
	{"\x1f\x8b", "FILE-TYPE", "a gzip archive", "unpack it first"},
	{"Rar!", "FILE-TYPE", "a RAR archive", "unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "FILE-TYPE", "a 7-Zip archive", "unpack it first"},
	{"{\\rtf", "FILE-TYPE", "an RTF document", "export the data as .xlsx or .csv"},
	{"\x89PNG", "FILE-TYPE", "a picture", "export the data as .xlsx or .csv"},
	{"\x7fELF", "FILE-TYPE", "a program", "name an .xlsx or .csv file"},
	{`{"`, "FILE-TYPE", "JSON", jsonAdvice},
	{`[{"`, "FILE-TYPE", "JSON", jsonAdvice},
	{"<?xml", "FILE-TYPE", "an XML document", "open it in Excel and save it as .xlsx"},
	{"<html", "FILE-TYPE", "a web page", "open it in Excel and save it as .xlsx"},
	{"<!doc", "FILE-TYPE", "a web page", "open it in Excel and save it as .xlsx"},
	{"<table", "FILE-TYPE", "a web page", "open it in Excel and save it as .xlsx"},
}

// jsonAdvice is for those who export JSON lines and mean to send them back.
const jsonAdvice = "JSON is for programs and not read back; export as .xlsx or .csv to edit and import"

const headBytes = 64 << 10

// recognise tells what the file is from its first bytes.
func (b *Book) recognise(path string, o Options) (content, error) {
	head := make([]byte, min(headBytes, b.size))
	if _, err := b.file.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, &ProblemError{Code: "FILE-OPEN", File: o.Name, Reason: "reading: " + reasonOf(err)}
	}
	extension := strings.ToLower(filepath.Ext(path))
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 512)], []byte("\xef\xbb\xbf")), " \t\r\n"))
	for _, known := range signatures {
		if !bytes.HasPrefix(head, []byte(known.start)) && !bytes.HasPrefix(start, []byte(known.start)) {
			continue
		}
		switch known.name {
		case "zip":
			return b.openZip(extension, o)
		case "ole":
			return nil, b.oldExcel(o)
		}
		return nil, &ProblemError{Code: known.code, File: o.Name, Reason: "this is " + known.name, Advice: known.advice}
	}
	if strings.HasPrefix(filepath.Base(path), "~$") {
		return nil, &ProblemError{Code: "FILE-TYPE", File: o.Name, Reason: "this is the note that Excel leaves beside an open workbook",
			Advice: "name the workbook itself, without ~$"}
	}
	if workbookExtensions[extension] {
		return nil, textAsWorkbook(o.Name, head)
	}
	return openCSV(b, o, head)
}

var (
	workbookExtensions = map[string]bool{".xlsx": true, ".xlsm": true, ".xltx": true, ".xltm": true, ".xls": true, ".xlsb": true, ".ods": true}
	textExtensions     = map[string]bool{".csv": true, ".tsv": true, ".txt": true, ".tab": true}
)

func textAsWorkbook(name string, head []byte) error {
	line, _, _ := strings.Cut(string(head[:min(len(head), shownLimit*4)]), "\n")
	if strings.Contains(line, "\x00") {
		return &ProblemError{Code: "FILE-TYPE", File: name, Reason: "this is not a workbook, whatever its name says",
			Advice: "open it in the program that made it and save it as .xlsx"}
	}
	return &ProblemError{Code: "FILE-TYPE", File: name,
		Reason: "this is not a workbook: it starts like CSV (" + clip(strings.TrimSpace(line)) + ")",
		Advice: "rename it to .csv, or open it in Excel and save it as .xlsx"}
}

const oleStart = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// wrappings are the streams that only an encrypted workbook has, which is wrapped in the container
// of the old format, and what to do about each.
var wrappings = []struct{ stream, reason, advice string }{
	{"DRMEncrypted", "the workbook is protected by a sensitivity label", "open it in Excel and lower or remove the label"},
	{"EncryptedPackage", "the workbook is protected by a password", "open it in Excel, remove the password (File, Info, Protect Workbook) and save it"},
}

// oldExcel tells an encrypted workbook from an old one. Names are spelled in UTF-16 there.
func (b *Book) oldExcel(o Options) error {
	for _, known := range wrappings {
		stream := strings.Join(strings.Split(known.stream, ""), "\x00") + "\x00"
		found, err := contains(io.NewSectionReader(b.file, 0, b.size), stream)
		if err != nil {
			return &ProblemError{Code: "FILE-OPEN", File: o.Name, Reason: "reading: " + reasonOf(err)}
		}
		if found {
			return &ProblemError{Code: "FILE-ENCRYPTED", File: o.Name, Reason: known.reason, Advice: known.advice}
		}
	}
	return &ProblemError{Code: "FILE-TYPE", File: o.Name,
		Reason: "this is the old Excel 97-2003 format (.xls), which ends at 65,536 rows",
		Advice: "open it in Excel and save it as .xlsx"}
}

// contains searches a stream in constant memory.
func contains(in io.Reader, text string) (bool, error) {
	buffer := make([]byte, 0, headBytes)
	for {
		n, err := in.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if bytes.Contains(buffer, []byte(text)) {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		keep := min(len(buffer), len(text)-1)
		buffer = append(buffer[:0], buffer[len(buffer)-keep:]...)
	}
}

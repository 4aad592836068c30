package sheet

import (
	"encoding/xml"
	"fmt"
	"iter"
	"net/url"
	"path"
	"strings"
)

// workbook is an open XLSX file: its sheets, found through the relationships of the package,
// and what its cells refer to.
type workbook struct {
	book    *Book
	archive *archive
	options Options
	tabs    []tab
	system  dateSystem
	marked  string
	styles  *styles
	// sharedPart is "" in a workbook without shared strings; they are loaded with the first
	// row.
	sharedPart string
	shared     *sharedStrings
}

type tab struct {
	Info
	part string
}

// The ends of the relationship types that are followed; what stands before them differs
// between the usual and strict OOXML.
const (
	relWorkbook   = "/officeDocument"
	relProperties = "/custom-properties"
	relSheet      = "/worksheet"
	relStyles     = "/styles"
	relShared     = "/sharedStrings"
	relMacros     = "/vbaProject"
)

// foreign are the zip files that are no XLSX workbooks, by a part that only they have.
var foreign = []struct{ part, name, advice string }{
	{"xl/workbook.bin", "an Excel binary workbook (.xlsb)", "open it in Excel and save it as .xlsx"},
	{"index/document.iwa", "an Apple Numbers document", "export it from Numbers as Excel (.xlsx) or CSV"},
	{"index.zip", "an Apple Numbers document", "export it from Numbers as Excel (.xlsx) or CSV"},
	{"meta-inf/manifest.xml", "an OpenDocument file (.ods)", "open it and save it as .xlsx"},
	{"content.xml", "an OpenDocument file (.ods)", "open it and save it as .xlsx"},
	{"word/document.xml", "a Word document", "copy the table into a workbook and save it as .xlsx"},
	{"ppt/presentation.xml", "a PowerPoint presentation", "copy the table into a workbook and save it as .xlsx"},
}

// openZip opens a file that starts like a zip package.
func (b *Book) openZip(extension string, o Options) (content, error) {
	if textExtensions[extension] {
		return nil, &ProblemError{Code: "FILE-TYPE", File: o.Name,
			Reason: "this is a zip file, probably an Excel workbook, though its name ends in " + extension,
			Advice: "rename it to .xlsx, or save it as CSV in Excel"}
	}
	a, err := openArchive(b.file, b.size, o)
	if err != nil {
		return nil, err
	}
	for _, known := range foreign {
		if a.has(known.part) {
			return nil, a.problem("FILE-TYPE", "this is "+known.name, known.advice)
		}
	}
	if !a.has("_rels/.rels") && !a.has("xl/workbook.xml") {
		return nil, a.problem("FILE-TYPE", "this is a zip archive without a workbook in it", "unpack it and name the .xlsx file")
	}
	w := &workbook{book: b, archive: a, options: o, system: system1900}
	if err := w.load(); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *workbook) format() Format { return XLSX }

func (w *workbook) mark() string { return w.marked }

func (w *workbook) sheets() []Info {
	infos := make([]Info, len(w.tabs))
	for i, tab := range w.tabs {
		infos[i] = tab.Info
	}
	return infos
}

// load follows the relationships from the package to the workbook and from there to sheets,
// styles and strings.
func (w *workbook) load() error {
	top, err := w.relations("")
	if err != nil {
		return err
	}
	main, err := w.one(top, relWorkbook)
	if err != nil {
		return err
	}
	if main == "" {
		return w.archive.problem("FILE-TYPE", "the package has no workbook in it", "save the file again in Excel")
	}
	if properties, err := w.one(top, relProperties); err != nil {
		return err
	} else if properties != "" {
		if err := w.readMark(properties); err != nil {
			return err
		}
	}
	parts, err := w.relations(main)
	if err != nil {
		return err
	}
	if err := w.readWorkbook(main, parts); err != nil {
		return err
	}
	return w.readParts(parts)
}

func (w *workbook) readParts(parts map[string]relation) error {
	style, err := w.one(parts, relStyles)
	if err != nil {
		return err
	}
	if w.styles, err = w.archive.readStyles(style); err != nil {
		return err
	}
	if w.sharedPart, err = w.one(parts, relShared); err != nil {
		return err
	}
	if macros, err := w.one(parts, relMacros); err == nil && macros != "" {
		w.book.note("the workbook has macros; they are neither read nor run")
	}
	return nil
}

// relation is a reference from one part of the package to another.
type relation struct{ kind, target string }

// relations reads the references of a part by their id; part "" is the package.
func (w *workbook) relations(part string) (map[string]relation, error) {
	folder, file := path.Split(part)
	s, err := w.archive.scan(folder + "_rels/" + file + ".rels")
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.root("Relationships", "http://schemas.openxmlformats.org/package/2006/relationships"); err != nil {
		return nil, err
	}
	found := map[string]relation{}
	err = s.children(func(start xml.StartElement) error {
		if s.own(start.Name) != "Relationship" {
			return nil
		}
		id, _ := attribute(start, "Id")
		kind, _ := attribute(start, "Type")
		target, _ := attribute(start, "Target")
		if mode, _ := attribute(start, "TargetMode"); mode == "External" {
			return nil // never followed
		}
		if _, twice := found[id]; twice {
			return s.problem("XLSX-XML", fmt.Sprintf("the relationship %q stands twice", id))
		}
		resolved, ok := resolve(folder, target)
		if !ok {
			return s.problem("XLSX-ZIP", fmt.Sprintf("the target %q leads out of the workbook", clip(target)))
		}
		if found[id] = (relation{kind: kind, target: resolved}); len(found) > w.options.Limits.Entries {
			return w.tooMany(s, "relationships")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, s.finish()
}

// tooMany refuses lists that are longer than the package may have parts.
func (w *workbook) tooMany(s *scanner, what string) error {
	return s.problem("XLSX-SIZE", fmt.Sprintf("more than %d %s", w.options.Limits.Entries, what))
}

// resolve makes the name of a part from a target, which is relative to a folder of the package
// unless it starts with a slash.
func resolve(folder, target string) (string, bool) {
	if plain, err := url.PathUnescape(target); err == nil {
		target = plain
	}
	if !strings.HasPrefix(target, "/") {
		target = "/" + folder + target
	}
	name := strings.TrimPrefix(path.Clean(target), "/")
	return name, safeName(name)
}

// one returns the target of the only relation of a kind, "" if there is none.
func (w *workbook) one(relations map[string]relation, kind string) (string, error) {
	target := ""
	for _, r := range relations {
		if !strings.HasSuffix(r.kind, kind) {
			continue
		}
		if target != "" && !strings.EqualFold(target, r.target) {
			return "", w.archive.problem("XLSX-DUPPART", fmt.Sprintf("the workbook names two parts as its %s", strings.TrimPrefix(kind, "/")), "save the workbook again in Excel")
		}
		target = r.target
	}
	return target, nil
}

// readWorkbook reads the list of sheets and the date system.
func (w *workbook) readWorkbook(part string, parts map[string]relation) error {
	s, err := w.archive.scan(part)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.root("workbook", mainSpace, mainSpaceStrict); err != nil {
		return err
	}
	err = s.children(func(start xml.StartElement) error {
		switch s.own(start.Name) {
		case "workbookPr":
			if value, _ := attribute(start, "date1904"); isTrue(value) {
				w.system = system1904
				w.book.note("dates are counted from 1904, as the workbook says")
			}
		case "sheets":
			return s.children(func(start xml.StartElement) error { return w.addTab(s, start, parts) })
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(w.tabs) == 0 {
		return s.problem("XLSX-XML", "the workbook has no worksheet")
	}
	return s.finish()
}

func (w *workbook) addTab(s *scanner, start xml.StartElement, parts map[string]relation) error {
	if s.own(start.Name) != "sheet" {
		return nil
	}
	name, _ := attribute(start, "name")
	state, _ := attribute(start, "state")
	id := ""
	for _, a := range start.Attr {
		if a.Name.Space != "" && a.Name.Local == "id" {
			id = a.Value
		}
	}
	r, found := parts[id]
	switch {
	case id == "":
		w.book.note(fmt.Sprintf("the sheet %q has no content and is not read", name)) // a module of an old program
		return nil
	case !found:
		return s.problem("XLSX-XML", fmt.Sprintf("the sheet %q refers to a part that does not exist", name))
	case !strings.HasSuffix(r.kind, relSheet):
		return nil // a chart sheet, a dialogue or a macro sheet holds no table
	case !w.archive.has(r.target):
		return w.archive.problem("XLSX-ZIP", fmt.Sprintf("the part %q of sheet %q is missing", r.target, name), "copy or download the file again")
	}
	for _, other := range w.tabs {
		if strings.EqualFold(other.Name, name) || other.part == r.target {
			return s.problem("XLSX-DUPPART", fmt.Sprintf("the sheet %q is there twice", name))
		}
	}
	w.tabs = append(w.tabs, tab{Info: Info{Name: name, Hidden: state == "hidden" || state == "veryHidden"}, part: r.target})
	return nil
}

// markProperty is the custom document property that carries the mark.
const markProperty = "refload"

// readMark reads the mark from the custom properties of the document.
func (w *workbook) readMark(part string) error {
	s, err := w.archive.scan(part)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.root("Properties", "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties", "http://purl.oclc.org/ooxml/officeDocument/customProperties"); err != nil {
		return err
	}
	err = s.children(func(start xml.StartElement) error {
		if name, _ := attribute(start, "name"); s.own(start.Name) != "property" || name != markProperty {
			return nil
		}
		return s.children(func(xml.StartElement) error {
			value, err := s.text(nil)
			w.marked = string(value)
			return err
		})
	})
	if err != nil {
		return err
	}
	return s.finish()
}

// noSheet says which sheets there are.
func noSheet(file, sheet string, tabs []tab) error {
	names := make([]string, len(tabs))
	for i, tab := range tabs {
		names[i] = fmt.Sprintf("%q", tab.Name)
	}
	problem := &ProblemError{Code: "XLSX-SHEET", File: file, Reason: fmt.Sprintf("there is no sheet %q", sheet), Advice: "the sheets are " + strings.Join(names, ", ")}
	if len(tabs) == 0 {
		problem.Reason, problem.Advice = "a CSV file has no sheets", "leave the name of the sheet out"
	}
	return problem
}

func (w *workbook) rows(sheet string, frame *Frame) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, tab := range w.tabs {
			if tab.Name == sheet {
				w.walk(tab, frame, yield)
				return
			}
		}
		yield(Row{}, noSheet(w.options.Name, sheet, w.tabs))
	}
}

package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// archive is the zip package that a workbook is, checked as a whole: no doubled or dangerous
// names, no overlapping parts, no promise of more data than the limits allow.
type archive struct {
	name   string
	limits Limits
	parts  map[string]*zip.File // by lower-case name
}

// A part that inflates to more than ratioFrom bytes may be at most maxRatio times as large as
// it is in the file; ordinary sheets stay below a tenth of it.
const (
	maxRatio  = 200
	ratioFrom = 10 << 20
)

func openArchive(file io.ReaderAt, size int64, o Options) (*archive, error) {
	a := &archive{name: o.Name, limits: o.Limits, parts: map[string]*zip.File{}}
	reader, err := openZip(file, size)
	if errors.Is(err, errContents) {
		return nil, a.problem("XLSX-ZIP", "the workbook's "+err.Error(), "save the workbook again in Excel")
	}
	if err != nil {
		return nil, a.problem("XLSX-ZIP", "the workbook is incomplete: its table of contents is missing or damaged ("+err.Error()+")",
			"copy or download the file again")
	}
	if len(reader.File) > a.limits.Entries {
		return nil, a.problem("XLSX-ZIP", fmt.Sprintf("%d files inside the workbook, more than the limit of %d", len(reader.File), a.limits.Entries), "")
	}
	var total uint64
	for _, part := range reader.File {
		if err := a.add(part); err != nil {
			return nil, err
		}
		total += part.UncompressedSize64
		if part.UncompressedSize64 > uint64(a.limits.InflatedBytes) || total > uint64(a.limits.InflatedBytes) {
			return nil, a.tooLarge(part.Name)
		}
	}
	return a, a.checkOverlap(reader.File, size)
}

func (a *archive) add(part *zip.File) error {
	name := strings.TrimSuffix(slashed(part.Name), "/")
	if !safeName(name) {
		return a.problem("XLSX-ZIP", fmt.Sprintf("a file inside the workbook has the unsafe name %q", clip(part.Name)), "save the workbook again in Excel")
	}
	key := strings.ToLower(name)
	if _, twice := a.parts[key]; twice {
		return a.problem("XLSX-DUPPART", fmt.Sprintf("the part %q is in the workbook twice", name), "save the workbook again in Excel")
	}
	a.parts[key] = part
	return nil
}

// slashed gives a name the slashes that it should have: some programs write backslashes.
func slashed(name string) string { return strings.ReplaceAll(name, "\\", "/") }

// safeName refuses names that lead out of the package or have a second spelling. Nothing is
// ever extracted to disk; a package with such a name was not made by a spreadsheet program.
func safeName(name string) bool {
	return name != "" && name != ".." && !strings.HasPrefix(name, "../") && !strings.HasPrefix(name, "/") &&
		path.Clean(name) == name && !strings.ContainsAny(name, "\\:\x00")
}

// checkOverlap refuses parts that share bytes of the file, which is how small files are made
// to inflate without end and how two readers are shown different content.
func (a *archive) checkOverlap(parts []*zip.File, size int64) error {
	type span struct{ start, end int64 }
	spans := make([]span, 0, len(parts))
	const localHeader = 30
	for _, part := range parts {
		offset, err := part.DataOffset()
		if err != nil || part.CompressedSize64 > uint64(size) || offset+int64(part.CompressedSize64) > size {
			return a.problem("XLSX-ZIP", fmt.Sprintf("the workbook is damaged at the part %q", part.Name), "copy or download the file again")
		}
		spans = append(spans, span{offset - localHeader - int64(len(part.Name)), offset + int64(part.CompressedSize64)})
	}
	slices.SortFunc(spans, func(x, y span) int { return int(x.start - y.start) })
	for i := 1; i < len(spans); i++ {
		if spans[i].start < spans[i-1].end {
			return a.problem("XLSX-ZIP", "parts of the workbook overlap", "save the workbook again in Excel")
		}
	}
	return nil
}

func (a *archive) problem(code, reason, advice string) error {
	return &ProblemError{Code: code, File: a.name, Reason: reason, Advice: advice}
}

func (a *archive) tooLarge(part string) error {
	return a.problem("XLSX-SIZE", fmt.Sprintf("the part %q unpacks to far more than a workbook holds", part), "save the workbook again in Excel, without empty formatted rows")
}

func (a *archive) has(name string) bool {
	_, found := a.parts[strings.ToLower(name)]
	return found
}

// open starts reading a part. Its checksum is checked when the last byte has been read.
func (a *archive) open(name string) (*partReader, error) {
	part, found := a.parts[strings.ToLower(name)]
	if !found {
		return nil, a.problem("XLSX-ZIP", fmt.Sprintf("the part %q is missing", name), "copy or download the file again")
	}
	if part.CRC32 == 0 && part.UncompressedSize64 > 0 {
		return nil, a.problem("XLSX-CRC", fmt.Sprintf("the part %q has no checksum", name), "save the workbook again in Excel")
	}
	in, err := part.Open()
	if err != nil {
		return nil, a.problem("XLSX-ZIP", fmt.Sprintf("the part %q cannot be unpacked: %v", name, err), "save the workbook again in Excel")
	}
	return &partReader{archive: a, part: part, in: in}, nil
}

// partReader inflates a part, counts what comes out and says in our words what is wrong.
type partReader struct {
	archive *archive
	part    *zip.File
	in      io.ReadCloser
	count   uint64
}

func (p *partReader) Read(data []byte) (int, error) {
	n, err := p.in.Read(data)
	p.count += uint64(n)
	if p.count > p.part.UncompressedSize64 || p.count > ratioFrom && p.count > maxRatio*p.part.CompressedSize64 {
		return 0, p.archive.tooLarge(p.part.Name)
	}
	if err == nil || err == io.EOF {
		return n, err
	}
	if errors.Is(err, zip.ErrChecksum) {
		return n, p.archive.problem("XLSX-CRC", fmt.Sprintf("the part %q is damaged: its checksum does not match", p.part.Name), "copy or download the file again")
	}
	return n, p.archive.problem("XLSX-ZIP", fmt.Sprintf("the part %q is damaged: %v", p.part.Name, err), "copy or download the file again")
}

func (p *partReader) Close() error { return p.in.Close() }

package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
)

// excelize replaces control characters by U+FFFD and changes some texts that look like the
// escapes of XLSX. So that every text arrives as it is, protect replaces both by codes that pass
// excelize untouched, and packer turns the codes into the right escapes on the way to the file.
//
// A code is codeMark, a letter, and four hexadecimal digits: 'c' a control character, 'u' an
// underscore that would start an escape, 'm' codeMark itself.
const (
	codeMark   = '\uF8F0' // a private-use character
	codeLength = len("\uF8F0") + 5
)

func protect(text string) string {
	if !strings.ContainsFunc(text, needsCode) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == codeMark:
			fmt.Fprintf(&b, "%cm%04X", codeMark, 0)
		case r == '_' && startsEscape(text[i:]):
			fmt.Fprintf(&b, "%cu%04X", codeMark, 0)
		case r != '_' && needsCode(r):
			fmt.Fprintf(&b, "%cc%04X", codeMark, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func needsCode(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '_' || r == codeMark || r == '\uFFFE' || r == '\uFFFF'
}

func startsEscape(text string) bool {
	_, ok := escapedUnit([]byte(text[:min(len(text), escapeLength)]))
	return ok
}

// decodeCode returns what stands in the file for a code.
func decodeCode(code []byte) []byte {
	digits := code[codeLength-4:]
	switch code[codeLength-5] {
	case 'c':
		return fmt.Appendf(nil, "_x%s_", digits)
	case 'u':
		return []byte("_x005F_")
	}
	return []byte(string(codeMark))
}

// packer writes the parts of a workbook into a zip file and decodes the worksheets.
type packer struct {
	zip  *zip.Writer
	part *decoder
}

func newZip(out io.Writer) *zip.Writer { return zip.NewWriter(out) }

// Create starts the next part.
func (p *packer) Create(name string) (io.Writer, error) {
	if err := p.endPart(); err != nil {
		return nil, err
	}
	out, err := p.zip.Create(name)
	if err != nil || !strings.HasPrefix(name, "xl/worksheets/sheet") {
		return out, err
	}
	p.part = &decoder{out: out}
	return p.part, nil
}

// AddFS is part of what excelize asks of a packer, and not used by it.
func (p *packer) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close ends the package.
func (p *packer) Close() error {
	return errors.Join(p.endPart(), p.zip.Close())
}

func (p *packer) endPart() error {
	if p.part == nil {
		return nil
	}
	_, err := p.part.out.Write(p.part.held)
	p.part = nil
	return err
}

// decoder replaces the codes in what is written through it. A code may be cut in two by the
// caller's writes, so an unfinished one is held back.
type decoder struct {
	out   io.Writer
	held  []byte
	total int64
}

// Write decodes and passes on.
func (d *decoder) Write(data []byte) (int, error) {
	if d.total += int64(len(data)); d.total > math.MaxUint32 {
		return 0, errors.New("a sheet of more than 4 GiB")
	}
	mark := []byte(string(codeMark))
	rest := append(d.held, data...)
	for {
		at := bytes.IndexByte(rest, mark[0])
		if at < 0 {
			d.held = d.held[:0]
			_, err := d.out.Write(rest)
			return len(data), err
		}
		if len(rest)-at < codeLength {
			_, err := d.out.Write(rest[:at])
			d.held = append([]byte(nil), rest[at:]...)
			return len(data), err
		}
		plain, taken := rest[at:at+1], at+1
		if bytes.HasPrefix(rest[at:], mark) {
			plain, taken = decodeCode(rest[at:at+codeLength]), at+codeLength
		}
		if _, err := d.out.Write(rest[:at]); err != nil {
			return 0, err
		}
		if _, err := d.out.Write(plain); err != nil {
			return 0, err
		}
		rest = rest[taken:]
	}
}

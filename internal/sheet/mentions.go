package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
)

// mentionWindow is how much of a file is looked at at once, mentionOverlap how much of it once
// more with the next part: what is looked for is shorter.
const (
	mentionWindow  = 1 << 20
	mentionOverlap = 1 << 10
)

// Mentions reports whether a text stands anywhere in a file: in a workbook in any of its parts,
// in any other file in its bytes. found judges a stretch of the file, in which two-byte characters
// are made plain and escapes of JSON are blanks. A damaged workbook is judged by its bytes as
// well as they can be read.
func Mentions(path string, found func(stretch []byte) bool) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("looking through a file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, fmt.Errorf("looking through a file: %w", err)
	}
	book, err := openZip(file, info.Size())
	if errors.Is(err, errContents) {
		return false, err
	}
	if err != nil {
		return mentionedIn(file, found)
	}
	return mentionedInParts(book, found)
}

// mentionedInParts looks through the parts of a workbook, as far as the limit for reading
// one allows.
func mentionedInParts(book *zip.Reader, found func([]byte) bool) (bool, error) {
	left := Limits{}.withDefaults().InflatedBytes
	for _, part := range book.File {
		in, err := part.Open()
		if err != nil {
			return false, fmt.Errorf("looking through %s: %w", part.Name, err)
		}
		bounded := &io.LimitedReader{R: in, N: left}
		hit, err := mentionedIn(bounded, found)
		in.Close()
		left = bounded.N
		switch {
		case hit:
			return true, nil
		case err != nil:
			return false, fmt.Errorf("looking through %s: %w", part.Name, err)
		case left <= 0:
			return false, errors.New("the workbook is too large to be looked through")
		}
	}
	return false, nil
}

// mentionedIn looks through one stream.
func mentionedIn(in io.Reader, found func([]byte) bool) (bool, error) {
	var held []byte
	window := make([]byte, mentionWindow)
	for {
		n, err := io.ReadFull(in, window)
		held = append(held, window[:n]...)
		if found(plain(held)) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		held = append(held[:0], held[max(0, len(held)-mentionOverlap):]...)
	}
}

// jsonEscape is an escape of JSON, whose letters would seem to belong to the word behind it.
var jsonEscape = regexp.MustCompile(`\\(?:u00[0-9a-fA-F]{2}|[nrt])`)

// plain drops the other half of two-byte characters and blanks escapes.
func plain(stretch []byte) []byte {
	text := bytes.ReplaceAll(stretch, []byte{0}, nil)
	if !bytes.ContainsRune(text, '\\') {
		return text
	}
	return jsonEscape.ReplaceAllLiteral(text, []byte(" "))
}

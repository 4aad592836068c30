package sheet

import (
	"bufio"
	"io"
	"unicode/utf8"
)

// IsUTF8 reports whether a CSV file that is decoded as something else is valid UTF-8 with at least one character beyond
// ASCII: older encodings hardly ever write such bytes by chance.
func (b *Book) IsUTF8() (bool, error) {
	csv, isCSV := b.content.(*csvContent)
	if !isCSV || csv.charset.decoder == nil || csv.charset.skip > 0 {
		return false, nil
	}
	in := bufio.NewReaderSize(io.NewSectionReader(b.file, 0, b.size), 64<<10)
	beyond := false
	for {
		r, size, err := in.ReadRune()
		switch {
		case err == io.EOF:
			return beyond, nil
		case err != nil:
			return false, err
		case r == utf8.RuneError && size == 1:
			return false, nil
		}
		beyond = beyond || size > 1
	}
}

package sheet

import (
	"archive/zip"
	"errors"
	"io"
)

// contentsBytes bounds the table of contents of a package, in bytes. Each of its entries takes
// memory before their number is known, and the number that the package claims need not be true.
const contentsBytes = 4 << 20

var errContents = errors.New("table of contents is longer than 4 MiB")

// contentsReader lets so many bytes be read as long as a package is being opened.
type contentsReader struct {
	io.ReaderAt
	opened bool
	left   int
}

func (r *contentsReader) ReadAt(data []byte, offset int64) (int, error) {
	if r.opened {
		return r.ReaderAt.ReadAt(data, offset)
	}
	if r.left -= len(data); r.left < 0 {
		return 0, errContents
	}
	return r.ReaderAt.ReadAt(data, offset)
}

// openZip opens a package; errContents where its table of contents is too long. Names that lead
// out of the package are no error here: nothing is ever extracted.
func openZip(file io.ReaderAt, size int64) (*zip.Reader, error) {
	in := &contentsReader{ReaderAt: file, left: contentsBytes}
	reader, err := zip.NewReader(in, size)
	in.opened = true
	if errors.Is(err, zip.ErrInsecurePath) {
		err = nil
	}
	return reader, err
}

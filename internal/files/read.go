package files

import (
	"fmt"
	"io"
	"os"
)

// Read reads a file of at most so many bytes. A longer one, or a device that never ends, is an
// error and takes no more memory than that.
func Read(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, problem("reading", path, err)
	}
	defer file.Close()
	return readAtMost(file, path, most)
}

func readAtMost(file io.Reader, path string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("it is longer than %d bytes", most)
	}
	if err != nil {
		return nil, problem("reading", path, err)
	}
	return data, nil
}

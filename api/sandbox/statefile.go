package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/gofrs/flock"
)

// stateFile is the append-only file of a sandbox: JSON lines, each with a checksum of its own,
// the first one a header. On open it is rewritten when most of it is outdated. A line is handed to the operating system before the answer leaves, so
// that a killed process loses nothing that it answered; a line cut short by a kill was never
// answered and is cut off on open.
type stateFile struct {
	file *os.File
	lock *flock.Flock
	end  int64
}

// stateLine is one write in the state file. The document stands last in the line.
type stateLine struct {
	Kind string `json:"kind"`
	Seq  uint64 `json:"seq"`
	doc  []byte
}

// stateHeader is the first line, so that no other file is taken for a sandbox's.
var stateHeader = sealLine([]byte(`"kind":"refload-sandbox","version":1`))

// sealLine makes a line of the members of its object: a checksum in front, a newline behind.
func sealLine(members []byte) []byte {
	line := fmt.Appendf(nil, `{"crc":"%08x",`, crc32.ChecksumIEEE(members))
	line = append(line, members...)
	return append(line, '}', '\n')
}

const sealLength = len(`{"crc":"00000000",`)

// openSeal returns the members of a whole, undamaged line.
func openSeal(line []byte) ([]byte, bool) {
	if len(line) < sealLength+2 || !bytes.HasSuffix(line, []byte("}\n")) {
		return nil, false
	}
	members := line[sealLength : len(line)-2]
	return members, bytes.Equal(line, sealLine(members))
}

// openStateFile locks and reads a state file, or makes it. The store gets each write, and where
// in the file its document is.
func openStateFile(path string, store *store) (*stateFile, error) {
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	switch got, err := lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("locking the sandbox state %s: %w", path, err)
	case !got:
		return nil, &LockedError{Path: path}
	}
	s := &stateFile{lock: lock}
	if err := s.reopen(path, store); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *stateFile) load(path string, store *store) error {
	end, err := readState(s.file, store.restore)
	if err == nil {
		err = store.complete()
	}
	if err != nil {
		var damaged *StateError
		if errors.As(err, &damaged) {
			damaged.Path = path
		}
		return err
	}
	if err := s.file.Truncate(end); err != nil {
		return fmt.Errorf("cutting the torn end off the sandbox state: %w", err)
	}
	s.end = end
	if end == 0 {
		return s.writeHeader()
	}
	return nil
}

// readState reads the lines of a state file and returns how many bytes of it are whole.
func readState(r io.Reader, restore func(stateLine, int64) error) (int64, error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	var end int64
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return 0, fmt.Errorf("reading the sandbox state: %w", err)
		}
		if whole := err == nil; !whole {
			return end, tornEnd(line, number)
		}
		if err := readLine(line, number, end, restore); err != nil {
			if _, peek := lines.Peek(1); peek == io.EOF && number > 1 && errors.Is(err, errChecksum) {
				return end, nil // the last line, damaged: a write that was never finished
			}
			return 0, &StateError{Line: number, Err: err}
		}
		end += int64(len(line))
	}
}

// tornEnd judges what stands behind the last newline: a torn write is cut, but a file that
// does not even begin like a sandbox's state is somebody else's.
func tornEnd(rest []byte, number int) error {
	if number == 1 && !bytes.HasPrefix(stateHeader, rest) {
		return &StateError{Line: 1, Err: errHeader}
	}
	return nil
}

var (
	errHeader     = errors.New("it does not begin like the state of a sandbox")
	errChecksum   = errors.New("the checksum does not fit")
	errNoReferral = errors.New("it holds no referral")
)

func readLine(line []byte, number int, start int64, restore func(stateLine, int64) error) error {
	if number == 1 {
		if !bytes.Equal(line, stateHeader) {
			return errHeader
		}
		return nil
	}
	members, ok := openSeal(line)
	if !ok {
		return errChecksum
	}
	head, doc, ok := bytes.Cut(members, []byte(`,"doc":`))
	entry := stateLine{doc: doc}
	if err := json.Unmarshal(fmt.Appendf(nil, "{%s}", head), &entry); err != nil || !ok {
		return errNoReferral
	}
	return restore(entry, start+int64(sealLength+len(members)-len(doc)))
}

func (s *stateFile) writeHeader() error {
	n, err := s.file.WriteAt(stateHeader, 0)
	s.end = int64(n)
	if err != nil {
		return fmt.Errorf("writing the sandbox state: %w", err)
	}
	return nil
}

// documentLine makes the line of a write.
func documentLine(kind string, seq uint64, raw []byte) []byte {
	members := fmt.Appendf(nil, `"kind":%q,"seq":%d,"doc":`, kind, seq)
	return sealLine(append(members, raw...))
}

// append adds a write and returns where in the file its document is.
func (s *stateFile) append(kind string, seq uint64, raw []byte) (int64, error) {
	line := documentLine(kind, seq, raw)
	if _, err := s.file.WriteAt(line, s.end); err != nil {
		return 0, errors.Join(fmt.Errorf("writing the sandbox state: %w", err), s.file.Truncate(s.end))
	}
	offset := s.end + int64(len(line)-len("}\n")-len(raw))
	s.end += int64(len(line))
	return offset, nil
}

func (s *stateFile) read(offset int64, length int) ([]byte, error) {
	raw := make([]byte, length)
	if _, err := s.file.ReadAt(raw, offset); err != nil {
		return nil, fmt.Errorf("reading the sandbox state: %w", err)
	}
	return raw, nil
}

func (s *stateFile) reset() error {
	if err := s.file.Truncate(0); err != nil {
		return fmt.Errorf("emptying the sandbox state: %w", err)
	}
	return s.writeHeader()
}

func (s *stateFile) close() error {
	if s.file == nil {
		return s.lock.Close()
	}
	return errors.Join(s.file.Close(), s.lock.Close())
}

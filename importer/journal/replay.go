package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// longestLine bounds a line of the journal, in bytes: a prior state is as long as a referral.
const longestLine = 16 << 20

// Replay is what reading a journal found besides its records.
type Replay struct {
	Header Header
	Torn   int64 // bytes of an unfinished last line, which do not count
	End    int64 // where the good records end
	Seq    int64 // of the last good record
}

// DamagedError says that a journal cannot be trusted: a record in its middle is broken, or
// it is of another kind or a newer version. Nothing is sent on the ground of such a journal.
type DamagedError struct {
	Offset int64
	Reason string
}

// Error says where and why.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the journal is damaged at byte %d: %s", e.Offset, e.Reason)
}

// Hint says what to do next.
func (e *DamagedError) Hint() string {
	return "keep the run folder as it is and import the file again: what reached the service is found there by its marker"
}

// Read gives each record with its offset to visit, in order. A last line without its newline,
// or with blocks of zeros that were never written, was torn by a crash: it is left out and
// counted. Any other broken line is a *DamagedError, also the last one: a crash leaves
// a beginning, not another text. visit's error ends the reading.
func Read(file File, visit func(Record, int64) error) (Replay, error) {
	size, err := file.Size()
	if err != nil {
		return Replay{}, fmt.Errorf("reading the journal: %w", err)
	}
	var found Replay
	lines := bufio.NewReaderSize(io.NewSectionReader(file, 0, size), 64<<10)
	for {
		line, err := readLine(lines)
		if err == io.EOF {
			found.Torn = size - found.End
			return found, found.check()
		}
		if err != nil {
			return found, fmt.Errorf("reading the journal: %w", err)
		}
		record, err := decodeLine(line)
		if err == nil && record.Seq != found.Seq+1 {
			err = fmt.Errorf("record %d follows record %d", record.Seq, found.Seq)
		}
		if err != nil {
			if found.End+int64(len(line)) < size || bytes.IndexByte(line, 0) < 0 {
				return found, &DamagedError{found.End, err.Error()}
			}
			found.Torn = size - found.End
			return found, found.check()
		}
		if err := found.take(record, int64(len(line)), visit); err != nil {
			return found, err
		}
	}
}

// readLine returns the next line with its newline, or io.EOF where what remains has none.
func readLine(lines *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := lines.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) > longestLine {
			return nil, &DamagedError{Reason: "a line is longer than 16 MiB"}
		}
	}
}

func (r *Replay) take(record Record, length int64, visit func(Record, int64) error) error {
	switch {
	case record.Seq == 1 && (record.Kind != RunStart || record.Header == nil):
		return &DamagedError{0, "it does not begin with the record of a run"}
	case record.Seq == 1 && record.Header.Version > Version:
		return &DamagedError{0, "a newer version of refload wrote it"}
	case record.Seq == 1:
		r.Header = *record.Header
	}
	offset := r.End
	r.Seq, r.End = record.Seq, r.End+length
	return visit(record, offset)
}

// check refuses a journal without a header: it has recorded nothing, so nothing was sent.
func (r *Replay) check() error {
	if r.Seq == 0 {
		return ErrNoRun
	}
	return nil
}

// ErrNoRun says that a journal's header never reached the disk: nothing was sent, and it is
// not a run.
var ErrNoRun = errors.New("the journal has no header: nothing was sent")

// Open reads a journal, cuts a torn last line, and goes on writing behind the last record.
func Open(file File, now func() time.Time, visit func(Record, int64) error) (*Journal, Replay, error) {
	found, err := Read(file, visit)
	if err != nil {
		return nil, found, err
	}
	if found.Torn > 0 {
		if err := errors.Join(file.Truncate(found.End), file.Sync()); err != nil {
			return nil, found, &StorageError{Err: err}
		}
	}
	j := newJournal(file, now)
	j.seq, j.size, j.durable = found.Seq, found.End, found.End
	return j, found, nil
}

// At reads the record at an offset that Append, Commit or Read gave.
func (j *Journal) At(offset int64) (Record, error) {
	j.Sync() // what it could not write is in memory
	line, err := readLine(bufio.NewReaderSize(j.from(offset), 1<<10))
	if err != nil {
		return Record{}, fmt.Errorf("reading the journal at byte %d: %w", offset, err)
	}
	return decodeLine(line)
}

// from returns what the journal holds from an offset on: on the disk or, after a failure, in memory.
func (j *Journal) from(offset int64) io.Reader {
	j.mu.Lock()
	defer j.mu.Unlock()
	if lost := offset - j.durable; j.err != nil && lost >= 0 && lost <= int64(len(j.lost)) {
		return bytes.NewReader(j.lost[lost:])
	}
	return io.NewSectionReader(j.file, offset, longestLine)
}

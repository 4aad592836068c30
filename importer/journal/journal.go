package journal

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// File is where a journal is kept: the disk, or in simulations a file that loses what was
// not synced.
type File interface {
	io.ReaderAt
	io.Writer // appends
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
	io.Closer
}

// Journal appends records. It is safe for concurrent use: writers that come together share
// one write and one fsync. After the first failed write or fsync nothing more is written: pages
// that could not be written may be lost although a second fsync reports success. What was to be
// written then stays in memory, where At finds it: results can still say it.
type Journal struct {
	file    File
	now     func() time.Time
	service func() time.Time // the service's clock; may be nil

	mu       sync.Mutex
	turned   *sync.Cond // a flush ended
	seq      int64      // of the last record
	size     int64      // bytes appended, written or not
	pending  []byte     // appended, not written
	durable  int64      // bytes that are on the disk for good
	flushing bool
	err      error  // the failure that ended the journal
	lost     []byte // what was appended and is not on the disk for good, after the failure
}

// New starts a journal in an empty file. The header is on the disk when it returns.
func New(file File, header Header, now func() time.Time) (*Journal, error) {
	j := newJournal(file, now)
	header.Version = Version
	if _, err := j.Commit(Record{Kind: RunStart, Header: &header}); err != nil {
		return nil, err
	}
	return j, nil
}

func newJournal(file File, now func() time.Time) *Journal {
	j := &Journal{file: file, now: now}
	j.turned = sync.NewCond(&j.mu)
	return j
}

// Beside gives the journal a second clock, that of the service: every record from now on has both. The clock shows
// the zero time while nobody knows.
func (j *Journal) Beside(service func() time.Time) { j.service = service }

// Append adds a record and returns its offset in the file. The record is durable after the
// next Commit or Sync. After a failure of the journal it returns that, and At finds the record
// nevertheless.
func (j *Journal) Append(record Record) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.add(record)
}

// Commit adds a record and returns its offset when it, and all records before it, are on the
// disk.
func (j *Journal) Commit(record Record) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	offset, err := j.add(record)
	if err != nil {
		return 0, err
	}
	return offset, j.flushTo(j.size)
}

// Sync returns when everything that was appended is on the disk.
func (j *Journal) Sync() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.flushTo(j.size)
}

// Close syncs and closes the file.
func (j *Journal) Close() error {
	return errors.Join(j.Sync(), j.file.Close())
}

func (j *Journal) add(record Record) (int64, error) {
	record.Seq, record.Time = j.seq+1, j.now().UTC().Truncate(time.Millisecond)
	if j.service != nil {
		record.Service = j.service().UTC().Truncate(time.Millisecond)
	}
	line, err := encodeLine(record)
	if err != nil {
		return 0, err
	}
	offset := j.size
	j.seq++
	j.size += int64(len(line))
	if j.err != nil {
		j.lost = append(j.lost, line...)
		return offset, j.err
	}
	j.pending = append(j.pending, line...)
	return offset, nil
}

// flushTo waits until the first size bytes are durable. Whoever comes while nobody flushes
// flushes for all; the others wait for him.
func (j *Journal) flushTo(size int64) error {
	for j.durable < size && j.err == nil {
		if j.flushing {
			j.turned.Wait()
			continue
		}
		j.flush()
	}
	return j.err
}

// flush writes and syncs what is pending, without holding the lock meanwhile.
func (j *Journal) flush() {
	j.flushing = true
	batch, upTo := j.pending, j.size
	j.pending = nil
	j.mu.Unlock()
	err := j.write(batch)
	j.mu.Lock()
	j.flushing = false
	if err != nil {
		j.err = &StorageError{Err: err}
		j.lost, j.pending = append(batch, j.pending...), nil
	} else {
		j.durable = upTo
	}
	j.turned.Broadcast()
}

func (j *Journal) write(batch []byte) error {
	if n, err := j.file.Write(batch); err != nil {
		return err
	} else if n < len(batch) {
		return io.ErrShortWrite
	}
	return j.file.Sync()
}

// StorageError says that the journal could not be written. What was not recorded is not
// sent, and nothing more is recorded after it.
type StorageError struct{ Err error }

// Error names the cause.
func (e *StorageError) Error() string { return fmt.Sprintf("writing the journal: %v", e.Err) }

// Unwrap returns the cause.
func (e *StorageError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *StorageError) Hint() string {
	return "make room or fix the disk of the state folder (--state), then run again: rows that reached the service are found there"
}

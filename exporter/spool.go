package exporter

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"time"

	"refload/api"
)

// The lines of a spool begin with a letter: the head, a referral, or the end of a page. What
// stands behind the last end of a page was not finished and does not count.
const (
	lineHead     = 'h'
	lineReferral = 'r'
	linePage     = 'p'
)

// spoolHead is the first line of a spool.
type spoolHead struct {
	Started time.Time `json:"started"`
	Mark    time.Time `json:"mark"`   // the last change before the list was begun, by the service's clock
	Filter  string    `json:"filter"` // what the service was asked for in the end
}

// pageEnd is the line that ends a page.
type pageEnd struct {
	Next     string `json:"next"`               // what to go on from; "" where the first pass is through
	Done     bool   `json:"done,omitempty"`     // everything is listed
	Disorder bool   `json:"disorder,omitempty"` // the list did not come in the order of creation
	Listed   int    `json:"listed,omitempty"`
	Sum      uint32 `json:"sum"` // CRC-32 of the lines of the page
}

// spool is the file that referrals are listed to, with the index of what is in it.
type spool struct {
	*index
	file   *os.File
	out    *bufio.Writer
	offset int64
	sum    uint32
	head   spoolHead
	plan   *Plan
	end    pageEnd

	newest   int64 // the latest creation so far
	disorder bool  // the list did not come in the order of creation
}

// createSpool starts an empty spool.
func createSpool(path string, head spoolHead, plan *Plan) (*spool, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, spoolError(err)
	}
	s := &spool{index: newIndex(), file: file, out: bufio.NewWriterSize(file, 64<<10), head: head, plan: plan}
	line, err := json.Marshal(head)
	if err != nil {
		panic(err) // times and texts always marshal
	}
	if err := s.write(lineHead, line); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func spoolError(err error) error { return fmt.Errorf("keeping what was listed: %w", err) }

func (s *spool) write(kind byte, line []byte) error {
	full := append(append([]byte{kind}, line...), '\n')
	if _, err := s.out.Write(full); err != nil {
		return spoolError(err)
	}
	s.offset += int64(len(full))
	s.sum = crc32.Update(s.sum, crc32.IEEETable, full)
	return nil
}

// add takes a referral in and reports whether its id is new.
func (s *spool) add(r *api.Referral) (fresh bool, err error) {
	if r.ID() == "" {
		return false, errors.New("the service listed a referral without an id, so nobody can tell whether the list is complete")
	}
	if err := s.plan.canTell(r); err != nil {
		return false, err
	}
	line, err := r.MarshalJSON()
	if err != nil {
		return false, err
	}
	return s.take(r, line, false)
}

// take indexes a referral, and writes its line where it is not in the spool yet.
func (s *spool) take(r *api.Referral, line []byte, there bool) (fresh bool, err error) {
	e := entryOf(r, s.plan)
	if there || e.matches || e.microsoft {
		e.offset, e.length = s.offset+1, int32(len(line))
	}
	fresh, stands := s.put(r.ID(), e)
	if there || !stands || !e.kept() {
		return fresh, nil
	}
	return fresh, s.write(lineReferral, line)
}

// inOrder notes whether the pages of a pass come in the order of creation.
func (s *spool) inOrder(r *api.Referral) {
	if at, ok := timeAt(r, "createdDateTime"); ok {
		s.disorder = s.disorder || at.UnixNano() < s.newest
		s.newest = max(s.newest, at.UnixNano())
	}
}

// endPage makes sure that what was listed up to here is found again after an interruption.
func (s *spool) endPage(next string, done bool) error {
	s.end = pageEnd{Next: next, Done: done, Disorder: s.disorder, Listed: len(s.entries), Sum: s.sum}
	line, err := json.Marshal(s.end)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	if err := s.write(linePage, line); err != nil {
		return err
	}
	s.sum = 0
	if err := s.out.Flush(); err != nil {
		return spoolError(err)
	}
	return nil
}

// read returns the bytes of a referral. Everything must have been flushed.
func (s *spool) read(e *entry, buffer []byte) ([]byte, error) {
	if cap(buffer) < int(e.length) {
		buffer = make([]byte, e.length)
	}
	buffer = buffer[:e.length]
	if _, err := s.file.ReadAt(buffer, e.offset); err != nil {
		return nil, spoolError(err)
	}
	return buffer, nil
}

func (s *spool) close() { s.file.Close() }

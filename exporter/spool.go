package exporter

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"time"

	"refload/api"
	"refload/internal/listing"
)

// The lines of a spool begin with a letter: the head, a referral, one that is not asked for, or the end of a page.
// What stands behind the last end of a page was not finished and does not count.
const (
	lineHead     = 'h'
	lineReferral = 'r'
	lineOther    = 'o'
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
	Next   string `json:"next"`            // what to go on from; "" where the first pass is through
	Later  bool   `json:"later,omitempty"` // the page is not of the first pass
	Done   bool   `json:"done,omitempty"`  // everything is listed
	Listed int    `json:"listed,omitempty"`
	Sum    uint32 `json:"sum"` // CRC-32 of the lines of the page
}

// spool is the file that referrals are listed to, with an entry for each of them, by its number in the list.
type spool struct {
	list    *listing.List
	entries []entry
	file    *os.File
	out     *bufio.Writer
	offset  int64
	sum     uint32
	head    spoolHead
	plan    *Plan
	end     pageEnd
}

// createSpool starts an empty spool; listed gives it its list.
func createSpool(path string, head spoolHead, plan *Plan, listed func(*spool)) (*spool, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, spoolError(err)
	}
	s := &spool{file: file, out: bufio.NewWriterSize(file, 64<<10), head: head, plan: plan}
	listed(s)
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

// take writes a referral that the list has not shown before, or a newer version of one. Of what is not asked for only
// the sight is kept, by which the passes of the list are compared.
func (s *spool) take(n int, _ bool, r *api.Referral) error {
	if err := s.plan.canTell(r); err != nil {
		return err
	}
	e := entryOf(r, s.plan)
	if !e.matches && !e.microsoft {
		line, err := json.Marshal(listing.SightOf(r))
		if err != nil {
			return err
		}
		s.put(n, e)
		return s.write(lineOther, line)
	}
	line, err := r.MarshalJSON()
	if err != nil {
		return err
	}
	e.offset, e.length = s.offset+1, int32(len(line))
	s.put(n, e)
	return s.write(lineReferral, line)
}

// put has an entry under its number.
func (s *spool) put(n int, e entry) {
	if n == len(s.entries) {
		s.entries = append(s.entries, e)
		return
	}
	s.entries[n] = e
}

// endPage makes sure that what was listed up to here is found again after an interruption.
func (s *spool) endPage(end pageEnd) error {
	s.end = end
	s.end.Listed, s.end.Sum = len(s.entries), s.sum
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

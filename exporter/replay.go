package exporter

import (
	"bufio"
	"bytes"
	"encoding/json"
	"hash/crc32"
	"io"
	"os"

	"refload/api"
	"refload/internal/listing"
)

// reopenSpool goes on with the spool of an interrupted export: up to its last whole page. It
// returns nil where there is none that can be trusted.
func reopenSpool(path string, plan *Plan, listed func(*spool)) *spool {
	file, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil
	}
	s := &spool{file: file, plan: plan}
	if !s.replay(listed) {
		s.close()
		return nil
	}
	s.out = bufio.NewWriterSize(file, 64<<10)
	return s
}

// replay reads the whole pages of a spool and cuts off what follows them.
func (s *spool) replay(listed func(*spool)) bool {
	in := bufio.NewReaderSize(s.file, 64<<10)
	var page [][]byte
	var end, offset int64
	var sum uint32
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF || len(line) < 2 {
			break
		}
		if err != nil {
			return false
		}
		offset += int64(len(line))
		if line[0] != linePage {
			sum = crc32.Update(sum, crc32.IEEETable, line)
			page = append(page, line)
			continue
		}
		var mark pageEnd
		if json.Unmarshal(line[1:], &mark) != nil || mark.Sum != sum || !s.replayPage(page, !mark.Later, listed) {
			break
		}
		s.end, end = mark, offset
		s.offset, page, sum = offset, page[:0], 0
	}
	if end == 0 || s.file.Truncate(end) != nil {
		return false
	}
	_, err := s.file.Seek(end, io.SeekStart)
	return err == nil
}

// replayPage takes the lines of a page in. The CRC has vouched for them.
func (s *spool) replayPage(lines [][]byte, first bool, listed func(*spool)) bool {
	for _, line := range lines {
		text := bytes.TrimSuffix(line[1:], []byte("\n"))
		ok := false
		switch line[0] {
		case lineHead:
			if ok = json.Unmarshal(text, &s.head) == nil; ok {
				listed(s)
			}
		case lineReferral:
			ok = s.list != nil && s.replayReferral(text, first)
		case lineOther:
			var sight listing.Sight
			if ok = s.list != nil && json.Unmarshal(text, &sight) == nil; ok {
				n, _ := s.list.Recall(sight, first)
				s.put(n, entry{})
			}
		}
		if !ok {
			return false
		}
		s.offset += int64(len(line))
	}
	if first && s.list != nil {
		s.list.RecallPage()
	}
	return s.list != nil
}

// replayReferral takes a referral in that stands in the spool.
func (s *spool) replayReferral(line []byte, first bool) bool {
	r, err := api.ParseReferral(line)
	if err != nil {
		return false
	}
	n, _ := s.list.Recall(listing.SightOf(r), first)
	e := entryOf(r, s.plan)
	e.offset, e.length = s.offset+1, int32(len(line))
	s.put(n, e)
	return true
}

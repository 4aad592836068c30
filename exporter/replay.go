package exporter

import (
	"bufio"
	"bytes"
	"encoding/json"
	"hash/crc32"
	"io"
	"os"

	"refload/api"
)

// reopenSpool goes on with the spool of an interrupted export: up to its last whole page. It
// returns nil where there is none that can be trusted.
func reopenSpool(path string, plan *Plan) *spool {
	file, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil
	}
	s := &spool{index: newIndex(), file: file, plan: plan}
	if !s.replay() {
		s.close()
		return nil
	}
	s.out = bufio.NewWriterSize(file, 64<<10)
	return s
}

// replay reads the whole pages of a spool and cuts off what follows them.
func (s *spool) replay() bool {
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
		if json.Unmarshal(line[1:], &mark) != nil || mark.Sum != sum || !s.replayPage(page) {
			break
		}
		s.end, s.disorder, end = mark, mark.Disorder, offset
		s.offset, page, sum = offset, page[:0], 0
	}
	if end == 0 || s.file.Truncate(end) != nil {
		return false
	}
	_, err := s.file.Seek(end, io.SeekStart)
	return err == nil
}

// replayPage takes the lines of a page into the index. The CRC has vouched for them.
func (s *spool) replayPage(lines [][]byte) bool {
	for _, line := range lines {
		text := bytes.TrimSuffix(line[1:], []byte("\n"))
		switch line[0] {
		case lineHead:
			if json.Unmarshal(text, &s.head) != nil {
				return false
			}
		case lineReferral:
			r, err := api.ParseReferral(text)
			if err != nil {
				return false
			}
			if at, ok := timeAt(r, "createdDateTime"); ok {
				s.newest = max(s.newest, at.UnixNano())
			}
			if _, err := s.take(r, text, true); err != nil {
				return false
			}
		}
		s.offset += int64(len(line))
	}
	return true
}

package logs

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"
)

// Stream is standard error where a log shares it with what is printed for people: whole lines, one at a
// time, and in the form JSON each line an object. It is safe for concurrent use.
type Stream struct {
	mu     sync.Mutex
	out    io.Writer
	format string
	now    func() time.Time
	begun  []byte // a line for people that has no end yet
}

// NewStream returns a stream in one of the Formats.
func NewStream(out io.Writer, format string, now func() time.Time) *Stream {
	return &Stream{out: out, format: format, now: now}
}

// Lines returns where the log writes its lines, each as a whole.
func (s *Stream) Lines() io.Writer { return logLines{s} }

// Write takes what is printed for people. A line is written when it has its end.
func (s *Stream) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = append(s.begun, text...)
	for {
		end := bytes.IndexByte(s.begun, '\n')
		if end < 0 {
			return len(text), nil
		}
		s.print(string(s.begun[:end]))
		s.begun = s.begun[end+1:]
	}
}

// Close writes a line that never had its end.
func (s *Stream) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.begun) > 0 {
		s.print(string(s.begun))
	}
	s.begun = nil
}

// printed is a line for people as an object.
type printed struct {
	Time    time.Time `json:"time"`
	Level   string    `json:"level"`
	Message string    `json:"msg"`
	Text    string    `json:"text"`
}

// print writes a line. That nobody can be told where standard error cannot be written is nothing to tell.
func (s *Stream) print(line string) {
	if s.format != JSON {
		io.WriteString(s.out, line+"\n")
		return
	}
	if strings.TrimSpace(line) != "" {
		json.NewEncoder(s.out).Encode(printed{s.now(), levelIn(line), "printed", line})
	}
}

// levelIn is the level that the first word of a line stands for.
func levelIn(line string) string {
	for word, level := range map[string]string{"error: ": "ERROR", "warning: ": "WARN"} {
		if strings.HasPrefix(line, word) {
			return level
		}
	}
	return "INFO"
}

// logLines is a stream as the log sees it.
type logLines struct{ stream *Stream }

// Write writes whole lines of the log as they are.
func (l logLines) Write(line []byte) (int, error) {
	l.stream.mu.Lock()
	defer l.stream.mu.Unlock()
	return l.stream.out.Write(line)
}

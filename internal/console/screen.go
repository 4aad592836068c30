package console

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"
)

// Screen is a stream that people look at and programs read line by line. Whatever is written to it
// arrives as Escape shows it; only the ends of lines stay. In JSON the escapes are those of JSON, so that
// the value is the same. It may be used by several goroutines.
type Screen struct {
	out  io.Writer
	one  sync.Mutex
	rest []byte // the beginning of a character whose end is still to come
}

// NewScreen returns a screen that ends in out.
func NewScreen(out io.Writer) *Screen { return &Screen{out: out} }

// Write writes text.
func (s *Screen) Write(text []byte) (int, error) {
	s.one.Lock()
	defer s.one.Unlock()
	whole := append(s.rest, text...)
	end := wholeRunes(whole)
	s.rest = append([]byte(nil), whole[end:]...)
	var b strings.Builder
	for line := range strings.Lines(string(whole[:end])) {
		plain, ended := strings.CutSuffix(line, "\n")
		b.WriteString(Escape(plain, 0))
		if ended {
			b.WriteByte('\n')
		}
	}
	if _, err := s.out.Write([]byte(b.String())); err != nil {
		return 0, err
	}
	return len(text), nil
}

// wholeRunes returns where the beginning of a last character begins that is not complete.
func wholeRunes(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		at := len(text) - n
		if utf8.RuneStart(text[at]) {
			if utf8.FullRune(text[at:]) {
				return len(text)
			}
			return at
		}
	}
	return len(text)
}

// Raw returns the stream below a screen, for data and for what draws by itself; any other stream is
// returned as it is.
func Raw(out io.Writer) io.Writer {
	if screen, ok := out.(*Screen); ok {
		return screen.out
	}
	return out
}

// Painted is text that Paint has escaped and may have coloured.
type Painted string

// Print prints like fmt.Fprintf: format is ours, and every text among args is escaped, with its ends of
// lines, so that none begins a line of its own. What is Painted keeps its colour.
func Print(out io.Writer, format string, args ...any) {
	for i, arg := range args {
		switch arg.(type) {
		case Painted:
		case error, fmt.Stringer:
			args[i] = Escape(fmt.Sprint(arg), 0)
		default:
			if reflect.ValueOf(arg).Kind() == reflect.String {
				args[i] = Escape(fmt.Sprint(arg), 0)
			}
		}
	}
	if screen, ok := out.(*Screen); ok {
		screen.one.Lock()
		defer screen.one.Unlock()
	}
	fmt.Fprintf(Raw(out), format, args...)
}

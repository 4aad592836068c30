package console_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/console"
)

// drives draws texts with what drives terminals, cut anywhere.
func drives() *rapid.Generator[string] {
	return rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\x1b\x07\r\t\x00\x7f\u009b\u202e\u200b\u0085\u2028\ufeff\U000e0001€日"))))
}

// Whatever is written to a screen in whatever pieces, nothing of it drives the terminal, and lines stay lines.
func TestAScreenPassesNothingThatDrivesATerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		screen := console.NewScreen(&out)
		text := drives().Draw(t, "text") + "\n" + drives().Draw(t, "more") + "\n"
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if written, err := screen.Write([]byte(rest[:n])); written != n || err != nil {
				t.Fatal(written, err)
			}
			rest = rest[n:]
		}
		var want strings.Builder
		for line := range strings.Lines(text) {
			want.WriteString(console.Escape(strings.TrimSuffix(line, "\n"), 0) + "\n")
		}
		if out.String() != want.String() {
			t.Fatalf("%q became %q", text, out.String())
		}
	})
}

// What JSON says is the same on a screen, and of plain ASCII where it matters.
func TestJSONKeepsItsMeaningOnAScreen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		want := strings.ToValidUTF8(drives().Draw(t, "text"), "\ufffd")
		if err := json.NewEncoder(console.NewScreen(&out)).Encode(want); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || got != want {
			t.Fatalf("%q became %q: %v", want, got, err)
		}
		if line := strings.TrimSuffix(out.String(), "\n"); console.Escape(line, 0) != line {
			t.Fatalf("%q drives a terminal", line)
		}
	})
}

// word is a text of a type of its own.
type word string

// Print escapes what it is given, also line ends; only what was painted has colours.
func TestPrintEscapesWhatItIsGiven(t *testing.T) {
	var out bytes.Buffer
	console.Print(console.NewScreen(&out), "%s|%s|%v|%d|%s\n", "a\nb\x1b[31m", word("c\rd"), errors.New("e\u202e"), 7, console.Paint(true, console.Red, "f\x1bg"))
	if want := "a\\u000ab\\u001b[31m|c\\u000dd|e\\u202e|7|\x1b[31mf\\u001bg\x1b[0m\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if got := console.Paint(false, console.Red, "f\x1bg"); got != `f\u001bg` {
		t.Errorf("without colour: %q", got)
	}
}

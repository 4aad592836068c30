package sheet

import (
	"bytes"
	"encoding/xml"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"plain_text":             "plain_text",
		"_x000D_":                "\r",
		"a_x0009_b":              "a\tb",
		"_x005F_x000D_":          "_x000D_",
		"_x0041__x0042_":         "AB",
		"_x0041_x0042_":          "Ax0042_",
		"_X0041_ _x004_ _x0g41_": "_X0041_ _x004_ _x0g41_",
		"_x004":                  "_x004",
		"__x0041_":               "_A",
		"_xD83D__xDE00_":         "😀",
		"_xd83d__xde00_":         "😀",
		"_x0000_":                "\x00",
	} {
		got, ok := unescape([]byte(text))
		if !ok || string(got) != want {
			t.Errorf("%q became %q, %v, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"_xD83D_", "_xD83D_x", "_xDE00__xD83D_", "_xD83D__x0041_"} {
		if got, ok := unescape([]byte(text)); ok {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// hostilePieces are characters and texts that trip formats up.
var hostilePieces = []string{
	"=", "+", "-", "@", "'", "''", "\t", "\r", "\n", "\r\n", `"`, ",", ";", "＝", "＋", "_", "x", "_x0041_", "_x005F_", "_xD83D_", "x0042_",
	"\x00", "\x01", "\x0b", "\x1a", "\x1f", "\x7f", "\u0085", "\u2028", "\ufeff", "\ufffe", "\uffff", "\ufffd", string(codeMark), string(codeMark) + "c0041",
	"<", "&", ">", "]]>", "&#10;", "<f>", " ", "  ", "\u00a0", "ž", "😀", "0", "00501", "1E5", "TRUE", "2026-01-30", "http://example.com", "DDE(", `=cmd|'/c calc'!A1`,
}

// hostile draws texts of the characters that trip formats up.
func hostile() *rapid.Generator[string] {
	pieces := rapid.SampledFrom(hostilePieces)
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 3).Draw(t, "how") == 0 {
			return strings.ToValidUTF8(rapid.String().Draw(t, "any"), "")
		}
		return strings.Join(rapid.SliceOfN(pieces, 0, 6).Draw(t, "pieces"), "")
	})
}

// TestProtect sends texts through what excelize does to them and through the decoder, in pieces,
// and wants them back.
func TestProtect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := hostile().Draw(t, "text")
		var coded bytes.Buffer
		if err := xml.EscapeText(&coded, []byte(protect(text))); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(coded.String(), "\ufffd") && !strings.Contains(text, "\ufffd") {
			t.Fatalf("%q lost a character: %q", text, coded.String())
		}
		var out bytes.Buffer
		d := &decoder{out: &out}
		for rest := coded.Bytes(); len(rest) > 0; {
			n := rapid.IntRange(1, min(len(rest), 9)).Draw(t, "n")
			if written, err := d.Write(rest[:n]); err != nil || written != n {
				t.Fatalf("wrote %d, %v", written, err)
			}
			rest = rest[n:]
		}
		out.Write(d.held)
		var plain string
		if err := xml.Unmarshal([]byte("<t>"+out.String()+"</t>"), &plain); err != nil {
			t.Fatalf("%q: %v", out.String(), err)
		}
		if got, ok := unescape([]byte(plain)); !ok || string(got) != text {
			t.Fatalf("%q became %q, then %q", text, out.String(), got)
		}
	})
}

func TestNeutralise(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Contoso": "Contoso", "=1+1": "'=1+1", "+420": "'+420", "-": "'-", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
		"＝1": "'＝1", "－": "'－", "'=1": "''=1", "''": "''", "'x": "'x", "O'Brien": "O'Brien", "a=b": "a=b", " =1": "' =1", "' +": "'' +", "\xff=": "\xff=",
		"\u00a0=1": "'\u00a0=1", "\u3000＝1": "'\u3000＝1", `"=1`: `'"=1`, "\ufeff@x": "'\ufeff@x", "\ufeffx": "\ufeffx",
	} {
		if got := neutralise(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// harmlessCell demands that no program takes a text in a CSV for a formula, and that it is read back.
func harmlessCell(t *testing.T, text string) {
	t.Helper()
	safe := neutralise(text)
	if got := restore(safe); got != text {
		t.Fatalf("%q became %q, then %q", text, safe, got)
	}
	first := strings.TrimLeft(safe, " \"\ufeff\u00a0\u3000\u2003")
	if r, _ := utf8.DecodeRuneInString(first); first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
		t.Fatalf("%q became %q", text, safe)
	}
}

// TestNeutraliseIsReversible wants up to a million texts back, and none to start dangerously.
func TestNeutraliseIsReversible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := hostile().Draw(t, "text")
		if got := restore(neutralise(text)); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
	count, random := effort.Of(100_000, 300_000, 1_000_000), rand.New(rand.NewPCG(1, 2))
	pieces, dangers := append([]string{"\u3000", "\u2003", "－", "＠", "DEAL"}, hostilePieces...), 0
	for range count {
		var b strings.Builder
		for range random.IntN(7) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		harmlessCell(t, b.String())
		if dangerous(b.String()) {
			dangers++
		}
	}
	if dangers < count/10 {
		t.Errorf("only %d of %d texts were dangerous", dangers, count)
	}
}

func FuzzNeutralise(f *testing.F) {
	f.Add("'=1")
	f.Add("\u00a0\"＝1")
	f.Fuzz(func(t *testing.T, text string) { harmlessCell(t, text) })
}

func FuzzUnescape(f *testing.F) {
	f.Add([]byte("_xD83D__xDE00_"))
	f.Fuzz(func(t *testing.T, text []byte) {
		plain, ok := unescape(text)
		if ok && len(plain) > len(text) {
			t.Fatalf("%q became %q", text, plain)
		}
		if ok && utf8.Valid(text) && !utf8.Valid(plain) {
			t.Fatalf("%q became %q", text, plain)
		}
	})
}

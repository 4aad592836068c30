package mapping

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEmail(t *testing.T) {
	good := []string{"ann@example.com", "a.b-c+d@sub.example.co.uk", "ann@example.com ", "ünsal@example.com", "x@" + strings.Repeat("b.", 120) + "com"}
	bad := []string{"ann", "@example.com", "ann@", "ann@localhost", "ann@example.com.", "ann@@example.com", "Ann <ann@example.com>",
		`"ann lee"@example.com`, "ann@[127.0.0.1]", "ann@example.com,bo@example.com", "ann@exam\u200bple.com", "ann @example.com",
		strings.Repeat("a", 65) + "@example.com", "ann@" + strings.Repeat("b.", 130) + "com", "ann@.com", "ann@example..com"}
	for _, text := range good {
		if value, faults := parseValue(kindField(Email), typed(text), reading{}); value != strings.TrimSpace(text) {
			t.Errorf("%q was refused: %v", text, faults)
		}
	}
	for _, text := range bad {
		value, faults := parseValue(kindField(Email), typed(text), reading{})
		if value != nil || !strings.HasPrefix(ruleCodes(faults), "VAL-") || !strings.Contains(ruleCodes(faults), "VAL-EMAIL") {
			t.Errorf("%q was read as %v with %v", text, value, faults)
		}
	}
}

func TestEmailHints(t *testing.T) {
	tests := []struct{ text, says string }{
		{"Ann Lee <ann@example.com>", "write the address alone: ann@example.com"},
		{"mailto:ann@example.com", "write the address alone: ann@example.com"},
		{"ann@example.com\u200b", "write the address alone: ann@example.com"},
		{"ann@example.com; bo@example.com", "one address a cell"},
		{"ann at example.com", "such as ann@example.com"},
	}
	for _, tt := range tests {
		if _, faults := parseValue(kindField(Email), typed(tt.text), reading{}); !strings.Contains(hintsOf(faults), tt.says) {
			t.Errorf("%q says %q, want %q", tt.text, hintsOf(faults), tt.says)
		}
	}
}

// TestAcceptedEmailIsSafe holds that no accepted address holds what could split a header or
// a list.
func TestAcceptedEmailIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab.@<>(),;: \"'\\[]+-_\u00a0\u200b\n1é")), 1, 20, -1).Draw(t, "text")
		value, _ := parseValue(kindField(Email), typed(text), reading{})
		address, ok := value.(string)
		if ok && (strings.ContainsAny(address, "<>(),;: \"\\[]\n\u00a0\u200b") || strings.Count(address, "@") != 1) {
			t.Fatalf("%q was accepted as %q", text, address)
		}
	})
}

func TestGUID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`).Draw(t, "guid")
		if value, faults := parseValue(kindField(GUID), typed(" "+text), reading{}); value != strings.ToLower(text) {
			t.Fatalf("%q: got %v with %v", text, value, faults)
		}
		cut := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
		spoiled := text[:cut] + rapid.SampledFrom([]string{"", "/", "%", "g", "-", "..", " "}).Draw(t, "by") + text[cut+1:]
		if value, _ := parseValue(kindField(GUID), typed(spoiled), reading{}); value != nil && spoiled != text && strings.TrimSpace(spoiled) != value {
			t.Fatalf("%q was read as %v", spoiled, value)
		}
	})
}

func TestETag(t *testing.T) {
	tests := []struct {
		text string
		good bool
	}{
		{`"00006d10-0000-0000-0000-5c70aa630000"`, true},
		{`"x"`, true},
		{`""`, false},
		{`"`, false},
		{`x`, false},
		{`W/"x"`, false},
		{`“x”`, false},
		{`"x`, false},
		{`"a"b"`, false},
		{`"a b"`, false},
		{`\"x\"`, false},
		{`'x'`, false},
		{`"é"`, false},
		{`*`, false},
	}
	for _, tt := range tests {
		value, faults := parseValue(kindField(ETag), typed(tt.text), reading{})
		if (value == tt.text) != tt.good || (ruleCodes(faults) == "VAL-ETAG") == tt.good {
			t.Errorf("%s: got %v with %v", tt.text, value, faults)
		}
	}
}

func TestPhone(t *testing.T) {
	tests := []struct {
		text string
		fine bool
	}{
		{"1234567890", true},
		{"+1 (425) 555-0100", true},
		{"00420 777 123 456", true},
		{"425.555.0100 x12", true},
		{"425 555 0100 ext. 7", true},
		{"425 555 0100 #7", true},
		{"12345", true},
		{"1234", false},
		{"none yet", false},
		{"ann@example.com", false},
		{"1-800-CONTOSO", false},
		{"x12345", false},
	}
	for _, tt := range tests {
		value, faults := parseValue(kindField(Phone), typed(tt.text), reading{})
		if value != tt.text || (faults == nil) != tt.fine || stops(faults) {
			t.Errorf("%q: got %v with %v", tt.text, value, faults)
		}
	}
}

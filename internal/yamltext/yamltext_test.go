package yamltext

import (
	"strings"
	"testing"
)

func TestIntricate(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "profiles:\n  contoso:\n    rate: 5\n": false, "a: [1, 2, {b: c}]\n": false, strings.Repeat("- a: b\n", 5000): false,
		strings.Repeat("a - b: 'c'\n", 5000): false, "note: " + strings.Repeat("word ", 5000): false, strings.Repeat("[", 100): false,
		strings.Repeat("[", 101): true, strings.Repeat("{a: ", 101): true, strings.Repeat("[\n", 101): true, strings.Repeat("- ", 101): true, strings.Repeat("-\t", 101): true,
		"a:\n  " + strings.Repeat("? ", 101): true, strings.Repeat("? - ", 51): true, strings.Repeat("- &a ", 101): true, strings.Repeat("- !!seq ", 101): true,
		strings.Repeat("&a ", 1001): true, strings.Repeat("!a ", 1001): true, strings.Repeat("'' ", 1001): true, strings.Repeat("a: ", 1001): true, strings.Repeat("<<: ", 1001): true,
	} {
		if got := Intricate([]byte(text)); got != want {
			t.Errorf("%.30q… of %d bytes: %v", text, len(text), got)
		}
	}
}

package sheet_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/internal/sheet"
)

func TestIsUTF8(t *testing.T) {
	long := strings.Repeat("a,b\n", 40_000)
	for _, test := range []struct {
		name, text, encoding string
		want                 bool
	}{
		{"UTF-8 under another name", "Name,City\nDušan,Praha\n", "windows-1252", true},
		{"UTF-8 under its own name", "Name,City\nDušan,Praha\n", "utf-8", false},
		{"nothing beyond ASCII", "Name,City\nKim,Praha\n", "windows-1252", false},
		{"what was asked for", "Name,City\nJos\xe9,Lyon\n", "windows-1252", false},
		{"a letter across two buffers", "N,C\n" + long + "x" + strings.Repeat("\u0161,b\n", 20_000), "windows-1250", true},
		{"late damage", "N,C\n\u0161,b\n" + long + "\xe9,b\n", "windows-1252", false},
		{"a byte order mark goes before the flag", "\ufeffName,City\nDu\u0161an,Praha\n", "windows-1252", false},
	} {
		path := filepath.Join(t.TempDir(), "deals.csv")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(path, sheet.Options{Encoding: test.encoding})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got, err := book.IsUTF8(); got != test.want || err != nil {
			t.Errorf("%s: %v, %v", test.name, got, err)
		}
		book.Close()
	}
}

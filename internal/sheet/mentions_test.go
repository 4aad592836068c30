package sheet

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// utf16Of is a text as Excel saves "Unicode text".
func utf16Of(text string, order binary.ByteOrder) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, 0, 0)
		order.PutUint16(out[len(out)-2:], unit)
	}
	return string(out)
}

func TestMentions(t *testing.T) {
	found := func(stretch []byte) bool { return bytes.Contains(stretch, []byte(" needle ")) }
	filler := strings.Repeat("hay ", mentionWindow/4-1)
	for name, c := range map[string]struct {
		content string
		want    bool
	}{
		"plain":                 {"a needle b", true},
		"nothing":               {"a need le b", false},
		"empty":                 {"", false},
		"across two windows":    {filler + " needle b", true},
		"at the very end":       {filler + filler + filler + " needle ", true},
		"two bytes a character": {utf16Of("a needle b", binary.LittleEndian), true},
		"the other way round":   {utf16Of("a needle b", binary.BigEndian), true},
		"escapes of JSON":       {`{"a":"\u003cneedle\n"}`, true},
		"no workbook after all": {"PK\x03\x04 needle ", true},
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Mentions(path, found); got != c.want || err != nil {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
	if _, err := Mentions(filepath.Join(t.TempDir(), "none"), found); err == nil {
		t.Error("a file that is not there mentions nothing")
	}
}

// A workbook is compressed; what its cells and its properties say is found all the same.
func TestMentionsInAWorkbook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.xlsx")
	book, err := CreateWorkbook(path, "")
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.AddSheet("One", []Column{{Header: "Person", Width: 9}})
	if err == nil {
		err = table.Write([]Out{{Text: "ask ann@example.com"}})
	}
	if err == nil {
		err = book.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"ann@example.com": true, "bob@example.com": false} {
		got, err := Mentions(path, func(stretch []byte) bool { return bytes.Contains(stretch, []byte(text)) })
		if got != want || err != nil {
			t.Errorf("%s: %t, %v", text, got, err)
		}
	}
}

package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A required cell that is blank is red in the results, with a note that says what is missing; one that waits for the
// listing and turned out not to be sent is amber.
func TestAMissingCellIsRed(t *testing.T) {
	r, folder := newRecorder(t), t.TempDir()
	path := writeFile(t, folder, "deals.csv", "Deal Name,Customer Name,CRM ID,Referral Type,Consent to share,Estimated Deal Value,Team member 1 Email\n"+
		"Cloud move,Contoso,C-1,Independent,Yes,1,kim@example.com\nData estate,,C-2,Independent,Yes,2,\n")
	if code, _, stderr := importInto(t, r, folder, path); code != 5 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	book, err := excelize.OpenFile(filepath.Join(folder, "deals-results.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	notes, err := book.GetComments("Results")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, note := range notes {
		for _, run := range note.Paragraph {
			text[note.Cell] += run.Text
		}
		text[note.Cell] += note.Text
	}
	for cell, want := range map[string]struct{ ground, says string }{
		"B3": {"FBD5D5", "the customer's name is missing"}, "G3": {"FFF2CC", "a team member is missing"}, "B2": {"", ""},
	} {
		style, err := book.GetCellStyle("Results", cell)
		if err != nil {
			t.Fatal(err)
		}
		look, err := book.GetStyle(style)
		if err != nil {
			t.Fatal(err)
		}
		ground := strings.Join(look.Fill.Color, "")
		if ground != want.ground || !strings.Contains(text[cell], want.says) {
			t.Errorf("%s: ground %q and note %q, want %q and %q", cell, ground, text[cell], want.ground, want.says)
		}
	}
}

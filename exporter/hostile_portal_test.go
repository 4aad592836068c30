package exporter_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"refload/api"
	"refload/exporter"
	"refload/internal/sheet"
	"refload/mapping"
)

// packedPaths are the texts that the portal's file packs into cells of several parts.
var packedPaths = []string{"team[0].firstName", "team[0].phoneNumber", "team[1].email", "details.requirements.solutions[0].id", "details.requirements.solutions[0].name"}

// withComma reports whether a part of a packed cell has a comma in it. The name of a solution
// has no place in the portal's file.
func withComma(doc *api.Referral) bool {
	for _, path := range packedPaths {
		if strings.Contains(doc.Text(path), ",") && !strings.HasSuffix(path, ".name") {
			return true
		}
	}
	return false
}

// TestHostilePortalFile exports hostile referrals as the portal's own file: those that fit come
// back character by character, and each that does not fit is an error.
func TestHostilePortalFile(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	var fit, misfit []*api.Referral
	for n := 0; len(fit) < 300 || len(misfit) < 20; n++ {
		if doc := hostile(random, n); withComma(doc) {
			misfit = append(misfit, doc)
		} else {
			fit = append(fit, doc)
		}
	}
	w := newWorld(t, nil)
	w.before = servePages(fit)
	o := w.options("deals.csv", exporter.Portal)
	w.export(o)
	comparePortal(t, o.Path, fit)
	if err := os.Remove(o.Path); err != nil {
		t.Fatal(err)
	}
	o.Fresh = true // each of them is another service
	for _, doc := range misfit[:20] {
		w.before = servePages([]*api.Referral{doc})
		_, err := exporter.Export(context.Background(), o)
		var failed *exporter.WriteError
		if !errors.As(err, &failed) || failed.Referral != doc.ID() {
			t.Fatalf("%s: %v", doc.ID(), err)
		}
		w.noFile(o.Path)
	}
}

// comparePortal holds that the texts with a column of their own are what they were.
func comparePortal(t *testing.T, path string, docs []*api.Referral) {
	t.Helper()
	inOtherForm := []string{"statusReason"} // by its number, where the portal has one
	n := 0
	tableOf(t, path, func(headers []mapping.ColumnInfo, row sheet.Row) {
		compared := 0
		for _, h := range headers {
			if !contains(hostilePaths, h.Path) || contains(inOtherForm, h.Path) {
				continue
			}
			compared++
			text, cell := docs[n].Text(h.Path), row.At(h.Index)
			if cell.Stored != text && !(cell.Kind == sheet.Blank && strings.TrimSpace(text) == "") {
				t.Fatalf("row %d, %s: %q became %q", row.Number, h.Header, text, cell.Stored)
			}
		}
		if compared < 14 {
			t.Fatalf("%d columns were compared", compared)
		}
		n++
	})
	if n != len(docs) {
		t.Fatalf("%d rows", n)
	}
}

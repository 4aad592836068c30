package exporter_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"refload/exporter"
	"refload/importer"
	"refload/internal/effort"
)

// TestExportsPassTheCheck holds that what is exported reads back without a problem: deals of all
// statuses and types, both sides of a shared one, and the portal's own file.
func TestExportsPassTheCheck(t *testing.T) {
	effort.NotShort(t)
	w := newWorld(t, nil)
	mixed(w)
	w.seed(invited(500, 1))
	for name, change := range map[string]func(*exporter.Options){
		"plain.xlsx":  func(*exporter.Options) {},
		"plain.csv":   func(o *exporter.Options) { o.Format = exporter.CSV },
		"both.xlsx":   func(o *exporter.Options) { o.BothSides = true },
		"both.csv":    func(o *exporter.Options) { o.Format, o.BothSides = exporter.CSV, true },
		"portal.csv":  func(o *exporter.Options) { o.Format = exporter.Portal },
		"chosen.xlsx": func(o *exporter.Options) { o.Columns = []string{"Deal Name", "Estimated Close Date"} },
	} {
		o := w.options(name, exporter.XLSX)
		change(&o)
		w.export(o)
		report, err := importer.Check(context.Background(), importer.Source{
			Path: o.Path, Name: filepath.Base(o.Path), Unattended: true, Today: func() time.Time { return w.now },
		}, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if report.Err() != nil || report.Problems.Errors > 0 {
			t.Errorf("%s: %v", name, report.Err())
			for _, group := range report.Problems.Groups() {
				t.Logf("%s %s: %s (%d)", group.Severity, group.Cell, group.Message, group.Count)
			}
		}
	}
}

package importer_test

import "testing"
import "strings"

func (w *world) dump(marker string) {
	for _, e := range w.emulator.Ledger() {
		if e.Marker == marker {
			w.t.Logf("%+v", e)
		}
	}
	for p, f := range w.store.files {
		for _, l := range strings.Split(string(f.data), "\n") {
			if strings.Contains(l, marker+"\"") {
				w.t.Logf("%s %s", p[len(p)-30:], l)
			}
		}
	}
}

var _ testing.TB

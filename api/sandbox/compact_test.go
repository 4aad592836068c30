package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

// edit changes the name of a referral.
func (w *world) edit(doc map[string]any, name string) {
	w.t.Helper()
	w.want(204, "PATCH", item(doc), patchOf(op("replace", "/name", `"`+name+`"`)))
}

// linesOf counts the lines of a state file.
func linesOf(t *testing.T, path string) int {
	t.Helper()
	return bytes.Count(readFile(t, path), []byte("\n"))
}

// grown is a state file with two referrals and ten writes, and the sandbox before it closed.
func grown(t *testing.T) (Options, *world) {
	t.Helper()
	options := stateOptions(t)
	w := newWorld(t, options)
	first, second := w.create().doc, w.create("externalReferenceId", `"CRM-2"`).doc
	for i := range 4 {
		w.edit(first, fmt.Sprint("first ", i))
		w.edit(second, fmt.Sprint("second ", i))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return options, w
}

func TestAStateFileShrinksOnOpen(t *testing.T) {
	options, _ := grown(t)
	if n := linesOf(t, options.StateFile); n != 11 {
		t.Fatalf("%d lines, want a header and ten writes", n)
	}
	w := newWorld(t, options)
	if n := linesOf(t, options.StateFile); n != 4 {
		t.Errorf("%d lines, want header, totals and two referrals", n)
	}
	info, err := os.Stat(options.StateFile)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	w.create("externalReferenceId", `"CRM-3"`)
	w = w.reopened(options)
	if n := linesOf(t, options.StateFile); n != 5 || w.Count() != 3 || w.Created()["CRM-1"] != 1 {
		t.Errorf("%d lines, %d referrals, created %v", n, w.Count(), w.Created())
	}
}

// With as many outdated lines as others the file stays as it is.
func TestAStateFileStays(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	w.edit(w.create().doc, "changed")
	before := readFile(t, options.StateFile)
	w.reopened(options)
	if after := readFile(t, options.StateFile); !bytes.Equal(after, before) {
		t.Errorf("%d bytes became %d", len(before), len(after))
	}
}

// life is a sandbox that is reopened again and again, and what must not get lost.
type life struct {
	options  Options
	w        *world
	versions map[string]bool // every version that was ever given out
	docs     []map[string]any
}

func (l *life) see(t *rapid.T, doc map[string]any) {
	if version := text(doc, "eTag"); version == "" || l.versions[version] {
		t.Fatalf("the version %s was given out twice", version)
	}
	l.versions[text(doc, "eTag")] = true
}

// step does one thing, drawn.
func (l *life) step(t *rapid.T) {
	kind := rapid.SampledFrom([]string{"create", "edit", "edit", "edit", "move", "seed", "reopen"}).Draw(t, "kind")
	if len(l.docs) == 0 && kind != "reopen" {
		kind = "create"
	}
	switch kind {
	case "create":
		marker := rapid.SampledFrom([]string{`"CRM-1"`, `"CRM-2"`, `null`}).Draw(t, "marker")
		doc := l.w.create("externalReferenceId", marker).doc
		l.see(t, doc)
		l.docs = append(l.docs, doc)
	case "edit", "move":
		doc := rapid.SampledFrom(l.docs).Draw(t, "referral")
		path := map[string]string{"edit": "/name", "move": "/externalReferenceId"}[kind]
		l.w.want(204, "PATCH", item(doc), patchOf(op("replace", path, `"new"`)))
		l.see(t, l.w.want(200, "GET", item(doc), "").doc)
	case "seed":
		if err := l.w.Seed(map[string]any{"name": "A lead"}); err != nil {
			t.Fatal(err)
		}
	case "reopen":
		l.reopen(t)
	}
}

func (l *life) reopen(t *rapid.T) {
	docs, created := documents(l.w.Sandbox), l.w.Created()
	var seq uint64
	if entries := l.w.Ledger(); len(entries) > 0 {
		seq = l.w.store.lastSeq
	}
	l.w = l.w.reopened(l.options)
	if got := documents(l.w.Sandbox); !reflect.DeepEqual(got, docs) || !maps.Equal(l.w.Created(), created) {
		t.Fatalf("reopened with\n%s\n%v\nwant\n%s\n%v", got, l.w.Created(), docs, created)
	}
	if l.w.ledger.seq < seq {
		t.Fatalf("the ledger goes on with %d after %d", l.w.ledger.seq, seq)
	}
	if lines := linesOf(l.w.t, l.options.StateFile); lines > 2+2*l.w.Count() {
		t.Fatalf("%d lines for %d referrals", lines, l.w.Count())
	}
}

// Whatever is done and however often it is reopened: nothing is lost, nothing comes back, no
// version is given out twice, and the file has at most twice the lines it needs.
func TestNothingIsLostByCompaction(t *testing.T) {
	folder := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		l := &life{options: Options{StateFile: filepath.Join(folder, fmt.Sprint(n)), Seed: 7}, versions: map[string]bool{}}
		l.w = newWorld(t, l.options)
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			l.step(rt)
		}
		l.reopen(rt)
		l.w.Close()
	})
}

// A kill during a compaction leaves the old file and a part of the new one, which is swept.
func TestAKilledCompaction(t *testing.T) {
	effort.NotShort(t)
	options, w := grown(t)
	created := w.Created()
	old := readFile(t, options.StateFile)
	want := documents(newWorld(t, options).reopened(options).Sandbox)
	next := readFile(t, options.StateFile)
	if len(next) >= len(old) {
		t.Fatalf("%d bytes became %d", len(old), len(next))
	}
	for cut := 0; cut <= len(next); cut += 61 {
		killed := Options{StateFile: filepath.Join(t.TempDir(), "sandbox.jsonl"), Seed: 7}
		left := filepath.Join(filepath.Dir(killed.StateFile), ".sandbox.jsonl-123456.refload.tmp")
		writeFile(t, killed.StateFile, old)
		writeFile(t, left, next[:cut])
		if err := os.Chtimes(left, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		again := newWorld(t, killed)
		if got := documents(again.Sandbox); !slices.Equal(got, want) || !maps.Equal(again.Created(), created) {
			t.Fatalf("killed at %d: %s, %v", cut, got, again.Created())
		}
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("killed at %d: the part is still there: %v", cut, err)
		}
		again.Close()
	}
}

// Where the file cannot be replaced, it goes on serving as it is.
func TestAFileThatCannotBeReplaced(t *testing.T) {
	options, _ := grown(t)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.jsonl")
	if err := os.Rename(options.StateFile, elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, options.StateFile); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	w := newWorld(t, options)
	w.create("externalReferenceId", `"CRM-3"`)
	if w = w.reopened(options); w.Count() != 3 || linesOf(t, elsewhere) != 12 {
		t.Errorf("%d referrals in %d lines", w.Count(), linesOf(t, elsewhere))
	}
}

// A compacted file was whole when it was put in its place: a referral that is missing is
// damage, never a torn write.
func TestDamageOfACompactedFile(t *testing.T) {
	options, _ := grown(t)
	newWorld(t, options).Close()
	good := readFile(t, options.StateFile)
	lines := bytes.SplitAfter(good, []byte("\n"))
	totalsOf := func(text string) []byte {
		return slices.Concat(lines[0], documentLine(writeTotals, 9, []byte(text)), lines[2], lines[3])
	}
	late := documentLine(writeTotals, 9, []byte(`{"writes":12,"kept":2}`))
	cases := []struct {
		name string
		data []byte
		line int
		why  error
	}{
		{"the last line is cut", good[:len(good)-9], 4, errMissing},
		{"the last line has a flipped bit", append(bytes.Clone(good[:len(good)-9]), append([]byte{good[len(good)-9] ^ 1}, good[len(good)-8:]...)...), 4, errMissing},
		{"both referrals are gone", slices.Concat(lines[0], lines[1]), 3, errMissing},
		{"the totals are no object", totalsOf(`7`), 2, errTotals},
		{"fewer writes than referrals", totalsOf(`{"writes":1,"kept":2}`), 2, errTotals},
		{"less than no referral", totalsOf(`{"writes":1,"kept":-2}`), 2, errTotals},
		{"totals behind referrals", slices.Concat(lines[0], lines[2], late), 3, errTotals},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			writeFile(t, options.StateFile, c.data)
			_, err := Open(options)
			var damaged *StateError
			if !errors.As(err, &damaged) || !errors.Is(err, c.why) || damaged.Line != c.line || damaged.Path != options.StateFile {
				t.Fatalf("error %v, want %v in line %d", err, c.why, c.line)
			}
			if got := readFile(t, options.StateFile); !bytes.Equal(got, c.data) {
				t.Error("the file was changed")
			}
		})
	}
}

// What is written after a compaction is torn off by a kill as ever.
func TestTornEndOfACompactedFile(t *testing.T) {
	options, _ := grown(t)
	w := newWorld(t, options)
	whole := len(readFile(t, options.StateFile))
	w.create("externalReferenceId", `"CRM-3"`)
	w.Close()
	longer := readFile(t, options.StateFile)
	for cut := whole; cut < len(longer); cut += 37 {
		writeFile(t, options.StateFile, longer[:cut])
		torn := newWorld(t, options)
		if torn.Count() != 2 || torn.Created()["CRM-3"] != 0 || torn.Created()["CRM-1"] != 1 {
			t.Fatalf("cut at %d: %d referrals, created %v", cut, torn.Count(), torn.Created())
		}
		torn.Close()
	}
}

// The server's time does not go back by a compaction, whatever its clock says.
func TestTimeGoesOnAfterACompaction(t *testing.T) {
	options, _ := grown(t)
	w := newWorld(t, options)
	var last string
	for doc := range w.Referrals() {
		last = max(last, text(doc, "updatedDateTime"))
	}
	early := options
	early.Now = func() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) }
	if doc := w.reopened(early).create("externalReferenceId", `"CRM-1"`).doc; text(doc, "createdDateTime") <= last {
		t.Errorf("created %v after %s", doc["createdDateTime"], last)
	}
}

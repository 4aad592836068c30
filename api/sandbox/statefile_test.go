package sandbox

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"refload/internal/effort"
)

func stateOptions(t *testing.T) Options {
	return Options{StateFile: filepath.Join(t.TempDir(), "sandbox.jsonl"), Seed: 7}
}

// documents returns all referrals as JSON, in order.
func documents(s *Sandbox) []string {
	var list []string
	for doc := range s.Referrals() {
		list = append(list, string(encode(doc)))
	}
	return list
}

func (w *world) reopened(options Options) *world {
	w.t.Helper()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	return newWorld(w.t, options)
}

func TestReopening(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	own := w.create(shared...).doc
	w.create(invite(text(own, "engagementId"))...)
	w.create("externalReferenceId", `"CRM-2"`)
	w.create("externalReferenceId", `"CRM-2"`)
	w.want(204, "PATCH", item(own), patchOf(op("replace", "/name", `"<b>Ünïcode & more</b>"`)))
	if err := w.Seed(map[string]any{"name": "A lead"}); err != nil {
		t.Fatal(err)
	}
	before, created, seq := documents(w.Sandbox), w.Created(), w.Ledger()[len(w.Ledger())-1].Seq
	again := w.reopened(options)
	if got := documents(again.Sandbox); !reflect.DeepEqual(got, before) {
		t.Errorf("reopened with\n%s\nwant\n%s", got, before)
	}
	if got := again.Created(); !reflect.DeepEqual(got, created) || got["CRM-2"] != 2 || len(got) != 3 {
		t.Errorf("created %v, want %v", got, created)
	}
	next := again.create().doc
	if got := again.Ledger()[0].Seq; got <= seq {
		t.Errorf("the ledger goes on with %d after %d", got, seq)
	}
	for _, doc := range before {
		if strings.Contains(doc, text(next, "eTag")[1:9]+"-") || text(parse(t, doc), "createdDateTime") >= text(next, "createdDateTime") {
			t.Errorf("a new referral with the version or the time of an old one: %v", next["eTag"])
		}
	}
	again.refused(409, "engagementId", "POST", collection, sample(invite(text(own, "engagementId"))...))
}

// A kill cuts the file anywhere in the line that is being written. Whatever was answered before
// is there, what was cut is not, and work goes on.
func TestTornEnd(t *testing.T) {
	effort.NotShort(t)
	options := stateOptions(t)
	w := newWorld(t, options)
	w.create()
	kept := documents(w.Sandbox)
	w.Close()
	whole := readFile(t, options.StateFile)
	w = newWorld(t, options)
	w.create("externalReferenceId", `"CRM-2"`)
	w.Close()
	longer := readFile(t, options.StateFile)
	for cut := len(whole); cut < len(longer); cut += effort.Of(9, 3, 1) {
		writeFile(t, options.StateFile, longer[:cut])
		torn := newWorld(t, options)
		if got := documents(torn.Sandbox); !reflect.DeepEqual(got, kept) || torn.Created()["CRM-2"] != 0 {
			t.Fatalf("cut at %d of %d: %d referrals", cut, len(longer), len(got))
		}
		if cut%97 == 0 {
			torn.create("externalReferenceId", `"CRM-3"`)
			if torn = torn.reopened(options); torn.Count() != 2 || torn.Created()["CRM-3"] != 1 {
				t.Fatalf("cut at %d, then a create: %d referrals", cut, torn.Count())
			}
		}
		torn.Close()
	}
}

func TestTornHeader(t *testing.T) {
	for cut := range len(stateHeader) {
		options := stateOptions(t)
		writeFile(t, options.StateFile, stateHeader[:cut])
		w := newWorld(t, options)
		w.create()
		if w = w.reopened(options); w.Count() != 1 {
			t.Errorf("header cut at %d: %d referrals after a create", cut, w.Count())
		}
		w.Close()
	}
}

func TestDamagedFiles(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	w.create()
	w.create()
	w.Close()
	good := readFile(t, options.StateFile)
	lines := bytes.SplitAfter(good, []byte("\n"))
	flip := func(line int) []byte {
		bad := bytes.Clone(good)
		bad[len(bytes.Join(lines[:line-1], nil))+40] ^= 1
		return bad
	}
	cases := []struct {
		name string
		data []byte
		line int // 0 means that it opens
	}{
		{"a foreign text", []byte("Deal Name,CRM ID\nA,1\n"), 1},
		{"a foreign text without newline", []byte("hello"), 1},
		{"foreign JSON lines", []byte("{\"a\":1}\n{\"a\":2}\n"), 1},
		{"a flipped bit in the header", flip(1), 1},
		{"a flipped bit in the middle", flip(2), 2},
		{"a flipped bit in the last line", flip(3), 0},
		{"an empty line in the middle", bytes.Join([][]byte{lines[0], []byte("\n"), lines[1]}, nil), 2},
		{"no referral", append(bytes.Clone(good), sealLine([]byte(`"kind":"create","seq":9,"doc":{}`))...), 4},
		{"no document", append(bytes.Clone(good), sealLine([]byte(`"kind":"create","seq":9,"doc":7`))...), 4},
		{"zeros at the end", append(bytes.Clone(good), make([]byte, 100)...), 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			writeFile(t, options.StateFile, c.data)
			s, err := Open(options)
			if c.line == 0 {
				if err != nil {
					t.Fatal(err)
				}
				s.Close()
				return
			}
			var damaged *StateError
			if !errors.As(err, &damaged) || damaged.Line != c.line || damaged.Path != options.StateFile || damaged.Hint() == "" {
				t.Fatalf("error %v, want a *StateError about line %d", err, c.line)
			}
			if got := readFile(t, options.StateFile); !bytes.Equal(got, c.data) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestLock(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	_, err := Open(options)
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Path != options.StateFile || locked.Hint() == "" {
		t.Fatalf("error %v, want a *LockedError", err)
	}
	w.reopened(options)
}

func TestUnwritableState(t *testing.T) {
	if _, err := Open(Options{StateFile: filepath.Join(t.TempDir(), "missing", "state")}); err == nil {
		t.Error("a state file was opened in a folder that does not exist")
	}
	options := stateOptions(t)
	w := newWorld(t, options)
	w.create()
	w.store.file.file.Close() // the disk goes away
	w.refused(507, "", "POST", collection, sample("externalReferenceId", `"CRM-2"`))
	w.want(500, "GET", collection, "")
	if w.Created()["CRM-2"] != 0 || w.Count() != 1 {
		t.Errorf("created %v, count %d", w.Created(), w.Count())
	}
}

func TestClosedSandbox(t *testing.T) {
	for _, options := range []Options{{}, stateOptions(t)} {
		w := newWorld(t, options)
		w.create()
		if err := errors.Join(w.Close(), w.Close()); err != nil {
			t.Fatal(err)
		}
		w.refused(503, "", "POST", collection, sample())
		if w.Reset() == nil || w.Seed(map[string]any{}) == nil {
			t.Error("a closed sandbox was written to")
		}
	}
}

func TestReset(t *testing.T) {
	options := stateOptions(t)
	w := newWorld(t, options)
	w.create()
	w.do("GET", "/nowhere", "")
	w.want(204, "POST", "/__sandbox/reset", "")
	if w.Count() != 0 || len(w.Created()) != 0 || len(w.Ledger()) != 0 || len(w.Violations()) != 0 {
		t.Error("a reset left something behind")
	}
	w.create("externalReferenceId", `"CRM-2"`)
	if w = w.reopened(options); w.Count() != 1 || w.Created()["CRM-2"] != 1 {
		t.Errorf("after reset and create: %d referrals", w.Count())
	}
}

func TestStateFileIsPrivate(t *testing.T) {
	options := stateOptions(t)
	newWorld(t, options)
	for _, path := range []string{options.StateFile, options.StateFile + ".lock"} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, error %v", path, info.Mode(), err)
		}
	}
}

// FuzzState: no bytes make the reader panic, what it calls whole is inside the file, and a
// second reading of that gives the same.
func FuzzState(f *testing.F) {
	doc := sealLine([]byte(`"kind":"create","seq":1,"doc":{"id":"x","externalReferenceId":"CRM-1"}`))
	f.Add(append(bytes.Clone(stateHeader), doc...))
	f.Add(append(bytes.Clone(stateHeader), doc[:20]...))
	f.Add(slices.Concat(stateHeader, documentLine(writeTotals, 7, []byte(`{"writes":9,"created":{"CRM-1":2},"kept":1}`)), documentLine(writeKept, 7, []byte(`{"id":"x"}`))))
	f.Add([]byte("x\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		read := func(data []byte) (int64, map[string]int, error) {
			s := &store{}
			s.clear()
			end, err := readState(bytes.NewReader(data), s.restore)
			return end, s.created, err
		}
		end, created, err := read(data)
		if err != nil {
			return
		}
		if end < 0 || end > int64(len(data)) {
			t.Fatalf("%d bytes of %d are whole", end, len(data))
		}
		again, createdAgain, err := read(data[:end])
		if err != nil || again != end || !reflect.DeepEqual(created, createdAgain) {
			t.Fatalf("read again: %d, %v, %v; want %d, %v", again, createdAgain, err, end, created)
		}
	})
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

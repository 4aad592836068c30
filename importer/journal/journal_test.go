package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"refload/importer/journal"
)

var noon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// memory is a journal's file in memory that can be made to fail.
type memory struct {
	mu        sync.Mutex
	data      []byte
	synced    int
	syncs     int
	failWrite error
	failSync  error
	short     bool
}

func (m *memory) ReadAt(p []byte, offset int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.NewReader(m.data).ReadAt(p, offset)
}

func (m *memory) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failWrite != nil {
		return 0, m.failWrite
	}
	if m.short {
		m.data = append(m.data, p[:len(p)/2]...)
		return len(p) / 2, nil
	}
	m.data = append(m.data, p...)
	return len(p), nil
}

func (m *memory) Sync() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.syncs++
	if m.failSync != nil {
		return m.failSync
	}
	m.synced = len(m.data)
	return nil
}

func (m *memory) Truncate(size int64) error {
	m.data = m.data[:size]
	return nil
}

func (m *memory) Size() (int64, error) { return int64(len(m.data)), nil }
func (m *memory) Close() error         { return nil }

// written returns a journal with a header and n intents.
func written(t testing.TB, n int) []byte {
	t.Helper()
	file := &memory{}
	j, err := journal.New(file, journal.Header{Run: "run", Rows: n}, clock)
	if err != nil {
		t.Fatal(err)
	}
	for row := range n {
		if _, err := j.Append(journal.Record{Kind: journal.Intent, Row: row + 2, Marker: fmt.Sprintf("CRM-%d", row), Send: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return file.data
}

// read returns the markers of a journal.
func read(data []byte) (markers []string, found journal.Replay, err error) {
	found, err = journal.Read(&memory{data: data}, func(r journal.Record, _ int64) error {
		if r.Kind == journal.Intent {
			markers = append(markers, r.Marker)
		}
		return nil
	})
	return markers, found, err
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	data := written(t, 3)
	markers, found, err := read(data)
	if err != nil || strings.Join(markers, " ") != "CRM-0 CRM-1 CRM-2" || found.Seq != 4 || found.Header.Run != "run" || found.Torn != 0 {
		t.Errorf("%v %+v %v", markers, found, err)
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if !strings.HasPrefix(line, "{") || !strings.HasSuffix(line, `"}`) {
			t.Errorf("not a JSON line: %s", line)
		}
	}
}

// Cut anywhere, a journal gives the records before the cut, and a record counts only with
// its newline.
func TestCutAnywhere(t *testing.T) {
	data := written(t, 6)
	for size := range len(data) {
		whole := bytes.Count(data[:size], []byte("\n"))
		markers, found, err := read(data[:size])
		if whole == 0 {
			if !errors.Is(err, journal.ErrNoRun) {
				t.Fatalf("cut at %d: %v", size, err)
			}
			continue
		}
		if err != nil || len(markers) != whole-1 || found.Torn != int64(size)-found.End {
			t.Fatalf("cut at %d: %d intents of %d lines, torn %d, %v", size, len(markers), whole, found.Torn, err)
		}
	}
}

// A flipped bit never gives other records without an error: a journal is a beginning of the
// true one, or damaged.
func TestFlippedBits(t *testing.T) {
	data := written(t, 20)
	truth, _, _ := read(data)
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		damaged := bytes.Clone(data)
		at := random.IntN(len(damaged))
		damaged[at] ^= 1 << random.IntN(8)
		markers, _, err := read(damaged)
		if err != nil {
			continue
		}
		for i, marker := range markers {
			if marker != truth[i] {
				t.Fatalf("byte %d: %s instead of %s, and no error", at, marker, truth[i])
			}
		}
		if line := bytes.Count(data[:at], []byte("\n")); line < 20 && len(markers) < len(truth) {
			t.Fatalf("byte %d in line %d: the rest was cut as if torn, %d records", at, line, len(markers))
		}
	}
}

func TestDamageInTheMiddleIsRefused(t *testing.T) {
	data := written(t, 5)
	lines := bytes.SplitAfter(data, []byte("\n"))
	for name, damaged := range map[string][]byte{
		"a line is missing":     bytes.Join([][]byte{lines[0], lines[2], lines[3]}, nil),
		"a line twice":          bytes.Join([][]byte{lines[0], lines[1], lines[1], lines[2]}, nil),
		"two lines exchanged":   bytes.Join([][]byte{lines[0], lines[2], lines[1], lines[3]}, nil),
		"an empty line":         bytes.Join([][]byte{lines[0], []byte("\n"), lines[1]}, nil),
		"no header":             bytes.Join(lines[1:], nil),
		"another checksum case": bytes.Replace(data, lines[1][len(lines[1])-11:], bytes.ToUpper(lines[1][len(lines[1])-11:]), 1),
	} {
		_, _, err := read(damaged)
		var refused *journal.DamagedError
		if !errors.As(err, &refused) && !bytes.Equal(damaged, data) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANewerVersionIsRefused(t *testing.T) {
	file := &memory{}
	if _, err := journal.New(file, journal.Header{Run: "run"}, clock); err != nil {
		t.Fatal(err)
	}
	this, next := fmt.Sprintf(`"version":%d`, journal.Version), fmt.Sprintf(`"version":%d`, journal.Version+1)
	if !bytes.Contains(file.data, []byte(this)) {
		t.Fatal("the version is not in the header")
	}
	_, _, err := read(journal.Resigned(bytes.Replace(file.data, []byte(this), []byte(next), 1)))
	var refused *journal.DamagedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("%v", err)
	}
}

// A journal of the version before the service's clock came into it is read as ever, and gone on with.
func TestAnOldVersionIsRead(t *testing.T) {
	const old = `{"seq":1,"time":"2026-01-02T03:04:05Z","kind":"run","header":{"version":1,"run":"old","tool":"","target":"","input":"","input_hash":"","rows":1},"crc":"00000000"}
{"seq":2,"time":"2026-01-02T03:04:06Z","kind":"intent","row":2,"step":"create","marker":"CRM-0","send":1,"crc":"00000000"}
`
	file := &memory{data: journal.Resigned([]byte(old))}
	markers, found, err := read(file.data)
	if err != nil || len(markers) != 1 || found.Header.Version != 1 {
		t.Fatalf("%v %+v %v", markers, found, err)
	}
	j, _, err := journal.Open(file, clock, func(journal.Record, int64) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	j.Beside(clock)
	if _, err := j.Commit(journal.Record{Kind: journal.Intent, Row: 3, Marker: "CRM-1"}); err != nil {
		t.Fatal(err)
	}
	if markers, _, err := read(file.data); err != nil || len(markers) != 2 {
		t.Errorf("%v %v", markers, err)
	}
}

// Records have the service's clock beside ours, where it is known.
func TestBothClocks(t *testing.T) {
	file, service := &memory{}, time.Time{}
	j, err := journal.New(file, journal.Header{Run: "run"}, clock)
	if err != nil {
		t.Fatal(err)
	}
	j.Beside(func() time.Time { return service })
	var offsets []int64
	for range 2 {
		offset, err := j.Commit(journal.Record{Kind: journal.Intent, Row: 2})
		if err != nil {
			t.Fatal(err)
		}
		offsets, service = append(offsets, offset), clock().Add(time.Hour)
	}
	for i, want := range []time.Time{{}, clock().Add(time.Hour).UTC().Truncate(time.Millisecond)} {
		if record, err := j.At(offsets[i]); err != nil || !record.Service.Equal(want) {
			t.Errorf("record %d: %s, expected %s, %v", i, record.Service, want, err)
		}
	}
	if bytes.Count(file.data, []byte("service_time")) != 1 {
		t.Errorf("%s", file.data)
	}
}

// Going on after a torn tail: it is cut, and what is written then is read.
func TestATornTailIsCut(t *testing.T) {
	data := written(t, 3)
	file := &memory{data: append(bytes.Clone(data[:len(data)-1]), []byte{}...)} // only the newline is missing
	j, found, err := journal.Open(file, clock, func(journal.Record, int64) error { return nil })
	if err != nil || found.Torn == 0 {
		t.Fatalf("%+v %v", found, err)
	}
	if _, err := j.Commit(journal.Record{Kind: journal.Intent, Marker: "after"}); err != nil {
		t.Fatal(err)
	}
	if markers, _, err := read(file.data); err != nil || strings.Join(markers, " ") != "CRM-0 CRM-1 after" {
		t.Errorf("%v %v", markers, err)
	}
}

// A failed write or fsync is final: nothing is recorded after it, and nobody is told that
// his record is safe.
func TestAFailedWriteIsFinal(t *testing.T) {
	for name, fail := range map[string]func(*memory){
		"write": func(m *memory) { m.failWrite = errors.New("no space") },
		"fsync": func(m *memory) { m.failSync = errors.New("input/output error") },
		"short": func(m *memory) { m.short = true },
	} {
		file := &memory{}
		j, err := journal.New(file, journal.Header{}, clock)
		if err != nil {
			t.Fatal(err)
		}
		fail(file)
		var storage *journal.StorageError
		if _, err := j.Commit(journal.Record{Kind: journal.Intent}); !errors.As(err, &storage) {
			t.Errorf("%s: %v", name, err)
		}
		file.failWrite, file.failSync, file.short = nil, nil, false
		if _, err := j.Commit(journal.Record{Kind: journal.Intent}); !errors.As(err, &storage) {
			t.Errorf("%s: a record was taken after it: %v", name, err)
		}
		if err := j.Sync(); err == nil {
			t.Errorf("%s: Sync reports success after it", name)
		}
	}
}

// Writers that come together share fsyncs, and each record is durable when Commit returns.
func TestGroupCommit(t *testing.T) {
	file, err := journal.Disk{}.Create(filepath.Join(t.TempDir(), "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.New(file, journal.Header{}, clock)
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 16, 50
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for n := range each {
				marker := fmt.Sprintf("%d-%d", w, n)
				offset, err := j.Commit(journal.Record{Kind: journal.Intent, Marker: marker})
				if err != nil {
					t.Error(err)
					return
				}
				if record, err := j.At(offset); err != nil || record.Marker != marker {
					t.Errorf("at %d: %s, %v; expected %s", offset, record.Marker, err, marker)
				}
			}
		})
	}
	group.Wait()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file.(interface{ Name() string }).Name())
	if err != nil {
		t.Fatal(err)
	}
	if markers, _, err := read(data); err != nil || len(markers) != writers*each {
		t.Errorf("%d records, %v", len(markers), err)
	}
}

func TestFilesArePrivateAndNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	file, err := journal.Disk{}.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := (journal.Disk{}).Create(path); err == nil {
		t.Error("a journal was written over another")
	}
	if _, err := (journal.Disk{}).Open(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// Any bytes: no panic, records only from lines with their checksum, known errors.
func FuzzRead(f *testing.F) {
	f.Add(written(f, 2))
	f.Add([]byte("{}\n"))
	f.Add([]byte(strings.Repeat("x", 300) + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, found, err := read(data)
		var damaged *journal.DamagedError
		if err != nil && !errors.As(err, &damaged) && !errors.Is(err, journal.ErrNoRun) && !errors.Is(err, io.EOF) {
			t.Fatalf("%v", err)
		}
		if found.End > int64(len(data)) {
			t.Fatalf("the end %d is beyond the file", found.End)
		}
	})
}

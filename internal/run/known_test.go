package run

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestKnown(t *testing.T) {
	home, err := OpenHome(t.TempDir(), "service")
	if err != nil {
		t.Fatal(err)
	}
	key, now := bytes.Repeat([]byte{7}, 32), time.Date(2031, 1, 30, 12, 0, 0, 0, time.UTC)
	open := func() *Known {
		t.Helper()
		k, err := home.Known(key)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { k.Close() })
		return k
	}
	k := open()
	if k.Has("customer", "1", "contoso") || !k.Began.IsZero() {
		t.Error("a new home knows something")
	}
	k.Suppose("near", "a", "1")
	if !k.Has("near", "a", "1") || open().Has("near", "a", "1") {
		t.Error("what is supposed is known for this process alone")
	}
	k.Suppose("customer", "1", "contoso")
	for range 2 {
		if err := k.Keep(now, "customer", "1", "contoso"); err != nil {
			t.Fatal(err)
		}
	}
	path := home.known(key)
	data, _ := os.ReadFile(path)
	if strings.Contains(string(data), "contoso") || strings.Count(string(data), "\n") != 3 {
		t.Errorf("%s", data)
	}
	// A line that was torn says nothing, and spoils none behind it.
	if err := os.WriteFile(path, append(data, "0123456789abc"...), 0o600); err != nil {
		t.Fatal(err)
	}
	k = open()
	if !k.Has("customer", "1", "contoso") || k.Has("customer", "1contoso") || k.Has("customer", "2", "contoso") || !k.Began.Equal(now) {
		t.Errorf("%+v", k)
	}
	if err := k.Keep(now.Add(time.Hour), "skip", "row", "2"); err != nil {
		t.Fatal(err)
	}
	if k = open(); !k.Has("skip", "row", "2") || !k.Has("customer", "1", "contoso") || !k.Began.Equal(now) {
		t.Errorf("%+v", k)
	}
	// Another key knows nothing, and no key keeps nothing.
	other, _ := home.Known(bytes.Repeat([]byte{8}, 32))
	none, _ := home.Known(nil)
	if other.Has("skip", "row", "2") || none.Has("skip", "row", "2") || (*Known)(nil).Has("skip") || (*Known)(nil).Close() != nil {
		t.Error("hashes of another key are believed")
	}
}

func TestHabits(t *testing.T) {
	home, err := OpenHome(t.TempDir(), "service")
	if err != nil {
		t.Fatal(err)
	}
	want := func(want Habits) {
		t.Helper()
		if got, err := home.Habits(); got != want || err != nil {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	want(Habits{})
	for _, seen := range []Habits{{Case: true}, {Keeps: 20}, {Padding: true}, {Keeps: 30}, {Keeps: 10}} {
		if err := home.Learn(seen); err != nil {
			t.Fatal(err)
		}
	}
	want(Habits{true, true, 10})
	if h := (Habits{Keeps: 3}); !h.TooLong("ABCD") || h.TooLong("ÄÖÜ") || (Habits{}).TooLong("ABCD") {
		t.Error("what is too long is counted in characters")
	}
	if err := os.WriteFile(filepath.Join(home.Path(), "service.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := home.Habits(); err == nil || home.Learn(Habits{Case: true}) == nil {
		t.Error("a damaged file is believed")
	}
	for range 2 {
		if err := home.Unlearn(); err != nil {
			t.Error(err)
		}
	}
	want(Habits{})
}

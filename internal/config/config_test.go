package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheTableIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, key := range Keys() {
		if seen[key.Name] || key.Help == "" || strings.HasSuffix(key.Help, ".") || checks[key.Kind] == nil {
			t.Errorf("%s stands twice, or has no help or no reader", key.Name)
		}
		if (key.Kind == Word) != (len(key.Allowed) > 0) {
			t.Errorf("%s: the allowed words do not fit its kind", key.Name)
		}
		if found, ok := Lookup(key.Name); !ok || found.Name != key.Name {
			t.Errorf("%s is not found", key.Name)
		}
		if (key.Kind == Word || key.Kind == YesNo) && key.Default != "" {
			if kept, expected := checks[key.Kind](key, key.Default); expected != "" || kept != key.Default {
				t.Errorf("%s does not take its own default %q", key.Name, key.Default)
			}
		}
		seen[key.Name] = true
	}
	if _, ok := Lookup("frobnicate"); ok || len(seen) < 20 {
		t.Errorf("%d keys", len(seen))
	}
}

// write puts a file that counts more and the person's own into folders of their own.
func write(t testing.TB, near, own string) (string, string) {
	t.Helper()
	var paths []string
	for _, text := range []string{near, own} {
		path := filepath.Join(t.TempDir(), FileName)
		if text != "" {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		paths = append(paths, path)
	}
	return paths[0], paths[1]
}

// Key by key the named file counts more than the person's own, and each value knows its file.
func TestTheNamedFileGoesBeforeOnesOwn(t *testing.T) {
	named, own := write(t,
		"default-profile: rehearsal\nprofiles:\n  contoso:\n    rate: 3\n    mapping: crm.yaml\n  rehearsal: {rate: 1}\n",
		"default-profile: contoso\nprofiles:\n  contoso:\n    tenant: contoso.example.com\n    rate: 5\n    mode: create\n    mapping: own.yaml\n")
	both, err := Read(Places{Named: named, Own: own})
	if err != nil {
		t.Fatal(err)
	}
	contoso, _ := both.Profile("contoso")
	for key, want := range map[string]string{
		"rate": "3 " + named + ":4", "mapping": filepath.Join(filepath.Dir(named), "crm.yaml") + " " + named + ":5",
		"mode": "create " + own + ":6", "tenant": "contoso.example.com " + own + ":4",
	} {
		if value, _ := contoso.Get(key); value.Text+" "+value.Place.String() != want {
			t.Errorf("%s: %+v, want %s", key, value, want)
		}
	}
	if both.Default.Text != "rehearsal" || len(both.Files) != 2 || strings.Join(both.Names(), " ") != "contoso rehearsal" {
		t.Errorf("%+v", both)
	}
}

func TestReadingFiles(t *testing.T) {
	missing := filepath.Join(t.TempDir(), FileName)
	none, err := Read(Places{Folder: missing, Own: missing})
	if err != nil || len(none.Files) != 0 || len(none.Names()) != 0 {
		t.Errorf("no files: %+v, %v", none, err)
	}
	if _, ok := none.Profile("contoso"); ok {
		t.Error("a profile of no file")
	}
	if _, err := Read(Places{Named: missing, Own: missing}); err == nil || !strings.HasPrefix(err.Error(), missing+": ") || err.(*Error).Hint() == "" {
		t.Errorf("a named file that is missing: %v", err)
	}
	named, _ := write(t, "default-profile: contos\nprofiles: {contoso: {rate: 1}}\n", "")
	if _, err := Read(Places{Named: named}); err == nil || !strings.Contains(err.Error(), named+":1: ") || !strings.Contains(err.(*Error).Hint(), `did you mean "contoso"?`) {
		t.Errorf("a default that is no profile: %v", err)
	}
	folder := t.TempDir()
	for name, places := range map[string]Places{"found": {Folder: folder}, "named": {Named: folder}, "own": {Own: folder}} {
		if _, err := Read(places); err == nil || !strings.Contains(err.Error(), folder+": this is no plain file") {
			t.Errorf("a folder, %s: %v", name, err)
		}
	}
	var nobody *Profile
	if _, said := nobody.Get("rate"); said || nobody.Yes("production") || nobody.Text("rate") != "" {
		t.Error("a nil profile says something")
	}
}

// Whatever two files say: each value is the nearer one's where that says one, and the farther one's otherwise.
func TestOverlayIsKeyByKey(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		texts := [2]string{}
		want := map[string]string{}
		for i, side := range []string{"own", "near"} {
			texts[i] = "profiles:\n  contoso:\n    rate: 0\n"
			want["rate"] = "0"
			for _, name := range []string{"max-creates", "max-closes", "max-shares", "concurrency"} {
				if n := rapid.IntRange(0, 3).Draw(rt, side+name); n > 0 {
					want[name] = fmt.Sprint(10*i + n)
					texts[i] += fmt.Sprintf("    %s: %d\n", name, 10*i+n)
				}
			}
		}
		both := newConfig()
		for _, text := range texts {
			file, err := Parse("file.yaml", []byte(text))
			if err != nil {
				rt.Fatal(err)
			}
			both.overlay(file)
		}
		contoso, _ := both.Profile("contoso")
		for _, key := range Keys() {
			if got := contoso.Text(key.Name); got != want[key.Name] {
				rt.Fatalf("%s: %q, want %q", key.Name, got, want[key.Name])
			}
		}
	})
}

func TestNear(t *testing.T) {
	for word, want := range map[string]string{"rte": "rate", "max-create": "max-creates", "Tenant": "tenant", "frobnicate": "", "": ""} {
		if got, ok := Near(word, names()); got != want || ok != (want != "") {
			t.Errorf("%q: %q", word, got)
		}
	}
}

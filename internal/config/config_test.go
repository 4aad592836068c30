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
		if key.Kind == Word || key.Kind == YesNo {
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

// write puts a project's file and the user's into folders of their own.
func write(t testing.TB, project, user string) (string, string) {
	t.Helper()
	var paths []string
	for _, text := range []string{project, user} {
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

// Key by key the project's file counts more, and each value knows its file.
func TestProjectGoesBeforeUser(t *testing.T) {
	project, user := write(t,
		"default-profile: rehearsal\nprofiles:\n  contoso:\n    rate: 3\n    mapping: crm.yaml\n  rehearsal: {rate: 1}\n",
		"default-profile: contoso\nprofiles:\n  contoso:\n    tenant: contoso.example.com\n    rate: 5\n    mode: create\n    mapping: own.yaml\n")
	both, err := Read(project, user)
	if err != nil {
		t.Fatal(err)
	}
	contoso, _ := both.Profile("contoso")
	for key, want := range map[string]string{
		"rate": "3 " + project + ":4", "mapping": filepath.Join(filepath.Dir(project), "crm.yaml") + " " + project + ":5",
		"mode": "create " + user + ":6", "tenant": "contoso.example.com " + user + ":4",
	} {
		if value, _ := contoso.Get(key); value.Text+" "+value.Place.String() != want {
			t.Errorf("%s: %+v, want %s", key, value, want)
		}
	}
	if both.Default.Text != "rehearsal" || len(both.Files) != 2 || strings.Join(both.Names(), " ") != "contoso rehearsal" {
		t.Errorf("%+v", both)
	}
}

// A folder that came from elsewhere changes neither the service nor the guards of a profile of
// the user's own.
func TestPinnedKeys(t *testing.T) {
	own := "profiles:\n  contoso:\n    base-url: https://api.example.com\n    production: yes\n    partial-view: refused\n"
	for _, test := range []struct {
		line string
		ok   bool
	}{
		{"base-url: https://evil.example.net", false}, {"base-url: https://api.example.com", true}, {"production: no", false},
		{"production: true", true}, {"partial-view: accepted", false}, {"tenant: evil.example.net", false},
		{"client-id: 11111111-2222-3333-4444-555555555555", false}, {"rate: 9", true},
	} {
		project, user := write(t, "profiles:\n  contoso:\n    "+test.line+"\n", own)
		_, err := Read(project, user)
		if (err == nil) != test.ok {
			t.Errorf("%s: %v", test.line, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), project+":3: ") || !strings.Contains(err.Error(), user)) {
			t.Errorf("%s: the message does not name both places: %v", test.line, err)
		}
		if _, err := Read(user, project); strings.HasPrefix(test.line, "rate") && err == nil {
			t.Error("the other way round the service is changed too")
		}
	}
}

// Each pinned key of the table is pinned: a value of its own beside the user's is refused, and so is one where the
// user's file says nothing of the key.
func TestEveryPinnedKeyIsPinned(t *testing.T) {
	values := map[string][2]string{ // the user's, the project's
		"base-url": {"https://api.example.com", "https://evil.example.net"}, "authority": {"https://login.example.com", "https://evil.example.net"},
		"tenant": {"contoso.example.com", "evil.example.net"}, "ca-file": {"ours.pem", "theirs.pem"}, "production": {"yes", "no"}, "partial-view": {"refused", "accepted"},
		"client-id": {"11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-666666666666"},
	}
	for _, key := range Keys() {
		value, listed := values[key.Name]
		if listed != key.Pinned {
			t.Errorf("%s: pinned %v, and the test has a case: %v", key.Name, key.Pinned, listed)
		}
		if !key.Pinned {
			continue
		}
		for _, own := range []string{"    " + key.Name + ": " + value[0] + "\n", "    max-creates: 5\n"} {
			project, user := write(t, "profiles:\n  contoso:\n    "+key.Name+": "+value[1]+"\n", "profiles:\n  contoso:\n"+own)
			_, err := Read(project, user)
			if err == nil || !strings.HasPrefix(err.Error(), project+":3: ") || !strings.Contains(err.Error(), key.Name) {
				t.Errorf("%s beside %q: %v", key.Name, own, err)
			}
		}
	}
}

func TestReadingFiles(t *testing.T) {
	none, err := Read(filepath.Join(t.TempDir(), FileName), "")
	if err != nil || len(none.Files) != 0 || len(none.Names()) != 0 {
		t.Errorf("no files: %+v, %v", none, err)
	}
	if _, ok := none.Profile("contoso"); ok {
		t.Error("a profile of no file")
	}
	project, user := write(t, "default-profile: contos\nprofiles: {contoso: {rate: 1}}\n", "")
	if _, err := Read(project, user); err == nil || !strings.Contains(err.Error(), project+":1: ") || !strings.Contains(err.(*Error).Hint(), `did you mean "contoso"?`) {
		t.Errorf("a default that is no profile: %v", err)
	}
	folder := t.TempDir()
	if _, err := Read(folder, ""); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("a folder: %v", err)
	}
	var nobody *Profile
	if _, said := nobody.Get("rate"); said || nobody.Yes("production") || nobody.Text("rate") != "" {
		t.Error("a nil profile says something")
	}
}

// Whatever two files say of keys that are not pinned: each value is the project's where that says
// one, and the user's otherwise.
func TestOverlayIsKeyByKey(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		texts := [2]string{}
		want := map[string]string{}
		for i, side := range []string{"user", "project"} {
			texts[i] = "profiles:\n  contoso:\n    rate: 0\n"
			want["rate"] = "0"
			for _, name := range []string{"max-creates", "max-closes", "max-shares", "concurrency"} {
				if n := rapid.IntRange(0, 3).Draw(rt, side+name); n > 0 {
					want[name] = fmt.Sprint(10*i + n)
					texts[i] += fmt.Sprintf("    %s: %d\n", name, 10*i+n)
				}
			}
		}
		user, err := Parse("user.yaml", []byte(texts[0]))
		if err != nil {
			rt.Fatal(err)
		}
		project, err := Parse("project.yaml", []byte(texts[1]))
		if err != nil {
			rt.Fatal(err)
		}
		both := &Config{profiles: map[string]*Profile{}}
		if err := both.overlay(user); err != nil {
			rt.Fatal(err)
		}
		if err := both.overlay(project); err != nil {
			rt.Fatal(err)
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

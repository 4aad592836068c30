package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// valueOf is a value that each key takes.
var valueOf = map[string]string{
	"base-url": "https://evil.example.net", "authority": "https://evil.example.net", "tenant": "evil.example.net", "ca-file": "theirs.pem",
	"client-id": "11111111-2222-3333-4444-555555555555", "production": "no", "partial-view": "accepted", "list-hides": "accepted", "other-customer": "note", "rate": "0", "concurrency": "9",
	"mapping": "crm.yaml", "sheet": "Deals", "header-row": "3", "encoding": "windows-1252", "delimiter": "semicolon",
	"dates": "dmy", "decimal": "comma",
	"mode": "create", "key": "Deal Name", "on-unknown": "resend", "settle": "1s", "resend-after": "1s", "results-folder": "elsewhere",
	"retention": "0d", "max-creates": "100%", "max-closes": "100%", "max-shares": "100%", "min-rows": "0%", "share-closed": "yes", "notify-hosts": "evil.example.net",
}

// reading are the keys that say how a file is read. Another one that is called so takes a word about why
// it leads nothing away and lowers no guard.
var reading = map[string]bool{"mapping": true, "sheet": true, "header-row": true, "encoding": true, "delimiter": true, "dates": true, "decimal": true}

// The file of a folder may say of every key of the table what its class allows, and at its top only; a file
// that the person names, or their own, may say all of them in a profile.
func TestEveryKeyOfAFoldersFile(t *testing.T) {
	for _, key := range Keys() {
		value, listed := valueOf[key.Name]
		if !listed || key.Reading != reading[key.Name] {
			t.Errorf("%s: the test has a value: %v, reading is %v", key.Name, listed, key.Reading)
		}
		path, own := write(t, key.Name+": "+value+"\n", "profiles: {contoso: {max-creates: 5}}\n")
		read, err := Read(Places{Folder: path, Own: own})
		if !key.Reading {
			refusedFor(t, err, path, own, key.Name)
		} else if said, ok := read.Get(nil, key.Name); err != nil || !ok || said.Place.String() != path+":1" {
			t.Errorf("%s in a folder: %+v, %v", key.Name, said, err)
		}
		for name, places := range map[string]Places{"named": {Named: path}, "own": {Own: path}} {
			if _, err := Read(places); (err == nil) != key.Reading {
				t.Errorf("%s at the top of a file, %s: %v", key.Name, name, err)
			}
		}
		path, own = write(t, profiled(key.Name+": "+value), "profiles: {contoso: {max-creates: 5}}\n")
		_, err = Read(Places{Folder: path, Own: own})
		refusedFor(t, err, path, own, "profiles")
		takesInProfile(t, key.Name, path, own)
	}
}

// takesInProfile expects that a file which is the person's is taken with a key in its profile.
func takesInProfile(t *testing.T, key, path, own string) {
	t.Helper()
	for name, places := range map[string]Places{"named": {Named: path, Own: own}, "own": {Own: path}, "both": {Folder: path, Own: path}} {
		read, err := Read(places)
		if err != nil {
			t.Errorf("%s in a profile, %s: %v", key, name, err)
			continue
		}
		contoso, _ := read.Profile("contoso")
		if said, ok := read.Get(contoso, key); !ok || said.Place.String() != path+":3" {
			t.Errorf("%s in a profile, %s: %+v", key, name, said)
		}
	}
}

// refusedFor expects an error that names the line, the key and both ways out.
func refusedFor(t *testing.T, err error, path, own, key string) {
	t.Helper()
	ours, ok := err.(*Error)
	if !ok || !strings.HasPrefix(err.Error(), path+":1: "+key+" ") || !strings.Contains(ours.Hint(), "--config "+path) || !strings.Contains(ours.Hint(), own) {
		t.Errorf("%s in a folder: %v", key, err)
	}
}

// What else a folder's file may not say, whatever it is worth.
func TestWhatAFoldersFileMayNotSay(t *testing.T) {
	for text, message := range map[string]string{
		"default-profile: contoso\n": ":1: default-profile is not for", "profiles:\n": ":1: profiles is not for", "mapping: a.yaml\nprofiles: {}\n": ":2: profiles is not for",
		"proxy: http://evil.example.net\n": `:1: "proxy" is not a key`, "header-row: 0\n": ":1: this is no value for header-row", "Profiles: {}\n": `:1: "Profiles" is not a key`,
		"mapping: a.yaml\n---\nprofiles: {}\n": ":3: the file has several documents", "x: &x {rate: 1}\n<<: *x\n": `:1: "x" is not a key`,
	} {
		path, _ := write(t, text, "")
		if _, err := Read(Places{Folder: path}); err == nil || !strings.HasPrefix(err.Error(), path+message) || err.(*Error).Hint() == "" {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := Read(Places{Folder: path, Named: filepath.Join(t.TempDir(), FileName)}); err == nil || strings.Contains(err.Error(), path) {
			t.Errorf("%q is read beside a file that is named: %v", text, err)
		}
	}
}

// A nearer file goes before a farther one, whatever stands where; in one file a profile goes before the top.
func TestWhatStandsOutsideOfProfiles(t *testing.T) {
	const both = "mapping: top.yaml\nsheet: Top\nprofiles: {contoso: {mapping: profile.yaml}}\n"
	for name, test := range map[string]struct {
		folder, named, own string
		want               map[string]string // of the profile contoso
		none               string            // the mapping without a profile
	}{
		"own file alone":       {"", "", both, map[string]string{"mapping": "profile.yaml", "sheet": "Top"}, "top.yaml"},
		"the folder's is near": {"mapping: folder.yaml\n", "", both, map[string]string{"mapping": "folder.yaml", "sheet": "Top"}, "folder.yaml"},
		"the named one too":    {"mapping: folder.yaml\n", "mapping: named.yaml\n", both, map[string]string{"mapping": "named.yaml", "sheet": "Top"}, "named.yaml"},
		"its profile":          {"", "profiles: {contoso: {sheet: Named}}\n", both, map[string]string{"mapping": "profile.yaml", "sheet": "Named"}, "top.yaml"},
	} {
		places := Places{}
		for path, text := range map[*string]string{&places.Folder: test.folder, &places.Named: test.named, &places.Own: test.own} {
			if text != "" {
				*path, _ = write(t, text, "")
			}
		}
		read, err := Read(places)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		contoso, _ := read.Profile("contoso")
		for key, want := range test.want {
			if said, _ := read.Get(contoso, key); filepath.Base(said.Text) != want {
				t.Errorf("%s: %s is %+v, want %s", name, key, said, want)
			}
		}
		if said, _ := read.Get(nil, "mapping"); filepath.Base(said.Text) != test.none {
			t.Errorf("%s, without a profile: %+v", name, said)
		}
	}
}

// The person's own file is that under every name, also where the work is done beside it.
func TestOnesOwnFileInTheFolder(t *testing.T) {
	own, _ := write(t, "profiles: {contoso: {rate: 1}}\n", "")
	link := filepath.Join(t.TempDir(), FileName)
	if err := os.Link(own, link); err != nil {
		t.Skip(err)
	}
	read, err := Read(Places{Folder: link, Own: own})
	if err != nil || len(read.Files) != 1 || len(read.Names()) != 1 {
		t.Errorf("%+v, %v", read, err)
	}
}

package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"refload/internal/effort"
)

// hashes returns the body hashes of a journal.
func hashes(t *testing.T, journal string) []string {
	t.Helper()
	var list []string
	for line := range strings.Lines(journal) {
		var record struct {
			BodyHash string `json:"body_hash"`
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		if record.BodyHash != "" {
			list = append(list, record.BodyHash)
		}
	}
	return list
}

// addressChange is a run that changes nothing but a mail address, and what it sent.
func addressChange(t *testing.T) (w *tenant, body []byte, hash string) {
	t.Helper()
	w = newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	w.imports(0, writeFile(t, w.folder, "c.csv", "CRM ID,Team member 1\nCRM-1,\"Ann,Lee,,ann.other@example.com\"\n"), "--mode", "update")
	writes := w.writes()
	_, journal := runFile(t, w, "journal.jsonl")
	if list := hashes(t, journal); len(writes) == 1 && len(list) == 1 {
		return w, writes[0].body, list[0]
	}
	t.Fatalf("%d writes\n%s", len(writes), journal)
	return nil, nil, ""
}

// A change of one mail address is the same body everywhere. Its hash is not: nobody finds the address by trying.
func TestHashesAreKeyed(t *testing.T) {
	a, body, hash := addressChange(t)
	_, same, other := addressChange(t)
	if string(body) != string(same) || !strings.Contains(string(body), "ann.other@example.com") {
		t.Fatalf("the bodies are not alike, so their hashes show nothing:\n%s\n%s", body, same)
	}
	plain := sha256.Sum256(body)
	if hash == other || hash == hex.EncodeToString(plain[:]) || len(hash) != len(other) {
		t.Errorf("%s and %s, plain %x", hash, other, plain)
	}
	keys, err := filepath.Glob(filepath.Join(a.folder, "state", "*", "hash.key"))
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	checkRights(t, map[string]os.FileMode{keys[0]: 0o600})
	if key := read(t, keys[0]); len(key) != 32 || strings.Trim(key, key[:1]) == "" {
		t.Errorf("the key is %q", key)
	}
}

// keyMishaps are what may have become of the key and the hashes between two runs.
var keyMishaps = map[string]func(key string) error{
	"as it was":   func(string) error { return nil },
	"missing":     os.Remove,
	"cut":         func(key string) error { return os.WriteFile(key, []byte("short"), 0o600) },
	"another":     func(key string) error { return os.WriteFile(key, []byte(strings.Repeat("k", 32)), 0o600) },
	"too long":    func(key string) error { return os.WriteFile(key, make([]byte, 64), 0o600) },
	"read by all": func(key string) error { return os.Chmod(key, 0o644) },
	"an older version": func(key string) error { // which had plain hashes, and no key
		return errors.Join(plainHashes(filepath.Dir(key)), os.Remove(key))
	},
}

var bodyHash = regexp.MustCompile(`"body_hash":"[0-9a-f]{64}"`)

// plainHashes makes the journals of a target those of a version that hashed without a key.
func plainHashes(home string) error {
	journals, err := filepath.Glob(filepath.Join(home, "runs", "*", "journal.jsonl"))
	if err != nil || len(journals) == 0 {
		return fmt.Errorf("%v %v", journals, err)
	}
	data, err := os.ReadFile(journals[0])
	if err != nil || !bodyHash.Match(data) {
		return fmt.Errorf("%s has no hashes: %v", journals[0], err)
	}
	plain := fmt.Sprintf(`"body_hash":"%x"`, sha256.Sum256([]byte("{}")))
	return os.WriteFile(journals[0], []byte(resealed(bodyHash.ReplaceAllString(string(data), plain))), 0o600)
}

// resealed gives every line of a changed journal the checksum that it would have.
func resealed(journal string) string {
	var out strings.Builder
	for line := range strings.Lines(journal) {
		body := line[:strings.LastIndex(line, `,"crc":"`)]
		fmt.Fprintf(&out, "%s,\"crc\":\"%08x\"}\n", body, crc32.Checksum([]byte(body), crc32.MakeTable(crc32.Castagnoli)))
	}
	return out.String()
}

// The hashes decide nothing. A send without an answer binds later runs by its marker, whatever became of
// the key: while the list does not show the deal it is not made again, and then it is found. The key is its
// owner's alone again.
func TestALostKeySendsNothingTwice(t *testing.T) {
	effort.NotShort(t)
	for name, mishap := range keyMishaps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, lags := halfSent(t)
			path, _ := runFile(t, w, "journal.jsonl")
			key := filepath.Join(filepath.Dir(path), "..", "..", "hash.key")
			if err := mishap(key); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(w.folder, "deals.csv")
			if row := w.importsSoon(file, "--settle", "50ms", "--resend-after", "10m"); row["Outcome"] != "unknown" || w.Count() != 1 {
				t.Errorf("while the list lags: %d referrals, %v", w.Count(), row)
			}
			lags.Store(false)
			if row := w.importsSoon(file); w.Count() != 1 || row["Referral ID"] != w.live()["Deal 1"]["id"] {
				t.Errorf("afterwards: %d referrals, %v", w.Count(), row)
			}
			if w.imports(0, w.sheet("deals.csv", deal(1, "200", "n", "CRM-1", ""))); len(read(t, key)) != 32 {
				t.Errorf("the key is %d bytes long", len(read(t, key)))
			}
			checkRights(t, map[string]os.FileMode{key: 0o600})
		})
	}
}

// halfSent is a tenant with a run whose only create was executed and never answered, and that no list shows
// while it lags.
func halfSent(t *testing.T) (w *tenant, lags *atomic.Bool) {
	t.Helper()
	w, lags = newTenant(t), &atomic.Bool{}
	lags.Store(true)
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			w.serve(httptest.NewRecorder(), r)
			lostAnswer()
		}
		if r.Method == http.MethodGet && lags.Load() {
			a.Header().Set("Content-Type", "application/json")
			io.WriteString(a, `{"value":[]}`)
		}
		return r.Method == http.MethodGet && lags.Load()
	})
	row := w.importsSoon(w.sheet("deals.csv", deal(1, "100", "n", "CRM-1", "")), "--settle", "50ms", "--resend-after", "10m")
	if row["Outcome"] != "unknown" || w.Count() != 1 {
		t.Fatalf("%d referrals, %v", w.Count(), row)
	}
	return w, lags
}

// Where no key can be kept nothing is sent; a link in its place is not followed.
func TestNoKeyNoRun(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`))
	file := w.sheet("deals.csv", deal(1, "100", "n", "CRM-1", ""))
	w.imports(0, file)
	w.writes()
	path, _ := runFile(t, w, "journal.jsonl")
	key, elsewhere := filepath.Join(filepath.Dir(path), "..", "..", "hash.key"), writeFile(t, w.folder, "elsewhere", "mine")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, key); err != nil {
		t.Skip(err)
	}
	code, _, stderr := w.run("import", w.sheet("deals.csv", deal(1, "300", "n", "CRM-1", "")), "--yes", "--results", filepath.Join(w.folder, "o.csv"))
	if code != 12 || !strings.Contains(stderr, "hash.key") || len(w.writes()) != 0 || read(t, elsewhere) != "mine" {
		t.Errorf("exit %d, %q\n%s", code, read(t, elsewhere), stderr)
	}
}

package entra

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"refload/internal/files"
)

// What DPAPI did not make, or what was changed since, is no sign-in: neither is a plain file.
func TestDPAPIRefuses(t *testing.T) {
	plain := []byte(`{"refresh_token":"canary"}`)
	sealed, err := protect(plain)
	if err != nil || bytes.Contains(sealed, []byte("canary")) {
		t.Fatalf("%v", err)
	}
	if opened, err := unprotect(sealed); !bytes.Equal(opened, plain) || err != nil {
		t.Fatalf("%q, %v", opened, err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, data := range map[string][]byte{"plain": plain, "changed": changed, "cut off": sealed[:len(sealed)/2], "empty": {}} {
		file := NewFile(placeOf(t))
		if err := errors.Join(files.PrivateFolder(filepath.Dir(file.Path())), files.WriteFile(file.Path(), data)); err != nil {
			t.Fatal(err)
		}
		kept, err := file.Load()
		if kept != (Session{}) {
			t.Errorf("%s: taken for a sign-in", name)
		}
		wantAdvice(t, err, "refload auth login")
	}
}

package run

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"refload/internal/files"
)

// Known is what persons have said of rows and deals, and what earlier runs have done, so that nothing is asked
// twice. It is a file of hashes under the key of the target: it names nobody.
type Known struct {
	Began time.Time // when the first of it was kept; zero for never

	mu   sync.Mutex
	key  []byte
	path string
	old  []fact        // as read, sorted
	new  map[fact]bool // since; true for what is in the file, false for what is supposed
	file *os.File      // nil until the first is kept
	err  error         // the first failure to keep something
}

// fact is the hash of one thing that is known.
type fact [16]byte

// Known reads what is known. key is that of HashKey; without one nothing is, and nothing can be kept.
func (h *Home) Known(key []byte) (*Known, error) {
	k := &Known{key: key, path: h.known(key), new: map[fact]bool{}}
	if key == nil {
		return k, nil
	}
	file, err := os.Open(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return nil, &StateError{Path: k.path, Err: err}
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		k.read(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		return nil, &StateError{Path: k.path, Err: err}
	}
	slices.SortFunc(k.old, compareFacts)
	k.old = slices.Compact(k.old)
	return k, nil
}

// known is the file for one key: under another key none of its hashes mean anything.
func (h *Home) known(key []byte) string {
	sum := sha256.Sum256(key)
	return filepath.Join(h.path, fmt.Sprintf("known-%x", sum[:4]))
}

// read takes one line. A line that a crash tore says nothing.
func (k *Known) read(line []byte) {
	var f fact
	if n, err := hex.Decode(f[:], line[:min(len(line), 2*len(f))]); err == nil && n == len(f) && len(line) == 2*len(f) {
		k.old = append(k.old, f)
	} else if began, err := time.Parse(time.RFC3339, string(line)); err == nil && k.Began.IsZero() {
		k.Began = began
	}
}

func compareFacts(a, b fact) int { return bytes.Compare(a[:], b[:]) }

// Has reports whether something is known.
func (k *Known) Has(what ...string) bool {
	if k == nil {
		return false
	}
	f := k.of(what)
	k.mu.Lock()
	defer k.mu.Unlock()
	_, supposed := k.new[f]
	return supposed || k.kept(f)
}

// kept reports whether something is in the file.
func (k *Known) kept(f fact) bool {
	_, found := slices.BinarySearchFunc(k.old, f, compareFacts)
	return found || k.new[f]
}

// Keep keeps something. It is in the file when it returns, and on the disk after Close: what a crash of the machine
// loses is asked again.
func (k *Known) Keep(now time.Time, what ...string) error {
	f := k.of(what)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept(f) {
		return nil
	}
	if err := k.open(now); err != nil {
		return k.failed(err)
	}
	k.new[f] = true
	if _, err := fmt.Fprintf(k.file, "%x\n", f); err != nil {
		return k.failed(err)
	}
	return nil
}

// failed remembers that something could not be kept.
func (k *Known) failed(err error) error {
	err = &StateError{Path: k.path, Err: err}
	k.err = cmp.Or(k.err, err)
	return err
}

// Suppose takes something for known as long as the process lives.
func (k *Known) Suppose(what ...string) {
	f := k.of(what)
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.kept(f) {
		k.new[f] = false
	}
}

// open opens the file to append to it. The newline ends a line that a crash tore.
func (k *Known) open(now time.Time) (err error) {
	if k.file != nil {
		return nil
	}
	if k.file, err = files.AppendPrivate(k.path); err != nil {
		return err
	}
	first := "\n"
	if k.Began.IsZero() {
		k.Began = now.UTC().Truncate(time.Second)
		first += k.Began.Format(time.RFC3339) + "\n"
	}
	_, err = k.file.WriteString(first)
	return err
}

// Close brings what was kept to the disk and closes the file. It returns the first failure to keep something.
func (k *Known) Close() error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file != nil {
		if err := cmp.Or(k.file.Sync(), k.file.Close()); err != nil {
			k.failed(err)
		}
		k.file = nil
	}
	return k.err
}

func (k *Known) of(what []string) fact {
	mac := hmac.New(sha256.New, k.key)
	mac.Write([]byte(strings.Join(what, "\x00")))
	return fact(mac.Sum(nil)[:len(fact{})])
}

package importer_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"

	"refload/importer/journal"
)

// errKilled is what a killed process would never see.
var errKilled = errors.New("the process was killed")

// lossyStore keeps journals in memory and, like a machine without power, loses at a kill
// what was not synced: all of it, or all but a beginning.
type lossyStore struct {
	mu     sync.Mutex
	life   int // handles of an earlier life do nothing
	files  map[string]*lossyFile
	onStep func() // called before every write and sync
}

// lossyFile is the content of one journal.
type lossyFile struct {
	data   []byte
	synced int
}

func newLossyStore() *lossyStore { return &lossyStore{files: map[string]*lossyFile{}} }

// kill ends the life of all handles and loses unsynced bytes.
func (s *lossyStore) kill(random *rand.Rand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.life++
	for _, file := range s.files {
		keep := file.synced
		if left := len(file.data) - file.synced; left > 0 {
			keep += random.IntN(left + 1)
		}
		file.data = file.data[:keep]
		file.synced = keep
	}
}

// Create makes a new, empty file.
func (s *lossyStore) Create(path string) (journal.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files[path] != nil {
		return nil, os.ErrExist
	}
	s.files[path] = &lossyFile{}
	return &lossyHandle{store: s, file: s.files[path], life: s.life}, nil
}

// Open opens a file.
func (s *lossyStore) Open(path string) (journal.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files[path] == nil {
		return nil, os.ErrNotExist
	}
	return &lossyHandle{store: s, file: s.files[path], life: s.life}, nil
}

// lossyHandle is an open file in one life of the process.
type lossyHandle struct {
	store *lossyStore
	file  *lossyFile
	life  int
}

// step counts an operation, which may be the one at which the process is killed, and runs
// do if the process still lives.
func (h *lossyHandle) step(do func()) error {
	if h.store.onStep != nil {
		h.store.onStep()
	}
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	if h.life != h.store.life {
		return errKilled
	}
	do()
	return nil
}

// Write appends; nothing of it is safe before Sync.
func (h *lossyHandle) Write(data []byte) (int, error) {
	err := h.step(func() { h.file.data = append(h.file.data, data...) })
	return len(data), err
}

// Sync makes everything safe that was written.
func (h *lossyHandle) Sync() error {
	return h.step(func() { h.file.synced = len(h.file.data) })
}

// Truncate cuts the file.
func (h *lossyHandle) Truncate(size int64) error {
	return h.step(func() {
		h.file.data = h.file.data[:size]
		h.file.synced = min(h.file.synced, int(size))
	})
}

// ReadAt reads what was written, synced or not.
func (h *lossyHandle) ReadAt(p []byte, offset int64) (int, error) {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	if offset >= int64(len(h.file.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.file.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Size returns the length of the file.
func (h *lossyHandle) Size() (int64, error) {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	return int64(len(h.file.data)), nil
}

// Close does nothing: what is not synced is still lost at a kill.
func (h *lossyHandle) Close() error { return nil }

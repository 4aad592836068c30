package run

import (
	"os"
	"path/filepath"
	"strings"
)

// Copies returns the copies of inputs that the run keeps: of standard input, and of results files
// that were imported and replaced.
func (f *Folder) Copies() []string {
	found := filesIn(f.path, func(name string) bool { return strings.HasPrefix(name, "input-") })
	if _, err := os.Lstat(f.Stdin()); err == nil {
		found = append(found, f.Stdin())
	}
	return found
}

// Spooled returns the files that the run needs only while it goes on.
func (f *Folder) Spooled() []string { return filesIn(f.Path("spool"), anyName) }

// ExportKeys returns the keys of exports of which something is kept, see OpenExport.
func (h *Home) ExportKeys() []string {
	var keys []string
	for _, path := range filesIn(filepath.Join(h.path, "exports"), func(name string) bool { return !strings.HasSuffix(name, ".json") }) {
		keys = append(keys, filepath.Base(path))
	}
	return keys
}

// Exported returns the files that complete exports were written to, as far as it is remembered.
func (h *Home) Exported() []string {
	var written []string
	for _, path := range filesIn(filepath.Join(h.path, "exports"), func(name string) bool { return strings.HasPrefix(name, "last-") }) {
		key := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "last-"), ".json")
		if last, known, err := h.LastExport(key); err == nil && known && last.File != "" {
			written = append(written, last.File)
		}
	}
	return written
}

func anyName(string) bool { return true }

// filesIn returns the paths in a folder whose names are meant; none where there is no folder.
func filesIn(folder string, meant func(name string) bool) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var paths []string
	for _, entry := range entries {
		if meant(entry.Name()) {
			paths = append(paths, filepath.Join(folder, entry.Name()))
		}
	}
	return paths
}

// ExportFiles returns the files that are kept of an export that is not complete.
func (h *Home) ExportFiles(key string) []string {
	return filesIn(filepath.Join(h.path, "exports", key), func(name string) bool { return name != "lock" })
}

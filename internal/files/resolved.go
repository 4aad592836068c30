package files

import "path/filepath"

// Resolved returns the absolute form of a path with the links on the way to its last element followed, so
// that one file has one name whichever way leads to it. What cannot be followed stays as it is.
func Resolved(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(absolute))
	if err != nil {
		return absolute
	}
	return filepath.Join(folder, filepath.Base(absolute))
}

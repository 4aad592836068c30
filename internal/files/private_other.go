//go:build !unix

package files

import "io/fs"

// openToOthers knows nothing of the rights on files here.
func openToOthers(fs.FileInfo) string { return "" }

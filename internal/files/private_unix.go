//go:build unix

package files

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// openToOthers says how others can come at a file or folder; "" where they cannot.
func openToOthers(info fs.FileInfo) string {
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Sprintf("others can read or change it (its mode is %04o)", mode)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return ""
	case int(owner.Uid) != os.Geteuid():
		return "it belongs to another user"
	case !info.IsDir() && owner.Nlink > 1:
		return "it has a second name (a hard link)"
	}
	return ""
}

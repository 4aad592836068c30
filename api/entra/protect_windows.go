package entra

import (
	"bytes"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// protect encrypts data by DPAPI for the current user of this machine: file modes keep nobody out
// here.
func protect(data []byte) ([]byte, error) {
	return throughDPAPI(data, func(in, out *windows.DataBlob) error {
		return windows.CryptProtectData(in, nil, nil, 0, nil, windows.CRYPTPROTECT_UI_FORBIDDEN, out)
	})
}

// unprotect is the reverse of protect. It fails for another user, and for damaged or plain data.
func unprotect(data []byte) ([]byte, error) {
	return throughDPAPI(data, func(in, out *windows.DataBlob) error {
		return windows.CryptUnprotectData(in, nil, nil, 0, nil, windows.CRYPTPROTECT_UI_FORBIDDEN, out)
	})
}

// throughDPAPI calls and returns a copy of what Windows allocated, of which nothing is left behind.
func throughDPAPI(data []byte, call func(in, out *windows.DataBlob) error) ([]byte, error) {
	in, out := windows.DataBlob{Size: uint32(len(data)), Data: unsafe.SliceData(data)}, windows.DataBlob{}
	if err := call(&in, &out); err != nil {
		return nil, fmt.Errorf("data protection of Windows (DPAPI): %w", err)
	}
	theirs := unsafe.Slice(out.Data, out.Size)
	ours := bytes.Clone(theirs)
	clear(theirs)
	_, err := windows.LocalFree(windows.Handle(unsafe.Pointer(out.Data)))
	return ours, err
}

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// suffix is how the name of a program ends.
var suffix = map[string]string{"windows": ".exe"}[runtime.GOOS]

// binary builds the program once and returns its path.
var binary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "refload-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "refload"+suffix)
	out, err := exec.Command("go", "build", "-o", path, root).CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return path, nil
})

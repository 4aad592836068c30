package cli_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// commandLines notes, at every request, the command lines of all processes and the tokens that came.
type commandLines struct {
	mu      sync.Mutex
	lines   map[string]bool
	secrets map[string]bool
}

func (c *commandLines) note(t *testing.T, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, token, found := strings.Cut(r.Header.Get("Authorization"), "Bearer "); found {
		c.secrets[token] = true
	}
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(paths) == 0 {
		t.Errorf("%d processes, %v", len(paths), err)
	}
	for _, path := range paths {
		line, _ := os.ReadFile(path) // a process may be gone by now
		c.lines[strings.ReplaceAll(string(line), "\x00", " ")] = true
	}
}

// While a real process works, no command line, its own or that of a child, holds the refresh token that it
// was given or an access token that it uses: everybody on the machine can read those.
func TestNoTokenStandsOnACommandLine(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("command lines are read from /proc, which only Linux has")
	}
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	seen, c := &commandLines{lines: map[string]bool{}, secrets: map[string]bool{}}, newSignIn(t, sandbox.Options{})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.note(t, r)
		c.emulator.ServeHTTP(w, r)
	}))
	defer front.Close()
	c.url = front.URL
	writeFile(t, filepath.Join(c.environment["XDG_CONFIG_HOME"], "refload"), "refload.yaml", c.profile(""))
	for _, args := range [][]string{
		{"import", c.deals(3), "--profile", "contoso", "--yes", "--results", filepath.Join(t.TempDir(), "out.csv")},
		{"export", "-o", filepath.Join(t.TempDir(), "all.csv"), "--profile", "contoso"}, {"auth", "login", "--device-code", "--profile", "contoso"},
	} {
		refresh := c.refreshToken() // each replaces the one that it is given
		seen.mu.Lock()
		seen.secrets[refresh] = true
		seen.mu.Unlock()
		cmd := exec.Command(program, args...)
		cmd.Stderr = struct{ io.Writer }{&watched{see: c.follow}}
		cmd.Env = append(os.Environ(), "REFLOAD_REFRESH_TOKEN="+refresh)
		for name, value := range c.environment {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		if said, err := cmd.Output(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, said)
		}
	}
	if len(seen.secrets) < 2 {
		t.Fatal("no access token came")
	}
	for _, want := range []string{"import", "export", "auth login"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen.lines)), func(line string) bool { return strings.HasPrefix(line, program+" "+want+" ") }) {
			t.Errorf("the command line of %s was not seen", want)
		}
	}
	for line := range seen.lines {
		for secret := range seen.secrets {
			if strings.Contains(line, secret) {
				t.Errorf("a command line holds a token: %.60s…", line)
			}
		}
	}
}

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/effort"
)

// What setup prints for cron and systemd imports the folder as it is printed, from wherever it is started.
func TestSchedulesOfSetupWorkAsPrinted(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	w := newTenant(t)
	home := filepath.Join(w.folder, "Ann's 100% deals")
	config := filepath.Join(home, "own", "refload.yaml")
	for _, folder := range []string{"inbox", "own"} {
		if err := os.MkdirAll(filepath.Join(home, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	environment := append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME=", "XDG_STATE_HOME="+filepath.Join(home, "state"), "REFLOAD_ACCESS_TOKEN="+w.token)
	setup := exec.Command(program, "setup", "--profile", "contoso", "--tenant", "contoso.example.com", "--client-id", "11111111-2222-4333-8444-555555555555", "--base-url", w.url, "--config", config)
	setup.Dir, setup.Env = home, environment
	printed, err := setup.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	commands := map[string]string{}
	for line := range strings.Lines(string(printed)) {
		if _, command, ok := strings.Cut(line, "0 2 * * * "); ok {
			commands["cron"] = strings.ReplaceAll(command, `\%`, "%")
		}
		if _, command, ok := strings.Cut(line, "ExecStart="); ok { // systemd reads these quotes as sh does, and doubles
			commands["systemd"] = strings.ReplaceAll(command, "%%", "%")
		}
	}
	if len(commands) != 2 || !strings.Contains(string(printed), "Register-ScheduledTask") || !strings.Contains(string(printed), "''s 100% deals") {
		t.Fatalf("%v\n%s", commands, printed)
	}
	for name, command := range commands {
		path := writeFile(t, filepath.Join(home, "inbox"), name+".csv", dealsOf(name))
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		run := exec.Command(shell, "-c", command)
		run.Dir, run.Env = t.TempDir(), append(environment, "REFLOAD_RATE=0")
		output, err := run.CombinedOutput()
		if err != nil || !strings.Contains(string(output), "created 1") {
			t.Errorf("%s: %v\n%s\n%s", name, err, command, output)
		}
	}
}

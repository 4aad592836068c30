//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/effort"
)

// inboxFiles is how many files a folder has whose import is killed, inboxRows how many rows each.
const (
	inboxFiles = 4
	inboxRows  = 15
)

// inboxKills is how many times the import of a folder is killed, inboxKillsANight how many of them on one.
func inboxKills() int64 { return min(tortureKills()/4, 60) }

const inboxKillsANight = 6

// fillInbox divides the rows of a night over files.
func fillInbox(n *night) (inbox, done string) {
	inbox, done = filepath.Join(n.folder, "inbox"), filepath.Join(n.folder, "done")
	if err := os.Mkdir(inbox, 0o700); err != nil {
		n.t.Fatal(err)
	}
	order := n.random.Perm(n.rows)
	for i := range inboxFiles {
		path := writeFile(n.t, inbox, fmt.Sprintf("deals-%d.csv", i), n.content(order[i*inboxRows:(i+1)*inboxRows]))
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
			n.t.Fatal(err)
		}
	}
	return inbox, done
}

// importingFolder imports the folder, with results where they go by themselves.
func (n *night) importingFolder(inbox, done string) *exec.Cmd {
	cmd := n.command("import", inbox, "--done", done, "--base-url", n.url, "--allow-empty")
	for i, arg := range cmd.Args {
		if arg == "--results" {
			cmd.Args = append(cmd.Args[:i], cmd.Args[i+2:]...)
			break
		}
	}
	return cmd
}

// TestInboxKill kills the import of a folder at random: no row is lost or made twice, every file is there all the
// time, once, and goes to its place only with results.
func TestInboxKill(t *testing.T) {
	t.Parallel()
	effort.NotShort(t)
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	var kills int64
	for seed := effort.FirstSeed(); kills < inboxKills(); seed++ {
		n := newNight(t, program, seed, inboxFiles*inboxRows, hastyNight(seed))
		inbox, done := fillInbox(n)
		for starts := 0; ; starts++ {
			if starts == mostStarts {
				t.Fatalf("seed %d: not done after %d starts", seed, starts)
			}
			killed, err := n.killSometime(n.importingFolder(inbox, done), starts < inboxKillsANight)
			n.judge(false)
			n.judgeFolders(inbox, done, killed)
			if killed {
				kills++
			} else if err == nil {
				break
			}
		}
		if left := namesIn(t, inbox); len(left) > 0 || len(n.emulator.Created()) != n.rows {
			t.Fatalf("seed %d: %v is left, %d of %d rows were created", seed, left, len(n.emulator.Created()), n.rows)
		}
	}
	t.Logf("%d kills", kills)
}

// killSometime starts a command and kills it after a while, where it is to be killed.
func (n *night) killSometime(cmd *exec.Cmd, kill bool) (killed bool, err error) {
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	if kill {
		timer := time.AfterFunc(time.Duration(15+n.random.IntN(700))*time.Millisecond, func() { cmd.Process.Kill() })
		defer timer.Stop()
	}
	err = cmd.Wait()
	return cmd.ProcessState != nil && !cmd.ProcessState.Exited(), err
}

// judgeFolders wants each file once, in one of the two folders, whole, and those that are done with their results.
func (n *night) judgeFolders(inbox, done string, killed bool) {
	n.t.Helper()
	rows, results := 0, map[string]bool{}
	finished := map[string]int{}
	for _, folder := range []string{inbox, done} {
		entries, err := os.ReadDir(folder)
		if err != nil && !os.IsNotExist(err) {
			n.t.Fatal(err)
		}
		for _, entry := range entries {
			name := entry.Name()
			info, err := entry.Info()
			switch {
			case err != nil:
				n.t.Fatal(err)
			case strings.HasPrefix(name, "."): // a temporary file of a process that was killed
			case strings.Contains(name, "-results"):
				results[name[:len("deals-0")]] = true
			case info.Size() == 0 && folder == done: // a name that was taken when the process was killed
			default:
				rows += len(readCSV(n.t, filepath.Join(folder, name)))
				if folder == done {
					finished[name[:len("deals-0")]]++
				}
			}
		}
	}
	if rows != n.rows {
		n.t.Fatalf("seed %d: %d rows are in the folders, %d were (killed: %v)", n.seed, rows, n.rows, killed)
	}
	for name, times := range finished {
		if times != 1 || !results[name] {
			n.t.Fatalf("seed %d: %s is done %d times, with results: %v", n.seed, name, times, results[name])
		}
	}
}

// Command mutants breaks the program in one place at a time and demands that a test turns
// red: a harness that cannot fail proves nothing.
//
//	go run ./testdata/mutants             all mutants
//	go run ./testdata/mutants -only M06   one
//	go run ./testdata/mutants -quarter 2  every fourth, from the second on
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	only := flag.String("only", "", "the one mutant to try")
	quarter := flag.Int("quarter", 0, "1 to 4: every fourth mutant; 0 for all")
	flag.Parse()
	tried := 0
	var caught atomic.Int64
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for i, m := range slices.Concat(mutants, exportMutants, verifyMutants, securityMutants) {
		if *only != "" && m.id != *only || *quarter > 0 && i%4 != *quarter-1 {
			continue
		}
		tried++
		group.Go(func() error { m.report(&caught); return nil })
	}
	group.Wait()
	fmt.Printf("%d of %d mutants caught\n", caught.Load(), tried)
	if int(caught.Load()) < tried || tried == 0 {
		os.Exit(1)
	}
}

// sideBySide is how many mutants are tried at once: linking a test keeps one processor busy.
const sideBySide = 2

// report tries a mutant and says what became of it.
func (m mutant) report(caught *atomic.Int64) {
	start := time.Now()
	if err := m.try(); err != nil {
		fmt.Printf("%s NOT caught: %s: %v\n", m.id, m.what, err)
		return
	}
	caught.Add(1)
	fmt.Printf("%s caught in %s: %s\n", m.id, time.Since(start).Round(time.Second), m.what)
}

// try applies the mutant to a copy of the project and runs its test; nil means caught.
func (m mutant) try() error {
	folder, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if out, err := exec.Command("sh", "-c", "git ls-files -z | xargs -0 cp --parents -t "+folder).CombinedOutput(); err != nil {
		return fmt.Errorf("copying: %v: %s", err, out)
	}
	for _, change := range m.changes {
		if err := change.apply(folder); err != nil {
			return err
		}
	}
	// Without the folder's name in what is compiled, all copies share what their change does not touch.
	test := in(folder, "test", "-trimpath", "-vet=off", "-count=1", "-short", "-timeout", "150s", "-run", m.run, m.pkg)
	test.Env = append(os.Environ(), "TEST_NIGHTS=400", "TEST_HISTORIES=400", "TEST_PAIRS=400", "TEST_EXPORTS=50")
	out, err := test.CombinedOutput()
	if err == nil {
		return fmt.Errorf("%s of %s stayed green", m.run, m.pkg)
	}
	if strings.Contains(string(out), "[build failed]") {
		return fmt.Errorf("it does not compile: %s", out)
	}
	if !strings.Contains(string(out), "--- FAIL") || strings.Contains(string(out), "panic: test timed out") {
		log.Printf("%s failed otherwise than by an assertion:\n%s", m.id, out)
		return fmt.Errorf("no assertion failed")
	}
	return nil
}

func in(folder string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = folder
	return cmd
}

// apply replaces text that must stand in the file exactly once.
func (c change) apply(folder string) error {
	path := filepath.Join(folder, c.file)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := strings.Count(string(data), c.old); n != 1 {
		return fmt.Errorf("%s: the text to change stands %d times", c.file, n)
	}
	return os.WriteFile(path, []byte(strings.Replace(string(data), c.old, c.new, 1)), 0o600)
}

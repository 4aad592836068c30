// Command mutants breaks the program in one place at a time and demands that a test turns
// red: a harness that cannot fail proves nothing.
//
//	go run ./testdata/mutants                    all mutants
//	go run ./testdata/mutants -only M06          one
//	go run ./testdata/mutants -part 2/4          every fourth, from the second on
//	go run ./testdata/mutants -most 8 -day 20000 eight, others on each day
//
// That each mutant's text stands in its file once checks go test ./testdata/mutants, in a moment.
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
	part := flag.String("part", "1/1", "which part of them, such as 2/4")
	most := flag.Int("most", 0, "how many of them at most; 0 for all")
	day := flag.Int("day", 0, "the number of the day, by which they are drawn")
	flag.Parse()
	list, err := chosen(all(), *only, *part)
	if err != nil {
		log.Fatal(err)
	}
	list = ofDay(list, *most, *day)
	var caught atomic.Int64
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for _, m := range list {
		group.Go(func() error { m.report(&caught); return nil })
	}
	group.Wait()
	fmt.Printf("%d of %d mutants caught\n", caught.Load(), len(list))
	if int(caught.Load()) < len(list) || len(list) == 0 {
		os.Exit(1)
	}
}

// all returns every mutant.
func all() []mutant {
	return slices.Concat(exportMutants, identityMutants, joiningMutants, listingMutants, machineMutants, readingMutants, runMutants, sandboxMutants, securityMutants, sheetMutants, mutants, verifyMutants, wordsMutants)
}

// chosen returns one mutant, or where none is named, a part of them: of "2/4" every fourth, from the second on.
func chosen(list []mutant, only, part string) (these []mutant, err error) {
	var n, of int
	if _, err := fmt.Sscanf(part, "%d/%d", &n, &of); err != nil || n < 1 || n > of {
		return nil, fmt.Errorf("%q is no part, such as 2/4", part)
	}
	for i, m := range list {
		if m.id == only || only == "" && i%of == n-1 {
			these = append(these, m)
		}
	}
	return these, nil
}

// ofDay returns at most so many mutants, those after the ones of the day before: in the end all have had their turn.
func ofDay(list []mutant, most, day int) (these []mutant) {
	if most == 0 || most >= len(list) {
		return list
	}
	for i := range most {
		these = append(these, list[(day*most+i)%len(list)])
	}
	return these
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
	out, err := m.test(folder, "-short")
	if err == nil && strings.Contains(string(out), "--- SKIP") { // it has no short form
		out, err = m.test(folder)
	}
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

// test runs the mutant's test in a folder.
func (m mutant) test(folder string, flags ...string) ([]byte, error) {
	args := append([]string{"test", "-v", "-trimpath", "-vet=off", "-count=1", "-timeout", "10m", "-run", m.run}, flags...)
	test := in(folder, append(args, m.pkg)...)
	test.Env = append(os.Environ(), "TEST_SLOW=1", "TEST_FIRST_SEED=1", "TEST_NIGHTS=400", "TEST_HISTORIES=400", "TEST_PAIRS=400", "TEST_EXPORTS=50")
	return test.CombinedOutput()
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

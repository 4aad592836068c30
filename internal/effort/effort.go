// Package effort says how much tests try: little with -short, more in `make test`, most of all in
// `make nightly`. The variables of the environment that it reads are listed in CONTRIBUTING.md.
package effort

import (
	"os"
	"strconv"
	"testing"
)

// Of returns how much a test tries: short with -short, long with TEST_LONG=1, else usual.
func Of(short, usual, long int) int {
	switch {
	case testing.Short():
		return short
	case os.Getenv("TEST_LONG") != "":
		return long
	}
	return usual
}

// Asked returns the number in a variable of the environment, or without one what a test tries
// with -short and otherwise.
func Asked(variable string, short, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return Of(short, usual, usual)
}

// FirstSeed returns the first seed of what is drawn at random: TEST_FIRST_SEED, or 1.
func FirstSeed() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("TEST_FIRST_SEED"), 10, 64); err == nil {
		return n
	}
	return 1
}

// OnlyIf skips a test unless a variable of the environment is set.
func OnlyIf(t testing.TB, variable, why string) {
	t.Helper()
	if os.Getenv(variable) == "" {
		t.Skipf("%s: %s=1", why, variable)
	}
}

// LeavesOut reports whether slow tests are left out: with -short they are, unless TEST_SLOW=1 wants them too,
// in their short form.
func LeavesOut() bool { return testing.Short() && os.Getenv("TEST_SLOW") == "" }

// NotShort skips a test where slow ones are left out.
func NotShort(t testing.TB) {
	t.Helper()
	if LeavesOut() {
		t.Skip("slow; left out with -short")
	}
}

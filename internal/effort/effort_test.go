package effort

import (
	"testing"
)

func TestAsked(t *testing.T) {
	for _, test := range []struct {
		text string
		want int
	}{{"", Of(1, 2, 2)}, {"12", 12}, {"0", 0}, {"many", Of(1, 2, 2)}} {
		t.Setenv("TEST_KILLS", test.text)
		if got := Asked("TEST_KILLS", 1, 2); got != test.want {
			t.Errorf("%q: %d, want %d", test.text, got, test.want)
		}
	}
}

func TestOf(t *testing.T) {
	for long, want := range map[string]int{"": 2, "1": 3} {
		if t.Setenv("TEST_LONG", long); testing.Short() {
			want = 1
		}
		if got := Of(1, 2, 3); got != want {
			t.Errorf("TEST_LONG=%s: %d, want %d", long, got, want)
		}
	}
}

func TestFirstSeed(t *testing.T) {
	for text, want := range map[string]uint64{"": 1, "20780000": 20780000, "-3": 1} {
		if t.Setenv("TEST_FIRST_SEED", text); FirstSeed() != want {
			t.Errorf("%q: %d, want %d", text, FirstSeed(), want)
		}
	}
}

func TestSkips(t *testing.T) {
	t.Setenv("TEST_LONG", "")
	for name, skips := range map[string]bool{"TEST_LONG": true, "PATH": false} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if t.Skipped() != skips {
					t.Errorf("skipped: %t", t.Skipped())
				}
			}()
			OnlyIf(t, name, "it takes a minute")
		})
	}
	t.Run("short", func(t *testing.T) {
		defer func() {
			if t.Skipped() != testing.Short() {
				t.Errorf("skipped: %t", t.Skipped())
			}
		}()
		NotShort(t)
	})
}

func TestLeavesOut(t *testing.T) {
	for slow, want := range map[string]bool{"": testing.Short(), "1": false} {
		if t.Setenv("TEST_SLOW", slow); LeavesOut() != want {
			t.Errorf("TEST_SLOW=%q: %v, want %v", slow, LeavesOut(), want)
		}
	}
}

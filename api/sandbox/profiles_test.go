package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseProfile(t *testing.T) {
	for _, info := range Profiles() {
		plan, err := ParseProfile(info.Name, 9)
		if err != nil || plan.Seed != 9 || plan.Name != info.Name || info.Help == "" {
			t.Errorf("%s: %+v, %v", info.Name, plan, err)
		}
		if err := plan.check(); err != nil {
			t.Errorf("%s: %v", info.Name, err)
		}
	}
	for name, want := range map[string]string{"bad-nigth": `"bad-night"`, "Calm": `"calm"`, "throttle": `"throttled"`, "zzzzzzzzzz": "the profiles are"} {
		_, err := ParseProfile(name, 1)
		var unknown *ProfileError
		if !errors.As(err, &unknown) || !strings.Contains(unknown.Hint(), want) || !strings.Contains(unknown.Hint(), "two-editors") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDistance(t *testing.T) {
	cases := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "", 3}, {"abc", "abd", 1}, {"abc", "bc", 1}, {"kitten", "sitting", 3}}
	for _, c := range cases {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if distance(a, b) != distance(b, a) || (distance(a, b) == 0) != (a == b) {
			t.Fatalf("%q, %q: %d and %d", a, b, distance(a, b), distance(b, a))
		}
	})
}

// About three in ten creates of a bad night end without a clear answer, and what the ledger
// says of each is true.
func TestBadNight(t *testing.T) {
	profile, err := ParseProfile("bad-night", 42)
	if err != nil {
		t.Fatal(err)
	}
	served(t, Options{Faults: profile}, func(w *world, client *http.Client) {
		const n = 600
		ambiguous := 0
		for i := range n {
			got := w.send(client, "POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
			doc := map[string]any{}
			if got.err == nil && got.status == 201 {
				doc = parse(t, got.body)
			}
			if clear := doc["externalReferenceId"] == fmt.Sprintf("CRM-%d", i) && doc["id"] != nil; !clear && got.status != 429 {
				ambiguous++
			}
		}
		if ambiguous < n*25/100 || ambiguous > n*36/100 {
			t.Errorf("%d of %d creates were ambiguous", ambiguous, n)
		}
		time.Sleep(time.Hour)
		executed := 0
		for _, entry := range w.Ledger() {
			if entry.Executed {
				executed++
			}
			if got := w.Created()[entry.Marker] == 1; got != entry.Executed {
				t.Errorf("created %v, ledger %+v", got, entry)
			}
		}
		if executed != w.Count() || executed == n || w.Pending() != 0 {
			t.Errorf("%d executed, %d referrals, %d pending", executed, w.Count(), w.Pending())
		}
	})
}

// With the profile of sign-ins a client that refreshes at a 401, and again after an outage,
// gets all its requests through; one with a word as its token does not.
func TestSignInProfile(t *testing.T) {
	profile, err := ParseProfile("sign-in", 5)
	if err != nil {
		t.Fatal(err)
	}
	served(t, Options{Faults: profile, Seed: 5}, func(w *world, client *http.Client) {
		tokens := parse(t, w.trySignIn(client).body)
		for tries := 0; tokens["access_token"] == nil && tries < 20; tries++ {
			tokens = parse(t, w.trySignIn(client).body)
		}
		refreshes, refused := 0, 0
		for range 500 {
			for w.bearer(text(tokens, "access_token")).send(client, "GET", collection, "").status == 401 {
				if got := w.renewOver(client, text(tokens, "refresh_token")); got.status == 200 {
					tokens = parse(t, got.body)
					refreshes++
				}
			}
			if w.bearer("word").send(client, "GET", collection, "").status == 401 {
				refused++
			}
			time.Sleep(time.Second / 2)
		}
		if refreshes < 9 || refreshes > 15 || refused != 450 {
			t.Errorf("%d refreshes, a word was refused %d times", refreshes, refused)
		}
	})
}

// A calm sandbox has no faults, an ordinary night few.
func TestQuietProfiles(t *testing.T) {
	for name, most := range map[string]int{"calm": 0, "nightly": 15} {
		profile, err := ParseProfile(name, 1)
		if err != nil {
			t.Fatal(err)
		}
		served(t, Options{Faults: profile}, func(w *world, client *http.Client) {
			bad := 0
			for i := range 400 {
				if got := w.send(client, "POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i))); got.status != 201 {
					bad++
				}
			}
			if bad > most || name != "calm" && bad == 0 {
				t.Errorf("%s: %d of 400 went wrong", name, bad)
			}
		})
	}
}

package sandbox

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/internal/effort"
)

// A quota never lets more through than its burst and what flows in meanwhile, and the wait that
// it tells is enough.
func TestBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, burst := rapid.Float64Range(0.5, 50).Draw(t, "rate"), rapid.IntRange(2, 20).Draw(t, "burst")
		now := time.Unix(0, 0)
		b := &bucket{level: float64(burst), last: now}
		start, passed := now, 0.0
		for range rapid.IntRange(1, 100).Draw(t, "takes") {
			now = now.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "pause")) * time.Millisecond)
			cost := rapid.SampledFrom([]float64{1, 2}).Draw(t, "cost")
			wait := b.take(now, rate, burst, cost)
			if wait == 0 {
				passed += cost
			} else if rapid.Bool().Draw(t, "waits") {
				now = now.Add(wait + time.Microsecond)
				if again := b.take(now, rate, burst, cost); again != 0 {
					t.Fatalf("after waiting %v, %v more", wait, again)
				}
				passed += cost
			}
			if most := float64(burst) + now.Sub(start).Seconds()*rate + 0.001; passed > most {
				t.Fatalf("%v passed in %v, at most %v may", passed, now.Sub(start), most)
			}
		}
	})
}

// Words are told apart wherever their borders are.
func TestHash(t *testing.T) {
	seen := map[uint64][]string{}
	for _, words := range [][]string{nil, {""}, {"", ""}, {"a"}, {"a", ""}, {"", "a"}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {"a", "b", "c"}} {
		for n := range uint64(3) {
			h := hash(n, words...)
			if before, ok := seen[h]; ok {
				t.Errorf("%d %q and %q have one hash", n, words, before)
			}
			seen[h] = words
		}
	}
}

func TestPick(t *testing.T) {
	list := []string{"a", "b", "c"}
	for u, want := range map[float64]string{0: "a", 0.33: "a", 0.34: "b", 0.67: "c", 0.9999999999999999: "c", 1: "c"} {
		s := strike{draw: func(string) float64 { return u }}
		if got := pick(s, "x", list); got != want {
			t.Errorf("%v picks %s, want %s", u, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	half := func(string) float64 { return 0.5 }
	for want, rule := range map[time.Duration]Rule{
		5 * time.Second: {}, 3 * time.Second: {Delay: 3 * time.Second, Max: time.Hour}, 30 * time.Minute: {Max: time.Hour},
	} {
		if got := (strike{rule: rule, draw: half}).duration(10 * time.Second); got != want {
			t.Errorf("%+v: %v, want %v", rule, got, want)
		}
	}
}

// What is cut is never nothing and never all.
func TestCuts(t *testing.T) {
	effort.NotShort(t)
	rapid.Check(t, func(t *rapid.T) {
		u, length := rapid.Float64Range(0, 0.9999999).Draw(t, "u"), rapid.IntRange(2, 10_000).Draw(t, "length")
		x := &exchange{strike: strike{draw: func(string) float64 { return u }}}
		if got := x.cut(length); got < 1 || got >= length {
			t.Fatalf("%d of %d", got, length)
		}
	})
	if got := (&exchange{}).cut(1); got != 0 {
		t.Errorf("%d of 1", got)
	}
}

// A body without a length that is cut looks whole to the client: the one cut that no client can
// see by itself.
func TestCutsSeenByAClient(t *testing.T) {
	whole := newWorld(t, Options{Seed: 3}).create()
	for _, c := range []struct {
		fault   string
		visible bool
	}{{"F10", true}, {"F11", true}, {"F12", false}} {
		withFaults(t, []Rule{{Fault: c.fault}}, func(w *world, client *http.Client) {
			got := w.send(client, "POST", collection, sample())
			if (got.err != nil) != c.visible || got.status != 201 {
				t.Errorf("%s: status %d, error %v", c.fault, got.status, got.err)
			}
			if len(got.body) == 0 || len(got.body) >= len(whole.body) || !strings.HasPrefix(got.body, `{"`) {
				t.Errorf("%s: %d bytes of about %d", c.fault, len(got.body), len(whole.body))
			}
		})
	}
	withFaults(t, []Rule{{Fault: "F11", On: onChanges}}, func(w *world, client *http.Client) {
		doc := parse(t, w.send(client, "POST", collection, sample()).body)
		if got := w.send(client, "PATCH", item(doc), patchOf(op("replace", "/name", `"x"`))); got.err == nil {
			t.Errorf("an answer without body came whole: %d", got.status)
		}
	})
}

func TestSlowAnswers(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F13", On: []string{"LIST"}, Delay: 20 * time.Second}, {Fault: "F14", On: []string{"READ"}, Delay: 30 * time.Second}}, func(w *world, client *http.Client) {
		doc := parse(t, w.send(client, "POST", collection, sample()).body)
		if got := w.send(client, "GET", collection, ""); got.took != 20*time.Second || got.err != nil {
			t.Errorf("the head took %v, error %v", got.took, got.err)
		}
		got := w.send(client, "GET", item(doc), "")
		if got.took < 29*time.Second || got.took > 31*time.Second || got.err != nil || text(parse(t, got.body), "id") != text(doc, "id") {
			t.Errorf("the body took %v, error %v", got.took, got.err)
		}
	})
}

// A client that leaves ends the waiting.
func TestImpatientClients(t *testing.T) {
	for _, rule := range []Rule{{Fault: "F13", Delay: time.Hour}, {Fault: "F14", Delay: 1000 * time.Hour}, {Fault: "F15", Kind: "executed"}} {
		withFaults(t, []Rule{rule}, func(w *world, client *http.Client) {
			if got := w.send(client, "POST", collection, sample()); got.err == nil || got.took != patience {
				t.Errorf("%s: error %v after %v", rule.Fault, got.err, got.took)
			}
			if w.Created()["CRM-1"] != 1 {
				t.Errorf("%s: created %v", rule.Fault, w.Created())
			}
		})
	}
}

func TestConnectionsAreClosedAfterOneAnswer(t *testing.T) {
	for _, kind := range []string{"close", "http/1.0"} {
		withFaults(t, []Rule{{Fault: "F19", Kind: kind}}, func(w *world, client *http.Client) {
			dials := 0
			transport := client.Transport.(*http.Transport)
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				dials++
				return dial(ctx, network, address)
			}
			for i := range 3 {
				got := w.send(client, "POST", collection, sample("externalReferenceId", fmt.Sprintf(`"%d"`, i)))
				if got.status != 201 || got.err != nil || parse(t, got.body)["externalReferenceId"] != fmt.Sprint(i) {
					t.Errorf("%s: status %d, error %v", kind, got.status, got.err)
				}
			}
			if dials != 3 {
				t.Errorf("%s: %d connections for 3 requests", kind, dials)
			}
		})
	}
}

func TestHalfAHeadIsNoAnswer(t *testing.T) {
	_, address := port(t, plan(Rule{Fault: "F09"}))
	for range 5 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nclient-request-id: %s\r\n\r\n", collection, newGUID())
		data, err := io.ReadAll(conn)
		if err != nil || len(data) == 0 || strings.Contains(string(data), "\r\n\r\n") || !strings.HasPrefix("HTTP/1.1 200 OK", string(data[:min(len(data), 15)])) {
			t.Errorf("error %v after %q", err, data)
		}
		conn.Close()
	}
}

func TestFaultsWithoutAConnection(t *testing.T) {
	for _, code := range []string{"F06", "F08", "F10"} {
		w := newWorld(t, plan(Rule{Fault: code}))
		func() {
			defer func() {
				if got := recover(); got != http.ErrAbortHandler {
					t.Errorf("%s: %v, want the handler aborted", code, got)
				}
			}()
			w.do("POST", collection, sample())
		}()
	}
}

func TestAcceptedIsDoneLater(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F45", Delay: 10 * time.Second}}, func(w *world, client *http.Client) {
		if got := w.send(client, "POST", collection, sample()); got.status != 202 || got.body != "{}" {
			t.Errorf("%d %s", got.status, got.body)
		}
		time.Sleep(9 * time.Second)
		if w.Count() != 0 {
			t.Error("done too early")
		}
		time.Sleep(2 * time.Second)
		if w.Count() != 1 || w.Pending() != 0 {
			t.Errorf("%d referrals, %d pending", w.Count(), w.Pending())
		}
	})
}

// What is executed late is judged late: by the version that is there by then.
func TestLateChangesAreJudgedLate(t *testing.T) {
	withFaults(t, []Rule{{Fault: "F55", On: onChanges, First: 1, Kind: "reset", Delay: 10 * time.Second}}, func(w *world, client *http.Client) {
		doc := parse(t, w.send(client, "POST", collection, sample()).body)
		matched := w.with("If-Match", text(doc, "eTag"))
		matched.send(client, "PATCH", item(doc), patchOf(op("add", "/team/-", `{"email":"c@example.com"}`)))
		if got := matched.send(client, "PATCH", item(doc), patchOf(op("add", "/team/-", `{"email":"c@example.com"}`))); got.status != 204 {
			t.Errorf("status %d", got.status)
		}
		time.Sleep(time.Minute)
		after := parse(t, w.send(client, "GET", item(doc), "").body)
		if team := elements(after["team"]); len(team) != 2 {
			t.Errorf("%d in the team, want 2: the late change is out of date", len(team))
		}
		if entries := w.Ledger(); entries[1].Executed || !entries[2].Executed {
			t.Errorf("ledger %+v", entries[1:3])
		}
	})
}

func TestResetForgetsWhatWasSeen(t *testing.T) {
	w := newWorld(t, plan(Rule{Fault: "F30", On: []string{"POST"}, First: 1}))
	for range 2 {
		w.want(500, "POST", collection, sample())
		w.want(201, "POST", collection, sample())
		if err := w.Reset(); err != nil {
			t.Fatal(err)
		}
	}
	call := newGUID()
	w.with(headerCallID, call).want(200, "GET", collection, "")
	w.Reset()
	w.with(headerCallID, call).want(200, "GET", collection, "")
}

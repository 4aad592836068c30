package cli_test

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"refload/internal/effort"
)

// resign writes a journal anew after changing its records, with checksums that are right: whoever makes a
// journal up can do that too.
func resign(t *testing.T, path string, change func(record map[string]any)) {
	t.Helper()
	var all strings.Builder
	for line := range strings.Lines(read(t, path)) {
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		var record map[string]any
		if err := decoder.Decode(&record); err != nil {
			t.Fatal(err)
		}
		delete(record, "crc")
		change(record)
		data, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		body := data[:len(data)-1]
		fmt.Fprintf(&all, "%s,\"crc\":\"%08x\"}\n", body, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
	}
	if err := os.WriteFile(path, []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// in changes members of the records of a kind.
func in(kind string, members map[string]any) func(map[string]any) {
	return func(record map[string]any) {
		if record["kind"] != kind {
			return
		}
		for name, value := range members {
			record[name] = value
		}
	}
}

// header changes a member of the header.
func header(name string, value any) func(map[string]any) {
	return func(record map[string]any) {
		if h, ok := record["header"].(map[string]any); ok {
			h[name] = value
		}
	}
}

var onePath = regexp.MustCompile(`^/v1\.0/engagements/referrals(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$`)

// A journal that somebody made up, with checksums that are right, is refused or does no harm: nothing panics,
// nothing is asked for but referrals, and nothing is created again or changed that the run did not touch.
func TestResignedJournals(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	const other = "00000000-0000-4000-8000-000000000009"
	for name, change := range map[string]func(map[string]any){
		"an id that is a path": in("outcome", map[string]any{"referral_id": "../x"}), "an id that is a query": in("outcome", map[string]any{"referral_id": "?$filter=1 eq 1"}),
		"an id of another deal": in("outcome", map[string]any{"referral_id": other}), "ids of engagements": in("outcome", map[string]any{"engagement_id": "x' or 1 eq 1"}),
		"row -1": in("intent", map[string]any{"row": -1}), "row 2^31": in("outcome", map[string]any{"row": 1 << 31}), "rows 10^12": header("rows", 1_000_000_000_000), "rows -1": header("rows", -1),
		"send -5": in("intent", map[string]any{"send": -5}), "send 2^62": in("intent", map[string]any{"send": 1 << 62}), "an unknown outcome": in("outcome", map[string]any{"outcome": "done, really"}),
		"an unknown kind": in("outcome", map[string]any{"kind": "order"}), "an unknown step": in("intent", map[string]any{"step": "delete"}), "version 0": header("version", 0), "version -1": header("version", -1),
		"version 2": header("version", 2), "the year 9999": in("outcome", map[string]any{"time": "9999-12-31T23:59:59Z"}), "the year 0": in("intent", map[string]any{"time": "0001-01-01T00:00:00Z"}),
		"attempts": in("outcome", map[string]any{"attempts": math.MinInt64}), "no outcomes": in("outcome", map[string]any{"outcome": ""}), "an escape": in("outcome", map[string]any{"code": "\x1b]0;x\x07", "reason": "\x1b[2J"}),
		"another target": header("target", "https://evil.example.com"), "another run": header("run", "../../x"),
	} {
		t.Run(name, func(t *testing.T) {
			w, file := threeDeals(t)
			w.seed(strings.Replace(handMade(9, `"externalReferenceId":"CRM-9",`), `"notes":"by hand"`, `"notes":"not of the run"`, 1))
			w.imports(0, file)
			_, folder := oneRun(t, filepath.Join(w.folder, "state"))
			w.writes()
			resign(t, filepath.Join(folder, "journal.jsonl"), change)
			untouched := fmt.Sprint(w.live()["Deal 9"])
			for _, command := range []string{"runs list", "runs show", "runs find CRM-1", "runs results", "runs resume", "runs undo --dry-run", "runs undo --yes", "import --yes " + file, "runs purge", "runs forget --email ann@example.com"} {
				args := strings.Fields(command)
				out := []string{}
				if args[0] == "import" {
					out = []string{"--results", filepath.Join(t.TempDir(), "out.csv")}
				}
				code, stdout, stderr := w.run(args[0], append(args[1:], out...)...)
				if code == 1 || strings.Contains(stdout+stderr, "panic") || strings.ContainsAny(stdout+stderr, "\x1b\x07") {
					t.Errorf("%s: exit %d\n%q", command, code, stdout+stderr)
				}
			}
			for _, write := range w.writes() {
				if !onePath.MatchString(write.path) || strings.HasSuffix(write.path, other) || write.method == "POST" {
					t.Errorf("%s %s", write.method, write.path)
				}
			}
			if now := fmt.Sprint(w.live()["Deal 9"]); now != untouched {
				t.Errorf("a deal that the run had not touched was changed:\n%s", now)
			}
			deals := map[string]int{}
			for document := range w.Referrals() {
				deals[fmt.Sprint(document["name"])]++
			}
			for deal, times := range deals {
				if times != 1 {
					t.Errorf("%s is there %d times", deal, times)
				}
			}
		})
	}
}

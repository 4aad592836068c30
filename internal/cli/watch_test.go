package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/internal/cli"
	"refload/internal/effort"
	"refload/internal/monitor"
)

// lastRunIn reads the one last-run.json of a state folder.
func lastRunIn(t *testing.T, state string) *monitor.Report {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(state, "*", "last-run.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v, %v", paths, err)
	}
	checkRights(t, map[string]os.FileMode{paths[0]: 0o600})
	report, err := monitor.Read(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// A monitor that reads last-run.json or the metrics sees each way in which a run ends, also when it never began.
func TestTheLastRunIsKept(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		status      int
		args        []string
		token       string
		code, hands int
		resumable   bool
		reason      string
	}{
		{"refused rows", 400, nil, "x", 3, 3, false, ""},
		{"no token", 400, nil, "", 4, 0, false, ""},
		{"token not accepted", 401, nil, "x", 4, 0, true, "sign-in"},
		{"no referrals there", 404, nil, "x", 7, 0, true, "wrong-path"},
		{"too many errors", 400, []string{"--max-errors", "0"}, "x", 6, 1, true, "max-errors"},
		{"wrong usage", 400, []string{"--mode", "merge"}, "x", 2, 0, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, folder := refusing(t, func(int) int { return test.status }), t.TempDir()
			metrics := filepath.Join(folder, "refload.prom")
			args := append([]string{"import", manyDeals(t, 3), "--base-url", server.URL, "--yes", "--rate", "0", "--concurrency", "1", "--state", folder,
				"--results", filepath.Join(folder, "out.csv"), "--metrics-file", metrics}, test.args...)
			code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": test.token}, args...)
			r := lastRunIn(t, folder)
			if code != test.code || r.ExitCode != code || r.OK || r.NeedsHands != test.hands || r.Resumable != test.resumable || r.Reason != test.reason || r.Meaning == "" {
				t.Errorf("exit %d, %+v\n%s%s", code, r, stdout, stderr)
			}
			if r.Ended.Before(r.Started) || r.Target == "" || test.reason != "" && r.File != "deals.csv" {
				t.Errorf("%+v", r)
			}
			if text := read(t, metrics); !strings.Contains(text, "refload_exit_code{target=\""+server.URL+"\"} "+fmt.Sprint(code)+"\n") || strings.Contains(text, "last_success") {
				t.Errorf("metrics:\n%s", text)
			}
		})
	}
}

// The time of the last success survives failures; a dry run and a locked one leave the file alone.
func TestTheLastSuccessIsKept(t *testing.T) {
	folder, file := t.TempDir(), manyDeals(t, 2)
	importing := func(want int, args ...string) {
		t.Helper()
		code, stdout, stderr := call(t, nil, append([]string{"import", "--sandbox", "--state", folder}, args...)...)
		if code != want {
			t.Fatalf("exit %d, expected %d\n%s%s", code, want, stdout, stderr)
		}
	}
	importing(0, file)
	success := lastRunIn(t, folder)
	if !success.OK || success.LastSuccess == nil || !success.LastSuccess.Equal(success.Ended) || success.Rows != 2 || success.Run == "" || success.Requests == 0 {
		t.Fatalf("%+v", success)
	}
	importing(0, file, "--dry-run")
	if again := lastRunIn(t, folder); !again.Ended.Equal(success.Ended) {
		t.Error("a dry run counts as a run")
	}
	importing(5, filepath.Join(root, "samples", "mistakes.xlsx"), "--results", filepath.Join(folder, "m.xlsx"))
	failed := lastRunIn(t, folder)
	if failed.OK || failed.LastSuccess == nil || !failed.LastSuccess.Equal(success.Ended) || failed.NeedsHands == 0 {
		t.Errorf("%+v", failed)
	}
}

// chat is a webhook that keeps what it gets.
func chat(t *testing.T, status int) (server *httptest.Server, got func() []string) {
	t.Helper()
	var bodies []string
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(data))
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server, func() []string { return bodies }
}

func TestNotify(t *testing.T) {
	for _, test := range []struct {
		name   string
		hosts  string // "" for that of the chat
		status int
		args   []string
		code   int
		sent   int
		stderr string
	}{
		{"the summary", "", 202, nil, 0, 1, ""},
		{"a card", "", 200, []string{"--notify-format", "teams"}, 0, 1, ""},
		{"a refusal changes nothing", "", 500, nil, 0, 1, "warning: the notification to 127.0.0.1"},
		{"problems", "", 200, []string{"--mapping", "missing.yaml"}, 2, 1, ""},
		{"a dry run", "", 200, []string{"--dry-run"}, 0, 0, ""},
		{"an unnamed host", "hooks.example.com", 200, nil, 2, 0, "notify-hosts"},
		{"an unknown form", "", 200, []string{"--notify-format", "morse"}, 2, 1, "--notify-format"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, got := chat(t, test.status)
			hosts := test.hosts
			if hosts == "" {
				hosts = strings.TrimPrefix(server.URL, "http://")
			}
			deals := manyDeals(t, 2)
			environment := inFolder(t, "default-profile: night\nprofiles:\n  night:\n    notify-hosts: ["+hosts+"]\n", "")
			environment["REFLOAD_NOTIFY"] = server.URL + "/hook?sig=s3cr3t"
			code, stdout, stderr := call(t, environment, append([]string{"import", deals, "--sandbox"}, test.args...)...)
			if code != test.code || len(got()) != test.sent || !strings.Contains(stderr, test.stderr) || strings.Contains(stdout+stderr, "s3cr3t") {
				t.Errorf("exit %d, %d sent\n%s%s", code, len(got()), stdout, stderr)
			}
			if strings.Contains(stderr, "warning: the notification") != (test.status == 500) {
				t.Errorf("%s", stderr)
			}
		})
	}
}

// At --until no more rows are taken; the code is 7, and the next run goes on.
func TestUntil(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	folder := t.TempDir()
	header, row, _ := strings.Cut(dealsOf("Contoso"), "\n")
	content := header + "\n"
	for i := range 20 {
		content += strings.NewReplacer("Deal,", fmt.Sprintf("Deal %d,", i), "CONTOSO", fmt.Sprintf("CRM-%d", i)).Replace(row)
	}
	file := writeFile(t, folder, "deals.csv", content)
	recorder := newRecorder(t)
	zone := time.FixedZone("local", 2*60*60)
	began := time.Date(2026, time.November, 20, 5, 59, 59, 0, zone)
	start := time.Now()
	now := func() time.Time { return began.Add(time.Since(start)) }
	args := []string{"import", file, "--base-url", recorder.URL, "--yes", "--rate", "8", "--state", folder, "--results", filepath.Join(folder, "out.csv")}
	environment := func(name string) string { return map[string]string{"REFLOAD_ACCESS_TOKEN": "ready-token"}[name] }
	var out, errs bytes.Buffer
	code := cli.Main(context.Background(), cli.Env{Args: append(args, "--until", "06:00"), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: now, Getenv: environment})
	r := lastRunIn(t, folder)
	if code != 7 || r.Reason != "until" || !r.Resumable || r.Later == 0 || r.Counts.Total() != 20 || !strings.Contains(errs.String(), "--until") {
		t.Fatalf("exit %d, %+v\n%s%s", code, r, out.String(), errs.String())
	}
	if code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "ready-token"}, append(args, "--rate", "0")...); code != 0 || len(recorder.writes()) != 20 {
		t.Errorf("the next run: exit %d, %d writes\n%s%s", code, len(recorder.writes()), stdout, stderr)
	}
}

// The clock of a machine that sleeps jumps; the time is still noticed within seconds of its waking.
func TestUntilIsTheClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jump atomic.Int64
		start := time.Now()
		now := func() time.Time { return time.Now().Add(time.Duration(jump.Load())) }
		ctx, stop, err := cli.UntilTime(context.Background(), now, start.Add(8*time.Hour).Format("15:04"))
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		time.Sleep(time.Hour)
		synctest.Wait()
		if ctx.Err() != nil {
			t.Fatal("ended after an hour")
		}
		jump.Store(int64(7*time.Hour + time.Minute))
		<-ctx.Done()
		if woke := time.Since(start) - time.Hour; woke > 20*time.Second || !strings.Contains(context.Cause(ctx).Error(), "it is ") {
			t.Errorf("noticed after %s: %v", woke, context.Cause(ctx))
		}
	})
}

package cli_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// tlsSandbox serves a sandbox over TLS with an identity, and returns its URL and the file that
// holds its authority.
func tlsSandbox(t *testing.T, options sandbox.Options, identity *sandbox.Identity) (emulator *sandbox.Sandbox, url, caFile string) {
	t.Helper()
	emulator, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := sandbox.ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- sandbox.ServeTLS(ctx, listener, emulator, identity) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		emulator.Close()
	})
	return emulator, "https://" + listener.Addr().String(), writeFile(t, t.TempDir(), "ca.pem", string(identity.CA()))
}

func identityAt(t *testing.T, now time.Time, hosts ...string) *sandbox.Identity {
	t.Helper()
	identity, err := sandbox.NewIdentity(now, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

// overTLS runs a command against a service with a state folder of its own.
func overTLS(t *testing.T, url string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x", "REFLOAD_STATE": t.TempDir()}, append(args, "--base-url", url, "--rate", "0")...)
}

// Half the creates would be struck, and repeated by a stock client, were they sent over HTTP/2: the
// product never chooses it, so each of 20 rows is created once, by one request.
func TestImportOverTLSWithFaultsOfHTTP2(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	onPOST := []string{"POST"}
	plan := &sandbox.Plan{Seed: 7, Rules: []sandbox.Rule{{Fault: "F17", On: onPOST, P: 0.5}, {Fault: "F18", On: onPOST, P: 0.5}}}
	emulator, url, caFile := tlsSandbox(t, sandbox.Options{Faults: plan, KeepLedger: true}, identityAt(t, time.Now()))
	out := filepath.Join(t.TempDir(), "out.csv")
	code, stdout, stderr := overTLS(t, url, "import", manyDeals(t, 20), "--yes", "--ca-file", caFile, "--results", out)
	if code != 0 || len(readCSV(t, out)) != 20 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	posts := 0
	for _, entry := range emulator.Ledger() {
		if entry.Proto != "HTTP/1.1" || entry.Fault != "" {
			t.Errorf("ledger %+v", entry)
		}
		if entry.Method == http.MethodPost {
			posts++
		}
	}
	created := emulator.Created()
	for marker, times := range created {
		if times != 1 {
			t.Errorf("%s was created %d times", marker, times)
		}
	}
	if len(created) != 20 || posts != 20 || len(emulator.Violations()) != 0 {
		t.Errorf("%d created by %d requests, violations %q", len(created), posts, emulator.Violations())
	}
}

// A certificate that is not to be trusted ends the run before anything is sent, and the way out
// is named.
func TestCertificatesThatAreRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	_, _, stranger := tlsSandbox(t, sandbox.Options{}, identityAt(t, now))
	for _, test := range []struct {
		name     string
		identity *sandbox.Identity
		caFile   func(own string) string
		why      string
	}{
		{"an unknown authority", identityAt(t, now), func(string) string { return "" }, "unknown authority"},
		{"another authority", identityAt(t, now), func(string) string { return stranger }, "authority"},
		{"another host", identityAt(t, now, "api.example.com"), func(own string) string { return own }, "127.0.0.1"},
		{"expired", identityAt(t, now.AddDate(-2, 0, 0)), func(own string) string { return own }, "expired"},
		{"not yet valid", identityAt(t, now.AddDate(0, 0, 2)), func(own string) string { return own }, "not yet valid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			emulator, url, own := tlsSandbox(t, sandbox.Options{}, test.identity)
			for command, args := range map[string][]string{
				"import": {manyDeals(t, 2), "--yes", "--results", filepath.Join(t.TempDir(), "out.csv")},
				"export": {"-o", filepath.Join(t.TempDir(), "out.csv")},
			} {
				args = append([]string{command, "--ca-file", test.caFile(own)}, args...)
				code, stdout, stderr := overTLS(t, url, args...)
				if code != 7 || !strings.Contains(stderr, test.why) || !strings.Contains(stderr, "hint: the request was not sent") || !strings.Contains(stderr, "--ca-file FILE") {
					t.Errorf("%s: exit %d\n%s%s", command, code, stdout, stderr)
				}
			}
			if n := len(emulator.Ledger()); n != 0 {
				t.Errorf("%d requests came through", n)
			}
		})
	}
}

func TestCAFilesThatCannotBeRead(t *testing.T) {
	for path, why := range map[string]string{"missing.pem": "missing.pem", writeFile(t, t.TempDir(), "ca.pem", "not PEM"): "no certificate in PEM form"} {
		code, _, stderr := overTLS(t, "https://127.0.0.1:9", "export", "-o", filepath.Join(t.TempDir(), "out.csv"), "--ca-file", path)
		if code != 2 || !strings.Contains(stderr, why) || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%s: exit %d\n%s", path, code, stderr)
		}
	}
}

// The sandbox command leaves its authority in the state folder. A run remembers the service and the file, and a
// resumed one takes neither unless it is said again: another program may listen on that port by then.
func TestSandboxOverTLS(t *testing.T) {
	effort.NotShort(t)
	state := t.TempDir()
	url := serveSandbox(t, "--tls", "--state", state)
	if !strings.HasPrefix(url, "https://127.0.0.1:") {
		t.Fatalf("url %s", url)
	}
	environment := map[string]string{"REFLOAD_ACCESS_TOKEN": "x", "REFLOAD_STATE": state, "REFLOAD_CA_FILE": filepath.Join(state, "sandbox-ca.pem")}
	out := filepath.Join(t.TempDir(), "out.csv")
	code, stdout, stderr := call(t, environment, "import", manyDeals(t, 3), "--base-url", url, "--yes", "--rate", "0", "--results", out)
	if code != 0 || !strings.Contains(stdout, "created 3") {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	name := latestRun(t, state)
	if code, stdout, stderr = call(t, environment, "runs", "resume", name, "--yes"); code != 2 || !strings.Contains(stderr, "hint: if that is meant, say so: --base-url URL") {
		t.Errorf("resuming without the service: exit %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, stderr = call(t, environment, "runs", "resume", name, "--base-url", url, "--yes"); code != 0 {
		t.Errorf("resuming: exit %d\n%s%s", code, stdout, stderr)
	}
	delete(environment, "REFLOAD_CA_FILE")
	if code, stdout, stderr = call(t, environment, "runs", "undo", name, "--base-url", url, "--yes"); code != 7 || !strings.Contains(stderr, "certificate") {
		t.Errorf("the file of the record is taken: exit %d\n%s%s", code, stdout, stderr)
	}
	if shown := shown(t, map[string]string{"REFLOAD_CA_FILE": "ca.pem"}, "--base-url", url)["ca-file"]; shown != "ca.pem | REFLOAD_CA_FILE" {
		t.Errorf("config show: %s", shown)
	}
}

// Behind a proxy that inspects TLS the webhook's certificate is the proxy's too: --ca-file counts for it, whatever
// the file is named by, also where the command ends early.
func TestNotifyOverTLS(t *testing.T) {
	told := 0
	hook := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told++ }))
	hook.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are to fail
	hook.StartTLS()
	defer hook.Close()
	authority := writeFile(t, t.TempDir(), "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hook.Certificate().Raw})))
	broken := writeFile(t, t.TempDir(), "ca.pem", "no PEM")
	service := newRecorder(t)
	profile := "profiles:\n  contoso: {base-url: \"" + service.URL + "\", rate: 0, notify-hosts: \"" + strings.TrimPrefix(hook.URL, "https://") + "\"%s}\n"
	for _, test := range []struct {
		name, profile string
		args          []string
		code, told    int
		stderr        string
	}{
		{"nobody vouches for it", "", nil, 0, 0, "warning: the notification to 127.0.0.1"},
		{"the flag", "", []string{"--ca-file", authority}, 0, 1, ""},
		{"the profile", ", ca-file: \"" + authority + "\"", nil, 0, 1, ""},
		{"a wrong flag", ", ca-file: \"" + authority + "\"", []string{"--bogus"}, 2, 1, "--bogus"},
		{"a file that is none", "", []string{"--ca-file", broken}, 2, 0, "no certificate in PEM form"},
	} {
		t.Run(test.name, func(t *testing.T) {
			told = 0
			environment := inFolder(t, "", fmt.Sprintf(profile, test.profile))
			environment["REFLOAD_ACCESS_TOKEN"], environment["REFLOAD_NOTIFY"] = "ready-token", hook.URL+"/hook"
			code, stdout, stderr := call(t, environment, append([]string{"import", manyDeals(t, 1), "--profile", "contoso", "--yes"}, test.args...)...)
			if code != test.code || told != test.told || !strings.Contains(stderr, test.stderr) {
				t.Errorf("exit %d, told %d times\n%s%s", code, told, stdout, stderr)
			}
		})
	}
}

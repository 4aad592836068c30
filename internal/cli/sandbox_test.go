package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/api/sandbox"
	"refload/internal/cli"
	"refload/internal/run"
)

// serveSandbox runs the sandbox command with data in memory in this process until the test ends, and returns
// its URL.
func serveSandbox(t *testing.T, args ...string) string {
	t.Helper()
	return serveIn(t, nil, append([]string{"--data", "memory"}, args...)...)
}

// serveIn is serveSandbox with an environment and the data that the arguments name.
func serveIn(t *testing.T, environment map[string]string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Main(ctx, cli.Env{
			Args: append([]string{"sandbox"}, args...), Stdin: strings.NewReader(""),
			Stdout: writer, Stderr: io.Discard, Getenv: func(name string) string { return environment[name] }, Now: time.Now,
		})
		writer.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the sandbox ended with %d", code)
		}
	})
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, reader) // what else it says waits for nobody
	return strings.TrimSpace(strings.TrimPrefix(line, "sandbox: "))
}

// ask posts a form and returns the answer's document.
func ask(t *testing.T, target string, form url.Values) map[string]any {
	t.Helper()
	response, err := http.PostForm(target, form)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var document map[string]any
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	return document
}

// listed reports whether the sandbox lists its referrals for a token.
func listed(t *testing.T, base, token string) bool {
	t.Helper()
	client, err := api.NewClient(api.Config{BaseURL: base, Token: api.StaticToken(token)})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range client.List(context.Background(), api.Query{}) {
		return err == nil
	}
	return true
}

func TestSandboxSignIn(t *testing.T) {
	if base := serveSandbox(t); !listed(t, base, "any-word") {
		t.Error("a sandbox refuses any word as a token")
	}
	base := serveSandbox(t, "--require-sign-in")
	if listed(t, base, "any-word") {
		t.Error("with --require-sign-in any word is a token")
	}
	authority := base + "/organizations/oauth2/v2.0/"
	begun := ask(t, authority+"devicecode", url.Values{"client_id": {"x"}, "scope": {"https://api.partner.microsoft.com/.default"}})
	code, _ := begun["device_code"].(string)
	ask(t, base+"/__sandbox/approve", nil)
	tokens := ask(t, authority+"token", url.Values{"client_id": {"x"}, "device_code": {code}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}})
	if token, _ := tokens["access_token"].(string); !listed(t, base, token) {
		t.Errorf("a token of its own is refused: %v", tokens)
	}
}

// Each profile has data of its own, by the server too; the default profile is one like the others.
func TestSandboxDataOfAProfile(t *testing.T) {
	folder := t.TempDir()
	environment := map[string]string{"REFLOAD_STATE": filepath.Join(folder, "state"),
		"REFLOAD_CONFIG": writeFile(t, folder, "own.yaml", "default-profile: contoso\nprofiles:\n  contoso: {rate: 1}\n  fabrikam: {rate: 1}\n")}
	for profile, rows := range map[string]int{"contoso": 2, "fabrikam": 3} {
		code, stdout, stderr := call(t, environment, "import", manyDeals(t, rows), "--sandbox", "--profile", profile, "--results", filepath.Join(folder, profile+".csv"))
		if code != 0 || !strings.Contains(stdout, fmt.Sprintf("the embedded sandbox of %s: created %d", profile, rows)) {
			t.Fatalf("exit %d: %s%s", code, stdout, stderr)
		}
	}
	for profile, want := range map[string]string{"": `{"count":2}`, "contoso": `{"count":2}`, "fabrikam": `{"count":3}`} {
		t.Run(profile, func(t *testing.T) {
			var args []string
			if profile != "" {
				args = []string{"--profile", profile}
			}
			response, err := http.Get(serveIn(t, environment, args...) + "/__sandbox/referrals/count")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if body, err := io.ReadAll(response.Body); err != nil || strings.TrimSpace(string(body)) != want {
				t.Errorf("%s, %v, want %s", body, err, want)
			}
		})
	}
	duties, _ := forgets(t, environment, "kim@example.com")
	for _, profile := range []string{"contoso", "fabrikam"} {
		if name := filepath.Base(run.SandboxTarget().Holding(profile).DataFile("state")); duties[name] != "blank" {
			t.Errorf("who looks for a person is told %q of %s", duties[name], name)
		}
	}
	if code, _, stderr := call(t, environment, "sandbox", "--profile", "contos"); code != 2 || !strings.Contains(stderr, `did you mean "contoso"`) {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// get asks the sandbox as if it were reached by a name, and returns the status.
func get(t *testing.T, base, host, path string) int {
	t.Helper()
	request, err := http.NewRequest("GET", base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestSandboxAnswersThisMachineOnly(t *testing.T) {
	base, open := serveSandbox(t), serveSandbox(t, "--listen-anywhere")
	for host, want := range map[string]int{"sandbox.example.com": 421, "localhost": 200} {
		if got := get(t, base, host, "/__sandbox/ledger"); got != want {
			t.Errorf("the ledger under %s: %d, want %d", host, got, want)
		}
		if got := get(t, open, host, "/__sandbox/ledger"); got != 200 {
			t.Errorf("with --listen-anywhere the ledger under %s: %d", host, got)
		}
	}
}

func TestSandboxCharacters(t *testing.T) {
	_, help, _ := call(t, nil, "sandbox", "--help")
	for _, character := range sandbox.Characters() {
		if !strings.Contains(help, character.Name+" ") || !strings.Contains(help, character.Does) {
			t.Errorf("the help does not say what %s is", character.Name)
		}
	}
	code, _, stderr := call(t, nil, "sandbox", "--data", "memory", "--character", "folds,caped")
	if code != 2 || !strings.Contains(stderr, `there is no character "caped"`) || !strings.Contains(stderr, `did you mean "capped"?`) {
		t.Errorf("exit %d: %s", code, stderr)
	}
	base := serveSandbox(t, "--character", "folds,truncates", "--faults", "calm")
	request, err := http.NewRequest("POST", base+"/v1.0/engagements/referrals", strings.NewReader(`{"type":"Independent","externalReferenceId":"00CRM-ABCDEFGHIJKLMNOP",
		"consent":{"consentToToShareInfoWithOthers":true},"customerProfile":{"name":"Contoso","address":{"country":"CZ"}},"details":{"dealValue":1,"currency":"EUR"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Authorization": "Bearer any-word", "Content-Type": "application/json", "client-request-id": api.NewGUID()} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(body), `"externalReferenceId":"crm-abcdefghijkl"`) {
		t.Errorf("%s %s, %v", response.Status, body, err)
	}
}

package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/internal/cli"
)

// serveSandbox runs the sandbox command in this process until the test ends, and returns
// its URL.
func serveSandbox(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Main(ctx, cli.Env{
			Args: append([]string{"sandbox", "--data", "memory"}, args...), Stdin: strings.NewReader(""),
			Stdout: writer, Stderr: io.Discard, Getenv: func(string) string { return "" }, Now: time.Now,
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

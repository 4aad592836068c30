//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// status asks for the status as JSON lines and returns the summary.
func (c *signInWorld) status(code int) map[string]any {
	c.t.Helper()
	text := c.run(code, `"event":"summary"`, "auth", "status", "--profile", "contoso", "--json")
	var fields map[string]any
	if line, _, _ := strings.Cut(text, "\n"); json.Unmarshal([]byte(line), &fields) != nil {
		c.t.Errorf("no summary: %s", text)
	}
	return fields
}

// warned are the warnings of a summary in one text.
func warned(fields map[string]any) string { return fmt.Sprint(fields["warnings"]) }

// The status is that of the sign-in that commands use, wherever it comes from.
func TestStatusOfTheSignInThatCounts(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	c := newSignIn(t, sandbox.Options{PollEvery: time.Millisecond})
	c.environment["REFLOAD_REFRESH_TOKEN"] = c.refreshToken()
	c.run(0, "REFLOAD_REFRESH_TOKEN", "auth", "status", "--profile", "contoso")
	if got := c.status(0); got["source"] != "REFLOAD_REFRESH_TOKEN" || got["ok"] != true || got["daysLeft"] != nil || warned(got) != "[]" {
		t.Errorf("%v", got)
	}
	c.run(0, "warning: REFLOAD_REFRESH_TOKEN is set", "auth", "login", "--profile", "contoso", "--device-code")
	if got := c.status(0); got["source"] != "REFLOAD_REFRESH_TOKEN" || !strings.Contains(warned(got), "goes before the saved sign-in") {
		t.Errorf("%v", got)
	}
	c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = writeFile(t, t.TempDir(), "token", c.refreshToken())
	c.run(2, "both set", "auth", "status", "--profile", "contoso")
	delete(c.environment, "REFLOAD_REFRESH_TOKEN")
	if got := c.status(0); got["source"] != "REFLOAD_REFRESH_TOKEN_FILE" || got["daysUnused"] != 0.0 || got["daysLeft"] != 90.0 {
		t.Errorf("%v", got)
	}
	delete(c.environment, "REFLOAD_REFRESH_TOKEN_FILE")
	if got := c.status(0); got["source"] != "saved sign-in" || got["account"] != "ada@contoso.example.com" || got["daysLeft"] != 90.0 || warned(got) != "[]" {
		t.Errorf("%v", got)
	}
}

// A ready token says of itself whose it is and until when; one that has ended, or that is of another
// tenant, is no sign-in.
func TestStatusOfAReadyToken(t *testing.T) {
	c := newSignIn(t, sandbox.Options{})
	c.environment["REFLOAD_ACCESS_TOKEN"], _ = c.tokens(signInTenant)
	if got := c.status(0); got["source"] != "REFLOAD_ACCESS_TOKEN" || got["account"] != "ada@contoso.example.com" || got["tenant"] != signInTenant || got["accessTokenUntil"] == nil || got["daysLeft"] != nil {
		t.Errorf("%v", got)
	}
	c.run(0, "never renewed", "auth", "status", "--base-url", c.url)
	c.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	if got := c.status(4); got["ok"] != false {
		t.Errorf("%v", got)
	}
	c.now = time.Now
	c.environment["REFLOAD_ACCESS_TOKEN"], _ = c.tokens(signInDomain)
	if got := c.status(4); got["ok"] != false {
		t.Errorf("%v", got)
	}
	c.environment["REFLOAD_ACCESS_TOKEN"] = "opaque"
	c.run(0, "until (not known), never renewed", "auth", "status", "--profile", "contoso")
}

// The warning before a refresh token dies stands in the summary too.
func TestStatusWarnsAMonitor(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	c := newSignIn(t, sandbox.Options{PollEvery: time.Millisecond})
	c.run(0, "signed in", "auth", "login", "--profile", "contoso", "--device-code")
	path := writeFile(t, t.TempDir(), "token", c.refreshToken())
	for _, file := range []string{"", path} {
		c.environment["REFLOAD_REFRESH_TOKEN_FILE"] = file
		for _, test := range []struct {
			days, code, left int
			warning          string
		}{{59, 0, 31, ""}, {60, 0, 30, "ends in 30"}, {89, 0, 1, "ends in 1"}, {90, 4, 0, ""}} {
			c.now = func() time.Time { return time.Now().Add(time.Duration(test.days)*24*time.Hour + time.Minute) }
			got := c.status(test.code)
			told := strings.ReplaceAll(warned(got), "REFLOAD_REFRESH_TOKEN_FILE is set and goes before the saved sign-in", "")
			if got["daysUnused"] != float64(test.days) || got["daysLeft"] != float64(test.left) || got["ok"] != (test.code == 0) || strings.Contains(told, "ends in") != (test.warning != "") || !strings.Contains(told, test.warning) {
				t.Errorf("%q, %d days: %v", file, test.days, got)
			}
		}
	}
	c.now = time.Now
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	c.run(4, "chmod 600", "auth", "status", "--profile", "contoso")
}

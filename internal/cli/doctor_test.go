//go:build unix

package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/config"
	"refload/internal/effort"
)

// A file that others can change is told of, whichever it is, and with a profile too.
func TestDoctorOfTheRightsOfFiles(t *testing.T) {
	const file = "profiles: {contoso: {rate: 3}}\n"
	for name, test := range map[string]struct {
		project, user string
		open          string // which file has the mode
		mode          os.FileMode
		args          []string
		want          string
	}{
		"the user's own, named":       {"", file, "user", 0o666, []string{"--profile", "contoso"}, `configuration +note +\S+refload.yaml can be changed by others \(mode 0666\)`},
		"the user's own, by a group":  {"", file, "user", 0o620, nil, `configuration +note .*mode 0620`},
		"one that is named":           {file, "", "project", 0o602, []string{"--profile", "contoso"}, `configuration +note +refload.yaml can be changed by others`},
		"others may read it":          {"", file, "user", 0o644, []string{"--profile", "contoso"}, `configuration +ok +profile contoso`},
		"nobody else, and no profile": {file, "", "project", 0o600, nil, `configuration +ok +refload.yaml; no profile is named`},
		"the folder's":                {"", "", "folder", 0o602, nil, `configuration +note +refload.yaml can be changed by others \(mode 0602\), who could have your sheets read otherwise`},
		"none":                        {"", "", "", 0, nil, `configuration +note +there is no file`},
	} {
		t.Run(name, func(t *testing.T) {
			environment := inFolder(t, test.project, test.user)
			path := map[string]string{"user": filepath.Join(environment["XDG_CONFIG_HOME"], "refload", config.FileName), "project": config.FileName, "folder": config.FileName}[test.open]
			if test.open == "folder" {
				writeFile(t, ".", path, "header-row: 3\n")
			}
			if path != "" {
				if err := os.Chmod(path, test.mode); err != nil {
					t.Fatal(err)
				}
			}
			code, stdout, stderr := call(t, environment, append([]string{"doctor", "--sandbox"}, test.args...)...)
			if code != 0 || !regexp.MustCompile(test.want).MatchString(stdout) {
				t.Errorf("exit %d\n%s%s", code, stdout, stderr)
			}
			if noted := strings.Contains(stdout, "mode 0"); noted != strings.Contains(stdout, "chmod 600 ") {
				t.Errorf("the fix:\n%s", stdout)
			}
		})
	}
}

// Where results go is tried as the state folder is.
func TestDoctorOfTheResultsFolder(t *testing.T) {
	environment := inFolder(t, "profiles: {contoso: {results-folder: results/new}, fabrikam: {results-folder: in-the-way/results}}\n", "")
	writeFile(t, ".", "in-the-way", "x")
	for _, test := range []struct {
		profile, want string
		code          int
	}{
		{"contoso", `results folder +ok +results/new can be written`, 0},
		{"fabrikam", `results folder +wrong .*in-the-way(?s:.*)fix: +.*results-folder, refload.yaml:1`, 12},
	} {
		code, stdout, stderr := call(t, environment, "doctor", "--sandbox", "--profile", test.profile)
		if code != test.code || !regexp.MustCompile(test.want).MatchString(stdout) {
			t.Errorf("%s: exit %d\n%s%s", test.profile, code, stdout, stderr)
		}
	}
	if left, err := os.ReadDir(filepath.Join("results", "new")); err != nil || len(left) > 0 {
		t.Errorf("the doctor left %v, %v", left, err)
	}
}

// A certificate that is not to be trusted has its own fix.
func TestDoctorOfACertificate(t *testing.T) {
	_, url, caFile := tlsSandbox(t, sandbox.Options{}, identityAt(t, time.Now()))
	code, stdout, stderr := overTLS(t, url, "doctor")
	if code != 7 || !regexp.MustCompile(`service +wrong .*certificate(?s:.*)fix: +.*--ca-file FILE`).MatchString(stdout) {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, stderr = overTLS(t, url, "doctor", "--ca-file", caFile); code != 0 || !regexp.MustCompile(`service +ok .*TLS 1\.3`).MatchString(stdout) {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// The way to the authority is tried while an access token lives that needs none yet.
func TestDoctorOfTheAuthority(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	c := newSignIn(t, sandbox.Options{})
	authority := httptest.NewServer(http.HandlerFunc(c.serve))
	defer authority.Close()
	writeFile(t, filepath.Join(c.environment["XDG_CONFIG_HOME"], "refload"), config.FileName,
		fmt.Sprintf("profiles:\n  contoso: {base-url: %q, authority: %q, tenant: %q, client-id: %q, rate: 0}\n", c.url, authority.URL, signInTenant, signInApp))
	c.run(0, "signed in", "auth", "login", "--profile", "contoso", "--device-code")
	host := regexp.QuoteMeta(strings.TrimPrefix(authority.URL, "http://"))
	if text := c.run(0, "authority", "doctor", "--profile", "contoso"); !regexp.MustCompile(`authority +ok +` + host + ` can be reached`).MatchString(text) {
		t.Errorf("%s", text)
	}
	authority.Close()
	text := c.run(7, "no token can be renewed", "doctor", "--profile", "contoso")
	for _, want := range []string{`service +ok`, `authority +wrong .*` + host, `sign-in +ok +as ada`, `role and view +ok`} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("without %s\n%s", want, text)
		}
	}
	c.environment["REFLOAD_ACCESS_TOKEN"] = "word"
	if text := c.run(4, "role and view", "doctor", "--profile", "contoso"); regexp.MustCompile(`(?m)^authority`).MatchString(text) {
		t.Errorf("a ready token is never renewed:\n%s", text)
	}
}

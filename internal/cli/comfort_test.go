package cli_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The first help shows what a newcomer needs, and the rest below it.
func TestTheFirstHelp(t *testing.T) {
	code, plain, _ := call(t, nil)
	_, asked, _ := call(t, nil, "--help")
	if code != 0 || plain != asked {
		t.Errorf("exit %d; with and without --help differ", code)
	}
	first, more, _ := strings.Cut(plain, "\nMore commands:\n")
	more, _, _ = strings.Cut(more, "\nFlags:")
	for command, part := range map[string]string{
		"import": first, "check": first, "plan": first, "export": first, "verify": first, "setup": first,
		"apply": more, "runs": more, "doctor": more, "completion": more, "config": more, "sandbox": more,
	} {
		if !regexp.MustCompile(`(?m)^  ` + command + ` +\S`).MatchString(part) {
			t.Errorf("%s is not in its group:\n%s", command, plain)
		}
	}
	if strings.Contains(plain, "  man ") {
		t.Error("a command for packagers is shown")
	}
}

func TestCompletionForEveryShell(t *testing.T) {
	for shell, mark := range map[string]string{"bash": "__start_refload", "zsh": "#compdef refload", "fish": "complete -c refload", "powershell": "Register-ArgumentCompleter"} {
		code, stdout, stderr := call(t, nil, "completion", shell)
		if code != 0 || !strings.Contains(stdout, mark) {
			t.Errorf("%s: exit %d, %q\n%.200s", shell, code, stderr, stdout)
		}
	}
	_, stdout, _ := call(t, nil, "__complete", "runs", "f")
	if !strings.Contains(stdout, "find\t") || !strings.Contains(stdout, "forget\t") {
		t.Errorf("completes to %q", stdout)
	}
}

func TestDidYouMean(t *testing.T) {
	for wrong, want := range map[string]string{
		"imprt": "did you mean 'refload import'?", "exprt": "did you mean 'refload export'?", "docter": "did you mean 'refload doctor'?",
		"import --sandbx": "did you mean --sandbox?", "check --maping x": "did you mean --mapping?", "runs find --jsn X": "did you mean --json?",
	} {
		code, _, stderr := call(t, nil, strings.Fields(wrong)...)
		if code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d: %s", wrong, code, stderr)
		}
	}
	if _, _, stderr := call(t, nil, "zzzzzz"); strings.Contains(stderr, "did you mean") {
		t.Errorf("a word like none: %s", stderr)
	}
}

// There is a page for every command that help shows; no line of it is taken for a request.
func TestManualPages(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "man")
	if code, _, stderr := call(t, nil, "man", folder); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	request := regexp.MustCompile(`^\.(TH|SH|B|TP|nf|fi)(\s|$)`)
	for _, name := range []string{"refload.1", "refload-import.1", "refload-runs-find.1", "refload-setup.1", "refload-environment.7", "refload-exit-codes.7"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.HasPrefix(string(data), ".TH \"REFLOAD") || !strings.Contains(string(data), ".SH NAME\nrefload") {
			t.Errorf("%s begins %.80q", name, data)
		}
		for line := range strings.Lines(string(data)) {
			if (line[0] == '.' || line[0] == '\'') && !request.MatchString(line) {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
	data, _ := os.ReadFile(filepath.Join(folder, "refload-import.1"))
	for _, want := range []string{`.B \-n, \-\-dry\-run`, "every row", ".SH EXIT STATUS", `.B \-\-base\-url string`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("refload-import.1 does not say %q", want)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "refload-man.1")); err == nil {
		t.Error("there is a page of a hidden command")
	}
}

// doctorSays runs the doctor with a state folder of its own.
func doctorSays(t *testing.T, environment map[string]string, args ...string) (int, string) {
	t.Helper()
	environment["REFLOAD_STATE"] = filepath.Join(t.TempDir(), "state")
	code, stdout, stderr := call(t, environment, append([]string{"doctor"}, args...)...)
	if stderr != "" {
		t.Errorf("stderr: %s", stderr)
	}
	return code, stdout
}

func TestDoctor(t *testing.T) {
	clock, asked := time.Duration(0), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(clock).UTC().Format(http.TimeFormat))
		switch asked++; {
		case r.Method != http.MethodGet:
			t.Errorf("the doctor sent a %s", r.Method)
		case r.Header.Get("Authorization") == "":
			w.WriteHeader(http.StatusUnauthorized)
		case asked == 1:
			t.Error("the first request had a token already")
		default:
			io.WriteString(w, `{"value":[]}`)
		}
	}))
	defer server.Close()
	token := map[string]string{"REFLOAD_ACCESS_TOKEN": tokenOf("ann@contoso.example.com")}
	code, text := doctorSays(t, token, "--base-url", server.URL)
	for _, want := range []string{`state folder +ok`, `proxy +ok +none`, `service +ok +127\.0\.0\.1:\d+ can be reached`, `clock +ok`, `sign-in +ok +as ann@contoso`, `role and view +ok +whole`} {
		if code != 0 || !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("exit %d, not %s:\n%s", code, want, text)
		}
	}
	clock = time.Hour
	if code, text = doctorSays(t, token, "--base-url", server.URL); code != 0 || !regexp.MustCompile(`clock +note .*(59m59s|1h0m0s)`).MatchString(text) || !strings.Contains(text, "NTP") {
		t.Errorf("a wrong clock: exit %d\n%s", code, text)
	}
	if code, text = doctorSays(t, map[string]string{}, "--base-url", server.URL); code != 4 || !regexp.MustCompile(`sign-in +wrong`).MatchString(text) {
		t.Errorf("no token: exit %d\n%s", code, text)
	}
	if code, text = doctorSays(t, map[string]string{}, "--sandbox", "--json"); code != 0 || !strings.Contains(text, `"ok":true`) {
		t.Errorf("sandbox: exit %d\n%s", code, text)
	}
	server.Close()
	if code, text = doctorSays(t, token, "--base-url", server.URL); code != 7 || !regexp.MustCompile(`service +wrong(?s:.*)fix:`).MatchString(text) {
		t.Errorf("nobody listens: exit %d\n%s", code, text)
	}
}

func TestDoctorOfAStateFolder(t *testing.T) {
	file := writeFile(t, t.TempDir(), "in-the-way", "x")
	code, stdout, _ := call(t, map[string]string{}, "doctor", "--sandbox", "--state", filepath.Join(file, "state"))
	if code != 12 || !regexp.MustCompile(`state folder +wrong`).MatchString(stdout) {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ = call(t, map[string]string{}, "doctor", "--sandbox", "--state", open)
	if code != 0 || runtime.GOOS != "windows" && !strings.Contains(stdout, "chmod 700") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if left, _ := os.ReadDir(open); len(left) > 0 {
		t.Errorf("the doctor left %v", left)
	}
}

package cli_test

import (
	"bytes"
	"context"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"refload/internal/cli"
)

// call runs the program in this process with arguments and an environment of its own.
func call(t *testing.T, environment map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Main(context.Background(), cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: time.Now,
		Getenv: func(name string) string { return environment[name] },
	})
	return code, out.String(), errs.String()
}

// The reference in docs is what the tables say. UPDATE_DOCS=1 writes it again.
func TestReferenceIsThatOfTheTables(t *testing.T) {
	code, want, stderr := call(t, nil, "fields", "--markdown")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	path := filepath.Join(root, "docs", "reference.md")
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("docs/reference.md is not what the tables say; write it again with UPDATE_DOCS=1 go test ./internal/cli")
	}
}

func TestEveryHelpShowsAnExampleFirst(t *testing.T) {
	for _, command := range []string{"import", "check", "plan", "apply", "export", "verify", "template", "fields", "sandbox", "version", "runs", "config", "setup", "doctor"} {
		code, stdout, stderr := call(t, nil, command, "--help")
		example, usage := strings.Index(stdout, "Examples:"), strings.Index(stdout, "Usage:")
		if code != 0 || example < 0 || usage < example {
			t.Errorf("%s --help: exit %d, example at %d, usage at %d\n%s", command, code, example, usage, stderr)
		}
	}
}

func TestHelpTopics(t *testing.T) {
	for topic, want := range map[string]string{
		"exit-codes": "another run holds the lock", "outcomes": "already-exists", "environment": "REFLOAD_ACCESS_TOKEN",
	} {
		if _, stdout, _ := call(t, nil, "help", topic); !strings.Contains(stdout, want) {
			t.Errorf("help %s does not say %q:\n%s", topic, want, stdout)
		}
	}
}

// Whatever the program reads from the environment by name stands in the help.
func TestHelpNamesEveryVariable(t *testing.T) {
	t.Parallel()
	_, help, _ := call(t, nil, "help", "environment")
	read, seen := regexp.MustCompile(`^"(REFLOAD_[A-Z]+(_[A-Z]+)*|[A-Z]+_HOME|HOME|(?i:(local)?appdata)|NO_COLOR)"$`), 0
	everyNode(t, func(where string, node ast.Node) {
		if literal, ok := node.(*ast.BasicLit); ok && read.MatchString(literal.Value) {
			if seen++; !strings.Contains(help, "  "+strings.Trim(literal.Value, `"`)) && !strings.Contains(help, ", "+strings.Trim(literal.Value, `"`)) {
				t.Errorf("%s reads %s, and help environment does not say so", where, literal.Value)
			}
		}
	})
	if seen < 8 {
		t.Errorf("only %d variables were found", seen)
	}
}

// What the guides of the project name is there.
func TestGuidesNameFilesThatExist(t *testing.T) {
	named := regexp.MustCompile("`([\\w.]+/[\\w./*-]+)`|\\]\\(([\\w./-]+)\\)")
	for _, guide := range []string{"CONTRIBUTING.md", "SECURITY.md", "docs/security.md", "README.md"} {
		data, err := os.ReadFile(filepath.Join(root, guide))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllStringSubmatch(string(data), -1) {
			path := filepath.Join(root, match[1])
			if match[2] != "" {
				path = filepath.Join(root, filepath.Dir(guide), match[2])
			}
			if found, err := filepath.Glob(path); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", guide, match[0])
			}
		}
	}
}

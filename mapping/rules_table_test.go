package mapping

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestRuleTable(t *testing.T) {
	seen := map[string]bool{}
	form := regexp.MustCompile(`^[A-Z]+-[A-Z]+$`)
	for _, rule := range Rules() {
		if seen[rule.Code] {
			t.Errorf("%s is there twice", rule.Code)
		}
		seen[rule.Code] = true
		if !form.MatchString(rule.Code) {
			t.Errorf("%q is not formed like a code", rule.Code)
		}
		if !strings.HasSuffix(rule.Purpose, ".") || rule.Hint == "" || strings.HasSuffix(rule.Hint, ".") {
			t.Errorf("%s: the purpose is a sentence, the hint is one without full stop", rule.Code)
		}
		if rule.Severity != Fault && rule.Severity != Warning && rule.Severity != Note {
			t.Errorf("%s has the severity %q", rule.Code, rule.Severity)
		}
	}
	for _, rule := range recordRules {
		if rule.Check == nil {
			t.Errorf("%s is a rule of records without a check", rule.Code)
		}
	}
}

var codeLiteral = regexp.MustCompile(`^(VAL|HDR|REQ|STATE|ACTION|HELP|TARGET|CONSENT|DATE|DUP|XLSX|CSV|FILE|MAP|ROW|NUM|KEY|IMPLIED)-[A-Z]+$`)

// TestEveryCodeIsInTheTable reads the source of the package: each text that looks like a code
// must be a rule, and each rule without a check must be raised somewhere.
func TestEveryCodeIsInTheTable(t *testing.T) {
	rules := map[string]bool{}
	for _, rule := range Rules() {
		rules[rule.Code] = rule.Check != nil
	}
	raised := codesInSource(t)
	for code, place := range raised {
		if _, ok := rules[code]; !ok {
			t.Errorf("%s: the code %s is in no rule", place, code)
		}
	}
	for code, checked := range rules {
		if !checked && raised[code] == "" {
			t.Errorf("the rule %s is never raised", code)
		}
	}
}

// ruleFiles hold the tables themselves.
var ruleFiles = []string{"rules_cell.go", "rules_file.go", "rules_record.go"}

// codesInSource finds the texts that look like codes outside of the rule tables themselves.
func codesInSource(t *testing.T) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || slices.Contains(ruleFiles, name) {
			continue
		}
		file, err := goparser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && codeLiteral.MatchString(text) {
				found[text] = files.Position(literal.Pos()).String()
			}
			return true
		})
	}
	return found
}

// TestRequirementsAgreeWithFields holds the two tables that say what must be there against
// each other, in both directions, headers included.
func TestRequirementsAgreeWithFields(t *testing.T) {
	demanded := map[string]Need{consentPath: Required}
	for _, r := range requirements {
		demanded[r.path] = r.need
		if r.path == "details" {
			continue
		}
		if got := HeaderOf(strings.Replace(firstOf(r.path), "#", "0", 1)); got != r.header {
			t.Errorf("%s: the field table has the header %q, the requirement %q", r.path, got, r.header)
		}
	}
	for _, f := range Fields() {
		path := strings.TrimSuffix(f.Path, "[#]")
		if need := demanded[path]; f.Need != "" && f.Need != need {
			t.Errorf("%s is needed %s by the field table, %q by the requirements", f.Path, f.Need, need)
		}
	}
	for _, r := range requirements {
		if f, ok := Lookup(firstOf(r.path)); r.path != "details" && (!ok || f.Need != r.need) {
			t.Errorf("%s is needed %s by the requirements, but not so by the field table", r.path, r.need)
		}
	}
}

// firstOf returns the path of the first element where the path is an array that has columns
// with numbers.
func firstOf(path string) string {
	if f, ok := Lookup(path + "[#]"); ok {
		return f.at(0)
	}
	return path
}

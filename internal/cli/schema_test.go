package cli_test

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"refload/internal/run"
)

// schema is a JSON schema with the words that ours uses. A word that it does not know is an error.
type schema struct {
	root map[string]any
}

func readSchema(t *testing.T) *schema {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal([]byte(read(t, filepath.Join(root, "docs", "events.schema.json"))), &document); err != nil {
		t.Fatal(err)
	}
	return &schema{document}
}

// checks are the words of a schema; each returns what is wrong with a value.
var checks map[string]func(s *schema, rule any, value any, whole map[string]any) string

func init() {
	none := func(*schema, any, any, map[string]any) string { return "" }
	checks = map[string]func(*schema, any, any, map[string]any) string{
		"$schema": none, "title": none, "description": none, "$defs": none,
		"$ref": func(s *schema, rule, value any, _ map[string]any) string {
			name := strings.TrimPrefix(rule.(string), "#/$defs/")
			return s.wrong(s.root["$defs"].(map[string]any)[name].(map[string]any), value)
		},
		"oneOf": (*schema).oneOf, "type": (*schema).kind, "properties": (*schema).properties, "additionalProperties": (*schema).noOthers, "required": (*schema).required,
		"const": func(_ *schema, rule, value any, _ map[string]any) string { return differs(rule, value) },
		"enum": func(_ *schema, rule, value any, _ map[string]any) string {
			for _, allowed := range rule.([]any) {
				if reflect.DeepEqual(allowed, value) {
					return ""
				}
			}
			return fmt.Sprintf("%v is none of %v", value, rule)
		},
		"minimum": func(_ *schema, rule, value any, _ map[string]any) string {
			if number, ok := value.(float64); ok && number < rule.(float64) {
				return fmt.Sprintf("%v is less than %v", value, rule)
			}
			return ""
		},
		"items": func(s *schema, rule, value any, _ map[string]any) string {
			for _, item := range value.([]any) {
				if wrong := s.wrong(rule.(map[string]any), item); wrong != "" {
					return wrong
				}
			}
			return ""
		},
	}
}

func differs(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return fmt.Sprintf("%v is not %v", got, want)
}

// wrong returns what is wrong with a value, "" for nothing.
func (s *schema) wrong(rules map[string]any, value any) string {
	if wrong := s.kind(rules["type"], value, rules); wrong != "" {
		return wrong
	}
	for word, rule := range rules {
		check, known := checks[word]
		if !known {
			return "the schema has a word that is not checked: " + word
		}
		if wrong := check(s, rule, value, rules); wrong != "" {
			return wrong
		}
	}
	return ""
}

func (s *schema) oneOf(rule, value any, _ map[string]any) string {
	var wrongs []string
	fits := 0
	for _, rules := range rule.([]any) {
		if wrong := s.wrong(rules.(map[string]any), value); wrong != "" {
			wrongs = append(wrongs, fmt.Sprint(rules.(map[string]any)["$ref"])+" "+wrong)
		} else {
			fits++
		}
	}
	if fits == 1 {
		return ""
	}
	return fmt.Sprintf("%d kinds fit: %s", fits, strings.Join(wrongs, "; "))
}

func (s *schema) kind(rule, value any, _ map[string]any) string {
	is := map[string]bool{}
	switch v := value.(type) {
	case string:
		is["string"] = true
	case bool:
		is["boolean"] = true
	case float64:
		is["number"], is["integer"] = true, v == math.Trunc(v)
	case map[string]any:
		is["object"] = true
	case []any:
		is["array"] = true
	}
	if rule == nil || is[rule.(string)] {
		return ""
	}
	return fmt.Sprintf("%v is no %v", value, rule)
}

func (s *schema) properties(rule, value any, _ map[string]any) string {
	for name, rules := range rule.(map[string]any) {
		if member, there := value.(map[string]any)[name]; there {
			if wrong := s.wrong(rules.(map[string]any), member); wrong != "" {
				return name + ": " + wrong
			}
		}
	}
	return ""
}

func (s *schema) noOthers(_, value any, whole map[string]any) string {
	for name := range value.(map[string]any) {
		if _, known := whole["properties"].(map[string]any)[name]; !known {
			return "unknown property " + name
		}
	}
	return ""
}

func (s *schema) required(rule, value any, _ map[string]any) string {
	for _, name := range rule.([]any) {
		if _, there := value.(map[string]any)[name.(string)]; !there {
			return "without " + name.(string)
		}
	}
	return ""
}

// holds wants every line to be as the schema says, and the last line, and no other, to be a summary with this code.
// It returns the summary.
func (s *schema) holds(t *testing.T, name, stdout string, code int) (summary map[string]any) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for i, line := range lines {
		var value map[string]any
		if err := json.Unmarshal([]byte(line), &value); err != nil {
			t.Errorf("%s: %v: %s", name, err, line)
			continue
		}
		if wrong := s.wrong(s.root, any(value)); wrong != "" {
			t.Errorf("%s: %s\n%s", name, wrong, line)
		}
		if last := i == len(lines)-1; (value["event"] == "summary") != last || last && value["exit_code"] != float64(code) {
			t.Errorf("%s: line %d of %d, exit %d: %s", name, i+1, len(lines), code, line)
		}
		summary = value
	}
	if summary["ok"] != (code == 0) && summary["command"] != "plan" {
		t.Errorf("%s: ok is %v, exit %d", name, summary["ok"], code)
	}
	return summary
}

// Every way in which an import ends says so in one summary, in the form of the schema.
func TestJSONLinesAreAsTheSchemaSays(t *testing.T) {
	t.Parallel()
	s, state := readSchema(t), t.TempDir()
	server, elsewhere := refusing(t, func(int) int { return 400 }), refusing(t, func(int) int { return 404 })
	inbox, done := inboxOf(t, map[string]string{"a.csv": dealsOf("Contoso"), "b.csv": strings.Replace(dealsOf("Fabrikam"), "Yes", "perhaps", 1), "c.txt": ""})
	for _, test := range []struct {
		name string
		code int
		args []string
	}{
		{"created", 0, []string{"import", manyDeals(t, 3), "--sandbox"}},
		{"dry run", 0, []string{"import", manyDeals(t, 3), "--sandbox", "--dry-run"}},
		{"several files", 0, []string{"import", manyDeals(t, 3), manyDeals(t, 2), "--sandbox"}},
		{"a folder", 5, []string{"import", inbox, "--done", done, "--sandbox"}},
		{"problems", 5, []string{"import", filepath.Join(root, "samples", "mistakes.xlsx"), "--sandbox", "--results", filepath.Join(state, "m.xlsx")}},
		{"refused rows", 3, []string{"import", manyDeals(t, 3), "--base-url", server.URL, "--yes", "--rate", "0"}},
		{"no such file", 5, []string{"import", "missing.csv", "--sandbox"}},
		{"no service", 2, []string{"import", manyDeals(t, 1)}},
		{"wrong flag", 2, []string{"import", manyDeals(t, 1), "--sandbox", "--mode", "merge"}},
		{"stopped", 7, []string{"import", manyDeals(t, 2), "--base-url", elsewhere.URL, "--yes", "--rate", "0"}},
		{"resumed", 7, []string{"runs", "resume", "--base-url", elsewhere.URL, "--yes"}},
		{"undone", 2, []string{"runs", "undo", "no-such-run"}},
	} {
		code, stdout, stderr := call(t, map[string]string{"REFLOAD_ACCESS_TOKEN": "x"}, append(test.args, "--json", "--state", state)...)
		if code != test.code {
			t.Errorf("%s: exit %d, expected %d\n%s%s", test.name, code, test.code, stdout, stderr)
		}
		s.holds(t, test.name, stdout, code)
	}
}

// The schema knows the words of the table of outcomes, and can fail.
func TestTheSchemaCanFail(t *testing.T) {
	s := readSchema(t)
	for _, word := range run.Words() {
		if wrong := s.wrong(s.root, map[string]any{"event": "row", "row": 2.0, "outcome": string(word.Outcome)}); wrong != "" {
			t.Errorf("%s: %s", word.Outcome, wrong)
		}
		counted := map[string]any{"event": "file", "file": "deals.csv", "rows": 1.0, "counts": map[string]any{string(word.Outcome): 1.0}, "ok": true}
		if wrong := s.wrong(s.root, counted); wrong != "" {
			t.Errorf("%s is not counted: %s", word.Outcome, wrong)
		}
	}
	for _, wrong := range []map[string]any{
		{"event": "row", "row": 0.0, "outcome": "created"}, {"event": "row", "row": 2.5, "outcome": "created"}, {"event": "row", "row": 2.0, "outcome": "failed"},
		{"event": "row", "row": 2.0}, {"event": "row", "row": 2.0, "outcome": "created", "name": "Kim"}, {"event": "else"}, {}, {"event": "note", "text": 1.0},
		{"event": "summary", "ok": true}, {"event": "summary", "command": "check", "exit_code": 0.0, "ok": true},
		{"event": "summary", "command": "check", "exit_code": 2.0, "ok": true, "meaning": "wrong", "error": "none was named"},
		{"event": "planned", "planned": map[string]any{"row": 2.0, "action": "restore", "digest": "", "notes": "Kim"}},
		{"event": "finding", "finding": map[string]any{"kind": "different", "deal": "Kim"}}, {"event": "row", "planned": map[string]any{}},
	} {
		if s.wrong(s.root, wrong) == "" {
			t.Errorf("%v is taken", wrong)
		}
	}
}

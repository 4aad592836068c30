package cli_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"refload/internal/effort"
)

// hint is a hint that names a command, with the state that shows it.
type hint struct {
	source string   // a part of the text of the program that it comes from
	before []string // commands that make the state
	shown  string   // the command that shows the hint
	want   string   // what it shows, with the command that is named as a group
	fill   []string // what a person puts in place of words such as FILE, in pairs
	code   int      // with which the named command ends: never with that of a command that there is not

	tokenless bool // nobody is signed in
}

// hints is the table of hints that name a command. The commands run in a folder with the files of hintFiles, on a
// sandbox of their own where REFLOAD_SANDBOX is not taken away by naming a service: SERVICE.
var hints = []hint{
	{source: "sign in again ('refload auth login --profile NAME'", shown: "import deals.csv --base-url REFUSING --yes", want: "'(refload auth login --profile NAME)'", fill: []string{"NAME", "gone"}, code: 2},
	{source: "name the columns as in 'refload fields'", shown: "check notes.csv", want: "'(refload fields)'"},
	{source: "make one with 'refload plan FILE -o plan.xlsx'", shown: "apply deals.csv", want: "'(refload plan FILE -o plan.xlsx)'", fill: []string{"FILE", "deals.csv"}},
	{source: "'refload import' with --skip-invalid", shown: "check bad.csv", want: "'(refload import)' with --skip-invalid", fill: []string{"import", "import bad.csv --skip-invalid"}, code: 3},
	{source: "headers can be mapped with --mapping, and 'refload fields'", shown: "check headers.csv", want: "'(refload fields)' lists"},
	{source: "'refload check FILE' shows the value", shown: "import personal.csv", want: "'(refload check FILE)' shows", fill: []string{"FILE", "personal.csv"}},
	{source: "or the field that it is, see refload fields", shown: "mapping suggest headers.csv", want: "see (refload fields)"},
	{source: "see the columns with 'refload fields'", shown: "export -o x.csv --columns Nonsense", want: "'(refload fields)'"},
	{source: "the command \"refload fields\" prints all of them", shown: "check deals.csv --mapping field.yaml", want: `"(refload fields)" prints`},
	{source: "sign in with 'refload auth login --profile NAME', set", shown: "import deals.csv --base-url SERVICE --yes", tokenless: true, want: "'(refload auth login --profile NAME)'", fill: []string{"NAME", "gone"}, code: 2},
	{source: "write 'key: value' lines, indented by spaces, as in 'refload help configuration'", shown: "import deals.csv --config broken.yaml", want: "'(refload help configuration)'"},
	{source: "see all of them with 'refload fields'", shown: "fields nonsensical", want: "'(refload fields)'"},
	{source: "refload apply", shown: "plan deals.csv -o plan.xlsx", want: "do exactly this with: (refload apply plan.xlsx)"},
	{source: "refload runs find ID", shown: "runs find", want: "(refload runs find ID)", fill: []string{"ID", "CRM-1"}, code: 2},
	{source: "refload runs resume", before: []string{"import deals.csv --base-url FAILING --yes --settle 1ms --resend-after 1h"}, shown: "import other.csv --base-url FAILING --yes --settle 1ms --resend-after 1h", want: "settle them with: (refload runs resume .*)", code: 3},
	{source: "refload runs resume", before: []string{"import deals.csv --base-url REFUSING --yes"}, shown: "runs show", want: "go on with: (refload runs resume .*)", code: 2},
	{source: "refload runs resume", shown: "import deals.csv --base-url FAILING --yes --settle 1ms --resend-after 1h --state here", want: "go on with: (refload runs resume .*)", code: 3},
	{source: "'refload setup' writes one", shown: "doctor", want: "'(refload setup)' writes", fill: []string{"setup", "setup --profile contoso --tenant contoso.example.com"}},
	{source: "refload runs undo RUN", before: []string{"import deals.csv"}, shown: "runs undo", want: "(refload runs undo RUN)", fill: []string{"RUN", "LATEST"}, code: 3},
	{source: "refload runs undo", before: []string{"import deals.csv", "import changed.csv", "runs undo"}, shown: "runs resume LATEST", want: "hint: (refload runs undo [^ ]*)"},
	{source: "'refload runs list' shows all; name the run", before: []string{"import deals.csv"}, shown: "runs resume --base-url SERVICE", want: "'(refload runs list)'"},
	{source: "see them with 'refload runs list'", before: []string{"import deals.csv"}, shown: "runs show nothing", want: "'(refload runs list)'"},
	{source: "refload import inbox/ --done archive/; a file stays", shown: "import deals.csv --done archive", want: "(refload import inbox/ --done archive/);"},
	{source: "refload import --done archive/", shown: "import inbox", want: "done: (refload import inbox --done archive/.*)"},
	{source: "refload template deals.xlsx", shown: "template", want: "hint: (refload template deals.xlsx)"},
	{source: "fill in the sheet Referrals, then: refload check %s", shown: "template new.xlsx", want: "then: (refload check new.xlsx)", code: 9},
	{source: "refload mapping check FILE --mapping ", shown: "mapping suggest deals.csv --mapping good.yaml", want: "hint: (refload mapping check FILE --mapping good.yaml)", fill: []string{"FILE", "deals.csv"}},
	{source: "'refload mapping suggest FILE' shows what the headers alone say", shown: "mapping check headers.csv", want: "'(refload mapping suggest FILE)'", fill: []string{"FILE", "headers.csv"}},
	{source: "no file was named\", \"refload import FILE", shown: "import", want: "hint: (refload import FILE);", fill: []string{"FILE", "deals.csv"}},
	{source: "try 'refload import --help'", shown: "import", want: "'(refload import --help)'"},
	{source: "see 'refload import --help'", shown: "import deals.csv --max-sends -1", want: "'(refload import --help)'"},
	{source: "refload setup --profile NAME --tenant TENANT", shown: "setup", want: "hint: (refload setup --profile NAME --tenant TENANT)", fill: []string{"NAME", "contoso", "TENANT", "contoso.example.com"}},
	{source: "verify takes one file, %d were named\", len(args)), \"refload verify FILE", shown: "verify", want: "hint: (refload verify FILE)", fill: []string{"FILE", "deals.csv"}, code: 3},
	{source: "refload plan FILE", shown: "plan", want: "hint: (refload plan FILE)", fill: []string{"FILE", "deals.csv"}},
	{source: "refload check FILE", shown: "check", want: "hint: (refload check FILE)", fill: []string{"FILE", "deals.csv"}},
	{source: "refload export -o deals.xlsx, or -o - for standard output", shown: "export", want: "hint: (refload export -o deals.xlsx),"},
	{source: "refload runs forget --email ADDRESS", shown: "runs forget", want: "hint: (refload runs forget --email ADDRESS)", fill: []string{"ADDRESS", "kim@example.com"}},
	{source: "let 'refload setup --profile ", shown: "import deals.csv --profile night", want: "'(refload setup --profile night)'", fill: []string{"night", "night --tenant contoso.example.com"}},
	{source: "once a file of yours has profiles ('refload setup' writes one)", shown: "import deals.csv --base-url=", want: "'(refload setup)' writes", fill: []string{"setup", "setup --profile contoso --tenant contoso.example.com"}},
	{source: "name one with --profile; 'refload setup' writes one", shown: "auth login --base-url SERVICE", want: "'(refload setup)' writes", fill: []string{"setup", "setup --profile contoso --tenant contoso.example.com"}},
	{source: "refload sandbox --tls writes one", shown: "import deals.csv --base-url https://127.0.0.1:1 --ca-file deals.csv --yes", want: "(refload sandbox --tls) writes", fill: []string{"--tls", "--help"}},
}

// hintsElsewhere are texts that name a command and have no entry of their own: another test shows them, or nobody acts on them.
var hintsElsewhere = map[string]string{
	"; refload runs resume ":                                          "the same in the results workbook",
	"refload runs results --results answers.csv":                      "a disk that takes no results, TestEveryStorageCallMayFail",
	"the sign-in works; next: 'refload check FILE'":                   "a setup with a sign-in, doctoraccount_test",
	"refload import FILE --profile":                                   "the same",
	"refload auth login --profile":                                    "the same",
	"refload doctor --profile":                                        "the same",
	"refload auth login --profile NAME":                               "sign-ins, auth_test",
	"give the profile tenant and client-id, then 'refload auth login": "a profile without an application, auth_test",
	"sign in again with 'refload auth login --profile NAME'":          "a sign-in of another machine",
	"give this one data of its own":                                   "two sandboxes at once",
	"('refload setup' prints the page)":                               "an account without a role, doctoraccount_test",
	"write one entry a line, as in 'refload help configuration'":      "a file that no person writes",
	"as 'refload runs list' has it":                                   "a line of the reference",
	"no plan was named":                                               "no text that is printed",
	"refload apply PLAN":                                              "no text that is printed",
	"'refload doctor --recheck'":                                      "a service that changes ids, which its own tests show",
	"which 'refload mapping suggest' proposes":                        "a header of another CRM",
}

var hintFiles = map[string]string{
	"deals.csv":    strings.Replace(twoDeals, "VALUE", "2000", 1),
	"changed.csv":  strings.Replace(twoDeals, "VALUE", "3000", 1),
	"bad.csv":      strings.Replace(twoDeals, "VALUE", "much", 1),
	"other.csv":    strings.ReplaceAll(strings.ReplaceAll(strings.Replace(twoDeals, "VALUE", "2000", 1), "CRM-", "OTHER-"), "Contoso", "Fabrikam"),
	"notes.csv":    "a,b\n1,2\n",
	"headers.csv":  "Deal Name,Customer Name,Nonsense\nOne,Contoso,x\n",
	"personal.csv": "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,Customer Contact Email Address\nOne,Contoso,Independent,Yes,1,USD,nobody\n",
	"field.yaml":   "version: 1\ncolumns:\n  Deal Name: nonsense.path\n",
	"good.yaml":    "version: 1\n",
	"broken.yaml":  "profiles: [",
}

// Every hint that names a command leads somewhere: the command is there, takes what is printed, and does what the hint
// is about, in the state that shows it.
func TestHintsLeadSomewhere(t *testing.T) {
	effort.NotShort(t)
	for _, h := range hints {
		t.Run(h.shown, func(t *testing.T) {
			environment := inFolder(t, "", "")
			for name, text := range hintFiles {
				writeFile(t, ".", name, text)
			}
			writeFile(t, filepath.Join(t.TempDir()), "x", "")
			if err := os.Mkdir("inbox", 0o700); err != nil {
				t.Fatal(err)
			}
			w := newTenant(t)
			refusing, failing := refusing(t, func(int) int { return 401 }), refusing(t, func(int) int { return 500 })
			environment["REFLOAD_ACCESS_TOKEN"], environment["REFLOAD_RATE"] = w.token, "0"
			if h.tokenless {
				delete(environment, "REFLOAD_ACCESS_TOKEN")
			}
			run := func(line string) (int, string) {
				words := []string{}
				for _, word := range strings.Fields(line) {
					switch word {
					case "LATEST":
						word = latestRun(t, environment["REFLOAD_STATE"])
					case "SERVICE":
						word = w.url
					case "REFUSING":
						word = refusing.URL
					case "FAILING":
						word = failing.URL
					}
					words = append(words, word)
				}
				if sandboxed := []string{"import", "plan", "verify", "export"}; slices.Contains(sandboxed, words[0]) && !strings.Contains(line, "--base-url") && !strings.Contains(line, "--profile") {
					words = append(words, "--sandbox")
				}
				if words[0] == "import" && slices.Contains(words, "--done") {
					words = append(words, "--allow-empty")
				}
				code, stdout, stderr := call(t, environment, words...)
				return code, stdout + stderr
			}
			for _, line := range h.before {
				run(line)
			}
			_, text := run(h.shown)
			found := regexp.MustCompile(h.want).FindStringSubmatch(text)
			if found == nil {
				t.Fatalf("%s: no %s in\n%s", h.shown, h.want, text)
			}
			line := strings.TrimPrefix(found[1], "refload ")
			for i := 0; i+1 < len(h.fill); i += 2 {
				line = strings.Replace(line, h.fill[i], h.fill[i+1], 1)
			}
			if code, text := run(line); code != h.code || strings.Contains(text, "unknown flag") || strings.Contains(text, "is no command") {
				t.Errorf("%s: it names %q, which ends with %d, expected %d\n%s", h.shown, line, code, h.code, text)
			}
		})
	}
}

// namesCommand is a text that tells a person to type a command.
var namesCommand = regexp.MustCompile(`refload (import|check|plan|apply|verify|export|runs|setup|doctor|auth|fields|mapping|template|sandbox --|help)\b`)

// Every text that names a command stands in the table, or it is said where it is shown.
func TestEveryHintIsInTheTable(t *testing.T) {
	t.Parallel()
	known := []string{}
	for _, h := range hints {
		known = append(known, h.source)
	}
	for source := range hintsElsewhere {
		known = append(known, source)
	}
	for _, folder := range []string{"importer", "exporter", "mapping", "api", "internal"} {
		filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, _ error) error {
			if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				for _, text := range commandsIn(t, path) {
					if !slices.ContainsFunc(known, func(source string) bool {
						return strings.Contains(source, text) || strings.Contains(text, source)
					}) {
						t.Errorf("%s: %q names a command and stands in no table", path, text)
					}
				}
			}
			return nil
		})
	}
}

// commandsIn returns the texts of a file that name a command, but those of help pages and tables of commands.
func commandsIn(t *testing.T, path string) (texts []string) {
	t.Helper()
	if slices.Contains([]string{"root.go", "help.go", "reference.go", "config.go", "man.go", "helpmapping.go"}, filepath.Base(path)) {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if pair, is := node.(*ast.KeyValueExpr); is {
			if name, is := pair.Key.(*ast.Ident); is && slices.Contains([]string{"Use", "Short", "Long", "Example"}, name.Name) {
				return false
			}
			if key, is := pair.Key.(*ast.BasicLit); is && namesCommand.MatchString(key.Value) {
				return false
			}
		}
		if call, is := node.(*ast.CallExpr); is {
			texts = append(texts, toldIn(call)...)
		}
		literal, is := node.(*ast.BasicLit)
		if !is || literal.Kind != token.STRING || !namesCommand.MatchString(literal.Value) {
			return true
		}
		if text, err := strconv.Unquote(literal.Value); err == nil {
			texts = append(texts, text)
		}
		return true
	})
	return texts
}

// toldIn is the command that a call of told puts together, as far as its words stand in the source; nothing for any other call.
func toldIn(call *ast.CallExpr) []string {
	if name, is := call.Fun.(*ast.SelectorExpr); !is || name.Sel.Name != "told" {
		return nil
	}
	words := []string{"refload"}
	for _, arg := range call.Args {
		if literal, is := arg.(*ast.BasicLit); is {
			word, _ := strconv.Unquote(literal.Value)
			words = append(words, word)
		}
	}
	return []string{strings.Join(words, " ")}
}

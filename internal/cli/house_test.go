package cli_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the top of the project, seen from this package.
const root = "../.."

// mayImport is the house's one rule: who may import whom, downward only. A package that is not
// in the table may not exist.
var mayImport = map[string][]string{
	"":                  {"internal/cli"},
	"internal/cli":      {"importer", "importer/outcome", "importer/journal", "exporter", "internal/console", "internal/config", "internal/logs", "internal/monitor", "api/entra", "api/sandbox", "mapping", "internal/run", "api", "internal/sheet", "internal/files"},
	"importer":          {"importer/outcome", "importer/journal", "internal/listing", "mapping", "internal/run", "internal/names", "api", "internal/sheet", "internal/files"},
	"importer/outcome":  {"internal/listing", "internal/run", "api"},
	"exporter":          {"importer/journal", "internal/listing", "mapping", "internal/run", "api", "internal/sheet", "internal/files"},
	"internal/console":  {"internal/run"},
	"internal/config":   {"internal/yamltext"},
	"internal/listing":  {"mapping", "internal/run", "api"},
	"internal/logs":     {"api", "internal/run"},
	"internal/monitor":  {"api", "internal/run", "internal/files"},
	"api/entra":         {"api", "internal/files"},
	"api/sandbox":       {"internal/files"},
	"importer/journal":  {"internal/files"},
	"mapping":           {"api", "internal/sheet", "internal/files", "internal/yamltext"},
	"internal/run":      {"api", "internal/sheet", "internal/files"},
	"api":               {"internal/files"},
	"internal/sheet":    {"internal/files"},
	"internal/files":    {},
	"internal/yamltext": {},
	"internal/names":    {},
	"internal/effort":   {}, // for tests alone: nobody in this table may import it
}

// onlyHome is where a module may be imported.
var onlyHome = map[string][]string{
	"github.com/xuri/excelize/v2":       {"internal/sheet"},
	"github.com/gocarina/gocsv":         {"internal/sheet"},
	"github.com/schollz/progressbar/v3": {"internal/console"},
	"golang.org/x/sync/errgroup":        {"importer"},
	"github.com/spf13/cobra":            {"internal/cli"},
	"golang.org/x/oauth2":               {"api/entra"},
	"golang.org/x/sys/windows":          {"api/entra"},
	"golang.org/x/net/http2":            {"api/sandbox"},
	"golang.org/x/net/http2/hpack":      {"api/sandbox"},
	"net/http":                          {"api", "api/sandbox", "api/entra", "importer", "internal/monitor"}, // monitor: the webhook, which must not share the client that has the token
}

// source is one Go file that is no test.
type source struct {
	folder, name string
	file         *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		folder, _ := filepath.Rel(root, filepath.Dir(path))
		if folder == "." {
			folder = ""
		}
		list = append(list, source{filepath.ToSlash(folder), filepath.Base(path), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 50 {
		t.Fatalf("found %d files; the walk did not see the project", len(list))
	}
	return list
}

func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, path)
	}
	return paths
}

// wrongImports returns the imports of a folder that the house does not allow.
func wrongImports(folder string, imports []string) []string {
	allowed, known := mayImport[folder]
	if !known {
		return []string{"the folder itself is not in the table"}
	}
	var wrong []string
	for _, path := range imports {
		inside, ours := strings.CutPrefix(path, "refload/")
		if ours && !slices.Contains(allowed, inside) {
			wrong = append(wrong, path)
		}
		if homes, bound := onlyHome[path]; bound && !slices.Contains(homes, folder) {
			wrong = append(wrong, path)
		}
	}
	return wrong
}

func TestImportsPointDownward(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, path := range wrongImports(s.folder, s.imports()) {
			t.Errorf("%s/%s must not import %s", s.folder, s.name, path)
		}
	}
}

// The rule must be able to fail.
func TestAWrongImportIsNoticed(t *testing.T) {
	for _, wrong := range []struct{ folder, path string }{
		{"api", "refload/mapping"},
		{"internal/sheet", "refload/importer"},
		{"internal/console", "refload/importer"},
		{"api/sandbox", "refload/api"},
		{"mapping", "github.com/xuri/excelize/v2"},
		{"internal/helpers", "fmt"},
	} {
		if len(wrongImports(wrong.folder, []string{wrong.path})) == 0 {
			t.Errorf("%s importing %s was not noticed", wrong.folder, wrong.path)
		}
	}
}

func TestErrgroupHasOneFile(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(s.imports(), "golang.org/x/sync/errgroup") && s.name != "execute.go" {
			t.Errorf("%s/%s imports errgroup; goroutines for rows start in importer/execute.go", s.folder, s.name)
		}
	}
}

// listers are the calls by which a list is asked for; only the engine that judges it makes them.
var listers = []string{"Walk", "Pages", "List"}

func TestOneEngineLists(t *testing.T) {
	t.Parallel()
	asked := 0
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains(listers, selector.Sel.Name) || len(call.Args) < 2 {
				return true
			}
			switch s.folder {
			case "internal/listing":
				asked++
			case "api":
			default:
				t.Errorf("%s/%s asks for a list past internal/listing: %s", s.folder, s.name, selector.Sel.Name)
			}
			return true
		})
	}
	if asked == 0 {
		t.Error("the engine asks for no list either; the test looks for the wrong calls")
	}
}

// worldly are the calls by which a program reaches for the world; only main and cli may.
var worldly = map[string]bool{"os.Exit": true, "os.Getenv": true, "fmt.Print": true, "fmt.Println": true, "fmt.Printf": true}

func TestOnlyMainAndCliTouchTheWorld(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.folder == "" || s.folder == "internal/cli" || s.folder == "internal/effort" {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if name, ok := selector.X.(*ast.Ident); ok && worldly[name.Name+"."+selector.Sel.Name] {
				t.Errorf("%s/%s uses %s.%s", s.folder, s.name, name.Name, selector.Sel.Name)
			}
			return true
		})
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, declaration := range s.file.Decls {
			for _, name := range undocumented(declaration) {
				t.Errorf("%s/%s: %s has no doc comment", s.folder, s.name, name)
			}
		}
	}
}

func undocumented(declaration ast.Decl) []string {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && receiverIsExported(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(d, spec)...)
		}
		return names
	}
	return nil
}

func receiverIsExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

func undocumentedSpec(d *ast.GenDecl, spec ast.Spec) []string {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
			return []string{s.Name.Name}
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				return []string{name.Name}
			}
		}
	}
	return nil
}

// longestFile is the bar of the house for one file, in lines.
const longestFile = 400

func TestFilesAreShort(t *testing.T) {
	for _, s := range sources(t) {
		data, err := os.ReadFile(filepath.Join(root, s.folder, s.name))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(data), "\n"); lines > longestFile {
			t.Errorf("%s/%s has %d lines, the bar is %d", s.folder, s.name, lines, longestFile)
		}
	}
}

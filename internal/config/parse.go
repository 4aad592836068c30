package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"refload/internal/yamltext"
)

// topKeys are the keys of a file outside of its profiles, besides those that say how files are read.
var topKeys = []string{"default-profile", "profiles"}

// profileName is what a profile can be called: it is printed, typed, and part of no path.
var profileName = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)

// Parse reads the text of a file; path is used in errors and for the paths that it names. Keys that
// are not known, keys that come twice and values that a key does not take are an *Error.
func Parse(path string, data []byte) (*Config, error) {
	return (&parsing{path: path}).parse(data)
}

// parseFolder is Parse for a file that nobody named.
func (places Places) parseFolder(path string, data []byte) (*Config, error) {
	advice := "if the file is yours, name it: --config " + path
	if places.Own != "" {
		advice += "; or write that into your own file, " + places.Own
	}
	return (&parsing{path: path, unasked: advice}).parse(data)
}

func (p *parsing) parse(data []byte) (*Config, error) {
	if len(data) > longestFile {
		return nil, &Error{Place: Place{File: p.path}, Message: "the file is too large for a configuration", Advice: "name the file otherwise if it is something else"}
	}
	if yamltext.Intricate(data) {
		return nil, &Error{Place: Place{File: p.path}, Message: "the file is nested too deeply", Advice: "write one entry a line, as in 'refload help configuration'"}
	}
	return guarded(p.path, func() (*Config, error) { return p.parsed(data) })
}

// guarded turns a panic of the YAML package into an error that names the file, and nothing of what stands in it.
func guarded(path string, parse func() (*Config, error)) (*Config, error) {
	return yamltext.Guarded(parse, &Error{Place: Place{File: path}, Message: "the file cannot be understood", Advice: "write one entry a line, as in 'refload help configuration'; if that does not help, report this with the file"})
}

func (p *parsing) parsed(data []byte) (*Config, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, yamlError(p.path, err)
	}
	p.config = newConfig(p.path)
	for i, document := range tree.Docs {
		if i > 0 && document.Body != nil {
			return nil, p.wrong(document.Body, "the file has several documents", "delete the line --- and what follows it")
		}
		if document.Body == nil {
			continue
		}
		if err := p.entries(document.Body, p.top); err != nil {
			return nil, err
		}
	}
	return p.config, nil
}

// yamlError turns an error of the YAML package into one of ours.
func yamlError(path string, err error) error {
	e := &Error{Place: Place{File: path}, Message: "this is not YAML as it is expected here", Advice: "write 'key: value' lines, indented by spaces, as in 'refload help configuration'"}
	var theirs yaml.Error
	if errors.As(err, &theirs) && theirs.GetToken() != nil && theirs.GetToken().Position != nil {
		e.Line = theirs.GetToken().Position.Line
		if strings.Contains(theirs.GetMessage(), "already defined") {
			e.Message, e.Advice = "a key comes twice", "delete one of the two"
		}
	}
	return e
}

// parsing is a file that is being read.
type parsing struct {
	path    string
	unasked string // of a folder's file that nobody named: what to do where it says more than how files are read
	config  *Config
}

func (p *parsing) at(node ast.Node) Place {
	place := Place{File: p.path}
	if token := node.GetToken(); token != nil && token.Position != nil {
		place.Line = token.Position.Line
	}
	return place
}

func (p *parsing) wrong(node ast.Node, message, advice string) error {
	return &Error{Place: p.at(node), Message: message, Advice: advice}
}

// entries goes through the entries of a mapping. Nothing at all is a mapping without any.
func (p *parsing) entries(node ast.Node, take func(key string, at, value ast.Node) error) error {
	if node.Type() == ast.NullType || node.Type() == ast.CommentType {
		return nil
	}
	mapping, ok := node.(ast.MapNode)
	if !ok {
		return p.wrong(node, "entries of the form key: value are expected here", "write one entry a line, indented by spaces")
	}
	for each := mapping.MapRange(); each.Next(); {
		key, ok := textOf(each.Key())
		if !ok || key == "" {
			return p.wrong(each.Key(), "this is not the name of a key", "write one entry a line: key: value")
		}
		if err := take(key, each.Key(), each.Value()); err != nil {
			return err
		}
	}
	return nil
}

// top takes an entry outside of the profiles.
func (p *parsing) top(key string, at, value ast.Node) error {
	known, is := Lookup(key)
	switch {
	case known.Reading:
		read, err := p.value(known, value)
		p.config.top[key] = read
		return err
	case p.unasked != "" && (is || slices.Contains(topKeys, key)):
		return p.wrong(at, key+" is not for a file that merely lies in this folder: such a file says how files are read, nothing else", p.unasked)
	case key == "profiles":
		return p.entries(value, p.profile)
	case key == "default-profile":
		return p.defaultProfile(value)
	}
	candidates := ReadingNames()
	if p.unasked == "" {
		candidates = slices.Concat(topKeys, candidates)
	}
	e := unknownKey(p.at(at), key, "of a configuration file", candidates)
	if is {
		e.Advice = fmt.Sprintf("%s belongs to a profile: write it below its name, below profiles", key)
	}
	return e
}

// defaultProfile takes the name of the profile that is meant when none is named.
func (p *parsing) defaultProfile(value ast.Node) error {
	name, ok := textOf(value)
	if !ok || !profileName.MatchString(name) {
		return p.wrong(value, "default-profile takes the name of a profile", known("profiles", p.config.Names()))
	}
	p.config.Default = Value{Text: name, Place: p.at(value)}
	return nil
}

// profile takes one profile.
func (p *parsing) profile(name string, at, value ast.Node) error {
	if !profileName.MatchString(name) {
		return p.wrong(at, fmt.Sprintf("%q is no name for a profile", name), "use letters, digits, hyphens, points and underscores")
	}
	profile := &Profile{Name: name, Place: p.at(at), values: map[string]Value{}}
	p.config.profiles[name] = profile
	return p.entries(value, func(key string, at, value ast.Node) error {
		known, ok := Lookup(key)
		if !ok {
			return unknownKey(p.at(at), key, "of a profile", names())
		}
		read, err := p.value(known, value)
		profile.values[key] = read
		return err
	})
}

// value reads the value of a key.
func (p *parsing) value(key Key, node ast.Node) (Value, error) {
	value := Value{Place: p.at(node)}
	list, isList := node.(*ast.SequenceNode)
	takesList := key.Kind == Texts || key.Kind == Hosts
	if isList && !takesList {
		return value, p.wrong(node, key.Name+" takes one value, not a list", "write one value behind the colon")
	}
	if isList && len(list.Values) == 0 {
		return value, p.wrong(node, key.Name+" has a list without a value", "write one value a line below it, or delete the key")
	}
	nodes := []ast.Node{node}
	if isList {
		nodes = list.Values
	}
	for _, node := range nodes {
		text, err := p.item(key, node)
		if err != nil {
			return value, err
		}
		value.Items = append(value.Items, text)
	}
	value.Text = strings.Join(value.Items, ", ")
	if !takesList {
		value.Items = nil
	}
	return value, nil
}

// item reads one plain value of a key.
func (p *parsing) item(key Key, node ast.Node) (string, error) {
	text, ok := textOf(node)
	if !ok || text == "" || strings.ContainsAny(text, "\x00\r\n") {
		return "", p.wrong(node, key.Name+" has no plain value", "write it behind the colon, between quotes if it holds special characters, or delete the key")
	}
	kept, expected := checks[key.Kind](key, text)
	if expected != "" {
		return "", p.wrong(node, "this is no value for "+key.Name, expects(key, expected))
	}
	if key.Kind == Path {
		kept = absolute(p.path, kept)
	}
	return kept, nil
}

// textOf returns the text of a plain value as it was written, and whether it is one.
func textOf(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		return node.GetToken().Value, true
	}
	return "", false
}

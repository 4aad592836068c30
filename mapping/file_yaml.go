package mapping

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"refload/internal/files"
	"refload/internal/yamltext"
)

// FileError is what is wrong with a mapping file, at the first place where something is.
type FileError struct {
	Path    string
	Line    int // counted from 1, 0 where no line is at fault
	Column  int
	Message string
	Excerpt string // the lines around the place, with a mark at it
	hint    string
}

// Error returns one line, and below it the excerpt.
func (e *FileError) Error() string {
	place := ""
	if e.Line > 0 {
		place = fmt.Sprintf("line %d, column %d: ", e.Line, e.Column)
	}
	text := "reading " + e.Path + ": " + place + e.Message
	if e.Excerpt != "" {
		text += "\n" + e.Excerpt
	}
	return text
}

// Hint says what to do next.
func (e *FileError) Hint() string { return e.hint }

// maxFile is the longest mapping file in bytes. A longer one is something else.
const maxFile = 1 << 20

// ReadFile reads a mapping file. Unknown keys, unknown fields, repeated keys and values that
// their fields do not take are errors: a *FileError with line and hint, or the error of
// opening the file.
func ReadFile(path string) (*File, error) {
	data, err := files.Read(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("the mapping file: %w", err)
	}
	return ParseFile(path, data)
}

// ParseFile is ReadFile for text that is already in memory; path is used in errors.
func ParseFile(path string, data []byte) (*File, error) {
	if len(data) > maxFile {
		return nil, &FileError{Path: path, Message: "the file is too large for a mapping file", hint: "name a YAML file of at most 1 MiB"}
	}
	if yamltext.Intricate(data) {
		return nil, &FileError{Path: path, Message: "the file is nested too deeply for a mapping file", hint: "write one entry a line, indented by spaces"}
	}
	return guarded(path, func() (*File, error) { return parsed(path, data) })
}

func parsed(path string, data []byte) (*File, error) {
	var d document
	if err := yaml.UnmarshalWithOptions(data, &d, yaml.Strict()); err != nil {
		return nil, fileError(path, err)
	}
	file, err := d.file(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	return file, nil
}

// guarded turns a panic of the YAML package into an error that names the file, and nothing of what stands in it.
func guarded(path string, parse func() (*File, error)) (*File, error) {
	return yamltext.Guarded(parse, &FileError{Path: path, Message: "the file cannot be understood", hint: "write it again, one entry a line; if that does not help, report this with the file"})
}

// misuse is a mistake at a place of the file.
type misuse struct {
	at            *token.Token
	message, hint string
}

// Error says what is wrong.
func (m *misuse) Error() string { return m.message }

// fileError turns an error of the YAML package, or a misuse, into a FileError.
func fileError(path string, err error) *FileError {
	var ours *misuse
	var theirs yaml.Error
	switch {
	case errors.As(err, &ours):
		return located(path, ours.at, ours.message, ours.hint)
	case errors.As(err, &theirs):
		return located(path, theirs.GetToken(), theirs.GetMessage(), yamlHint(err))
	}
	return &FileError{Path: path, Message: err.Error(), hint: "correct the YAML of the mapping file"}
}

func located(path string, at *token.Token, message, hint string) *FileError {
	e := &FileError{Path: path, Message: message, hint: hint}
	if at == nil || at.Position == nil {
		return e
	}
	e.Line, e.Column = at.Position.Line, at.Position.Column
	pretty := yaml.FormatError(&yaml.SyntaxError{Message: message, Token: at}, false, true)
	_, e.Excerpt, _ = strings.Cut(pretty, "\n")
	e.Excerpt = strings.TrimRight(e.Excerpt, "\n ")
	return e
}

// fileKeys are the keys of a mapping file.
var fileKeys = []string{"version", "columns", "constants", "defaults", "values", "dates", "times", "time-zone", "decimal", "share-closed", "footer", "totals", "short-rows"}

func yamlHint(err error) string {
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) && unknown.Token != nil {
		return didYouMean(unknown.Token.Value, fileKeys) + "the keys are " + strings.Join(fileKeys, ", ")
	}
	if strings.Contains(err.Error(), "already defined") {
		return "delete one of the two"
	}
	return "correct the YAML of the mapping file; put texts that hold a colon or begin with a special character between quotes"
}

// document is a mapping file as YAML has it.
type document struct {
	Version     scalar `yaml:"version"`
	Columns     meant  `yaml:"columns"`
	Constants   pairs  `yaml:"constants"`
	Defaults    pairs  `yaml:"defaults"`
	Values      nested `yaml:"values"`
	Dates       ruled  `yaml:"dates"`
	Times       scalar `yaml:"times"`
	Zone        scalar `yaml:"time-zone"`
	Decimal     scalar `yaml:"decimal"`
	ShareClosed scalar `yaml:"share-closed"`
	Footer      scalar `yaml:"footer"`
	Totals      scalar `yaml:"totals"`
	ShortRows   scalar `yaml:"short-rows"`
}

// scalar is a plain value with the text that was written: "yes" is no boolean here, and 007
// keeps its zeros.
type scalar struct {
	text string
	at   *token.Token
}

// pair is one entry of a mapping.
type pair struct{ name, value scalar }

// pairs is a mapping of texts to texts in the order of the file.
type pairs []pair

// UnmarshalYAML takes the text of a plain value.
func (s *scalar) UnmarshalYAML(node ast.Node) error {
	read, err := scalarOf(node)
	*s = read
	return err
}

// UnmarshalYAML takes the entries of a mapping.
func (p *pairs) UnmarshalYAML(node ast.Node) error {
	return eachEntry(node, func(name scalar, node ast.Node) error {
		value, err := scalarOf(node)
		*p = append(*p, pair{name, value})
		return err
	})
}

// meant is the key "columns": for each header a field, or a list of them.
type meant []struct {
	name   scalar
	fields []scalar
}

// UnmarshalYAML takes either form.
func (m *meant) UnmarshalYAML(node ast.Node) error {
	return eachEntry(node, func(name scalar, node ast.Node) error {
		fields, err := scalarsOf(node)
		*m = append(*m, struct {
			name   scalar
			fields []scalar
		}{name, fields})
		return err
	})
}

// scalarsOf takes a plain value, or a list with at least one.
func scalarsOf(node ast.Node) ([]scalar, error) {
	sequence, isList := node.(*ast.SequenceNode)
	if !isList {
		one, err := scalarOf(node)
		return []scalar{one}, err
	}
	var all []scalar
	for _, value := range sequence.Values {
		one, err := scalarOf(value)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if all == nil {
		return nil, &misuse{node.GetToken(), "the list is empty", "name the fields that the column is, or write ignore"}
	}
	return all, nil
}

// nested is a mapping of names to mappings, in the order of the file.
type nested []struct {
	name    scalar
	entries pairs
}

// UnmarshalYAML takes the entries of a mapping of mappings.
func (n *nested) UnmarshalYAML(node ast.Node) error {
	return eachEntry(node, func(name scalar, node ast.Node) error {
		var entries pairs
		err := entries.UnmarshalYAML(node)
		*n = append(*n, struct {
			name    scalar
			entries pairs
		}{name, entries})
		return err
	})
}

// eachEntry goes through a mapping. Nothing at all is a mapping without entries.
func eachEntry(node ast.Node, take func(name scalar, value ast.Node) error) error {
	if node.Type() == ast.NullType {
		return nil
	}
	entries, ok := node.(ast.MapNode)
	if !ok {
		return &misuse{node.GetToken(), "expected entries of the form name: value", "write one entry a line, indented"}
	}
	for iter := entries.MapRange(); iter.Next(); {
		name, err := scalarOf(iter.Key())
		if err != nil {
			return err
		}
		if err := take(name, iter.Value()); err != nil {
			return err
		}
	}
	return nil
}

func scalarOf(node ast.Node) (scalar, error) {
	s := scalar{at: node.GetToken()}
	switch n := node.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		s.text = n.Value
	case *ast.LiteralNode:
		s.text = n.Value.Value
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		s.text = s.at.Value
	default:
		return s, &misuse{s.at, "expected a plain value", "write a text or a number, between quotes if it holds special characters"}
	}
	return s, nil
}

// ruled is the key "dates": one rule, or one a column.
type ruled struct {
	all     scalar
	columns pairs
}

// UnmarshalYAML takes either form.
func (r *ruled) UnmarshalYAML(node ast.Node) error {
	if _, ok := node.(ast.MapNode); ok {
		return r.columns.UnmarshalYAML(node)
	}
	return r.all.UnmarshalYAML(node)
}

// texts turns entries into a map.
func (p pairs) texts() map[string]string {
	texts := make(map[string]string, len(p))
	for _, entry := range p {
		texts[entry.name.text] = entry.value.text
	}
	return texts
}

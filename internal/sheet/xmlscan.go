package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of the XML inside a workbook. A token is a tag or a stretch of text; a cell of
// 32,767 characters, each written as an escape, needs less than half of its bound.
const (
	maxDepth     = 64
	maxAttribute = 64 << 10
	maxToken     = 2 << 20
)

// The two spellings of the namespace of spreadsheets: the usual one and that of strict OOXML.
const (
	mainSpace       = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	mainSpaceStrict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// scanner reads one XML part and demands what the lexer leaves open: tags that match, one
// root, bounded depth, no attribute twice. Whoever reads with it goes on to io.EOF, so that the
// checksum of the part is checked.
type scanner struct {
	in     *partReader
	lex    *lexer
	stack  []xml.Name
	rooted bool
	// prefix is what stands before the names of the root's namespace, mostly nothing.
	prefix string
	space  string
	// place is filled in by who reads rows; errors name it. column is that of the current
	// cell, counted from 1, 0 outside of cells.
	place  ProblemError
	column int
}

func (a *archive) scan(part string) (*scanner, error) {
	in, err := a.open(part)
	if err != nil {
		return nil, err
	}
	return &scanner{in: in, lex: newLexer(in), place: ProblemError{File: a.name}}, nil
}

func (s *scanner) close() { s.in.Close() }

// next reads the next start tag, end tag or text; io.EOF after a complete document. What it
// returns is valid until the next call.
func (s *scanner) next() (*lexer, error) {
	for {
		if err := s.lex.next(); err != nil {
			return nil, s.translate(err)
		}
		switch {
		case s.lex.kind == startToken:
			return s.lex, s.push(s.lex.start)
		case s.lex.kind == endToken:
			return s.lex, s.pop(s.lex.start.Name)
		case len(s.stack) > 0:
			return s.lex, nil
		case !blank(bytes.TrimPrefix(s.lex.text, []byte(byteOrderMark))):
			return nil, s.problem("XLSX-XML", "text outside of the document")
		}
	}
}

func (s *scanner) push(t xml.StartElement) error {
	if len(s.stack) == 0 && s.rooted {
		return s.problem("XLSX-XML", "a second document behind the first")
	}
	s.rooted = true
	if len(s.stack) >= maxDepth {
		return s.problem("XLSX-XML", fmt.Sprintf("elements are nested more than %d deep", maxDepth))
	}
	s.stack = append(s.stack, t.Name)
	for i, a := range t.Attr {
		if len(a.Value) > maxAttribute {
			return s.problem("XLSX-XML", "an attribute of more than 64 KiB")
		}
		for _, b := range t.Attr[:i] {
			if a.Name == b.Name {
				return s.problem("XLSX-XML", fmt.Sprintf("the attribute %q stands twice in one tag", a.Name.Local))
			}
		}
		if s.rebinds(a) {
			return s.problem("XLSX-XML", "a namespace changes its meaning in the middle of the part")
		}
	}
	return nil
}

// rebinds reports whether an attribute gives the prefix of the root's namespace another
// meaning; names could then no longer be compared by their prefix.
func (s *scanner) rebinds(a xml.Attr) bool {
	declares := a.Name.Space == "xmlns" && a.Name.Local == s.prefix || a.Name.Space == "" && a.Name.Local == "xmlns" && s.prefix == ""
	return declares && s.space != "" && a.Value != s.space
}

func (s *scanner) pop(name xml.Name) error {
	last := len(s.stack) - 1
	if last < 0 || s.stack[last] != name {
		return s.problem("XLSX-XML", fmt.Sprintf("the end tag %q matches no start tag", name.Local))
	}
	s.stack = s.stack[:last]
	return nil
}

func (s *scanner) translate(err error) error {
	if err == io.EOF && (len(s.stack) > 0 || !s.rooted) {
		return s.problem("XLSX-XML", "the part ends too early")
	}
	if err == io.EOF {
		return err
	}
	if problem, ok := errors.AsType[*ProblemError](err); ok {
		return s.placed(problem)
	}
	switch {
	case err == errLongToken:
		return s.problem("XLSX-SIZE", err.Error())
	case err == errDTD:
		return s.problem("XLSX-DTD", "the part has a DTD, which no spreadsheet program writes")
	}
	return s.problem("XLSX-XML", "damaged or not XML: "+err.Error())
}

// problem describes a fault at the current place of the part.
func (s *scanner) problem(code, reason string) error {
	return s.placed(&ProblemError{Code: code, Reason: "in " + s.in.part.Name + ": " + reason, Advice: "open the workbook in Excel and save it again"})
}

func (s *scanner) placed(problem *ProblemError) error {
	at := s.place
	if s.column > 0 {
		at.Cell = CellName(s.column-1, at.Row)
	}
	at.Code, at.Reason, at.Advice = problem.Code, problem.Reason, problem.Advice
	if at.Cell == "" && at.Row > 0 {
		at.Reason += fmt.Sprintf(" (the last good row is %d)", at.Row)
	}
	return &at
}

// root reads the root element and holds it to a name, of any of the namespaces given.
func (s *scanner) root(local string, spaces ...string) error {
	for {
		token, err := s.next()
		if err != nil {
			return err
		}
		if token.kind != startToken {
			continue
		}
		start := token.start
		for _, a := range start.Attr {
			prefix, declares := strings.CutPrefix(nameOf(a.Name), "xmlns")
			if !declares || strings.TrimPrefix(prefix, ":") != start.Name.Space {
				continue
			}
			for _, space := range spaces {
				if start.Name.Local == local && a.Value == space {
					s.prefix, s.space = start.Name.Space, space
					return nil
				}
			}
		}
		return s.problem("XLSX-XML", fmt.Sprintf("expected %q, found %q", local, start.Name.Local))
	}
}

func nameOf(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// own reports whether a tag is of the root's namespace, and returns its name.
func (s *scanner) own(name xml.Name) string {
	if name.Space == s.prefix {
		return name.Local
	}
	return ""
}

// children calls visit for each element directly inside the current one, up to its end tag.
// What visit does not read is skipped.
func (s *scanner) children(visit func(start xml.StartElement) error) error {
	depth := len(s.stack)
	for {
		token, err := s.next()
		if err != nil {
			return err
		}
		switch token.kind {
		case startToken:
			if err := visit(token.start); err != nil {
				return err
			}
			if err := s.leave(depth); err != nil {
				return err
			}
		case endToken:
			return nil
		}
	}
}

// leave skips to where depth elements are open.
func (s *scanner) leave(depth int) error {
	for len(s.stack) > depth {
		if err := s.skipToken(); err != nil {
			return err
		}
	}
	return nil
}

// skipToken is next in a part of the document that is not looked at: namespaces may mean there
// what they like.
func (s *scanner) skipToken() error {
	space := s.space
	s.space = ""
	_, err := s.next()
	s.space = space
	return err
}

// text returns the text up to the end tag of the current element; elements inside are an
// error.
func (s *scanner) text(into []byte) ([]byte, error) {
	for {
		token, err := s.next()
		if err != nil {
			return into, err
		}
		switch token.kind {
		case textToken:
			into = append(into, token.text...)
			if len(into) > maxToken {
				return into, s.problem("XLSX-SIZE", "a text of more than 2 MiB")
			}
		case startToken:
			return into, s.problem("XLSX-XML", fmt.Sprintf("unexpected element %q", token.start.Name.Local))
		case endToken:
			return into, nil
		}
	}
}

// finish reads the part to its end.
func (s *scanner) finish() error {
	for {
		if err := s.skipToken(); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// attribute returns the value of an attribute without prefix.
func attribute(start xml.StartElement, name string) (string, bool) {
	for _, a := range start.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// isTrue reads an XML Schema boolean.
func isTrue(value string) bool { return value == "1" || value == "true" }

package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// lexer cuts an XML document into tags and text. It accepts a subset of what encoding/xml
// accepts, with the same meaning, and takes a third of its time, which is most of the time of
// reading a workbook: it allocates nothing but the values of attributes. What it leaves to the
// scanner is whether the tags match.
type lexer struct {
	in       io.Reader
	buffer   []byte
	pos, end int
	err      error

	kind  tokenKind
	start xml.StartElement // of a start tag; its attributes are those of this token only
	text  []byte           // of a text, until the next token
	plain []byte           // room for text that is not in the document as it is
	names map[string]xml.Name
	// closing is set after an empty tag <a/>, which counts as two.
	closing bool
}

type tokenKind uint8

const (
	textToken tokenKind = iota
	startToken
	endToken
)

var (
	errLongToken = errors.New("a tag or text of more than 2 MiB")
	errLongName  = errors.New("a name of more than 1 KiB")
	errDTD       = errors.New("a DTD")
)

func newLexer(in io.Reader) *lexer {
	return &lexer{in: in, buffer: make([]byte, 64<<10), names: map[string]xml.Name{}}
}

// next reads the next token; comments and processing instructions are passed over. At the
// end it returns io.EOF.
func (l *lexer) next() error {
	if l.closing {
		l.closing, l.kind = false, endToken
		return nil
	}
	for {
		first, err := l.at(0)
		if err != nil {
			return err
		}
		if first != '<' {
			return l.readText()
		}
		second, err := l.at(1)
		if err != nil {
			return noEOF(err)
		}
		switch second {
		case '/':
			return l.readEnd()
		case '?':
			err = l.readInstruction()
		case '!':
			var data bool
			if data, err = l.readDeclaration(); data {
				return err
			}
		default:
			return l.readStart()
		}
		if err != nil {
			return err
		}
	}
}

// at returns a byte by its distance from the current place.
func (l *lexer) at(offset int) (byte, error) {
	for l.pos+offset >= l.end {
		if err := l.more(); err != nil {
			return 0, err
		}
	}
	return l.buffer[l.pos+offset], nil
}

// more reads on and keeps what stands from the current place on.
func (l *lexer) more() error {
	if l.err != nil {
		return l.err
	}
	if l.pos > 0 {
		l.end = copy(l.buffer, l.buffer[l.pos:l.end])
		l.pos = 0
	}
	if l.end > maxToken {
		return errLongToken
	}
	if l.end == len(l.buffer) {
		l.buffer = append(l.buffer, make([]byte, len(l.buffer))...)
	}
	n, err := l.in.Read(l.buffer[l.end:])
	l.end += n
	l.err = err
	if n > 0 || err == nil {
		return nil
	}
	return err
}

// until returns the distance to a mark, which must come.
func (l *lexer) until(mark string, from int) (int, error) {
	for {
		if at := bytes.Index(l.buffer[min(l.pos+from, l.end):l.end], []byte(mark)); at >= 0 {
			return from + at, nil
		}
		from = max(from, l.end-l.pos-len(mark)+1)
		if err := l.more(); err != nil {
			return 0, noEOF(err)
		}
	}
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// take returns the next bytes and goes behind them. They are valid until the next token.
func (l *lexer) take(length int) []byte {
	data := l.buffer[l.pos : l.pos+length]
	l.pos += length
	return data
}

// readText reads up to the next tag or the end.
func (l *lexer) readText() error {
	length, err := l.until("<", 0)
	if err == io.ErrUnexpectedEOF {
		length, err = l.end-l.pos, nil
	}
	if err != nil {
		return err
	}
	text := l.take(length)
	if bytes.Contains(text, []byte("]]>")) {
		return errors.New("]]> outside of CDATA")
	}
	l.kind = textToken
	l.text, err = l.plainText(text, true)
	return err
}

func (l *lexer) readEnd() error {
	length, err := l.until(">", 2)
	if err != nil {
		return err
	}
	tag := l.take(length + 1)
	name := bytes.TrimRight(tag[2:length], " \t\r\n")
	l.kind = endToken
	l.start.Name, err = l.name(name)
	return err
}

// declaration is what may stand behind <?xml: version 1.0, and no encoding but UTF-8.
var declaration = regexp.MustCompile(`^\s+version\s*=\s*["']1\.0["'](\s+encoding\s*=\s*["'](?i:utf-8)["'])?(\s+standalone\s*=\s*["'](yes|no)["'])?\s*$`)

// readInstruction passes over <?...?>.
func (l *lexer) readInstruction() error {
	length, err := l.until("?>", 2)
	if err != nil {
		return err
	}
	inside := l.take(length + 2)[2:length]
	size := bytes.IndexAny(inside, " \t\r\n")
	if size < 0 {
		size = len(inside)
	}
	if size > maxName {
		return errLongName
	}
	if !validName(inside[:size]) || !validText(inside) {
		return errors.New("a processing instruction that XML does not allow")
	}
	if string(inside[:size]) == "xml" && !declaration.Match(inside[size:]) {
		return errors.New("not XML 1.0 in UTF-8: another version or encoding is named")
	}
	return nil
}

// readDeclaration reads <!...>: a comment, which is passed over, or CDATA, which is text.
func (l *lexer) readDeclaration() (data bool, err error) {
	const comment, cdata = "<!--", "<![CDATA["
	if _, err := l.at(len(cdata) - 1); err != nil && err != io.EOF {
		return false, err
	}
	switch head := l.buffer[l.pos:l.end]; {
	case bytes.HasPrefix(head, []byte(comment)):
		length, err := l.until("--", len(comment))
		if err != nil {
			return false, err
		}
		if next, err := l.at(length + 2); err != nil || next != '>' {
			return false, errors.Join(errors.New("-- inside of a comment"), err)
		}
		if !validText(l.take(length + 3)) {
			return false, errors.New("a character that XML does not allow")
		}
		return false, nil
	case bytes.HasPrefix(head, []byte(cdata)):
		length, err := l.until("]]>", len(cdata))
		if err != nil {
			return false, err
		}
		l.kind = textToken
		l.text, err = l.plainText(l.take(length + 3)[len(cdata):length], false)
		return true, err
	}
	return false, errDTD
}

// readStart reads a start tag with its attributes.
func (l *lexer) readStart() error {
	length, err := l.tagLength()
	if err != nil {
		return err
	}
	tag := l.take(length + 1)[1:length]
	if tag, l.closing = bytes.CutSuffix(tag, []byte("/")); len(tag) == 0 {
		return errors.New("a tag without a name")
	}
	size := nameLength(tag)
	if l.start.Name, err = l.name(tag[:size]); err != nil {
		return err
	}
	l.kind = startToken
	l.start.Attr = l.start.Attr[:0]
	for tag = tag[size:]; len(tag) > 0; {
		rest := bytes.TrimLeft(tag, " \t\r\n")
		if len(rest) == 0 {
			return nil
		}
		if len(rest) == len(tag) {
			return errors.New("attributes without space between them")
		}
		if tag, err = l.attribute(rest); err != nil {
			return err
		}
	}
	return nil
}

// tagLength finds the > that ends a tag; one inside of quotes does not.
func (l *lexer) tagLength() (int, error) {
	var quote byte
	for offset := 1; ; offset++ {
		if l.pos+offset >= l.end {
			if _, err := l.at(offset); err != nil {
				return 0, noEOF(err)
			}
		}
		switch b := l.buffer[l.pos+offset]; {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			return offset, nil
		case b == '<':
			return 0, errors.New("< inside of a tag")
		}
	}
}

// attribute reads one attribute and returns what stands behind it.
func (l *lexer) attribute(tag []byte) ([]byte, error) {
	size := nameLength(tag)
	name, err := l.name(tag[:size])
	if err != nil {
		return nil, err
	}
	tag = bytes.TrimLeft(tag[size:], " \t\r\n")
	if len(tag) == 0 || tag[0] != '=' {
		return nil, errors.New("an attribute without a value")
	}
	tag = bytes.TrimLeft(tag[1:], " \t\r\n")
	if len(tag) == 0 || tag[0] != '"' && tag[0] != '\'' {
		return nil, errors.New("an attribute without quotes")
	}
	end := bytes.IndexByte(tag[1:], tag[0])
	if end < 0 {
		return nil, errors.New("an attribute without an end")
	}
	value := tag[1 : 1+end]
	if bytes.IndexByte(value, '<') >= 0 {
		return nil, errors.New("< inside of an attribute")
	}
	plain, err := l.plainText(value, true)
	if err != nil {
		return nil, err
	}
	l.start.Attr = append(l.start.Attr, xml.Attr{Name: name, Value: string(plain)})
	return tag[end+2:], nil
}

func nameLength(text []byte) int {
	for i, b := range text {
		if b == '=' || b <= ' ' || b == '/' {
			return i
		}
	}
	return len(text)
}

// maxNames bounds the table of names, and maxName each of them in bytes; a part of a workbook has a few
// dozen, and none of them is longer than a line.
const (
	maxNames = 4096
	maxName  = 1 << 10
)

// name splits a name into prefix and local part, and makes each name once.
func (l *lexer) name(text []byte) (xml.Name, error) {
	if name, known := l.names[string(text)]; known {
		return name, nil
	}
	if len(text) > maxName {
		return xml.Name{}, errLongName
	}
	if !validName(text) || len(l.names) >= maxNames {
		return xml.Name{}, fmt.Errorf("%q is not a name", clip(string(text)))
	}
	name := xml.Name{Local: string(text)}
	if space, local, found := strings.Cut(name.Local, ":"); found {
		name = xml.Name{Space: space, Local: local}
	}
	l.names[string(text)] = name
	return name, nil
}

package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// lexed writes the tokens of a document one behind another; texts that touch are one.
func lexed(in io.Reader) (string, error) {
	var b strings.Builder
	l := newLexer(in)
	for {
		err := l.next()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch l.kind {
		case textToken:
			b.WriteString(escaped(string(l.text)))
		case startToken:
			writeStart(&b, l.start)
		case endToken:
			fmt.Fprintf(&b, "</%s>", nameOf(l.start.Name))
		}
	}
}

func writeStart(b *strings.Builder, start xml.StartElement) {
	fmt.Fprintf(b, "<%s", nameOf(start.Name))
	for _, a := range start.Attr {
		fmt.Fprintf(b, " %s=%q", nameOf(a.Name), a.Value)
	}
	b.WriteString(">")
}

func escaped(text string) string {
	return strings.NewReplacer("<", "&lt;", "&", "&amp;").Replace(text)
}

// decoded does the same with encoding/xml.
func decoded(text string) (string, error) {
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch t := token.(type) {
		case xml.CharData:
			b.WriteString(escaped(string(t)))
		case xml.StartElement:
			writeStart(&b, t)
		case xml.EndElement:
			fmt.Fprintf(&b, "</%s>", nameOf(t.Name))
		case xml.Directive:
			return b.String(), errDTD
		}
	}
}

func TestLexer(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"text":                             "text",
		"<a/>":                             "<a></a>",
		"<a />x<b\n/>":                     "<a></a>x<b></b>",
		"<x:a b='1' x:c = \"2\"\t></x:a >": `<x:a b="1" x:c="2"></x:a>`,
		`<a b=">&lt;'">]]</a>`:             `<a b="><'">]]</a>`,
		"a\r\nb\rc\n":                      "a\nb\nc\n",
		"&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F600;&#13;": "&amp;&lt;>\"'AB😀\r",
		"<![CDATA[<&amp;]]>":                             "&lt;&amp;amp;",
		"<a><!-- <b> - --><?pi <c>?></a>":                "<a></a>",
		"<?xml version='1.0' encoding = \"utf-8\"?><a/>": "<a></a>",
		"\ufeff<a/>": "\ufeff<a></a>",
	} {
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(text), "by bytes": iotest.OneByteReader(strings.NewReader(text)), "with its end": iotest.DataErrReader(strings.NewReader(text))} {
			if got, err := lexed(in); got != want || err != nil {
				t.Errorf("%q %s: %q, %v; want %q", text, name, got, err, want)
			}
		}
	}
}

func TestLexerRefuses(t *testing.T) {
	for _, text := range []string{
		"<", "<a", "<a b", "<a b=", "<a b='", "<a b='>", "</", "</a", "<!", "<!-", "<!--", "<!-- --", "<!-- -- -->", "<![CDATA[", "<![CDATA[]]", "<?", "<?a",
		"<>", "</>", "< a/>", "<1/>", "<a:b:c/>", "<:a/>", "<a:/>", "<a:1/>", "<ž/>", "<a b=1/>", "<a b/>", "<a b='1'c='2'/>", "<a b='<'/>", "<a <b/>", "<a/ >", "<a/b>", "</a b>",
		"&", "&;", "&x;", "&amp", "&#;", "&#x;", "&#0;", "&#1;", "&#xD800;", "&#x110000;", "&#xFFFE;", "&#-65;", "&#+65;", "&#6_5;", "]]>", "\x01", "\xff", "\ufffe", "<a b='\x01'/>", "<!-- \x01 -->",
		"<!DOCTYPE a>", "<!ELEMENT a>", "<![INCLUDE[", "<?xml version='1.1'?>", "<?xml version='1.0' encoding='latin1'?>", "<? ?>",
	} {
		if got, err := lexed(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read as %q", text, got)
		}
	}
}

// TestLexerKeepsErrors wants an error of the file, such as a bad checksum, as it is.
func TestLexerKeepsErrors(t *testing.T) {
	broken := errors.New("checksum")
	for _, text := range []string{"", "<a/>", "<a/>text", "<a", "<!--", "<?a", "<![CDATA["} {
		if _, err := lexed(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLexerIsBounded(t *testing.T) {
	long := strings.Repeat("x", maxToken+200<<10)
	for _, text := range []string{long, "<a b='" + long, "<" + long, "<!--" + long, "<![CDATA[" + long, "<?" + long} {
		if _, err := lexed(strings.NewReader(text)); err != errLongToken {
			t.Errorf("%.10q…: %v", text, err)
		}
	}
	var names strings.Builder
	for i := range maxNames + 1 {
		fmt.Fprintf(&names, "<n%d/>", i)
	}
	if _, err := lexed(strings.NewReader(names.String())); err == nil {
		t.Error("any number of names")
	}
}

// FuzzLexer holds the lexer to encoding/xml: what it accepts, that accepts too, and with the
// same tokens.
func FuzzLexer(f *testing.F) {
	for _, part := range minimal(goodRows) {
		f.Add(part)
	}
	for _, seed := range []string{"<a b='1'/>", "&#65;<![CDATA[]]>", "<?xml version='1.0' encoding='utf-8'?>", "<!-- - -->", "a\r\n", "<!DOCTYPE a>", "<x:a x:b=\"&lt;\">]]</x:a>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := lexed(strings.NewReader(text))
		if err != nil {
			return
		}
		want, err := decoded(text)
		if err != nil || got != want {
			t.Fatalf("%q\nread as %q\nencoding/xml has %q, %v", text, got, want, err)
		}
	})
}

// TestLexerReadsRealParts compares with encoding/xml on all parts of a workbook that excelize
// wrote.
func TestLexerReadsRealParts(t *testing.T) {
	_, columns := benchHeaders()
	path := writeBook(t, columns, benchRow(1), benchRow(2))
	book, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	parts := book.content.(*workbook).archive
	for name := range parts.parts {
		in, err := parts.open(name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := lexed(strings.NewReader(string(data)))
		want, wantErr := decoded(string(data))
		if got != want || err != nil || wantErr != nil {
			t.Errorf("%s: %v, %v, %v", name, got == want, err, wantErr)
		}
	}
}

// A name is at most 1 KiB long, wherever it stands: what is held of names is bounded by that.
func TestNamesAreBounded(t *testing.T) {
	long, longer := strings.Repeat("n", maxName), strings.Repeat("n", maxName+1)
	for _, text := range []string{"<%s/>", "<a %s='1'/>", "<x:%s/>", "</%s>", "<?%s?>"} {
		length := maxName
		if strings.Contains(text, "x:") {
			length -= len("x:")
		}
		if _, err := lexed(strings.NewReader(fmt.Sprintf(text, long[:length]))); err != nil {
			t.Errorf("%s with a name of 1 KiB: %v", text, err)
		}
		if _, err := lexed(strings.NewReader(fmt.Sprintf(text, longer))); err != errLongName {
			t.Errorf("%s with a longer one: %v", text, err)
		}
	}
	_, err := readParts(t, minimal(goodRows).replace(firstPart, "<v>1", "<"+longer+"/><v>1"))
	if wantProblem(t, err, "XLSX-XML", "a name of more than 1 KiB"); len(err.Error()) > 500 {
		t.Errorf("the error quotes the name: %d bytes", len(err.Error()))
	}
}

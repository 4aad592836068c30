package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a document.
const maxDepth = 32

// decode reads exactly one JSON value into map[string]any, []any, string, json.Number, bool
// and nil. It refuses what lenient readers let pass: a property given twice, invalid UTF-8,
// anything after the value.
func decode(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("the body is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON value")
	}
	members, err := countMembers(value, 0)
	if err == nil && members != countColons(data) {
		err = errors.New("a property is given twice")
	}
	return value, err
}

// countMembers counts the properties of all objects in a value.
func countMembers(value any, depth int) (int, error) {
	if depth > maxDepth {
		return 0, fmt.Errorf("the JSON is nested deeper than %d levels", maxDepth)
	}
	count := 0
	add := func(part any) error {
		n, err := countMembers(part, depth+1)
		count += n
		return err
	}
	switch v := value.(type) {
	case map[string]any:
		count = len(v)
		for _, member := range v {
			if err := add(member); err != nil {
				return 0, err
			}
		}
	case []any:
		for _, element := range v {
			if err := add(element); err != nil {
				return 0, err
			}
		}
	}
	return count, nil
}

// countColons counts the colons outside of strings in well-formed JSON: one for each property
// that is written there, also for those that a decoder merges into one.
func countColons(data []byte) int {
	count, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			count++
		}
	}
	return count
}

// encode writes a document without the HTML escapes of encoding/json.
func encode(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // documents hold nothing that cannot be written
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

// clone copies a document in depth.
func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, member := range v {
			object[name] = clone(member)
		}
		return object
	case []any:
		array := make([]any, len(v))
		for i, element := range v {
			array[i] = clone(element)
		}
		return array
	}
	return value
}

// text returns the string that lies under the names, "" where there is none.
func text(document any, names ...string) string {
	found, _ := lookup(document, names...).(string)
	return found
}

// lookup returns what lies under the names of nested objects, nil where there is nothing.
func lookup(document any, names ...string) any {
	for _, name := range names {
		object, _ := document.(map[string]any)
		document = object[name]
	}
	return document
}

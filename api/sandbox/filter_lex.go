package sandbox

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// tokenKind is what a piece of a filter is.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // a name, an operator, or an unquoted value
	tokenString           // a quoted value
	tokenPunct            // ( ) / :
)

type filterToken struct {
	kind tokenKind
	text string
	at   int // offset in the filter, for messages
}

// lexFilter cuts a filter into pieces. Inside quotes two quotes stand for one.
func lexFilter(filter string) ([]filterToken, error) {
	var list []filterToken
	for at := 0; at < len(filter); {
		c := filter[at]
		switch {
		case c == ' ' || c == '\t':
			at++
		case c == '\'':
			value, length, err := lexString(filter[at:])
			if err != nil {
				return nil, fmt.Errorf("at %d: %w", at, err)
			}
			list = append(list, filterToken{tokenString, value, at})
			at += length
		case strings.IndexByte("()/:", c) >= 0:
			list = append(list, filterToken{tokenPunct, string(c), at})
			at++
		default:
			word := lexWord(filter[at:])
			if word == "" {
				r, _ := utf8.DecodeRuneInString(filter[at:])
				return nil, fmt.Errorf("at %d: %q has no place in a filter", at, r)
			}
			list = append(list, filterToken{tokenWord, word, at})
			at += len(word)
		}
	}
	return append(list, filterToken{tokenEnd, "", len(filter)}), nil
}

// lexString reads a quoted value and returns it with the length it takes in the filter.
func lexString(filter string) (string, int, error) {
	var value strings.Builder
	for at := 1; at < len(filter); at++ {
		if filter[at] != '\'' {
			value.WriteByte(filter[at])
			continue
		}
		if at+1 < len(filter) && filter[at+1] == '\'' {
			value.WriteByte('\'')
			at++
			continue
		}
		return value.String(), at + 1, nil
	}
	return "", 0, fmt.Errorf("the quotes are not closed")
}

// lexWord reads a name or an unquoted value. A colon belongs to it inside a time only, where
// a digit stands before and behind.
func lexWord(filter string) string {
	for i := 0; i < len(filter); i++ {
		c := filter[i]
		timeColon := c == ':' && i > 0 && i+1 < len(filter) && isDigit(filter[i-1]) && isDigit(filter[i+1])
		if !timeColon && !isWordByte(c) {
			return filter[:i]
		}
	}
	return filter
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWordByte(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("_-.+$", c) >= 0
}

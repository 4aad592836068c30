package api

import (
	"bytes"
	"encoding/json"
)

// Operation is one operation of a JSON Patch. Op is "add" or "replace", the two that the
// service documents; Path is a JSON pointer such as "/details/dealValue" or "/team/-".
//
// Source: the "Patch a referral" page; RFC 6902.
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// encode writes JSON without escaping <, > and &.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Referral is one referral of Partner Center as a lossless document: what the service sent
// and this program does not know survives reading, changing and writing, and numbers keep
// their spelling. Properties are addressed by their JSON path, such as
// "customerProfile.team[0].email". The zero value is not usable; see NewReferral and
// ParseReferral. A Referral is not safe for concurrent use.
//
// Source: the "Referral resources" page of the Partner Center developer documentation.
type Referral struct {
	root map[string]any
}

// NewReferral returns an empty referral, to be filled with Set.
func NewReferral() *Referral { return &Referral{root: map[string]any{}} }

// ParseReferral reads one JSON object. It returns an error when data is no object, is cut,
// or is followed by anything but white space.
func ParseReferral(data []byte) (*Referral, error) {
	var root map[string]any
	if err := decodeWhole(data, &root); err != nil {
		return nil, fmt.Errorf("reading a referral: %w", err)
	}
	if root == nil {
		return nil, errors.New("reading a referral: null instead of an object")
	}
	return &Referral{root: root}, nil
}

// decodeWhole reads data as one JSON value, with numbers as they are spelled, and refuses
// anything that follows it.
func decodeWhole(data []byte, value any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(value); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// MarshalJSON writes the document with its properties in alphabetical order and without
// escaping <, > and &.
func (r *Referral) MarshalJSON() ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.root); err != nil {
		return nil, fmt.Errorf("writing a referral: %w", err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// Clone returns a deep copy.
func (r *Referral) Clone() *Referral {
	return &Referral{root: cloneValue(r.root).(map[string]any)}
}

func cloneValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		c := make(map[string]any, len(v))
		for name, member := range v {
			c[name] = cloneValue(member)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, element := range v {
			c[i] = cloneValue(element)
		}
		return c
	}
	return value
}

// Get returns the value at path: map[string]any, []any, string, json.Number, bool or nil.
// The second result is false where the path does not lead to a property or element.
func (r *Referral) Get(path string) (any, bool) {
	steps, err := stepsOf(path)
	if err != nil {
		return nil, false
	}
	var value any = r.root
	for _, s := range steps {
		var ok bool
		if value, ok = child(value, s); !ok {
			return nil, false
		}
	}
	return value, true
}

func child(value any, s step) (any, bool) {
	if s.array {
		list, ok := value.([]any)
		if !ok || s.index >= len(list) {
			return nil, false
		}
		return list[s.index], true
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	member, ok := object[s.name]
	return member, ok
}

// Text returns the string at path, or "" where there is none or it is no string.
func (r *Referral) Text(path string) string {
	value, _ := r.Get(path)
	text, _ := value.(string)
	return text
}

// Set writes value at path and makes the objects and arrays on the way. The value is one
// of the types that Get returns, or an int or a []string. It returns an error when the path
// is malformed, when an index is beyond the end of its array by more than one, or when
// a value on the way is neither object, array, null nor absent.
func (r *Referral) Set(path string, value any) error {
	steps, err := stepsOf(path)
	if err != nil {
		return err
	}
	root, err := setIn(r.root, steps, normal(value))
	if err != nil {
		return fmt.Errorf("property path %q: %w", path, err)
	}
	r.root = root.(map[string]any)
	return nil
}

func setIn(container any, steps []step, value any) (any, error) {
	if len(steps) == 0 {
		return value, nil
	}
	if steps[0].array {
		return setElement(container, steps, value)
	}
	object, ok := container.(map[string]any)
	if !ok && container != nil {
		return nil, fmt.Errorf("%q is not inside an object", steps[0].name)
	}
	if object == nil {
		object = map[string]any{}
	}
	member, err := setIn(object[steps[0].name], steps[1:], value)
	if err != nil {
		return nil, err
	}
	object[steps[0].name] = member
	return object, nil
}

func setElement(container any, steps []step, value any) (any, error) {
	list, ok := container.([]any)
	if !ok && container != nil {
		return nil, fmt.Errorf("[%d] is not inside an array", steps[0].index)
	}
	index := steps[0].index
	if index > len(list) {
		return nil, fmt.Errorf("[%d] is beyond the end of the array, which has %d elements", index, len(list))
	}
	if index == len(list) {
		list = append(list, nil)
	}
	element, err := setIn(list[index], steps[1:], value)
	if err != nil {
		return nil, err
	}
	list[index] = element
	return list, nil
}

// normal brings the convenient types that Set accepts to those that Get returns.
func normal(value any) any {
	switch v := value.(type) {
	case int:
		return json.Number(fmt.Sprint(v))
	case []string:
		list := make([]any, len(v))
		for i, s := range v {
			list[i] = s
		}
		return list
	case *Referral:
		return v.root
	}
	return value
}

// Remove deletes a top-level property; it does nothing where there is none.
func (r *Referral) Remove(name string) { delete(r.root, name) }

// Names returns the names of the top-level properties in alphabetical order.
func (r *Referral) Names() []string { return slices.Sorted(maps.Keys(r.root)) }

// ID returns the service's GUID of the referral, "" before it is created.
func (r *Referral) ID() string { return r.Text("id") }

// Time returns a time that the service gives, such as createdDateTime; false where it is not there or none.
func (r *Referral) Time(path string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, r.Text(path))
	return at, err == nil
}

// EngagementID returns the GUID that groups the referrals of one deal.
func (r *Referral) EngagementID() string { return r.Text("engagementId") }

// ETag returns the version of the referral, its own double quotes included. It goes back
// in the If-Match header as it is.
func (r *Referral) ETag() string { return r.Text("eTag") }

// Status returns the status and the substatus.
func (r *Referral) Status() (status, substatus string) {
	return r.Text("status"), r.Text("substatus")
}

// ExternalReferenceID returns the partner's own CRM ID or refload's marker.
func (r *Referral) ExternalReferenceID() string { return r.Text("externalReferenceId") }

// Microsoft is the id by which referrals name Microsoft, as an organisation and as a target.
//
// Source: the "Create a referral" page.
const Microsoft = "msft"

// TargetsMicrosoft reports whether Microsoft is a target of the referral: it was made to invite Microsoft.
//
// Source: the "Create a referral" page, shared referrals.
func (r *Referral) TargetsMicrosoft() bool {
	value, _ := r.Get("target")
	targets, _ := value.([]any)
	for _, target := range targets {
		object, _ := target.(map[string]any)
		if id, _ := object["id"].(string); strings.EqualFold(id, Microsoft) {
			return true
		}
	}
	return false
}

package run

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"refload/internal/files"
)

// Habits are what a service was seen to make of the CRM IDs that it is sent. The zero value keeps them
// as they are.
type Habits struct {
	Case    bool `json:"changes_case,omitempty"`
	Padding bool `json:"changes_padding,omitempty"` // white space and zeros
	Keeps   int  `json:"keeps,omitempty"`           // how many characters of a longer one it keeps; 0 for all
}

// And returns what two looks at a service have shown together.
func (h Habits) And(other Habits) Habits {
	keeps := max(h.Keeps, other.Keeps)
	if h.Keeps > 0 && other.Keeps > 0 {
		keeps = min(h.Keeps, other.Keeps)
	}
	return Habits{h.Case || other.Case, h.Padding || other.Padding, keeps}
}

// TooLong reports whether the service keeps not all of an id.
func (h Habits) TooLong(id string) bool { return h.Keeps > 0 && utf8.RuneCountInString(id) > h.Keeps }

// Habits returns what is remembered of the target's service.
func (h *Home) Habits() (Habits, error) {
	var habits Habits
	if h == nil {
		return habits, nil
	}
	data, err := files.Read(h.habits(), mostKept)
	if errors.Is(err, fs.ErrNotExist) {
		return habits, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &habits)
	}
	if err != nil {
		return Habits{}, &HabitsError{StateError{Path: h.habits(), Err: err}}
	}
	return habits, nil
}

// Learn remembers what was seen of the target's service, beside what is known. The caller holds the lock of the
// target.
func (h *Home) Learn(seen Habits) error {
	known, err := h.Habits()
	if err != nil {
		return err
	}
	data, err := json.Marshal(known.And(seen))
	if err == nil {
		err = files.WriteFile(h.habits(), append(data, '\n'))
	}
	if err != nil {
		return &StateError{Path: h.habits(), Err: err}
	}
	return nil
}

// Unlearn forgets what is remembered of the target's service: the next first create shows it anew.
func (h *Home) Unlearn() error {
	if err := os.Remove(h.habits()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &StateError{Path: h.habits(), Err: err}
	}
	return nil
}

func (h *Home) habits() string { return filepath.Join(h.path, "service.json") }

// HabitsError says that what is remembered of a service cannot be read.
type HabitsError struct{ StateError }

// Unwrap returns the error of the state folder, which decides the exit code.
func (e *HabitsError) Unwrap() error { return &e.StateError }

// Hint says what to do next.
func (e *HabitsError) Hint() string {
	return "'refload doctor --recheck' for the same service forgets it; the next first create shows it anew"
}

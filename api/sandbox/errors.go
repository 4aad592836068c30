package sandbox

import "fmt"

// LockedError says that another process has the state file open.
type LockedError struct{ Path string }

// Error names the file.
func (e *LockedError) Error() string {
	return fmt.Sprintf("opening the sandbox state %s: another process has it open", e.Path)
}

// Hint says what to do next.
func (e *LockedError) Hint() string {
	return "wait until the other command or server has ended, or give this one data of its own: --state FOLDER, or --data FILE of 'refload sandbox'"
}

// StateError says that a state file cannot be read: it is damaged, or not a sandbox's at all.
type StateError struct {
	Path string
	Line int // the line at fault, counted from 1
	Err  error
}

// Error names the file, the line and the reason.
func (e *StateError) Error() string {
	return fmt.Sprintf("reading the sandbox state %s, line %d: %v", e.Path, e.Line, e.Err)
}

// Unwrap returns the reason.
func (e *StateError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *StateError) Hint() string {
	return "move the file away to begin with an empty sandbox, or name another state file"
}

package entra

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"refload/internal/files"
)

// TokenFile is a file that holds nothing but a refresh token, as an operator lays it down. A token
// that replaces it is written back.
type TokenFile struct {
	path string
	last Session // what else is known of the token in the file
}

// NewTokenFile returns the store at a path.
func NewTokenFile(path string) *TokenFile { return &TokenFile{path: path} }

// Path returns where the file is.
func (f *TokenFile) Path() string { return f.path }

// Load reads the token.
func (f *TokenFile) Load() (Session, error) {
	data, err := files.ReadPrivate(f.path, longestFile)
	if err != nil {
		return Session{}, err
	}
	token := strings.TrimSpace(string(data))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return Session{}, &files.Error{Doing: "reading", Path: f.path, Err: fmt.Errorf("it does not hold one refresh token"), Advice: "write the token into it, and nothing else"}
	}
	if token != f.last.Refresh {
		f.last.Refresh, f.last.Access = token, ""
	}
	return f.last, nil
}

// Save writes the token where it was replaced.
func (f *TokenFile) Save(s Session) error {
	if s.Refresh != f.last.Refresh {
		if err := files.WriteFile(f.path, []byte(s.Refresh+"\n")); err != nil {
			return err
		}
	}
	f.last = s
	return nil
}

// Lock keeps other processes from a refresh with the same file.
func (f *TokenFile) Lock(ctx context.Context) (func(), error) { return lockAndSweep(ctx, f.path) }

// Memory keeps a session as long as the process lives.
type Memory struct {
	Replaced func() // is told once that the refresh token was replaced; may be nil

	once sync.Once
	mu   sync.Mutex
	last Session
}

// NewMemory returns a store that begins with a refresh token.
func NewMemory(refresh string) *Memory { return &Memory{last: Session{Refresh: refresh}} }

// Load returns the session.
func (m *Memory) Load() (Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last, nil
}

// Save replaces the session.
func (m *Memory) Save(s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Replaced != nil && m.last.Refresh != "" && m.last.Refresh != s.Refresh {
		m.once.Do(m.Replaced)
	}
	m.last = s
	return nil
}

// Lock does nothing: nobody else can come at it.
func (*Memory) Lock(context.Context) (func(), error) { return func() {}, nil }

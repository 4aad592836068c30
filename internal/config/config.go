// Package config reads refload.yaml: profiles by name, in the project's folder and in the
// user's own. What a key means, and what its values look like, stands in one table.
//
//	default-profile: contoso
//	profiles:
//	  contoso:
//	    base-url: https://api.partner.microsoft.com
//	    tenant: contoso.example.com
//	    production: true
//	    rate: 5
//	    mapping: crm.yaml
//	    max-creates: 500
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// FileName is the name of a configuration file, in the project's folder and in the user's.
const FileName = "refload.yaml"

// Place is where a value was written.
type Place struct {
	File string
	Line int // counted from 1
}

// String returns file and line as editors understand them; "" for no place.
func (p Place) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Value is what a file says of a key.
type Value struct {
	Text  string   // in the form that its flag takes; of a list: its items joined by ", "
	Items []string // of a list
	Place
}

// Profile is what the files say under one name. A nil Profile says nothing.
type Profile struct {
	Name   string
	Place  Place // where its name was first written
	values map[string]Value
}

// Get returns what the profile says of a key, and whether it says anything. A key that is not in the
// table says nothing.
func (p *Profile) Get(key string) (Value, bool) {
	if p == nil {
		return Value{}, false
	}
	value, ok := p.values[key]
	return value, ok
}

// Yes reports whether a key of the kind YesNo says yes. What is not said is no.
func (p *Profile) Yes(key string) bool {
	value, _ := p.Get(key)
	return value.Text == "yes"
}

// Text returns the text of a key, "" where the profile does not say it.
func (p *Profile) Text(key string) string {
	value, _ := p.Get(key)
	return value.Text
}

// Config is what the files say together.
type Config struct {
	Files   []string // the files that were read
	Default Value    // the profile that is meant when none is named; Text is "" for none

	profiles map[string]*Profile
}

// Names returns the names of the profiles, sorted.
func (c *Config) Names() []string { return slices.Sorted(maps.Keys(c.profiles)) }

// Profile returns a profile by its name.
func (c *Config) Profile(name string) (*Profile, bool) {
	profile, ok := c.profiles[name]
	return profile, ok
}

// Read reads the project's file and the user's, either of which may be missing or "". What the
// project says counts more, key by key, except for the pinned keys: a folder that came from
// elsewhere must not lead a token to another service, nor take a guard away.
func Read(project, user string) (*Config, error) {
	merged := &Config{profiles: map[string]*Profile{}}
	for _, path := range []string{user, project} {
		data, err := readFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &Error{Place: Place{File: path}, Message: err.Error(), Advice: "check the file and its rights"}
		}
		file, err := Parse(path, data)
		if err != nil {
			return nil, err
		}
		if err := merged.overlay(file); err != nil {
			return nil, err
		}
	}
	return merged, merged.check()
}

// longestFile bounds a configuration file, in bytes. A longer one is something else.
const longestFile = 64 << 10

func readFile(path string) ([]byte, error) {
	if path == "" {
		return nil, fs.ErrNotExist
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, reasonOf(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, longestFile+1))
	return data, reasonOf(err)
}

// reasonOf leaves out the path, which is said already.
func reasonOf(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// overlay puts what another file says over what is known.
func (c *Config) overlay(file *Config) error {
	c.Files = append(c.Files, file.Files...)
	if file.Default.Text != "" {
		c.Default = file.Default
	}
	for _, name := range file.Names() {
		over := file.profiles[name]
		known, ok := c.profiles[name]
		if !ok {
			c.profiles[name] = over
			continue
		}
		for _, key := range keys {
			value, said := over.Get(key.Name)
			if !said {
				continue
			}
			if before, ok := known.Get(key.Name); key.Pinned && (!ok || before.Text != value.Text) {
				return pinnedError(name, key, value, known, before)
			}
			known.values[key.Name] = value
		}
	}
	return nil
}

func pinnedError(name string, key Key, value Value, known *Profile, before Value) error {
	there := before.Place
	if there.File == "" {
		there = known.Place
	}
	return &Error{Place: value.Place,
		Message: fmt.Sprintf("profile %s has its %s from the user's own file (%s), which a project cannot change", name, key.Name, there),
		Advice:  "give the project's profile another name, or delete one of the two lines"}
}

// check holds the files together: the default profile must be there.
func (c *Config) check() error {
	if c.Default.Text == "" {
		return nil
	}
	if _, ok := c.profiles[c.Default.Text]; !ok {
		return &Error{Place: c.Default.Place, Message: fmt.Sprintf("default-profile names %q, and there is no such profile", c.Default.Text),
			Advice: didYouMean(c.Default.Text, c.Names()) + known("profiles", c.Names())}
	}
	return nil
}

// absolute returns a path as it is seen from the folder of the file that names it.
func absolute(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// Package config reads refload.yaml: the person's own, one that the person names, and one that lies
// where refload is started. What a key means, what its values look like and who may say it stands in
// one table.
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
	"syscall"
)

// FileName is the name of a configuration file, in the folder where refload is started and in the person's own.
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

	top      map[string]Value // how files are read, said outside of the profiles
	profiles map[string]*Profile
}

func newConfig(files ...string) *Config {
	return &Config{Files: files, top: map[string]Value{}, profiles: map[string]*Profile{}}
}

// Names returns the names of the profiles, sorted.
func (c *Config) Names() []string { return slices.Sorted(maps.Keys(c.profiles)) }

// Profile returns a profile by its name.
func (c *Config) Profile(name string) (*Profile, bool) {
	profile, ok := c.profiles[name]
	return profile, ok
}

// Get returns what a profile, which may be nil, or else the top of a file says of a key.
func (c *Config) Get(profile *Profile, key string) (Value, bool) {
	if value, ok := profile.Get(key); ok {
		return value, true
	}
	value, ok := c.top[key]
	return value, ok
}

// Places are the paths of the files that are read; "" for none.
type Places struct {
	Folder string // found where refload was started: it may have come from anywhere, and says only how files are read
	Named  string // named by the person, for this command; the folder's is not read then
	Own    string // the person's own
}

// Read reads the files. The named one, or the folder's, counts more than the person's own, key by key.
// Only the named one must be there.
func Read(places Places) (*Config, error) {
	near, parse := places.Named, Parse
	if near == "" && !sameFile(places.Folder, places.Own) {
		near, parse = places.Folder, places.parseFolder
	}
	merged := newConfig()
	for _, file := range []struct {
		path  string
		parse func(string, []byte) (*Config, error)
	}{{places.Own, Parse}, {near, parse}} {
		data, err := readFile(file.path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			err = fs.ErrNotExist // a folder of the path may be a file, as with HOME=/dev/null
		}
		if errors.Is(err, fs.ErrNotExist) && (file.path == "" || file.path != places.Named) {
			continue
		}
		if err != nil {
			return nil, &Error{Place: Place{File: file.path}, Message: err.Error(), Advice: "check the name of the file and its rights"}
		}
		read, err := file.parse(file.path, data)
		if err != nil {
			return nil, err
		}
		merged.overlay(read)
	}
	return merged, merged.check()
}

// sameFile reports whether two paths lead to one file that is there.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// longestFile bounds a configuration file, in bytes. A longer one is something else.
const longestFile = 64 << 10

// errNotPlain refuses what would have to be waited for, or has no end, before it is opened.
var errNotPlain = errors.New("this is no plain file")

func readFile(path string) ([]byte, error) {
	if path == "" {
		return nil, fs.ErrNotExist
	}
	if info, err := os.Stat(path); err != nil {
		return nil, reasonOf(err)
	} else if !info.Mode().IsRegular() {
		return nil, errNotPlain
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

// overlay puts what a nearer file says over what is known. What it says outside of its profiles goes before
// every profile of a farther file: it is nearer to the sheet that is read.
func (c *Config) overlay(nearer *Config) {
	c.Files = append(c.Files, nearer.Files...)
	if nearer.Default.Text != "" {
		c.Default = nearer.Default
	}
	for key, value := range nearer.top {
		c.top[key] = value
		for _, profile := range c.profiles {
			delete(profile.values, key)
		}
	}
	for name, over := range nearer.profiles {
		if known, ok := c.profiles[name]; ok {
			maps.Copy(known.values, over.values)
		} else {
			c.profiles[name] = over
		}
	}
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

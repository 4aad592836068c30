package run

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"
)

// Target is the service that a run speaks to.
type Target struct {
	Name    string // as printed: "the sandbox", "contoso (https://api.partner.microsoft.com)"
	ID      string // the same for every run against the same service; part of each marker
	Sandbox bool   // the embedded emulator
}

// SandboxTarget is the embedded emulator.
func SandboxTarget() Target {
	return Target{Name: "the embedded sandbox", ID: "sandbox", Sandbox: true}
}

// URLTarget is the service at a base URL. Scheme, host, port and path name it.
func URLTarget(base *url.URL) Target {
	id := strings.ToLower(base.Scheme+"://"+base.Host) + strings.TrimRight(base.Path, "/")
	return Target{Name: id, ID: id}
}

// Folder returns the name of the target's folder in the state folder: readable, and unique
// by a hash.
func (t Target) Folder() string {
	readable := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '.', r == '-':
			return r
		}
		return '_'
	}, strings.TrimPrefix(strings.TrimPrefix(t.ID, "https://"), "http://"))
	sum := sha256.Sum256([]byte(t.ID))
	return fmt.Sprintf("%.40s-%x", readable, sum[:4])
}

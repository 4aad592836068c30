package run

import (
	"net/url"
	"path/filepath"
	"strings"

	"refload/api"
)

// Target is the service that a run speaks to.
type Target struct {
	Name    string // as printed: "the sandbox", "contoso (https://api.partner.microsoft.com)"
	ID      string // the same for every run against the same service; part of each marker
	Tenant  string // whose referrals they are, where a profile says it; "" where it is not known
	Sandbox bool   // the embedded emulator
}

// SandboxTarget is the embedded emulator.
func SandboxTarget() Target {
	return Target{Name: "the embedded sandbox", ID: "sandbox", Sandbox: true}
}

// Holding returns the embedded emulator with the data of a profile, "" for none: two profiles stand for two tenants, so
// neither sees what the other has created, and each has runs and markers of its own.
func (t Target) Holding(profile string) Target {
	if profile != "" {
		t.Name, t.ID = t.Name+" of "+profile, t.ID+"/"+profile
	}
	return t
}

// DataFile returns where under the state folder the embedded emulator keeps its data.
func (t Target) DataFile(state string) string {
	if t.ID == SandboxTarget().ID {
		return filepath.Join(state, "sandbox.jsonl")
	}
	return filepath.Join(state, t.Folder()+".jsonl")
}

// DataFiles returns all such files that there are.
func DataFiles(state string) []string {
	found, _ := filepath.Glob(filepath.Join(globQuote(state), "sandbox*.jsonl")) // the pattern is ours
	return found
}

// URLTarget is the service at a base URL. Scheme, host, port and path name it, however they are spelled:
// two spellings that were two targets would have two locks, and other markers for the same rows.
func URLTarget(base *url.URL) Target {
	id := strings.ToLower(base.Scheme) + "://" + api.CanonicalHost(base) + strings.TrimRight(base.Path, "/")
	return Target{Name: id, ID: id}
}

// Of returns the target as a profile names it, with the profile's tenant.
func (t Target) Of(profile, tenant string) Target {
	t.Name, t.Tenant = profile+" ("+t.Name+")", tenant
	return t
}

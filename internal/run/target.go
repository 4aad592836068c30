package run

import (
	"net/url"
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

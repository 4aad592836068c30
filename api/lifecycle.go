package api

import "slices"

// phase is one row of the lifecycle table: a status, the substatuses that belong to it, and
// the statuses that may follow it.
type phase struct {
	status      string
	substatuses []string
	next        []string
}

// lifecycle is the published status table, in the order of a deal's life. Error is a way to
// close a deal that only the portal and its CSV document.
//
// Source: the "Update a referral" page, status transitions; the bulk operations page for Error.
var lifecycle = []phase{
	{"New", []string{"Pending", "Received"}, []string{"New", "Active", "Closed"}},
	{"Active", []string{"Accepted"}, []string{"Active", "Closed"}},
	{"Closed", []string{"Won", "Lost", "Declined", "Expired", "Error"}, []string{"Closed"}},
}

func phaseOf(status string) (phase, bool) {
	i := slices.IndexFunc(lifecycle, func(p phase) bool { return p.status == status })
	if i < 0 {
		return phase{}, false
	}
	return lifecycle[i], true
}

// Statuses returns the statuses that can be written, in the order of a deal's life.
func Statuses() []string {
	names := make([]string, len(lifecycle))
	for i, p := range lifecycle {
		names[i] = p.status
	}
	return names
}

// Substatuses returns the substatuses that belong to a status, nil for an unknown status.
func Substatuses(status string) []string {
	p, _ := phaseOf(status)
	return slices.Clone(p.substatuses)
}

// LegalPair reports whether a status and a substatus belong together. Closed with Error is
// such a pair; whether it may be written is the caller's decision.
func LegalPair(status, substatus string) bool {
	p, _ := phaseOf(status)
	return slices.Contains(p.substatuses, substatus)
}

// Terminal reports whether a substatus ends a deal: nothing of it can be changed any more.
//
// Source: the bulk operations page ("no action after a terminal state").
func Terminal(substatus string) bool {
	return LegalPair("Closed", substatus)
}

// NextStatuses returns the statuses that may follow a status, itself included; nil for an
// unknown status.
func NextStatuses(status string) []string {
	p, _ := phaseOf(status)
	return slices.Clone(p.next)
}

package importer

import (
	"fmt"

	"refload/importer/journal"
	"refload/internal/run"
)

// ForeignError says that the journal of a run tells of another service or tenant than the one whose
// folder it lies in: the run was copied there, and what it says is of referrals elsewhere.
type ForeignError struct{ Run, Path, Was string }

// Error names the run and what it was against.
func (e *ForeignError) Error() string {
	return fmt.Sprintf("run %s was against %s, and not against the target whose state folder it lies in", e.Run, e.Was)
}

// Hint says what to do next.
func (e *ForeignError) Hint() string {
	return "move " + e.Path + " back to where it was made, or out of the state folder"
}

// foreign refuses the journal of another service or tenant. A run that did not know its tenant may
// have been in any. What the tokens say counts beside what profiles call their tenants.
func foreign(folder *run.Folder, header journal.Header, options Options) error {
	was, target, token := header.Target, options.Target, run.HashTenant(options.SignedInTo)
	switch {
	case header.Target != target.ID:
	case header.Tenant != "" && target.Tenant != "" && header.Tenant != target.TenantHash():
		was = "another tenant"
	case header.SignedIn != "" && token != "" && header.SignedIn != token:
		was = "another tenant"
	default:
		return nil
	}
	return &ForeignError{folder.Run, folder.Path(), was}
}

// ofRun returns a check of records that refuses a foreign header.
func ofRun(folder *run.Folder, options Options) func(journal.Record) error {
	return func(record journal.Record) error {
		if record.Header == nil {
			return nil
		}
		return foreign(folder, *record.Header, options)
	}
}

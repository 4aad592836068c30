package cli

import (
	"encoding/json"
	"time"

	"refload/internal/files"
	"refload/internal/run"
)

// session is one time that somebody worked on a run: its start, or a resume of it. It lies in
// the run's folder, not in the journal, which names nobody.
type session struct {
	Since   time.Time `json:"since"`
	Command string    `json:"command"`
	Who     string    `json:"who,omitempty"`     // the account on the machine
	Account string    `json:"account,omitempty"` // that is signed in at the service, as far as it is known
	Machine string    `json:"machine"`
}

// sign adds to what is kept of a run who works on it.
func (a *app) sign(kept any, command string, service *service) any {
	m, ok := kept.(manifest)
	if !ok {
		return kept
	}
	m.Sessions = append(m.Sessions, session{a.env.Now().UTC().Truncate(time.Millisecond), command, userName(), service.account, host()})
	return m
}

// signAgain writes down, before a run is gone on with, who does it.
func (a *app) signAgain(started manifest, folder *run.Folder, service *service) error {
	data, err := json.MarshalIndent(a.sign(started, "runs resume", service), "", "  ")
	if err != nil {
		return err
	}
	if err := files.WriteFile(folder.Manifest(), data); err != nil {
		return &run.StateError{Path: folder.Manifest(), Err: err}
	}
	return nil
}

// importCommand is the command by which rows are sent.
func importCommand(plan *appliedPlan) string {
	if plan != nil {
		return "apply"
	}
	return "import"
}

// at returns the session in which something was recorded; runs of earlier versions have none.
func (m manifest) at(when time.Time) session {
	var found session
	for _, s := range m.Sessions {
		if found.Command == "" || !s.Since.After(when) {
			found = s
		}
	}
	return found
}

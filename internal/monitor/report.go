// Package monitor tells the machines that watch over unattended runs how a command ended: a file in the
// state folder, a file of metrics, and a message to a webhook. None of them names a person or quotes a
// cell, and none of them can change how the command ends.
package monitor

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"refload/internal/files"
	"refload/internal/run"
)

// Export is the command of reports that tell of an export: their rows are referrals that were
// written, and no row has an outcome.
const Export = "export"

// Declined is the reason of reports of commands whose question a person answered with no.
const Declined = "declined"

// Report is how a command ended. Its JSON is what last-run.json holds and what a webhook gets.
type Report struct {
	Command     string     `json:"command"` // "import"
	Target      string     `json:"target,omitempty"`
	Run         string     `json:"run,omitempty"`  // of File, "" where nothing was recorded
	File        string     `json:"file,omitempty"` // the one that ended worst, without its folder
	Files       int        `json:"files"`          // how many were worked on
	Inputs      []Input    `json:"inputs"`         // each of them, in their order
	Worst       int        `json:"-"`              // index of File among them
	Started     time.Time  `json:"started"`
	Ended       time.Time  `json:"ended"`
	Seconds     float64    `json:"seconds"`
	Rows        int        `json:"rows"`
	Counts      run.Counts `json:"counts"`      // of all files
	NeedsHands  int        `json:"needs_hands"` // rows that stay as they are until a person does something
	Later       int        `json:"later"`       // rows that a later run takes again, with nobody's help
	ExitCode    int        `json:"exit_code"`
	Meaning     string     `json:"meaning"`          // of the exit code
	Reason      string     `json:"reason,omitempty"` // why the run was stopped, from a closed list
	OK          bool       `json:"ok"`
	Resumable   bool       `json:"resumable"` // a run is kept of which something is left; an export, run again, goes on
	Again       bool       `json:"-"`         // the same command, run again, does what is left
	Requests    int        `json:"requests"`
	Throttled   int        `json:"throttled"`
	LastSuccess *time.Time `json:"last_success,omitempty"` // when a command against this target last ended with 0
}

// Input is how one of the files ended.
type Input struct {
	File        string     `json:"file"`
	Run         string     `json:"run,omitempty"` // "" where nothing was recorded
	Rows        int        `json:"rows"`
	Counts      run.Counts `json:"counts"`
	NeedsHands  int        `json:"needs_hands"`
	Later       int        `json:"later"`
	NeedsPerson bool       `json:"needs_person"` // also one that cannot be read, whose rows nobody knows
	ExitCode    int        `json:"exit_code"`    // that it alone would have had
}

// Words says what became of the rows of the file.
func (in Input) Words() string {
	var parts []string
	for _, word := range run.Words() {
		if n := in.Counts[word.Outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", word.Outcome, n))
		}
	}
	if parts == nil {
		return "no rows"
	}
	return strings.Join(parts, ", ")
}

// Remember writes a report to path, as a whole or not at all, and for its owner only. It takes the time of
// the last success over from the report that stood there. An unreadable one counts as none.
func (r *Report) Remember(path string) error {
	r.Recall(path)
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return files.WriteFile(path, append(data, '\n'))
}

// Recall fills in when a command last succeeded: now, or as the report at path says.
func (r *Report) Recall(path string) {
	if r.OK {
		r.LastSuccess = &r.Ended
		return
	}
	if before, err := Read(path); err == nil {
		r.LastSuccess = before.LastSuccess
	}
}

// Read reads the report at path; an empty one where there is none.
func Read(path string) (*Report, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return &Report{}, nil
	}
	if err != nil {
		return nil, err
	}
	var report Report
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, err
	}
	return &report, nil
}

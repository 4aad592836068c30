package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"refload/internal/files"
	"refload/internal/run"
)

// manifest says how an import was started, for whoever resumes it. It lies in the run's
// folder and holds no token.
type manifest struct {
	Input       string        `json:"input"` // absolute path; of a copy in the run folder where Stdin
	Stdin       bool          `json:"stdin,omitempty"`
	Profile     string        `json:"profile,omitempty"`
	ByHand      bool          `json:"by_hand,omitempty"`       // --profile stood on the command line
	Other       bool          `json:"other_service,omitempty"` // the service is not the profile's
	BaseURL     string        `json:"base_url,omitempty"`
	CAFile      string        `json:"ca_file,omitempty"` // absolute path
	Sandbox     bool          `json:"sandbox,omitempty"`
	Rate        *float64      `json:"rate,omitempty"` // nil: found out
	Concurrency int           `json:"concurrency"`
	Mapping     string        `json:"mapping,omitempty"` // absolute path
	Sheet       string        `json:"sheet,omitempty"`
	HeaderRow   int           `json:"header_row,omitempty"`
	Encoding    string        `json:"encoding,omitempty"`
	Delimiter   string        `json:"delimiter,omitempty"`
	Dates       string        `json:"dates,omitempty"`
	Decimal     string        `json:"decimal,omitempty"`
	Key         []string      `json:"key,omitempty"`
	Rows        string        `json:"rows,omitempty"`
	Limit       int           `json:"limit,omitempty"`
	AllowEmpty  bool          `json:"allow_empty,omitempty"`
	Hidden      string        `json:"hidden,omitempty"`
	Unattended  bool          `json:"unattended"`
	Mode        string        `json:"mode"`
	SkipInvalid bool          `json:"skip_invalid,omitempty"`
	Yes         bool          `json:"yes,omitempty"`
	MaxErrors   string        `json:"max_errors,omitempty"`
	Results     string        `json:"results,omitempty"`
	Placed      bool          `json:"results_placed,omitempty"` // nobody asked for them by name
	OnUnknown   string        `json:"on_unknown"`
	Settle      time.Duration `json:"settle_ns"`
	ResendAfter time.Duration `json:"resend_after_ns"`
	MaxSends    int           `json:"max_sends"`
	AllowError  bool          `json:"allow_error_status,omitempty"`
	Changes     changeFlags   `json:"changes"`
	Undo        string        `json:"undo,omitempty"` // the run that this one took back
	Plan        string        `json:"plan,omitempty"` // absolute path of the plan that was applied
	PlanHash    string        `json:"plan_hash,omitempty"`
	Sessions    []session     `json:"sessions,omitempty"` // who worked on the run, the latest last
}

// manifestOf writes down how an import of one file is started.
func (a *app) manifestOf(f importFlags, path string, unattended bool) manifest {
	m := manifest{
		Input: absolute(path), Stdin: filepath.Base(filepath.Dir(path)) == stdinFolder, Profile: a.profileName(), ByHand: a.settings.byHand, Other: a.settings.other, BaseURL: a.global.baseURL, CAFile: absolute(a.global.caFile), Sandbox: a.global.sandbox, Concurrency: a.global.concurrency,
		Mapping: absolute(f.mapping), Sheet: f.sheet, HeaderRow: f.headerRow, Encoding: f.encoding, Delimiter: f.delimiter, Dates: f.dates, Decimal: f.decimal,
		Key: f.key, Rows: f.rows, Limit: f.limit, AllowEmpty: f.allowEmpty, Hidden: f.hidden, Unattended: unattended, Mode: f.mode,
		SkipInvalid: f.skipInvalid, Yes: f.yes, MaxErrors: f.maxErrors, Results: absolute(f.results), Placed: f.placed,
		OnUnknown: f.onUnknown, Settle: f.settle, ResendAfter: f.resendAfter, MaxSends: f.maxSends,
		AllowError: f.allowError, Changes: f.changes,
	}
	if a.global.rateGiven {
		m.Rate = &a.global.rate
	}
	return m
}

// profileName is the name of the profile in force, "" for none.
func (a *app) profileName() string {
	if a.settings.profile == nil {
		return ""
	}
	return a.settings.profile.Name
}

// absolute returns the absolute form of a path; "" stays "".
func absolute(path string) string {
	if path == "" {
		return ""
	}
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// longestManifest bounds what a run folder, which may come from elsewhere, says of its start.
const longestManifest = 1 << 20

// readManifest reads how a run was started.
func readManifest(folder *run.Folder) (manifest, error) {
	var m manifest
	data, err := files.Read(folder.Manifest(), longestManifest)
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		return m, &UsageError{fmt.Sprintf("run %s does not say how it was started: %v", folder.Run, err),
			"import the file again: what reached the service is found there"}
	}
	if m.Stdin {
		m.Input = folder.Stdin()
	}
	return m, nil
}

// flags returns the flags that the run was started with.
func (m manifest) flags() importFlags {
	return importFlags{
		sourceFlags: sourceFlags{mapping: m.Mapping, sheet: m.Sheet, headerRow: m.HeaderRow, encoding: m.Encoding,
			delimiter: m.Delimiter, dates: m.Dates, decimal: m.Decimal, key: m.Key, rows: m.Rows, limit: m.Limit, allowEmpty: m.AllowEmpty, hidden: m.Hidden, allowError: m.AllowError},
		mode: m.Mode, skipInvalid: m.SkipInvalid, yes: m.Yes, maxErrors: m.MaxErrors, results: m.Results, placed: m.Placed,
		onUnknown: m.OnUnknown, settle: m.Settle, resendAfter: m.ResendAfter, maxSends: m.MaxSends, changes: m.Changes,
	}
}

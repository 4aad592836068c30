// Package exporter moves referrals from the service to a file: pages are listed to a spool,
// each referral once, and written as rows when all of them are there.
package exporter

import (
	"io"
	"time"

	"refload/api"
	"refload/internal/run"
)

// Format is the form of the file.
type Format string

// The formats.
const (
	XLSX   Format = "xlsx"
	CSV    Format = "csv"
	Portal Format = "portal" // the portal's own CSV
	JSONL  Format = "jsonl"  // one referral a line, as the service gave it
)

// Formats returns the formats.
func Formats() []Format { return []Format{XLSX, CSV, Portal, JSONL} }

// Options says what is exported, and where to.
type Options struct {
	Client  *api.Client
	Home    *run.Home
	Target  run.Target
	Account string // as far as it is known, for the summary
	Who     string // who runs the export, and where
	Tool    string // this program and its version

	Filter  Filter
	Changed bool // only what was changed after the last complete export of the same filter

	Path      string    // the file, "" to write to Out
	Out       io.Writer // where Path is ""
	Format    Format
	Columns   []string // headers, aliases or paths; nil for the usual ones
	PerStatus bool     // a workbook has a sheet for each status
	BothSides bool     // Microsoft's referrals of the deals too
	Fresh     bool     // an interrupted export is not gone on with
	Observe   run.Observer
	Now       func() time.Time
	OnPlan    func(Plan) // told how the question is put; may be nil
	// Announce is called with the hash of the file before it stands at its place, which its error keeps it from. It may be nil.
	Announce func(hash string) error
}

func (o *Options) tell(event run.Event) {
	if o.Observe != nil {
		o.Observe(event)
	}
}

func (o *Options) say(text string) { o.tell(run.Event{Kind: run.Said, Text: text}) }

package exporter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"refload/internal/run"
)

// Summary is what an export did.
type Summary struct {
	Target    string
	File      string // "" for standard output
	Format    Format
	Started   time.Time
	Finished  time.Time
	Since     time.Time // of an incremental export: only what was changed since then
	Plan      Plan
	Listed    int            // referrals that the service listed, each once
	Referrals int            // rows
	Repeats   int            // how often the service listed one again
	LeftOut   int            // referrals of Microsoft's side that are no rows
	Resumed   bool           // an interrupted export was gone on with
	Status    map[string]int // deals by status
	Totals    []Total        // deal values by currency
	Unshown   map[string]int // paths of values that have no column, with the number of referrals
	Account   string
	Who, Tool string
}

// mostUnshown is how many properties without a column are named.
const mostUnshown = 12

// UnshownInWords lists the properties that have no column.
func (s *Summary) UnshownInWords() string {
	names := slices.Sorted(maps.Keys(s.Unshown))
	var words []string
	for _, name := range names[:min(len(names), mostUnshown)] {
		words = append(words, fmt.Sprintf("%s (%d)", name, s.Unshown[name]))
	}
	if more := len(names) - mostUnshown; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

// Took returns how long the export took, to the tenth of a second.
func (s *Summary) Took() time.Duration {
	if s.Finished.IsZero() {
		return 0
	}
	return s.Finished.Sub(s.Started).Round(100 * time.Millisecond)
}

// portalRows is how many rows the portal takes in one file.
//
// Source: the bulk operations page.
const portalRows = 1000

// Notes are what a person should know of a complete export besides the numbers.
func (s *Summary) Notes() []string {
	notes := []string{"the file holds " + visible}
	if s.LeftOut > 0 {
		notes = append(notes, fmt.Sprintf("left out: %s of Microsoft's side of the deals; --include-microsoft adds them", run.Counted(s.LeftOut, "referral")))
	}
	if s.Repeats > 0 {
		notes = append(notes, fmt.Sprintf("the service listed %s again; each is in the file once", run.Counted(s.Repeats, "referral")))
	}
	if len(s.Unshown) > 0 {
		notes = append(notes, "no column shows "+s.UnshownInWords()+"; --format jsonl has everything")
	}
	if s.Format == Portal && s.Referrals > portalRows {
		notes = append(notes, fmt.Sprintf("the portal takes at most %d rows at a time", portalRows))
	}
	return notes
}

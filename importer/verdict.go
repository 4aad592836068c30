package importer

import (
	"fmt"
	"strings"
	"time"

	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// Verdict is what a verification has to say at its end.
type Verdict struct {
	File      string
	Sheet     string
	Hash      string // SHA-256 of the file, in hex
	Scope     Scope
	Target    string
	Account   string // signed-in account, as far as it is known
	Who       string // who ran it, and where
	Tool      string
	Started   time.Time
	Ended     time.Time
	Rows      int                 // data rows
	AsItSays  int                 // rows whose referral is as they say
	Counts    map[FindingKind]int // rows by what is wrong with them; for FoundExtra, referrals
	Fields    int                 // differences, of which a row may have several
	Skipped   int                 // rows that were not judged, as asked
	Unjudged  int                 // rows that were not judged, because of their problems
	Sums      []SumLine
	Statuses  []StatusLine
	Listed    int // referrals that the service listed
	View      listing.View
	ListGap   string // why nobody can tell whether the list is complete, "" where it is
	Requests  int
	Throttled int
	Output    string // path of the workbook, "" where none was written
	Beside    Beside // the file that was left alone, so that Output has another name
	Place     func(mapping.Problem) string
	Problems  *Problems
}

func newVerdict(in *input, options Options, scope Scope) *Verdict {
	return &Verdict{
		File: options.Name, Sheet: in.sheet, Hash: in.hash, Scope: scope, Target: options.Target.Name, Account: options.Account,
		Who: options.Who, Tool: options.Tool, Started: options.Now(), Counts: map[FindingKind]int{}, Place: in.Place, Problems: &Problems{},
	}
}

// leaveOut counts a row that is not judged.
func (v *Verdict) leaveOut(outcome run.Outcome) {
	if outcome == run.Skipped {
		v.Skipped++
		return
	}
	v.Unjudged++
}

// worstFirst is the order in which the findings on a row decide by what it is counted.
var worstFirst = []FindingKind{FoundMissing, FoundTwice, FoundDifferent}

// count counts a row by the worst that was found on it.
func (v *Verdict) count(list []Finding) {
	has := map[FindingKind]bool{}
	for _, f := range list {
		has[f.Kind] = true
		v.Fields += one(f.Kind == FoundDifferent)
	}
	for _, kind := range worstFirst {
		if has[kind] {
			v.Counts[kind]++
			return
		}
	}
	v.AsItSays++
}

// Complete reports whether the service holds what the sheet says, each row once; in the scope of the
// tenant also nothing else. Both want a list that is complete.
func (v *Verdict) Complete() bool {
	for _, n := range v.Counts {
		if n > 0 {
			return false
		}
	}
	return v.Unjudged == 0 && v.ListGap == ""
}

// Words say the verdict in one line.
func (v *Verdict) Words() string {
	judged := v.Rows - v.Skipped
	if v.Complete() {
		words := fmt.Sprintf("complete: the service holds what the sheet says, rows: %d", judged)
		if v.Scope == ScopeTenant {
			words += ", and no other deal that the account sees"
		}
		return words
	}
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{
		{v.Counts[FoundMissing], "without a referral: %d"}, {v.Counts[FoundDifferent], "different: %d"},
		{v.Counts[FoundTwice], "there twice: %d"}, {v.Counts[FoundExtra], "referrals in no row: %d"},
		{v.Unjudged, "with problems and not judged: %d"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf(part.word, part.n))
		}
	}
	if v.ListGap != "" {
		parts = append(parts, "the list of the service is not complete, so nobody can tell what else there is: "+v.ListGap)
	}
	return fmt.Sprintf("not complete: as the sheet says %d of %s; %s", v.AsItSays, run.Counted(judged, "row"), strings.Join(parts, ", "))
}

// Notes are what a person should know of a verdict besides the numbers.
func (v *Verdict) Notes() []string {
	var notes []string
	if v.Counts[FoundMissing] > 0 {
		notes = append(notes, "lists of the service may be minutes behind: verify again before you act on what is missing")
	}
	if v.View == listing.ViewPartial {
		notes = append(notes, "the account is in the team of every deal that it sees: there may be deals that it does not see. Verify as Referrals admin")
	}
	if v.Skipped > 0 {
		notes = append(notes, fmt.Sprintf("left out by Action, --rows, --limit or --hidden and not judged: %s", run.Counted(v.Skipped, "row")))
	}
	return notes
}

// Took returns how long the verification took, to the tenth of a second.
func (v *Verdict) Took() time.Duration {
	if v.Ended.IsZero() {
		return 0
	}
	return v.Ended.Sub(v.Started).Round(100 * time.Millisecond)
}

package importer

import (
	"bufio"
	"encoding/json"
	"io"
	"iter"
	"os"

	"refload/internal/run"
	"refload/mapping"
)

// FindingKind says what a verification found.
type FindingKind string

// The kinds of findings, by the names of their sheets.
const (
	FoundDifferent FindingKind = "different" // a field says something else than the sheet
	FoundMissing   FindingKind = "missing"   // no referral belongs to the row
	FoundTwice     FindingKind = "twice"     // several referrals are the same deal, or several rows the same referral
	FoundExtra     FindingKind = "extra"     // no row has the referral
)

// FindingKinds returns the kinds in the order of their sheets.
func FindingKinds() []FindingKind {
	return []FindingKind{FoundDifferent, FoundMissing, FoundTwice, FoundExtra}
}

// Finding is one thing in which sheet and service differ.
type Finding struct {
	Kind       FindingKind `json:"kind"`
	Row        int         `json:"row,omitempty"`    // 0 where no row is concerned
	Cell       string      `json:"cell,omitempty"`   // "" where the value has no single cell
	Column     string      `json:"column,omitempty"` // the header as the file has it
	Field      string      `json:"field,omitempty"`  // the canonical header
	Path       string      `json:"path,omitempty"`
	Sheet      any         `json:"sheet,omitempty"`   // the sheet's value
	Service    any         `json:"service,omitempty"` // the service's value
	Deal       string      `json:"deal,omitempty"`
	Customer   string      `json:"customer,omitempty"`
	ReferralID string      `json:"referral_id,omitempty"`
	CRMID      string      `json:"crm_id,omitempty"` // or the marker that refload made
	Others     []string    `json:"referral_ids,omitempty"`
	Status     string      `json:"status,omitempty"`
	Value      any         `json:"value,omitempty"`
	Currency   string      `json:"currency,omitempty"`
	Created    string      `json:"created,omitempty"`
	Remark     string      `json:"remark,omitempty"`
	Withheld   bool        `json:"withheld,omitempty"` // the values differ, and stand in the workbook only
}

// Discreet returns the finding without what may be personal: it names place, field and ids, and the values
// of other fields. What is printed has no other form; the workbook has all.
func (f Finding) Discreet() Finding {
	f.Deal, f.Customer = "", ""
	if mapping.IsPersonal(f.Path) {
		f.Sheet, f.Service, f.Withheld = nil, nil, true
	}
	return f
}

// findings are spooled to a file of their owner's, so that a sheet that is wrong in every row takes no
// memory; the workbook has them by kind.
type findings struct {
	spool *os.File
	out   *bufio.Writer
	sink  func(Finding) error
	lines map[FindingKind]int
}

func newFindings(folder *run.Folder, sink func(Finding) error) (*findings, error) {
	path, err := folder.Spool("findings.jsonl")
	if err != nil {
		return nil, err
	}
	spool, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, &run.StateError{Path: path, Err: err}
	}
	return &findings{spool: spool, out: bufio.NewWriter(spool), sink: sink, lines: map[FindingKind]int{}}, nil
}

func (f *findings) close() { f.spool.Close() }

// add takes one down, and gives it to whoever watches.
func (f *findings) add(finding Finding) error {
	if err := json.NewEncoder(f.out).Encode(finding); err != nil {
		return &run.StateError{Path: f.spool.Name(), Err: err}
	}
	f.lines[finding.Kind]++
	if f.sink == nil {
		return nil
	}
	return f.sink(finding)
}

// of yields the findings of a kind, in the order in which they were made.
func (f *findings) of(kind FindingKind) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		err := f.out.Flush()
		if err == nil {
			_, err = f.spool.Seek(0, io.SeekStart)
		}
		decoder := json.NewDecoder(bufio.NewReader(f.spool))
		decoder.UseNumber()
		for err == nil {
			var finding Finding
			if err = decoder.Decode(&finding); err == nil && finding.Kind == kind && !yield(finding, nil) {
				return
			}
		}
		if err != io.EOF {
			yield(Finding{}, &run.StateError{Path: f.spool.Name(), Err: err})
		}
	}
}

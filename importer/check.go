package importer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"refload/api"
	"refload/internal/listing"
	"refload/internal/names"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// rowState is what is remembered of a row between the passes over the file.
type rowState struct {
	number  int32         // that Excel shows
	outcome uint8         // index into outcomeOrder; 0 while there is none
	named   bool          // the row names a referral or an engagement by the service's id
	flagged bool          // the row has problems, if only warnings
	clash   bool          // another row is the same referral
	asked   bool          // the row itself asks to be skipped
	shares  bool          // the row would open a deal that exists to Microsoft, and says that it is not to be shared
	pending bool          // the row has errors unless its deal exists
	deal    mapping.Known // of a pending row
	planned plannedRow
	hash    [16]byte // of the cells, to notice a file that changed
	marker  uint64   // hash of the key of the marker that the row would carry
	near    uint64   // hash of what CRM IDs have in common that are near, 0 for a row without
	offset  int64    // of the outcome in the journal
	look    uint64   // hash of what look-alikes have in common

	customer uint64 // hash of the customer's name, 0 where the row names none
}

// claim says that a row of the file has a CRM ID, and for which customer.
type claim struct{ id, customer uint64 }

// customerOf is the hash of a customer's name, 0 for none.
func customerOf(referral *api.Referral) uint64 {
	if key := names.Key(referral.Text(customerPath)); key != "" {
		return listing.HashText(key)
	}
	return 0
}

// checked is what the first two passes over a file found.
type checked struct {
	states      []rowState
	problems    Problems
	totals      totals // of the deal values of all rows that are not at fault
	headerFault bool   // no row can be sent

	owners []claim // of rows that are not looked for by their CRM IDs
}

// own takes down that the file has a row with a CRM ID.
func (c *checked) own(ids mapping.IDs, record *mapping.Record) {
	if crm := record.Doc.ExternalReferenceID(); crm != "" {
		c.owners = append(c.owners, claim{listing.HashText(ids.Key(crm)), customerOf(record.Doc)})
	}
}

// keep keeps by what a row's referral is looked for.
func (s *rowState) keep(ids mapping.IDs, marker string) {
	s.marker = listing.HashText(ids.Key(marker))
	if !strings.HasPrefix(marker, mapping.MadePrefix) {
		s.near = listing.HashText(ids.Near(marker))
	}
}

// outcomeOrder gives each outcome a small number; 0 means none yet.
var outcomeOrder = func() []run.Outcome {
	order := []run.Outcome{""}
	for _, word := range run.Words() {
		order = append(order, word.Outcome)
	}
	return order
}()

// numberOf returns the small number of an outcome.
func numberOf(outcome run.Outcome) uint8 {
	for i, word := range outcomeOrder {
		if word == outcome {
			return uint8(i)
		}
	}
	panic(fmt.Sprintf("%q is not an outcome", outcome))
}

// word returns the outcome of a row, "" while there is none.
func (s *rowState) word() run.Outcome { return outcomeOrder[s.outcome] }

// survey reads the whole file once, so that what a column as a whole says is known before
// its first cell is judged: the order of its dates, and values that come twice.
func (in *input) survey(ctx context.Context) ([]mapping.Problem, error) {
	var hidden []int
	notes, err := in.firstPass(func(row sheet.Row) error {
		if row.Hidden {
			hidden = append(hidden, row.Number)
		}
		in.columns.Observe(row)
		if in.tally != nil {
			in.tally.Observe(row)
		}
		in.surveyed++
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(in.hidden(hidden), in.columns.Settle(), notes), nil
}

// hidden is the problem of hidden rows, unless it was said what becomes of them.
func (in *input) hidden(rows []int) []mapping.Problem {
	if in.source.Hidden != "" {
		return nil
	}
	return mapping.HiddenRows(rows)
}

// check reads the whole file a second time and judges every row.
func (in *input) check(ctx context.Context, target run.Target, header []mapping.Problem) (*checked, error) {
	result := &checked{states: make([]rowState, 0, in.surveyed)}
	result.problems.Add(header...)
	for row, err := range in.rows() {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := in.unfit(row, len(result.states)); err != nil {
			return nil, err
		}
		state := rowState{number: int32(row.Number), hash: in.columns.Hash(row)}
		record, problems, outcome := in.judge(row, len(result.states), learned{})
		state.flagged, state.pending = weighty(problems), mapping.Waits(problems)
		state.asked = outcome == run.Skipped && says(record, "skip")
		if outcome != "" {
			state.outcome = numberOf(outcome)
		}
		switch {
		case outcome != "" && !state.asked:
			result.own(in.source.ids(), record)
		case record.ReferralID != "":
			state.named = true
			result.own(in.source.ids(), record)
		default:
			state.look, state.customer = listing.LookOf(record.Doc), customerOf(record.Doc)
			state.planned = plannedNew(record)
			state.keep(in.source.ids(), markerOf(target, in.columns, record, row))
			state.named = joins(record)
			if isInvitation(record) {
				state.look, state.near, state.marker = 0, 0, listing.HashText(listing.InviteKey(record.EngagementID))
			}
		}
		if outcome == "" {
			result.totals.add(record.Doc)
		}
		result.problems.Add(problems...)
		result.states = append(result.states, state)
	}
	return result, nil
}

// weighty reports whether any problem of a row is more than a note, which is told of the column.
func weighty(problems []mapping.Problem) bool {
	return slices.ContainsFunc(problems, func(p mapping.Problem) bool { return p.Severity != mapping.Note })
}

// list counts the rows of a file whose header is at fault: none of them can be judged.
func (in *input) list(header []mapping.Problem) (*checked, error) {
	result := &checked{headerFault: true}
	notes, err := in.firstPass(func(sheet.Row) error { return nil })
	if err != nil {
		return nil, err
	}
	defer func() { result.problems.Add(in.columns.Advise(slices.Concat(header, notes))...) }()
	for row, err := range in.rows() {
		if err != nil {
			return nil, err
		}
		in.columns.Count(row)
		result.states = append(result.states, rowState{number: int32(row.Number), hash: in.columns.Hash(row)})
	}
	return result, nil
}

// learned is what a listing has told of a row.
type learned struct {
	shares bool
	deal   mapping.Known
}

func (s *rowState) learned() learned { return learned{s.shares, s.deal} }

// judge decodes one row and applies every rule to it. The outcome is "" for a row that may be
// sent. n counts the data rows from 0.
func (in *input) judge(row sheet.Row, n int, known learned) (*mapping.Record, []mapping.Problem, run.Outcome) {
	today := in.source.Today()
	record, problems := in.columns.Decode(row, today)
	if !in.source.taken(n, row.Number) || record.Action == "skip" || row.Hidden && in.source.Hidden == "skip" {
		return record, nil, run.Skipped
	}
	if found := in.notDeal(row); found != nil {
		return record, found, run.Invalid
	}
	padded, _ := in.padded(row)
	problems = append(problems, padded...)
	problems = append(problems, mapping.Check(record, mapping.RuleContext{Today: today, AllowErrorStatus: in.source.AllowErrorStatus, WouldShare: known.shares})...)
	problems = append(problems, in.unmarked(record, row)...)
	problems = mapping.Grade(problems, cmp.Or(known.deal, in.deals))
	return record, problems, outcomeOf(problems)
}

// unfit is the problem of the n-th data row where it ends before its last columns and cannot be read so.
func (in *input) unfit(row sheet.Row, n int) error {
	if row.Short == 0 || !in.source.taken(n, row.Number) || in.notDeal(row) != nil {
		return nil
	}
	_, err := in.padded(row)
	return err
}

// ruleDuplicate is the rule that two rows of a file must not be the same referral.
const ruleDuplicate = "DUP-KEY"

// unmarked is the problem of a row that nothing tells apart from others: no CRM ID, and no
// key cell with anything in it. Without a marker it cannot be protected from coming twice.
func (in *input) unmarked(record *mapping.Record, row sheet.Row) []mapping.Problem {
	if record.ReferralID != "" || record.Doc.ExternalReferenceID() != "" || in.columns.Key(row) != nil {
		return nil
	}
	return []mapping.Problem{{
		Row: row.Number, Rule: ruleDuplicate, Severity: mapping.Fault,
		Message: "nothing in the row tells it apart from others: no CRM ID and no key cells",
		Hint:    "fill in a CRM ID, or name the columns that tell rows apart with --key",
	}}
}

// outcomeOf returns what the problems of a row make of it: duplicate when nothing else is at
// fault, invalid otherwise, "" when it may be sent.
func outcomeOf(problems []mapping.Problem) run.Outcome {
	outcome := run.Outcome("")
	for _, problem := range problems {
		switch {
		case problem.Severity != mapping.Fault:
		case problem.Rule == ruleDuplicate && outcome == "":
			outcome = run.Duplicate
		case problem.Rule != ruleDuplicate:
			outcome = run.Invalid
		}
	}
	return outcome
}

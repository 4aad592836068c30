package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"refload/api"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// PlanHeader says what a plan was made of, and by that what it is good for: this input, this
// target, these settings.
type PlanHeader struct {
	Version  int             `json:"version"`
	Tool     string          `json:"tool"`
	Made     time.Time       `json:"made"`
	Input    string          `json:"input"` // absolute path
	Hash     string          `json:"input_hash"`
	Mapping  string          `json:"mapping_hash,omitempty"`
	Target   string          `json:"target"`              // run.Target.ID
	Where    string          `json:"where"`               // run.Target.Name
	Tenant   string          `json:"tenant,omitempty"`    // whose referrals it was compared with, hashed as in journals; "" where no profile said it
	SignedIn string          `json:"signed_in,omitempty"` // the tenant that the token named, hashed so too
	Account  string          `json:"account,omitempty"`
	Rows     int             `json:"rows"`
	Settings json.RawMessage `json:"settings"` // how the command was called, as the manifest of a run
}

// planVersion is the version of the form of plans.
const planVersion = 1

// PlanRow is what is planned for one row.
type PlanRow struct {
	Row        int          `json:"row"`
	Action     string       `json:"action"` // create, update, or the outcome of a row for which nothing is sent
	Deal       string       `json:"deal,omitempty"`
	Customer   string       `json:"customer,omitempty"`
	ReferralID string       `json:"referral_id,omitempty"`
	ETag       string       `json:"etag,omitempty"` // of the version that was compared
	Changes    []PlanChange `json:"changes,omitempty"`
	Forever    []string     `json:"cannot_be_taken_back,omitempty"`
	Message    string       `json:"message,omitempty"`
	Hint       string       `json:"hint,omitempty"`
	Digest     string       `json:"digest"`            // of what would be sent
	Print      string       `json:"version,omitempty"` // fingerprint of the version that was compared
	Approve    string       `json:"approve,omitempty"` // in a plan that was approved: yes or no
}

// PlanChange is one field of a planned row. Old and New are values of the resource, nil for
// nothing.
type PlanChange struct {
	Field    string `json:"field"` // the canonical header
	Path     string `json:"path"`
	Old      any    `json:"old,omitempty"`
	New      any    `json:"new"`
	Withheld bool   `json:"withheld,omitempty"` // both values are left out, because they may be personal
}

// Discreet returns the change without values that may be personal. Those of a field that the table of fields
// does not have count as personal: nobody knows what they say.
func (c PlanChange) Discreet() PlanChange {
	if _, known := mapping.Lookup(c.Path); !known || mapping.IsPersonal(c.Path) {
		c.Old, c.New, c.Withheld = nil, nil, true
	}
	return c
}

// Discreet returns the row without what may be personal: it names the row, the ids and the fields.
func (p PlanRow) Discreet() PlanRow {
	p.Deal, p.Customer = "", ""
	p.Changes = slices.Clone(p.Changes)
	for i, c := range p.Changes {
		p.Changes[i] = c.Discreet()
	}
	return p
}

// The actions of planned rows for which something is sent. Other rows have their outcome as
// action.
const (
	ActionCreate = "create"
	ActionUpdate = "update"
)

// Writes reports whether something is sent for the row.
func (p PlanRow) Writes() bool { return p.Action == ActionCreate || p.Action == ActionUpdate }

// waits reports whether the row was planned to wait for a person. One that says no has decided it.
func (p PlanRow) waits() bool {
	return slices.Contains([]run.Outcome{run.Held, run.Blocked, run.Conflict}, run.Outcome(p.Action))
}

// planRow puts a decision into the form of a plan.
func (r *runner) planRow(row sheet.Row, d decision, record *mapping.Record) PlanRow {
	p := PlanRow{Row: row.Number, Deal: record.Doc.Text("name"), Customer: record.Doc.Text("customerProfile.name")}
	live := d.live
	if d.op != nil && live == nil {
		live = d.op.live
	}
	if live != nil {
		p.ReferralID, p.ETag, p.Print = live.ID(), live.ETag(), fingerprint(live)
		if p.Deal == "" {
			p.Deal, p.Customer = live.Text("name"), live.Text("customerProfile.name")
		}
	}
	switch {
	case d.open != nil:
		p.Action, p.Message = string(run.Unknown), "an earlier run sent it and had no trustworthy answer; import looks for it first"
	case d.op == nil:
		result := resultOfRecord(d.settled, d.words, r.in.headerOf)
		p.Action, p.ReferralID, p.Message, p.Hint = d.settled.Outcome, result.ReferralID, result.Message, result.Hint
	default:
		r.planOp(&p, d.op)
	}
	p.Digest = p.digest()
	// Sorted for people after the digest, which plans of earlier versions have in the order of the paths.
	slices.SortStableFunc(p.Changes, func(a, b PlanChange) int { return mapping.Rank(a.Path) - mapping.Rank(b.Path) })
	return p
}

// planOp puts an op into the form of a plan.
func (r *runner) planOp(p *PlanRow, o *op) {
	p.Action = ActionUpdate
	changes := []api.Change{}
	if o.live == nil {
		p.Action = ActionCreate
		document := o.record.Doc.Clone()
		document.Set("externalReferenceId", o.marker) // a single name always fits
		if joins(o.record) {
			document.Set("engagementId", o.record.EngagementID)
		}
		changes = mapping.Leaves(document)
	} else {
		changes = append(changes, o.merged.Changes...)
		changes = append(changes, o.stateChange()...)
		if len(o.merged.Locked) > 0 {
			p.Message = lockedText(lockedValues(o.merged.Locked))
		}
	}
	for _, c := range changes {
		p.Changes = append(p.Changes, PlanChange{Field: mapping.HeaderOf(c.Path), Path: c.Path, Old: c.Old, New: c.New})
	}
	w := o.weigh()
	for _, part := range []struct {
		n    int
		word string
	}{{w.Creates, "created"}, {w.Closes, "closed"}, {w.Shares, "opened to Microsoft's sellers"}, {w.Invites, "Microsoft invited"}} {
		if part.n > 0 {
			p.Forever = append(p.Forever, part.word)
		}
	}
	switch {
	case o.later:
		p.addMessage(outcome.ReasonText(outcome.ReasonCloseLater, ""))
	case o.live == nil && o.closes():
		p.addMessage(datedToday(o.record.Destination()))
	case o.live == nil && o.uninvited() != "":
		p.addMessage(outcome.ReasonText(outcome.ReasonUninvited, ""))
	}
}

// stateChange is the way that an op takes the deal, as one change.
func (o *op) stateChange() []api.Change {
	text := ""
	for _, s := range o.steps {
		if s.state != (api.State{}) {
			text += " → " + s.state.String()
		}
	}
	if text == "" {
		return nil
	}
	return []api.Change{{Path: "status", Old: o.live.State().String(), New: text[len(" → "):]}}
}

// addMessage adds to what the plan says about the row.
func (p *PlanRow) addMessage(text string) {
	if p.Message != "" {
		text = p.Message + "; " + text
	}
	p.Message = text
}

// datedToday is what everybody who approves a deal of the past has to know.
//
// Source: the bulk operations page; 72 hours between creation and Won.
func datedToday(end api.State) string {
	text := "the service will date its creation and its closing today"
	if end.Substatus == "Won" {
		text += "; a deal won within 72 hours of its creation may not be registered (--close-after 72h closes it later)"
	}
	return text
}

// digest is the SHA-256 of what would be sent for the row: its action and every change from
// which value to which.
func (p PlanRow) digest() string {
	if !p.Writes() {
		return ""
	}
	data, err := json.Marshal(struct {
		Action, ID string
		Changes    []PlanChange
		Forever    []string
	}{p.Action, p.ReferralID, p.Changes, p.Forever})
	if err != nil {
		panic(err) // decoded JSON always marshals
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
)

// The bounds of what is asked by id: how far back the list is held against the journals, how many referrals are asked
// for to prove it, and how many for rows of the file.
const (
	knownFor   = 30 * 24 * time.Hour
	mostProofs = 200
	mostAsked  = 1000
)

// byID is what the service says of an id.
type byID struct {
	referral *api.Referral // nil where it does not show one
	status   int           // 404 or 403 then
}

// askFor asks for a referral that a journal knows, once.
func (r *runner) askFor(ctx context.Context, id listing.GUID) (byID, error) {
	if answer, asked := r.asked[id]; asked {
		return answer, nil
	}
	referral, err := r.client.Get(ctx, id.String())
	answer := byID{referral: referral}
	if err != nil {
		var failed *api.Error
		if !errors.As(err, &failed) || failed.HTTPStatus != http.StatusNotFound && failed.HTTPStatus != http.StatusForbidden {
			return byID{}, err
		}
		answer = byID{status: failed.HTTPStatus}
	}
	if r.asked == nil {
		r.asked = map[listing.GUID]byID{}
	}
	r.asked[id] = answer
	return answer, nil
}

// holdAgainstJournals holds the list against what earlier runs made. A list that lags is waited for, once and only
// before creates; then it is read again.
func (r *runner) holdAgainstJournals(ctx context.Context) error {
	if r.options.Target.Sandbox {
		return nil
	}
	young, err := r.proveList(ctx)
	if err != nil || young == nil || !r.waits || !r.mayCreate() {
		return err
	}
	if err := r.waitForList(ctx, young); err != nil {
		return err
	}
	r.index.Close()
	r.asked = nil
	if err := r.list(ctx); err != nil {
		return err
	}
	if young, err = r.proveList(ctx); len(young) > 0 {
		r.verdict = r.verdict.Or(listing.Verdict{Gap: listing.Unlisted, Count: len(young)}) // it was waited for
	}
	return err
}

// unlisted returns what earlier runs made of late and the list does not show, the newest first.
func (r *runner) unlisted() []made {
	since := r.options.Now().Add(-knownFor).UnixNano()
	newest := map[listing.GUID]made{}
	for _, m := range r.past.made {
		if m.when >= since && m.when >= newest[m.id].when && !listing.Has(r.index.ByID, listing.IDHash(m.id.String())) {
			newest[m.id] = m
		}
	}
	var list []made
	for _, m := range newest {
		list = append(list, m)
	}
	sortNewest(list)
	return list
}

func sortNewest(list []made) {
	slices.SortFunc(list, func(a, b made) int {
		return cmp.Or(cmp.Compare(b.when, a.when), slices.Compare(a.id[:], b.id[:]))
	})
}

// proveList asks by id for what earlier runs made and the list does not show. What is there and older than --settle
// makes the list incomplete; what is younger is returned, the list may lag; what is not there is gone from view.
func (r *runner) proveList(ctx context.Context) (young []made, err error) {
	hidden, old := r.unlisted(), 0
	for _, m := range hidden {
		if r.options.Now().UnixNano()-m.when >= int64(r.options.Settle) {
			old++
		}
	}
	if old > mostProofs {
		r.verdict = r.verdict.Or(listing.Verdict{Gap: listing.Unlisted, Count: old})
		return nil, nil
	}
	old, gone := 0, 0
	for i, m := range hidden {
		if i == mostProofs {
			young = append(young, hidden[i:]...)
			break
		}
		answer, err := r.askFor(ctx, m.id)
		switch {
		case err != nil:
			return nil, readError(ctx, err)
		case answer.referral == nil:
			gone++
		case r.ageOf(answer.referral, m) < r.options.Settle:
			young = append(young, m)
		default:
			old++
		}
	}
	if old > 0 {
		r.verdict = r.verdict.Or(listing.Verdict{Gap: listing.Unlisted, Count: old})
	}
	r.gone = gone
	return young, nil
}

// ageOf returns how long ago a referral was made, by the service's clock; by the journal's where that is not known.
func (r *runner) ageOf(referral *api.Referral, m made) time.Duration {
	now, known := r.meter.AtLeast(time.Now())
	if created, ok := createdTime(referral); ok && known {
		return now.Sub(created)
	}
	return r.options.Now().Sub(time.Unix(0, m.when))
}

// mayCreate reports whether a row of the file may be made anew: nothing is known of it.
func (r *runner) mayCreate() bool {
	return r.options.Mode != Update && slices.ContainsFunc(r.states, func(s rowState) bool {
		_, isMade := r.past.made[s.marker]
		return s.outcome == 0 && s.marker != 0 && !isMade && !listing.Has(r.index.ByMarker, s.marker) && !listing.Has(r.index.Invites, s.marker)
	})
}

// waitForList waits until what was made of late is older than --settle, or its newest page shows all of it.
func (r *runner) waitForList(ctx context.Context, young []made) error {
	wait := time.Duration(0)
	missing := map[string]bool{}
	for _, m := range young {
		age := r.options.Now().Sub(time.Unix(0, m.when))
		if answer := r.asked[m.id]; answer.referral != nil {
			age = r.ageOf(answer.referral, m)
		}
		wait = max(wait, r.options.Settle-age)
		missing[m.id.String()] = true
	}
	wait = min(wait, r.options.Settle)
	r.observe(run.Event{Kind: run.Said, Text: fmt.Sprintf("the list of the service does not show %s yet, made less than %s ago; waiting for it, %s at most",
		run.Counted(len(young), "referral"), r.options.Settle, max(wait, time.Second).Round(time.Second))})
	deadline, pause := time.Now().Add(wait), min(time.Second, r.options.Settle/4)
	for left := wait; left > 0; left = time.Until(deadline) {
		if api.Sleep(ctx, min(pause, left)) != nil {
			return readError(ctx, ctx.Err())
		}
		shown, err := r.newestShow(ctx, missing)
		if err != nil || shown {
			return err
		}
		pause = min(2*pause, 15*time.Second)
	}
	return nil
}

// newestShow takes what the newest page shows out of what is missing, and reports whether nothing is left.
func (r *runner) newestShow(ctx context.Context, missing map[string]bool) (bool, error) {
	for page, err := range listing.Part(ctx, r.client, api.Query{OrderBy: listing.Newest.Order()}) {
		if err != nil {
			return false, readError(ctx, err)
		}
		for _, referral := range page {
			if id, ok := listing.GUIDOf(referral.ID()); ok {
				delete(missing, id.String())
			}
		}
		break
	}
	return len(missing) == 0, nil
}

// mayAsk reports whether a referral of a row may be asked for: there are bounds, and the newest go first.
func (r *runner) mayAsk(id listing.GUID) bool {
	if r.askable == nil {
		r.askable = map[listing.GUID]bool{}
		var list []made
		for i := range r.states {
			m, isMade := r.past.made[r.states[i].marker]
			if isMade && r.states[i].outcome == 0 && !listing.Has(r.index.ByMarker, r.states[i].marker) {
				list = append(list, m)
			}
		}
		sortNewest(list)
		for _, m := range list[:min(len(list), mostAsked)] {
			r.askable[m.id] = true
		}
	}
	_, asked := r.asked[id]
	return asked || r.askable[id]
}

// askMade asks by its id for the referral that an earlier run made for a row and the list does not show. Where the
// service does not show it either, that is the decision on the row, unless a person has it made anew.
func (r *runner) askMade(ctx context.Context, o *op, of made) (referral *api.Referral, anew bool, d decision) {
	if !r.mayAsk(of.id) {
		return nil, false, r.heldByList()
	}
	answer, err := r.askFor(ctx, of.id)
	switch {
	case err != nil:
		return nil, false, r.unread(err)
	case answer.referral != nil:
		return answer.referral, false, decision{}
	case answer.status == http.StatusNotFound:
		waits := r.waitsFor(o, outcome.ReasonGone, []string{of.id.String()})
		if waits.Outcome == "" {
			return nil, true, decision{}
		}
		if waits.Outcome == string(run.Skipped) {
			return nil, false, settledAs(waits)
		}
	case o.record.Action != ActionCreate && r.wereSaid(r.wordsOn("skip", o, []string{of.id.String()})): // not known to be gone: create releases nothing
		return nil, false, settledAs(journal.Record{Outcome: string(run.Skipped), Reason: outcome.ReasonSkipped, Others: []string{of.id.String()}})
	}
	return nil, false, settledAs(of.notShown(answer.status))
}

// decideMade decides a row whose referral an earlier run made and the list does not show.
func (r *runner) decideMade(ctx context.Context, o *op, of made) (decision, error) {
	referral, anew, d := r.askMade(ctx, o, of)
	switch {
	case anew:
		if refused, was := r.past.refused[listing.HashText(r.ids.Key(o.marker))]; was && o.record.Action != ActionCreate {
			refused.Marker = o.marker
			return settledAs(refused), nil
		}
		return r.decideNew(ctx, o)
	case referral == nil:
		return d, nil
	case r.ids.Key(referral.ExternalReferenceID()) != r.ids.Key(o.marker) && !r.ids.IsCut(o.marker, referral.ExternalReferenceID()):
		if is, err := r.learnAs(o.marker, listing.LookOf(o.record.Doc), referral); is || err != nil {
			return settledAs(journal.Record{Outcome: string(run.NotAttempted), Reason: outcome.ReasonLearned}), err
		}
		// The answer that named the id may have been wrong, or somebody has given the referral another CRM ID: the row
		// is looked for like one without an answer.
		return r.openCreate(o, openIntent{sends: 1, last: of.moment()}), nil
	}
	o.live = referral
	o.madeBefore(r.past, false)
	return r.compare(ctx, o)
}

// notShown is the outcome of a row whose referral the service does not show.
func (m made) notShown(status int) journal.Record {
	record := journal.Record{Outcome: string(run.Held), Reason: outcome.ReasonGone, Others: []string{m.id.String()}, Code: time.Unix(0, m.when).UTC().Format(time.DateOnly)}
	if status == http.StatusForbidden {
		record.Reason = outcome.ReasonHidden
	}
	return record
}

// listHides reports whether the list cannot be taken for what there is, so that nothing may be made by it.
func (r *runner) listHides() bool { return !r.verdict.Complete() && !r.options.AcceptListHides }

// heldByList is the outcome of a row that may be there although the list does not show it. It carries no marker: an
// earlier send of it stays open.
func (r *runner) heldByList() decision {
	verdict := r.verdict.Or(listing.Verdict{Gap: listing.Unlisted, Count: mostAsked})
	return settledAs(journal.Record{Outcome: string(run.Held), Reason: outcome.ReasonListIncomplete, Code: verdict.String()})
}

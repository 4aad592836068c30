package importer

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// acquaint takes over what is known of the target's service.
func (o *Options) acquaint() (err error) {
	o.habits, err = o.Home.Habits()
	return err
}

// ids says by what CRM IDs are compared at the target.
func (s Source) ids() mapping.IDs {
	return mapping.IDs{Case: s.habits.Case, Padding: s.habits.Padding, Keeps: s.habits.Keeps}
}

// habitOf tells what a service has made of an id that it was sent, where it can be that.
func habitOf(sent, kept string) (run.Habits, bool) {
	for _, habits := range []run.Habits{{Case: true}, {Padding: true}, {Case: true, Padding: true}} {
		ids := Source{habits: habits}.ids()
		is, was := ids.Key(kept), ids.Key(sent)
		if is == was {
			return habits, is != mapping.IDs{}.Key(sent) || kept != sent
		}
		if is != "" && strings.HasPrefix(was, is) && utf8.RuneCountInString(kept) < utf8.RuneCountInString(sent) {
			return run.Habits{Keeps: utf8.RuneCountInString(kept)}, true
		}
	}
	return run.Habits{}, false
}

// learnFrom learns from what a service keeps of an id, once, and stops the run: how rows and referrals are looked
// up is said before the first of them is sent. What says nothing of the service is no matter here.
func (r *runner) learnFrom(sent, kept string) error {
	habits, is := habitOf(sent, kept)
	if !is {
		return nil
	}
	if err := r.options.Home.Learn(habits); err != nil {
		return err
	}
	reason, detail := outcome.ReasonLearned, habitWords(habits)
	if habits.Keeps > 0 {
		reason, detail = outcome.ReasonCutIDs, strconv.Itoa(habits.Keeps)
	}
	r.stop(reason, detail)
	return nil
}

func habitWords(h run.Habits) string {
	switch {
	case h.Case && h.Padding:
		return "case and padding"
	case h.Case:
		return "the case"
	}
	return "the padding"
}

// learned reports whether the run stops because of what it has learned of the service.
func (r *runner) learned() bool { return learnedReasons[r.reasonOfStop()] }

var learnedReasons = map[string]bool{outcome.ReasonLearned: true, outcome.ReasonCutIDs: true}

// isOurs reports whether an answer with another externalReferenceId is that of the referral that was sent all the
// same, of which the service has changed it: nobody had the referral before, and it has the names that were sent.
func (s *sender) isOurs(created *api.Referral, err error) bool {
	if !errors.Is(err, api.ErrOtherMarker) || created == nil || s.step.kind != journal.StepCreate {
		return false
	}
	before, unread := s.index.WithID(created.ID())
	if before != nil || unread != nil || s.isTaken(created) || listing.LookText(created) == "" || listing.LookText(created) != listing.LookText(s.document) {
		return false
	}
	kept := created.ExternalReferenceID()
	if s.ids.Key(kept) == s.ids.Key(s.op.marker) {
		return true
	}
	_, is := habitOf(s.op.marker, kept)
	return is && s.learnFrom(s.op.marker, kept) == nil
}

// hasLearned reports whether a run stopped to compare ids in another way.
func hasLearned(err error) bool {
	var stopped *outcome.StopError
	return errors.As(err, &stopped) && stopped.Reason == outcome.ReasonLearned
}

// resumeLearned goes on with a run that has learned how its service keeps ids. What it says at its end is of both parts.
func resumeLearned(ctx context.Context, options Options, before *Summary, why error) (*Summary, error) {
	tell(options.Observe, run.Event{Kind: run.Said, Text: strings.TrimPrefix(why.Error(), "stopped: ")})
	folders, err := options.Home.Folders()
	if err != nil {
		return before, err
	}
	for _, folder := range folders {
		if folder.Run != before.Run {
			continue
		}
		options.Confirm = nil // it was answered
		summary, err := Resume(ctx, options, folder)
		if summary == nil {
			return before, err
		}
		summary.Weight.Shares += before.Weight.Shares // the rest of it is in the journal, which both parts share
		summary.Requests, summary.Throttled, summary.Started = summary.Requests+before.Requests, summary.Throttled+before.Throttled, before.Started
		return summary, err
	}
	return Import(ctx, options) // it had sent nothing
}

// newlyMade is how long after its creation a referral is as the service has made it, when nobody has written to it since.
const newlyMade = time.Minute

// learnAs learns from a referral that can be what a send of a row's made: it has the row's names and nobody has changed it
// since, so that the service itself has made another id of the row's. It reports whether that is so.
func (r *runner) learnAs(marker string, look uint64, referral *api.Referral) (bool, error) {
	kept := referral.ExternalReferenceID()
	if habits, is := habitOf(marker, kept); !is || r.options.habits.And(habits) == r.options.habits || look == 0 || listing.LookOf(referral) != look || r.ids.Key(kept) == r.ids.Key(marker) {
		return false, nil
	}
	created, known := createdTime(referral)
	updated, seen := referral.Time("updatedDateTime")
	if !known || !seen || updated.Sub(created) > newlyMade {
		return false, nil
	}
	return true, r.learnFrom(marker, kept)
}

// learnOpen learns from the list what became of a row that was sent without an answer.
func (r *runner) learnOpen(o *op) (decision, bool, error) {
	alike, err := r.index.LookAlikes(o.record.Doc)
	for _, referral := range alike {
		if is, err := r.learnAs(o.marker, listing.LookOf(o.record.Doc), referral); is || err != nil {
			return settledAs(journal.Record{Outcome: string(run.Unknown), Reason: outcome.ReasonLearned}), true, err
		}
	}
	return decision{}, false, err
}

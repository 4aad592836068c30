package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/mapping"
)

// resultOfRecord is the result of a row whose outcome is in the journal. said are words on the
// row that may quote it, "" where they are not kept.
func resultOfRecord(record journal.Record, said string, columnOf func(path string) string) run.Result {
	became := run.Outcome(record.Outcome)
	result := run.Result{
		Row: record.Row, Outcome: became, ReferralID: record.ReferralID, EngagementID: record.EngagementID,
		ETag: record.ETag, RequestID: record.RequestID, Attempts: record.Attempts, Hint: became.Word().Hint,
	}
	if !became.Word().Good {
		result.ETag = "" // the sheet keeps the version that it was made from
	}
	result.Message = messageOf(record, said, columnOf)
	if hint := outcome.HintOf(record.Reason); hint != "" {
		result.Hint = strings.ReplaceAll(hint, "%s", detailOf(record, said, columnOf))
	}
	if became.Word().Good && record.Reason != outcome.ReasonCloseLater {
		result.Hint = ""
	}
	return result
}

// messageOf puts what became of a row into words: why, what was changed, what could not be.
func messageOf(record journal.Record, said string, columnOf func(string) string) string {
	became := run.Outcome(record.Outcome)
	var parts []string
	if record.Reason != "" {
		parts = append(parts, outcome.ReasonText(record.Reason, detailOf(record, said, columnOf)))
	}
	if word, closed := strings.CutPrefix(record.Code, statusClosed+"/"); closed && became == run.Created {
		parts = append(parts, "created and closed as "+word)
	}
	if became == run.Updated && len(record.Fields) > 0 {
		parts = append(parts, "changed: "+fieldNames(record.Fields))
	}
	if became == run.Blocked && record.Reason == outcome.ReasonTerminal && len(record.Fields) > 0 {
		parts = append(parts, "the row would change: "+fieldNames(record.Fields))
	}
	if record.Step == journal.StepInvite && became.Word().Good {
		parts = append(parts, "Microsoft was invited")
	}
	switch {
	case len(record.Locked) > 0:
		parts = append(parts, lockedText(cmp.Or(said, fieldNames(record.Locked)))) // nothing else is said of such rows
	case said != "" && became.Word().Good && record.Reason == "":
		parts = append(parts, said)
	}
	return strings.Join(parts, "; ")
}

// lockedText says which fields were left.
func lockedText(fields string) string {
	return "left as they are, because they are read-only now: " + fields
}

// lockedValues shows fields that were left with both values, for results and plans only.
func lockedValues(locked []api.Change) string {
	var texts []string
	for _, c := range locked {
		texts = append(texts, fmt.Sprintf("%s (sheet %s, service %s)", mapping.HeaderOf(c.Path), mapping.ShowValue(c.New), mapping.ShowValue(c.Old)))
	}
	return strings.Join(texts, ", ")
}

// quoting are the reasons whose detail is the words on the row, or the names of its fields.
var quoting = []string{outcome.ReasonDiffers, outcome.ReasonStaleSheet, outcome.ReasonChangedSince, outcome.ReasonPlanChanged, outcome.ReasonUndo, outcome.ReasonOtherCustomer, outcome.ReasonOthersDeal, outcome.ReasonNear, outcome.ReasonNearSeveral}

// detailOf returns what stands for %s in a reason's message.
func detailOf(record journal.Record, said string, columnOf func(string) string) string {
	switch {
	case slices.Contains(quoting, record.Reason):
		if said != "" {
			return said
		}
		return fieldNames(record.Fields)
	case record.Reason == outcome.ReasonRefused, record.Reason == outcome.ReasonThere:
		return refusalText(record, said, columnOf)
	case record.Reason == outcome.ReasonHalf:
		return leftText(record, said)
	case record.Reason == outcome.ReasonOneWay:
		return fieldNames(record.Fields)
	case slices.Contains([]string{outcome.ReasonNoRoute, outcome.ReasonTerminal, outcome.ReasonBrake, outcome.ReasonSorted, outcome.ReasonLearned, outcome.ReasonTooLong, outcome.ReasonListIncomplete}, record.Reason):
		return record.Code
	case record.Reason == outcome.ReasonGone, record.Reason == outcome.ReasonHidden:
		return strings.Join(record.Others, ", ") + " on " + record.Code
	}
	return strings.Join(record.Others, ", ")
}

func refusalText(record journal.Record, said string, columnOf func(string) string) string {
	detail := serviceSaid(record)
	if said != "" {
		detail = said + " (" + detail + ")"
	}
	if column := columnOf(record.Target); column != "" {
		detail += fmt.Sprintf(", column %q", column)
	}
	return detail
}

// leftText says what of a row is not done.
func leftText(record journal.Record, said string) string {
	text := "its state is not yet the one of the row"
	if record.Step == journal.StepInvite {
		text = "Microsoft is not invited yet"
	}
	if record.HTTPStatus != 0 {
		text += ", because the service refused it: " + refusalText(record, said, noColumn)
	}
	return text
}

// fieldNames lists properties by their headers, each once.
func fieldNames(paths []string) string {
	var names []string
	for _, path := range paths {
		name := mapping.HeaderOf(path)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

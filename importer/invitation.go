package importer

import (
	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// invitation returns the connected referral of the row's deal: what our own says, with Microsoft
// as its target. Both carry the help that is asked for.
func (o *op) invitation() (*api.Referral, error) {
	source := o.record.Doc
	if o.merged != nil {
		source = o.merged.Doc
	}
	document := api.NewReferral()
	for _, name := range []string{"name", "qualification", "customerProfile", "consent", "details", "team", "inviteContext"} {
		if value, there := source.Get(name); there && value != nil {
			document.Set(name, value) // a single name always fits
		}
	}
	document = document.Clone()
	dropServersOwn(document)
	for path, value := range map[string]any{
		"type": "Shared", "engagementId": o.live.EngagementID(), "externalReferenceId": o.marker, sellersPath: true,
		"target": []any{map[string]any{"type": "BusinessProfileLocation", "id": "msft"}},
	} {
		if err := document.Set(path, value); err != nil {
			return nil, &outcome.InternalError{What: err.Error()}
		}
	}
	return document, nil
}

// serversOwn are properties that the service adds to what it was given, by their object.
//
// Source: the resource page, and properties that were seen in answers.
var serversOwn = map[string][]string{
	"customerProfile": {"isMatchingComplete"},
	"details":         {"customerRequestedContact", "customerAction", "incentiveLevel"},
	"inviteContext":   {"invitedMpnId", "invitedBy"},
}

func dropServersOwn(document *api.Referral) {
	for object, names := range serversOwn {
		value, _ := document.Get(object)
		properties, _ := value.(map[string]any)
		for _, name := range names {
			delete(properties, name)
		}
	}
}

// inviteAgain is the op that sends an invitation once more.
func (row openRow) inviteAgain(o *op) *op {
	o.marker, o.live, o.sends, o.made = row.marker, row.live, row.sends, row.outcome == run.Created
	if row.live == nil {
		return o.inviting()
	}
	o.merged = o.record.Merge(row.live)
	o.steps = []step{{kind: journal.StepInvite}}
	return o
}

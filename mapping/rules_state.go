package mapping

import (
	"fmt"
	"slices"
	"strings"

	"refload/api"
)

// checkPair holds status and substatus to the lifecycle table. The portal's New with Accepted
// does not come here: decoding has made no status at all of it.
func checkPair(rec *Record, _ RuleContext) []Problem {
	status, substatus := rec.Doc.Status()
	switch {
	case status == "" && substatus == "":
		return nil
	case substatus == "" && rec.speaks("substatus"), status == "" && rec.speaks("status"):
		return nil
	case substatus == "":
		return []Problem{halfPair(rec, "substatus", fmt.Sprintf("the status %s is without its substatus", quoted(status)), withStatus(status))}
	case status == "":
		return []Problem{halfPair(rec, "status", fmt.Sprintf("the substatus %s is without its status", quoted(substatus)), withSubstatus(substatus))}
	case api.LegalPair(status, substatus):
		return nil
	}
	p := rec.about("substatus", "Partner Referral Substatus", fmt.Sprintf("%s does not belong to the status %s", quoted(substatus), quoted(status)))
	p.Hint = withStatus(status)
	return []Problem{p}
}

var stateHeaders = map[string]string{"status": "Partner Referral Status", "substatus": "Partner Referral Substatus"}

func halfPair(rec *Record, path, message, hint string) Problem {
	p := rec.about(path, stateHeaders[path], message)
	p.Hint = hint
	return p
}

// withStatus lists the substatuses of a status.
func withStatus(status string) string {
	return status + " goes with " + strings.Join(api.Substatuses(status), ", ")
}

// withSubstatus lists the statuses that a substatus belongs to.
func withSubstatus(substatus string) string {
	statuses := slices.DeleteFunc(api.Statuses(), func(s string) bool { return !api.LegalPair(s, substatus) })
	return substatus + " goes with " + strings.Join(statuses, ", ")
}

func checkExpired(rec *Record, _ RuleContext) []Problem {
	if rec.Doc.Text("substatus") != "Expired" {
		return nil
	}
	return []Problem{rec.about("substatus", stateHeaders["substatus"], "Expired is set by the service and may be refused")}
}

func checkErrorStatus(rec *Record, ctx RuleContext) []Problem {
	if ctx.AllowErrorStatus || rec.Doc.Text("substatus") != "Error" {
		return nil
	}
	p := rec.about("substatus", stateHeaders["substatus"], "the API's documentation does not know the substatus Error")
	p.subject = ofState
	return []Problem{p}
}

// withReason are the substatuses that need a reason.
//
// Source: the table of columns on the bulk operations page.
var withReason = []string{"Declined", "Lost", "Error"}

func checkReason(rec *Record, _ RuleContext) []Problem {
	substatus := rec.Doc.Text("substatus")
	if !slices.Contains(withReason, substatus) || rec.has("statusReason") || rec.speaks("statusReason") {
		return nil
	}
	p := rec.about("statusReason", "Declined/Lost/Error reason", "the reason for "+substatus+" is missing")
	p.Severity, p.subject = rec.portalFault(), ofState
	return []Problem{p}
}

func checkAction(rec *Record, _ RuleContext) []Problem {
	switch {
	case rec.Action == "create" && rec.ReferralID != "":
		return []Problem{rec.about("@action", "Action", "the row asks to create a referral, but names one that exists")}
	case rec.Action == "update" && rec.ReferralID == "" && rec.EngagementID == "" && !rec.speaks("id") && !rec.speaks("engagementId") && !rec.has("externalReferenceId"):
		return []Problem{rec.about("@action", "Action", "the row asks for an update, but names no referral")}
	}
	return nil
}

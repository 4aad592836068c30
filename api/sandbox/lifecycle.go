package sandbox

import "slices"

// The enums of a referral.
//
// Source: the "Referral resources" page; the connector's contract for the assistance codes and
// the words among the sales stages, the portal's guide for its numbers and for Error.
var (
	statuses        = []string{"None", "New", "Active", "Closed"}
	substatuses     = []string{"None", "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error"}
	qualifications  = []string{"None", "Direct", "MarketingQualified", "SalesQualified"}
	solutionTypes   = []string{"None", "Category", "Name"}
	targetTypes     = []string{"None", "BusinessProfileLocation", "SolutionProfile"}
	directions      = []string{"Incoming", "Outgoing"}
	salesStages     = []string{"10", "20", "40", "60", "80", "100", "Qualify", "Develop", "Propose", "Close"}
	assistanceCodes = []string{"Unknown", "GeneralOrOther", "CustomerTechnicalArchitecture", "ProofOfConceptOrDemo",
		"QuotesOrLicensing", "PostSalesCustomerSuccess", "WorkloadSpecificValueProposition"}
)

// Stage is one row of the lifecycle table: where a referral may go from a status, and which
// substatuses a client may give it there.
type Stage struct {
	Status     string
	Next       []string
	Substatus  []string
	SystemOnly []string // substatuses that the service sets and nobody writes
}

// Lifecycle returns the table of transitions. Expired is what the service makes of a lead that
// nobody answers, so it is read and never written.
//
// Source: the "Update a referral" page.
func Lifecycle() []Stage {
	return []Stage{
		{Status: "New", Next: []string{"New", "Active", "Closed"}, Substatus: []string{"Pending", "Received"}},
		{Status: "Active", Next: []string{"Active", "Closed"}, Substatus: []string{"Accepted"}},
		{Status: "Closed", Next: []string{"Closed"}, Substatus: []string{"Won", "Lost", "Declined"}, SystemOnly: []string{"Expired"}},
	}
}

var lifecycle = Lifecycle()

func stageOf(status string) (Stage, bool) {
	i := slices.IndexFunc(lifecycle, func(s Stage) bool { return s.Status == status })
	if i < 0 {
		return Stage{}, false
	}
	return lifecycle[i], true
}

// checkPair refuses a status and a substatus that do not go together.
func (s *Sandbox) checkPair(status, substatus string) *refusal {
	stage, known := stageOf(status)
	switch {
	case !known:
		return invalid("status", "A referral cannot be given the status %q.", status)
	case slices.Contains(stage.Substatus, substatus):
		return nil
	case slices.Contains(stage.SystemOnly, substatus):
		return invalid("substatus", "The substatus %q is set by the service only.", substatus)
	case status == "Closed" && substatus == "Error" && s.options.AllowError:
		return nil
	}
	return invalid("substatus", "The substatus %q is not allowed with the status %q.", substatus, status)
}

// checkMove refuses a change of status that the table does not have.
func (s *Sandbox) checkMove(stored, wanted map[string]any) *refusal {
	from, to := text(stored, "status"), text(wanted, "status")
	if from == to && text(stored, "substatus") == text(wanted, "substatus") {
		return nil
	}
	if stage, known := stageOf(from); known && !slices.Contains(stage.Next, to) {
		return invalid("status", "A referral cannot go from the status %q to %q.", from, to)
	}
	return s.checkPair(to, text(wanted, "substatus"))
}

// checkStart refuses a status that no referral can start with.
func (s *Sandbox) checkStart(document map[string]any) *refusal {
	_, hasStatus := document["status"]
	_, hasSubstatus := document["substatus"]
	switch {
	case !hasStatus && !hasSubstatus:
		return nil
	case hasStatus != hasSubstatus:
		return invalid("substatus", "The properties status and substatus have to be given together.")
	case text(document, "status") == "Closed":
		return invalid("status", "A referral cannot be created closed.")
	}
	return s.checkPair(text(document, "status"), text(document, "substatus"))
}

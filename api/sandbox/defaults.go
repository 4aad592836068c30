package sandbox

import "strings"

// filling is a property that the service fills in where the create did not send it.
type filling struct {
	path string
	json string
}

// fillings are in the order in which they are made: a parent before its parts.
var fillings = []filling{
	{"externalReferenceId", `null`},
	{"mpnId", `null`},
	{"organizationId", `"` + organizationID + `"`},
	{"organizationName", `"` + organizationName + `"`},
	{"expirationDateTime", `null`},
	{"closedDateTime", `null`},
	{"statusReason", `null`},
	{"qualification", `"None"`},
	{"direction", `"Outgoing"`},
	{"target", `[]`},
	{"team", `[]`},
	{"customerProfile.size", `null`},
	{"customerProfile.isMatchingComplete", `false`},
	{"customerProfile.team", `[]`},
	{"customerProfile.ids", `[]`},
	{"details.customerRequestedContact", `null`},
	{"details.customerAction", `null`},
	{"details.incentiveLevel", `null`},
	{"details.requirements", `{}`},
	{"details.requirements.industries", `[]`},
	{"details.requirements.products", `[]`},
	{"details.requirements.services", `[]`},
	{"details.requirements.solutions", `[]`},
	{"details.requirements.offers", `[]`},
	{"details.requirements.salesPlays", `[]`},
	{"details.requirements.additionalRequirements", `{}`},
	{"details.requirements.additionalRequirements.iot", `{}`},
	{"details.requirements.additionalRequirements.attributes", `[]`},
	{"inviteContext", `{}`},
	{"inviteContext.notes", `null`},
	{"inviteContext.assistanceRequestCode", `"Unknown"`},
	{"inviteContext.invitedMpnId", `null`},
	{"inviteContext.invitedBy", `{"organizationId":"` + organizationID + `","organizationName":"` + organizationName + `"}`},
	{"campaignId", `null`},
	{"salesStage", `null`},
	{"favorite", `false`},
	{"quality", `"Unknown"`},
	{"isSpam", `false`},
	{"tags", `[]`},
	{"referralProgram", `null`},
	{"referralSource", `null`},
	{"callToAction", `null`},
	{"dealSensitivity", `"None"`},
	{"createdVia", `null`},
	{"lastModifiedVia", `null`},
	{"lastRunId", `null`},
	{"registrationStatus", `"None"`},
	{"registrations", `null`},
	{"trackingInfo", `{"microsoftMsxId":null,"microsoftUSFedOpportunityId":null,"microsoftUSFedLeadId":null,` +
		`"migratedPSCDealId":null,"migratedPSCPartnerDealId":null}`},
}

// preparedFilling is a filling that was taken apart once.
type preparedFilling struct {
	parents []string
	name    string
	value   any
}

var preparedFillings = prepareFillings()

func prepareFillings() []preparedFilling {
	list := make([]preparedFilling, len(fillings))
	for i, f := range fillings {
		names := strings.Split(f.path, ".")
		last := len(names) - 1
		value, err := decode([]byte(f.json))
		if err != nil {
			panic(err) // the table is wrong
		}
		list[i] = preparedFilling{names[:last], names[last], value}
	}
	return list
}

// fillDefaults adds what the create left out. What was sent stays as it was sent; a part of
// something sent as null is not made.
func fillDefaults(document map[string]any) {
	for _, f := range preparedFillings {
		parent, ok := lookup(document, f.parents...).(map[string]any)
		if !ok {
			continue
		}
		if _, sent := parent[f.name]; !sent {
			parent[f.name] = clone(f.value)
		}
	}
}

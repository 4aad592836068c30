package mapping

import (
	"fmt"

	"refload/api"
)

// statusFields say how far the deal is and which sort of referral it is.
var statusFields = []Field{
	{
		Path: "status", Header: "Partner Referral Status", Kind: Choice, Allowed: api.Statuses(), Writable: Always, Portal: true,
		Aliases: []string{"Referral Status", "Status", "Deal Status"}, Instead: insteadOfStatus(),
		Help: "Where the deal shall end: New, Active or Closed. New together with Accepted leaves the start to the " +
			"service, as the portal does.",
		Source: pageResource,
	},
	{
		Path: "substatus", Header: "Partner Referral Substatus", Kind: Choice, Allowed: allSubstatuses(), Writable: Always, Portal: true,
		Aliases: []string{"Referral Substatus", "Substatus", "Deal Substatus"},
		Help:    "Pending or Received for New, Accepted for Active, Won, Lost or Declined for Closed.",
		Source:  pageResource,
	},
	{
		Path: "statusReason", Header: "Declined/Lost/Error reason", Kind: Text, Writable: Always, Portal: true,
		Aliases: []string{"Decline/Lost/Error reason", "Declined/Lost reason", "Decline/Lost reason", "Lost Reason", "Loss Reason",
			"Closed Lost Reason", "Decline Reason", "Declined Reason", "Reason Lost"},
		Help: "Why the deal was declined, lost or closed as an error: the portal's number, or a text. Declined and " +
			"Lost have reasons 1 to 8, Error has 1 to 9.",
		Source: pageBulk,
	},
	{
		Path: "salesStage", Header: "Sales Stage", Kind: Choice, Writable: Always, Portal: true,
		Allowed: []string{"10", "20", "40", "60", "80", "100", "Qualify", "Develop", "Propose", "Close"},
		Codes: map[string]string{"Created": "10", "Accepted": "10", "Qualified": "20", "Developed": "40",
			"Proposed": "60", "Negotiated": "80", "Won": "100"},
		Help:   "How far the sale is, as the portal's number: 10 created, 20 qualified, 40 developed, 60 proposed, 80 negotiated, 100 won.",
		Source: pageBulk,
	},
	{
		Path: "type", Header: "Referral Type", Kind: Choice, Allowed: []string{"Independent", "Shared"}, Need: Required, Writable: OnCreate,
		Aliases: []string{"Type of Referral"},
		Help: "Independent: you sell alone. Shared: you sell together with Microsoft or another partner. Not needed " +
			"where the column \"Microsoft help required?\" says it.",
		Source: pageCreate,
	},
	{
		Path: "qualification", Header: "Qualification", Kind: Choice, Writable: OnCreate,
		Allowed: []string{"SalesQualified", "MarketingQualified", "Direct", "None"},
		Aliases: []string{"Referral Qualification"},
		Help:    "How well the lead is qualified. A row with \"Microsoft help required?\" is created as SalesQualified unless it says otherwise.",
		Source:  pageResource,
	},
}

// insteadOfStatus is for sheets that say "Won" where the service says Closed, with the substatus Won.
func insteadOfStatus() map[string]string {
	instead := map[string]string{}
	for _, status := range api.Statuses() {
		for _, substatus := range api.Substatuses(status) {
			instead[fold(substatus)] = fmt.Sprintf("%s, with the substatus %s", status, substatus)
		}
	}
	return instead
}

func allSubstatuses() []string {
	var all []string
	for _, status := range api.Statuses() {
		all = append(all, api.Substatuses(status)...)
	}
	return all
}

package mapping

import (
	"regexp"
	"slices"
	"strings"
)

// requirement is one thing that a row must say when it creates a referral.
type requirement struct {
	need   Need
	path   string // a property; "name[key=value]" is the element of an array with this property
	header string // the column to fill
	what   string // what is missing
	// settled reports that the row answers in another way; nil where there is none.
	settled func(*Record) bool
}

// requirements says what must be there by kind of deal. A test holds it against the field
// table, which says the same of each column.
//
// Source: the "Create a referral" page for what the API requires; the table of columns on the
// bulk operations page for what the portal does.
var requirements = []requirement{
	{Required, "type", "Referral Type", "the referral type", saysHelp},
	{Required, "name", "Deal Name", "the deal name", nil},
	{Required, "customerProfile.name", "Customer Name", "the customer's name", nil},
	{Required, "details", "Estimated Deal Value", "every detail of the deal", fromPortal},
	{RequiredDeal, "details.dealValue", "Estimated Deal Value", "the deal value", nil},
	{RequiredDeal, "details.currency", "Currency", "the currency of the deal value", nil},
	{RequiredDeal, "details.closingDateTime", "Estimated Close Date", "the estimated close date", nil},
	{RequiredDeal, solutionsPath, "Solution 1", "a solution", nil},
	{RequiredDeal, "team", "Team member 1", "a team member", nil},
	{RequiredDeal, "customerProfile.address.addressLine1", "Customer Address Line 1", "the customer's address", nil},
	{RequiredDeal, "customerProfile.address.city", "Customer City", "the customer's city", nil},
	{RequiredDeal, "customerProfile.address.country", "Customer Country", "the customer's country", nil},
	{RequiredDeal, sellersPath, "Share with Microsoft sales team", "whether the deal is shared with Microsoft's sales team", wantsHelp},
	{RequiredDeal, marketplaceIntent, "Marketplace Purchase Intent", "whether the customer means to buy through the marketplace", nil},
	{RequiredHelp, "inviteContext.assistanceRequestCode", "What specific help from Microsoft?", "the kind of help", nil},
	{RequiredHelp, "customerProfile.team[0].firstName", "Customer Contact First Name", "the first name of the customer's contact", nil},
	{RequiredHelp, "customerProfile.team[0].lastName", "Customer Contact Last Name", "the last name of the customer's contact", nil},
	{RequiredHelp, "customerProfile.team[0].phoneNumber", "Customer Contact Phone number", "the phone number of the customer's contact", nil},
	{RequiredHelp, "customerProfile.team[0].email", "Customer Contact Email Address", "the e-mail address of the customer's contact", nil},
}

const marketplaceIntent = attributesPath + "[type=CustomerMarketplaceIntent]"

// saysHelp and wantsHelp are the answers that the column "Microsoft help required?" gives to
// other questions: any word in it was to say the type, and a yes shares the deal.
func saysHelp(r *Record) bool  { return r.speaks("@help") }
func wantsHelp(r *Record) bool { return r.Help == Yes }

// fromPortal spares a portal row the news that all of the details are missing: it hears of
// each of them.
func fromPortal(r *Record) bool { return r.Portal }

// checkRequired makes the check of one need.
func checkRequired(need Need) func(*Record, RuleContext) []Problem {
	return func(rec *Record, _ RuleContext) []Problem {
		if !rec.Creates() || need == RequiredHelp && !rec.asksForHelp() {
			return nil
		}
		var all []Problem
		for _, r := range requirements {
			if r.need != need || rec.fulfils(r) {
				continue
			}
			p := rec.about(r.path, r.header, r.what+" is missing")
			if need != Required {
				p.Severity = rec.portalFault()
			}
			if r.path == "type" {
				p.Hint = typeHint
			}
			all = append(all, p)
		}
		return all
	}
}

const typeHint = `answer "Microsoft help required?" with Yes or No, or give the type: Independent or Shared`

// asksForHelp reports whether the row asks for Microsoft's help, in the portal's column or as
// a Shared referral. A deal that is created closed invites nobody.
func (r *Record) asksForHelp() bool {
	return !r.Private && (r.Help == Yes || r.Doc.Text("type") == "Shared")
}

// fulfils reports whether a row says what is required, or was already told that it says it
// wrongly.
func (r *Record) fulfils(req requirement) bool {
	return r.has(req.path) || r.hasElement(req.path) || r.speaks(req.path) || req.settled != nil && req.settled(r)
}

var chosenElement = regexp.MustCompile(`^(.*)\[(\w+)=(\w+)\]$`)

// hasElement finds the element of an array that a path "array[key=value]" chooses.
func (r *Record) hasElement(path string) bool {
	if !strings.HasSuffix(path, "]") {
		return false // most paths; the expression would cost more than the rest of the rule
	}
	parts := chosenElement.FindStringSubmatch(path)
	if parts == nil {
		return false
	}
	for _, element := range r.list(parts[1]) {
		if element[parts[2]] == parts[3] {
			return true
		}
	}
	return false
}

// unclearable are the values that <clear> may not empty besides the required ones.
var unclearable = []requirement{
	{Required, "status", "Partner Referral Status", "the status", nil},
	{Required, "substatus", "Partner Referral Substatus", "the substatus", nil},
	{Required, consentPath, consentHeader, "the consent", nil},
}

// checkCleared finds <clear> where something must stand. On a row that creates a referral it
// stands for a blank cell, which other rules find.
func checkCleared(rec *Record, _ RuleContext) []Problem {
	var all []Problem
	for _, req := range slices.Concat(unclearable, requirements) {
		if !rec.Cleared[req.path] || req.need == RequiredHelp || rec.Creates() {
			continue
		}
		p := rec.about(req.path, req.header, req.what+" cannot be emptied")
		if req.need == RequiredDeal {
			p.Severity = rec.portalFault()
		}
		all = append(all, p)
	}
	return all
}

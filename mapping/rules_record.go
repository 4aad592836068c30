package mapping

import (
	"encoding/json"
	"strings"

	"refload/internal/sheet"
)

// recordRules are the rules that look at a record as a whole; each has a Check.
var recordRules = []Rule{
	{"REQ-ALWAYS", "A row that creates a referral says its type, deal name, customer and details.",
		"fill in the cell, or add a constant to the mapping file", Fault, checkRequired(Required)},
	{"REQ-DEAL", "A row that creates a referral says what the portal asks of every deal: solution, team member, value, currency, close date, address and purchase intent. An error where the file has the column \"Microsoft help required?\", else a warning.",
		"fill in the cell, or add a constant to the mapping file", Fault, checkRequired(RequiredDeal)},
	{"REQ-HELP", "A row that asks for Microsoft's help says which help, and has a customer contact with first name, last name, phone and e-mail.",
		"fill in the cell: Microsoft's sellers need somebody to call", Fault, checkRequired(RequiredHelp)},
	{"REQ-COSELL", "A new deal for which Microsoft's help is asked, and one that is newly opened to Microsoft, says its solution area and solution play. It is a note where the deal exists and is not opened now.",
		"fill in both, as the portal offers them", Fault, checkCoSell},
	{"PAIR-PLAY", "A solution play belongs to its solution area, by the list of Microsoft's fiscal year 2026. An error until 2026-07-01, a warning since then.",
		"choose the pair as the portal offers it: its own list decides", Fault, checkPlay},
	{"REQ-CLEAR", "A value that every referral must have is not emptied with <clear>.",
		"write the new value, or leave the cell blank to keep the old one", Fault, checkCleared},
	{"CLEAR-ELEMENT", "A person or a solution is taken away with <clear> only in a row that carries the version it was made from: its number alone would take away the next one when the file is imported again.",
		"export the deal and clear it there, or leave the cell blank", Fault, checkElementCleared},
	{"VAL-CONSENT", "Consent to share the contact is given by the sheet, and is yes: it is never assumed, and the service refuses a no.",
		"write Yes once the customer has agreed, or say it as a constant in the mapping file", Fault, checkConsent},
	{"VAL-STATE", "Status and substatus are given together and belong together.",
		"write a pair that belongs together", Fault, checkPair},
	{"STATE-EXPIRED", "Only the service closes a deal as Expired.",
		"close it as Lost or Declined with a reason", Warning, checkExpired},
	{"STATE-ERROR", "Closing a deal as Error is known from the portal only and has to be allowed.",
		"close it as Lost or Declined with a reason, or allow it with --allow-error-status", Fault, checkErrorStatus},
	{"STATE-REASON", "A deal that is declined, lost or closed as Error has a reason. An error where the file has the portal's columns, else a warning.",
		"fill in the column Declined/Lost/Error reason", Fault, checkReason},
	{"ACTION-ID", "The action of a row fits its ids: create has no Referral ID, update has a Referral ID, a CRM ID or an Engagement ID.",
		"correct the Action column, or the id", Fault, checkAction},
	{"TARGET-MISSING", "A Shared referral names its target, such as the solution profile that it is shared for.",
		"fill in target (by JSON path), or make the row Independent", Fault, checkTarget},
	{"TARGET-MSFT", "The target msft invites Microsoft to a deal that is there: the row names its engagement.",
		"fill in the Engagement ID, or leave the target out and ask for help with \"Microsoft help required?\"", Fault, checkInvitation},
	{"TARGET-TYPE", "Only a Shared referral has a target.",
		"make the row Shared, or leave target out", Warning, checkIdleTarget},
	{"CONSENT-SHARE", "A Shared referral, and one for which Microsoft's help is asked, consents to being shared with Microsoft's sellers. An error where help is asked for a new deal, else a warning.",
		"write Yes for Share with Microsoft sales team, or ask for no help", Fault, checkShareConsent},
	{"VAL-ZERO", "The deal value is more than zero: the service is known to refuse deals without value. An error where the file has the portal's columns, else a warning.",
		"write the estimated deal value", Fault, checkZero},
	{"DATE-PAST", "The estimated close date of an open deal lies in the future.",
		"write the date on which the deal is now expected to close", Warning, checkPastDate},
	{"VAL-SOLUTION", "A solution has an id: SOL-, digits, hyphen, letters, or Microsoft's GUID, or a known category. No id is an error, an odd one a warning.",
		"copy the id from the solutions page of Partner Center, such as SOL-12345-ABC", Fault, checkSolutions},
	{"VAL-COUNT", "A referral has at most 50 solutions and 50 team members.",
		"leave the surplus out", Fault, checkCounts},
	{"VAL-POSTAL", "A postal code has as many digits as its country's codes have.",
		"format the column as text and write the code with its leading zeros", Fault, checkPostal},
}

// has reports whether a record gives a property a value; an empty text, array or object is none.
func (r *Record) has(path string) bool {
	value, _ := r.Doc.Get(path)
	switch v := value.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// speaks reports whether any cell of the row speaks of a property or of a part of it, be it
// with a value that was refused: what was reported as wrong is not also missing. A cell that
// empties says nothing.
func (r *Record) speaks(path string) bool {
	for key, ref := range r.Cells {
		if isPart(key, path) && ref.Value != "" && !r.Cleared[key] {
			return true
		}
	}
	return false
}

// isPart reports whether a path is that of a property or of a part of it.
func isPart(path, of string) bool {
	rest, found := strings.CutPrefix(path, of)
	return found && (rest == "" || rest[0] == '[' || rest[0] == '.')
}

// about makes a problem of the cell that a path came from; where no cell spoke, of the blank cell that would, or of
// the header where the file has no such column.
func (r *Record) about(path, header, message string) Problem {
	ref := r.Cells[path]
	switch {
	case ref.Column != "":
		header = ref.Column
	case ref.Cell == "" && r.columns != nil:
		if i := r.columns.speaker(path, header); i >= 0 {
			ref.Cell, header = sheet.CellName(i, r.Row), r.columns.columns[i].header
		}
	}
	return Problem{Cell: ref.Cell, Column: header, Value: shown(ref.Value), Message: message, Personal: ref.Personal}
}

// list returns the elements of an array of objects.
func (r *Record) list(path string) []map[string]any {
	value, _ := r.Doc.Get(path)
	elements, _ := value.([]any)
	objects := make([]map[string]any, len(elements))
	for i, e := range elements {
		objects[i], _ = e.(map[string]any)
	}
	return objects
}

// portalFault is the severity of what the portal demands and the API only recommends.
func (r *Record) portalFault() Severity {
	if r.Portal {
		return Fault
	}
	return Warning
}

// isZero reports whether digits are zero, however they are spelled.
func isZero(n json.Number) bool { return strings.Trim(string(n), "0.") == "" }

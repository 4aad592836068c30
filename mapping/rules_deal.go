package mapping

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	consentPath   = "consent.consentToToShareInfoWithOthers"
	consentHeader = "Consent to share Customer/Partner contact"
)

// checkConsent demands a yes on a row that creates, and refuses a no on every row.
//
// Source: the table of columns on the bulk operations page: a no refuses the row.
func checkConsent(rec *Record, _ RuleContext) []Problem {
	value, given := rec.Doc.Get(consentPath)
	switch {
	case value == true, !given && rec.speaks(consentPath):
		return nil
	case given:
		return []Problem{rec.about(consentPath, consentHeader, "without consent to share the contact the service refuses the row")}
	case rec.Creates():
		return []Problem{rec.about(consentPath, consentHeader, "the consent to share the contact is missing; it is never assumed")}
	}
	return nil
}

func checkTarget(rec *Record, _ RuleContext) []Problem {
	if !rec.Creates() || rec.Private || rec.Help == Yes || rec.Doc.Text("type") != "Shared" ||
		rec.has("target") || rec.speaks("target[0]") {
		return nil
	}
	return []Problem{rec.about("target", "Target ID", "a Shared referral needs a target, and the row names none")}
}

// checkInvitation finds rows that would make of a deal of their own what only the second referral of a deal is.
//
// Source: the "Create a referral" page, shared referrals.
func checkInvitation(rec *Record, _ RuleContext) []Problem {
	if !rec.Creates() || rec.EngagementID != "" || rec.speaks("engagementId") || !rec.Doc.TargetsMicrosoft() {
		return nil
	}
	return []Problem{rec.about("target[0].id", "Target ID", "Microsoft is the target of a deal's second referral only, and the row names no deal")}
}

func checkIdleTarget(rec *Record, _ RuleContext) []Problem {
	if rec.Private || rec.Doc.Text("type") != "Independent" || !rec.has("target") {
		return nil
	}
	return []Problem{rec.about("target[0].id", "Target ID", "an Independent referral has no target, but the row names one")}
}

// checkShareConsent finds deals that are shared and not shared. Sharing cannot be taken back, so
// nobody guesses which of the two was meant where the row would open the deal to Microsoft: where
// it creates the deal, or where the service's deal is not open yet. The portal's own file has a Yes
// beside a No for deals that are shared; there it is no wish.
func checkShareConsent(rec *Record, ctx RuleContext) []Problem {
	value, given := rec.Doc.Get(sellersPath)
	switch {
	case !given || value == true:
		return nil
	case rec.Help == Yes && !rec.Private && (rec.Creates() || ctx.WouldShare):
		return []Problem{rec.helpUnshared()}
	case rec.Creates() && !rec.Private && rec.Doc.TargetsMicrosoft():
		p := rec.about(sellersPath, shareHeader, "Microsoft is the target of a deal that is not to be shared with its sellers")
		p.Severity = Fault
		return []Problem{p}
	case rec.Doc.Text("type") != "Shared" || !rec.Creates():
		return nil
	}
	p := rec.about(sellersPath, shareHeader, "a Shared referral that is not shared with Microsoft's sellers contradicts itself")
	p.Severity = Warning
	return []Problem{p}
}

const shareHeader = "Share with Microsoft sales team"

// helpUnshared is the problem of a row that asks for Microsoft's help and keeps Microsoft out. It stands
// at the cell that somebody has written, where only one of the two is not as it was exported.
func (r *Record) helpUnshared() Problem {
	at, header := sellersPath, shareHeader
	if r.Cells[at].Kept {
		at, header = "@help", helpHeader
	}
	p := r.about(at, header, "Microsoft's help is asked for a deal that is not to be shared with its sellers")
	p.Severity = Fault
	return p
}

// checkZero finds deals that are worth nothing.
//
// Source: the questions and answers on connectors, causes of failed synchronisation.
func checkZero(rec *Record, _ RuleContext) []Problem {
	value, _ := rec.Doc.Get("details.dealValue")
	number, ok := value.(json.Number)
	if !ok || !isZero(number) {
		return nil
	}
	p := rec.about("details.dealValue", "Estimated Deal Value", "the deal value is zero")
	p.Severity = rec.portalFault()
	return []Problem{p}
}

func checkPastDate(rec *Record, ctx RuleContext) []Problem {
	const path = "details.closingDateTime"
	date, _, _ := strings.Cut(rec.Doc.Text(path), "T")
	if date == "" || ctx.Today.IsZero() || rec.Doc.Text("status") == "Closed" || date >= ctx.Today.Format(time.DateOnly) {
		return nil
	}
	return []Problem{rec.about(path, "Estimated Close Date", "the estimated close date "+date+" has passed")}
}

// solutionID is the form of the ids of partners' solutions in Partner Center.
var solutionID = regexp.MustCompile(`^SOL-\d+-[A-Z0-9]+$`)

func checkSolutions(rec *Record, _ RuleContext) []Problem {
	var all []Problem
	for i, solution := range rec.list(solutionsPath) {
		path := fmt.Sprintf("%s[%d]", solutionsPath, i)
		id, _ := solution["id"].(string)
		if knownSolution(id, solution["type"] == "Category") || id == "" && (rec.refused(path) || rec.keeps(path)) {
			continue
		}
		p := rec.about(rec.nearest(path+".id", path), fmt.Sprintf("Solution %d", i+1), "the id of the solution is missing")
		if id != "" {
			p.Message, p.Severity = quoted(id)+" does not look like the id of a solution", Warning
		}
		all = append(all, p)
	}
	return all
}

// keeps reports whether an element is as it was exported.
func (r *Record) keeps(element string) bool {
	kept := false
	for path, ref := range r.Cells {
		if !isPart(path, element) {
			continue
		}
		if kept = ref.Kept; !kept {
			return false
		}
	}
	return kept
}

// refused reports whether the id of an element was given and refused, in a column of its own
// or in a packed cell.
func (r *Record) refused(element string) bool {
	_, packed := r.Cells[element]
	return packed || r.speaks(element+".id")
}

func knownSolution(id string, category bool) bool {
	if category {
		return slices.Contains(catalogueValues(solutionIDs), id)
	}
	return solutionID.MatchString(id) || guid.MatchString(id)
}

// nearest returns the first of two paths that a cell speaks of, the second where none does.
func (r *Record) nearest(path, otherwise string) string {
	if _, ok := r.Cells[path]; ok {
		return path
	}
	return otherwise
}

// maxNumbered is how many solutions and team members a referral may have.
//
// Source: the bulk operations page, columns "Solution 1" to "Solution 50".
const maxNumbered = 50

func checkCounts(rec *Record, _ RuleContext) []Problem {
	var all []Problem
	for _, counted := range []requirement{
		{path: solutionsPath, header: "Solution 50", what: "solutions"},
		{path: "team", header: "Team member 50", what: "team members"},
	} {
		if n := len(rec.list(counted.path)); n > maxNumbered {
			all = append(all, rec.about(counted.path, counted.header, fmt.Sprintf("the row has %d %s, the limit is %d", n, counted.what, maxNumbered)))
		}
	}
	return all
}

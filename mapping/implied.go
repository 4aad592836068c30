package mapping

import (
	"fmt"
	"regexp"
	"strconv"
)

const (
	sellersPath = "consent.consentToShareReferralWithMicrosoftSellers"
	contactPath = "consent.consentToContact"
	helpHeader  = "Microsoft help required?"
)

// implication is a value that follows from what a row says with the portal's columns.
type implication struct {
	path  string
	value func(*Record) any
}

// implications is what the answer to "Microsoft help required?" implies. A row that says the
// property itself keeps its own value. Every portal deal is one of a sales organisation, hence
// SalesQualified, as in the documented sample of a private deal.
//
// Source: the bulk operations page for the columns; the "Create a referral" page for what
// each sort of deal consists of.
var implications = map[Answer][]implication{
	No: {
		{"type", func(*Record) any { return "Independent" }},
		{"qualification", func(*Record) any { return "SalesQualified" }},
		{"target", func(*Record) any { return []any{} }},
	},
	Yes: {
		{"type", func(*Record) any { return "Shared" }},
		{"qualification", func(*Record) any { return "SalesQualified" }},
		{"target", solutionTargets},
		{sellersPath, func(*Record) any { return true }},
	},
}

// solutionTargets shares the deal through each of its solutions.
func solutionTargets(rec *Record) any {
	targets := []any{}
	for _, solution := range rec.list(solutionsPath) {
		if id, ok := solution["id"].(string); ok {
			targets = append(targets, map[string]any{"type": "SolutionProfile", "id": id})
		}
	}
	return targets
}

// imply adds what follows from the row. Nothing follows from a column whose header is the JSON
// path: such a column is the bare property.
func (d *decoder) imply() {
	d.startPair()
	d.reason()
	d.contact()
	d.private()
	help := d.record.Help
	because := helpHeader + " is " + map[Answer]string{Yes: "Yes", No: "No"}[help]
	if d.record.Private {
		help, because = No, "a deal that is created closed is created private"
	}
	if d.record.Help == Unsaid {
		return
	}
	for _, i := range implications[help] {
		if !d.record.has(i.path) && !d.record.speaks(i.path) {
			d.follow(i.path, i.value(d.record), because)
		}
	}
}

// follow writes a value that the row does not state.
func (d *decoder) follow(path string, value any, because string) {
	d.set(path, value)
	d.record.Implied[path] = because
}

// byHeader returns the text that a column other than a bare JSON path says of a property.
func (d *decoder) byHeader(path string) (any, bool) {
	s, ok := d.stated(path)
	if !ok || s.byPath || s.value == nil {
		return nil, false
	}
	return s.value, true
}

// startPair drops the portal's New with Accepted, a pair that the API does not know: it means
// that the deal starts as deals start.
//
// Source: the bulk operations page, columns of a new deal.
func (d *decoder) startPair() {
	status, _ := d.byHeader("status")
	substatus, _ := d.byHeader("substatus")
	if status == "New" && substatus == "Accepted" {
		d.record.Doc.Remove("status")
		d.record.Doc.Remove("substatus")
	}
}

// contact takes consent to be contacted from the portal's one column for both consents.
func (d *decoder) contact() {
	consent, ok := d.byHeader("consent.consentToToShareInfoWithOthers")
	if ok && !d.record.has(contactPath) && !d.record.speaks(contactPath) {
		d.follow(contactPath, consent, "the column "+HeaderOf("consent.consentToToShareInfoWithOthers")+" answers it")
	}
}

// private keeps a deal that is created closed from being shared with anybody, unless the
// mapping file says otherwise: an old deal invites nobody.
func (d *decoder) private() {
	rec := d.record
	sellers, _ := rec.Doc.Get(sellersPath)
	shared := rec.Help == Yes || sellers == true || rec.Doc.Text("type") == "Shared"
	if !shared || !rec.Creates() || rec.Doc.Text("status") != "Closed" || d.columns.ShareClosed() {
		return
	}
	const because = "a deal that is created closed is created private"
	rec.Private = true
	d.follow("type", "Independent", because)
	d.follow("target", []any{}, because)
	d.follow(sellersPath, false, because)
}

// reasons are the portal's numbered reasons by substatus. Which texts the service itself uses
// is not published; the property takes any.
//
// Source: the bulk operations page, column "Declined/Lost/Error reason".
var reasons = map[string][]string{
	"Declined": lostReasons,
	"Lost":     lostReasons,
	"Error": {"Duplicate from a bulk upload", "Duplicate created in Partner Center", "Duplicate sent by Microsoft",
		"Connector synchronization issue", "Customer matching", "Solution issue", "Test referral", "Data error", "Others"},
}

var lostReasons = []string{"Customer's budget is not adequate", "Customer did not respond", "Customer chose another vendor",
	"Requirement is not met", "Not a customer", "Timeline is too short", "Abuse, spam or phishing", "Others"}

var wholeNumber = regexp.MustCompile(`^\d{1,3}$`)

// reason turns the portal's number of a reason into its text.
func (d *decoder) reason() {
	value, _ := d.byHeader("statusReason")
	text, _ := value.(string)
	if !wholeNumber.MatchString(text) {
		return
	}
	number, _ := strconv.Atoi(text)
	substatus := d.record.Doc.Text("substatus")
	if known := reasons[substatus]; number >= 1 && number <= len(known) {
		d.set("statusReason", known[number-1])
		return
	}
	d.record.Doc.Remove("statusReason")
	s, _ := d.stated("statusReason")
	d.report(s, refuse("VAL-REASON", reasonMessage(number, substatus), "Declined and Lost have the reasons 1 to 8, Error has 1 to 9; a text is taken as it is"))
}

func reasonMessage(number int, substatus string) string {
	if reasons[substatus] == nil {
		return fmt.Sprintf("reason %d has no meaning without the substatus Declined, Lost or Error", number)
	}
	return fmt.Sprintf("there is no reason %d for the substatus %s", number, substatus)
}

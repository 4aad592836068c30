package mapping

import (
	"slices"
	"strings"
	"testing"
	"time"

	"refload/internal/sheet"
)

// TestPortalOrderIsComplete holds that every column of the portal's file is written, each once.
func TestPortalOrderIsComplete(t *testing.T) {
	extra := []string{"@acr", "@dunsAccount[#]"} // seen in other people's templates only
	for _, f := range Fields() {
		times := 0
		for _, path := range portalOrder {
			if path == f.Path {
				times++
			}
		}
		if want := f.Portal && !slices.Contains(extra, f.Path); times > 1 || want != (times == 1) {
			t.Errorf("%s stands %d times in the portal's order", f.Path, times)
		}
	}
}

const portalDeal = `{"id":"00000000-0000-0000-0000-000000000001","name":"Rollout, phase 2","status":"Closed","substatus":"Lost","statusReason":"Customer did not respond",
	"externalReferenceId":"refload-abcdefghijklmnopqrstuvwxyz","salesStage":"40","type":"Shared",
	"details":{"dealValue":1.234,"currency":"EUR","closingDateTime":"2026-02-03T18:30:00Z","requirements":{"solutions":[{"id":"SOL-1-ABC","price":10},{"id":"SOL-2-ABC","currency":"EUR","quantity":3}],
	"additionalRequirements":{"attributes":[{"type":"CustomerMarketplaceIntent","id":"HaveNotDecided"}]}}},
	"inviteContext":{"assistanceRequestCode":"ProofOfConceptOrDemo"},"consent":{"consentToToShareInfoWithOthers":true},
	"team":[{"firstName":"Ann","lastName":"Lee","email":"ann@example.com"}]}`

func TestPortalColumns(t *testing.T) {
	e := referral(t, portalDeal)
	e.Microsoft = referral(t, `{"status":"Active","substatus":"Accepted","team":[{"firstName":"Kim","phoneNumber":"+1 425"}]}`).Doc
	e.Invited = true
	outline := NewOutline()
	outline.Observe(e)
	columns, err := outline.PortalColumns()
	if err != nil {
		t.Fatal(err)
	}
	row := sheet.Row{Number: 2}
	header := sheet.Row{Number: 1}
	got := map[string]string{}
	for i := range columns {
		cell, err := columns[i].Cell(e)
		if err != nil {
			t.Fatal(err)
		}
		got[columns[i].Header] = cell.Text
		header.Cells, row.Cells = append(header.Cells, cellOf(columns[i].Header)), append(row.Cells, cellOf(cell.Text))
	}
	for name, want := range map[string]string{
		"Deal Name": "Rollout, phase 2", "Declined/Lost/Error reason": "2", "CRM ID": "", "Sales Stage": "40", "Estimated Deal Value": "1.2340",
		"Estimated Close Date": "02/03/2026", "Solution 1": "SOL-1-ABC, , 10", "Solution 2": "SOL-2-ABC, EUR, , 3", "Team member 1": "Ann, Lee, , ann@example.com",
		"What specific help from Microsoft?": "3", "Microsoft help required?": "Yes", "Microsoft Referral Status": "Active", "Microsoft team member 1": "Kim, , +1 425",
		"Marketplace Purchase Intent": "Have not decided", "Consent to share Customer/Partner contact": "Yes", "Errors": "", "Managed Account 2": "",
	} {
		if text, there := got[name]; text != want || !there {
			t.Errorf("%s: %q (%v), want %q", name, text, there, want)
		}
	}
	matched, problems := Match(header, MatchOptions{Unattended: true, CommaCSV: true})
	matched.Observe(row)
	problems = append(problems, matched.Settle()...)
	record, more := matched.Decode(row, time.Now())
	for _, p := range append(problems, more...) {
		if p.Severity == Fault {
			t.Errorf("read back: %+v", p)
		}
	}
	if date := record.Doc.Text("details.closingDateTime"); date != "2026-02-03T00:00:00Z" || record.Doc.Text("statusReason") != "Customer did not respond" {
		t.Errorf("read back: date %s, reason %s", date, record.Doc.Text("statusReason"))
	}
}

// TestAPartWithACommaIsAnError holds that nothing is moved into another part silently.
func TestAPartWithACommaIsAnError(t *testing.T) {
	for _, document := range []string{
		`{"team":[{"firstName":"Lee, Ann","lastName":"x"}]}`,
		`{"team":[{"firstName":"Ann","lastName":"Lee","phoneNumber":"1,2"}]}`,
		`{"details":{"requirements":{"solutions":[{"id":"SOL,1"}]}}}`,
	} {
		e := referral(t, document)
		outline := NewOutline()
		outline.Observe(e)
		columns, err := outline.PortalColumns()
		if err != nil {
			t.Fatal(err)
		}
		var failures []string
		for i := range columns {
			if _, err := columns[i].Cell(e); err != nil {
				failures = append(failures, err.Error())
			}
		}
		if len(failures) != 1 || !strings.Contains(failures[0], "comma") {
			t.Errorf("%s: %q", document, failures)
		}
	}
}

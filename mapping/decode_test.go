package mapping

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"refload/internal/sheet"
)

// portalRow is a deal in the portal's columns.
var portalRow = map[string]string{
	"Deal Name": "Contoso migration", "Customer Name": "Contoso", "Customer Address Line 1": "1 Example Way", "Customer City": "Redmond",
	"Customer State": "WA", "Customer Postal code": "98052", "Customer Country": "us", "Customer D-U-N-S ID": "795986822",
	"Customer Contact First Name": "Sue", "Customer Contact Last Name": "Example", "Customer Contact Phone number": "1234567890",
	"Customer Contact Email Address": "sue@example.com", "Partner Referral Status": "New", "Partner Referral Substatus": "Accepted",
	"Sales Stage": "40", "Estimated Deal Value": "50000", "Currency": "USD", "Estimated Close Date": "2027-01-30", "CRM ID": "A-1",
	"Marketing Campaign ID": "C1", "Notes": "N", "Microsoft help required?": "No", "Share with Microsoft sales team": "Yes",
	"Consent to share Customer/Partner contact": "Yes", "Marketplace Purchase Intent": "Have not decided",
	"Final Matched Customer Account": "MicrosoftID: 6-ABCDEFG23XB, AccountName: Contoso, AccountAddress: Redmond",
	"Solution 1":                     "SOL-1234-PQRS, USD, 10, 100", "Solution 2": "SOL-9-XYZ", "Team member 1": "Ann, Lee, +1 425 555 0100, ann@example.com",
	"Errors": "Required field missing", "Microsoft Referral Status": "New", "Confidence": "High", "Customer Domain Name": "contoso.example.com",
}

// portalRecord decodes portalRow with some cells changed.
func portalRecord(changes map[string]string) (*Record, []Problem) {
	cells := maps.Clone(portalRow)
	maps.Copy(cells, changes)
	header := slices.Sorted(maps.Keys(cells))
	var texts []string
	for _, name := range header {
		texts = append(texts, cells[name])
	}
	return decodeOne(header, texts)
}

func TestPortalRow(t *testing.T) {
	rec, problems := portalRecord(nil)
	if len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	if found := Check(rec, RuleContext{Today: today}); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	sameJSON(t, mustJSON(t, rec), `{
	 "name": "Contoso migration", "externalReferenceId": "A-1", "campaignId": "C1", "salesStage": "40",
	 "type": "Independent", "qualification": "SalesQualified", "target": [],
	 "customerProfile": {"name": "Contoso", "address": {"addressLine1": "1 Example Way", "city": "Redmond", "state": "WA", "postalCode": "98052", "country": "US"},
	  "ids": [{"profileType": "Duns", "id": "795986822"}, {"profileType": "External", "id": "6-ABCDEFG23XB"}],
	  "team": [{"firstName": "Sue", "lastName": "Example", "phoneNumber": "1234567890", "email": "sue@example.com"}]},
	 "consent": {"consentToToShareInfoWithOthers": true, "consentToContact": true, "consentToShareReferralWithMicrosoftSellers": true},
	 "details": {"notes": "N", "dealValue": 50000, "currency": "USD", "closingDateTime": "2027-01-30T00:00:00Z",
	  "requirements": {"solutions": [{"id": "SOL-1234-PQRS", "currency": "USD", "price": 10, "quantity": 100}, {"id": "SOL-9-XYZ"}],
	   "additionalRequirements": {"attributes": [{"type": "CustomerMarketplaceIntent", "id": "HaveNotDecided"}]}}},
	 "team": [{"firstName": "Ann", "lastName": "Lee", "phoneNumber": "+1 425 555 0100", "email": "ann@example.com"}]}`)
	if !rec.Portal || rec.Help != No || rec.Private {
		t.Errorf("got portal %v, help %v, private %v", rec.Portal, rec.Help, rec.Private)
	}
}

func TestCellsAreKnownByPath(t *testing.T) {
	rec, _ := decodeOne([]string{"Deal Name", "Team member 1", "Team member 2", "Team member 3 Email", "Customer D-U-N-S ID", "Action", "Solution 4"},
		[]string{" Contoso ", "", "Ann, Lee", "bob@example.com", "795986822", "Skip", "SOL-1-ABC"})
	for path, want := range map[string]Ref{
		"name":                                  {"A2", "Deal Name", "Contoso", false, true},
		"team[0]":                               {"C2", "Team member 2", "Ann, Lee", false, true},
		"team[0].firstName":                     {"C2", "Team member 2", "Ann, Lee", false, true},
		"team[1].email":                         {"D2", "Team member 3 Email", "bob@example.com", false, true},
		"customerProfile.ids[profileType=Duns]": {"E2", "Customer D-U-N-S ID", "795986822", false, false},
		"customerProfile.ids[0].id":             {"E2", "Customer D-U-N-S ID", "795986822", false, false},
		"@action":                               {"F2", "Action", "Skip", false, false},
		"details.requirements.solutions[0].id":  {"G2", "Solution 4", "SOL-1-ABC", false, false},
	} {
		if got := rec.Cells[path]; got != want {
			t.Errorf("%s comes from %+v, want %+v", path, got, want)
		}
	}
	if rec.Action != "skip" || rec.Row != 2 {
		t.Errorf("got action %q, row %d", rec.Action, rec.Row)
	}
	if got := len(rec.list("team")); got != 2 {
		t.Errorf("the team has %d members, want 2: gaps are closed", got)
	}
}

func TestSteering(t *testing.T) {
	const id = "4111fffc-f9ee-4d53-bba6-569135228642"
	rec, problems := decodeOne([]string{"Referral ID", "Engagement ID", "ETag", "Action", "Created Date", "Outcome"},
		[]string{strings.ToUpper(id), id, `"2500ec5a"`, "UPDATE", "no date at all", "created"})
	if len(problems) > 0 || rec.ReferralID != id || rec.EngagementID != id || rec.ETag != `"2500ec5a"` || rec.Action != "update" || rec.Creates() {
		t.Errorf("got %+v with %+v", rec, problems)
	}
	if got := mustJSON(t, rec); got != "{}" {
		t.Errorf("what steers is sent: %s", got)
	}
}

func TestBlankClearAndDefault(t *testing.T) {
	file := &File{
		Constants: map[string]string{"mpnId": "0012345", "Team member 1": "Ann, Lee, +1 425 555 0100, ann@example.com"},
		Defaults:  map[string]string{"Currency": "EUR", "Notes": "none", "Marketing Campaign ID": "C9"},
		Values:    map[string]map[string]string{"Sales Stage": {"Angebot": "60", "-": ""}},
	}
	s := readSample(MatchOptions{File: file}, []string{"Currency", "Notes", "Sales Stage", "Customer State", "Team member 2 Title"},
		[]string{"", "<CLEAR>", " angebot ", "  \u00a0", "<clear>"},
		[]string{"USD", "", "-", "WA", "Boss"})
	first, problems := s.decode(0)
	if len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	sameJSON(t, mustJSON(t, first), `{"details": {"currency": "EUR"}, "salesStage": "60", "campaignId": "C9", "mpnId": "0012345",
	 "team": [{"firstName": "Ann", "lastName": "Lee", "phoneNumber": "+1 425 555 0100", "email": "ann@example.com"}]}`)
	if want := map[string]bool{"details.notes": true, "team[1].title": true}; !maps.Equal(first.Cleared, want) {
		t.Errorf("cleared %v, want %v", first.Cleared, want)
	}
	if ref := first.Cells["details.currency"]; ref.Cell != "" || ref.Value != "EUR" {
		t.Errorf("a default comes from %+v", ref)
	}
	second, problems := s.decode(1)
	if len(problems) > 0 || second.Doc.Text("salesStage") != "" || second.Doc.Text("details.notes") != "none" || second.Doc.Text("details.currency") != "USD" {
		t.Errorf("got %s with %+v", mustJSON(t, second), problems)
	}
	if got := second.Doc.Text("team[1].title"); got != "Boss" {
		t.Errorf("the second member, whose title has a column, has the title %q", got)
	}
}

// TestClearedNumbers: what is emptied has the number of its header, what is sent has no gaps.
func TestClearedNumbers(t *testing.T) {
	rec, problems := decodeOne([]string{"Team member 1 Title", "Team member 2", "Team member 3", "Team member 4 Title", "Solution 2"},
		[]string{"<clear>", "", "Ann, Lee", "Boss", "<clear>"})
	if len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	sameJSON(t, mustJSON(t, rec), `{"team": [{"firstName": "Ann", "lastName": "Lee"}, {"title": "Boss"}]}`)
	if want := map[string]bool{"team[0].title": true, "details.requirements.solutions[1]": true}; !maps.Equal(rec.Cleared, want) {
		t.Errorf("cleared %v, want %v", rec.Cleared, want)
	}
	rec, _ = decodeOne([]string{"Team member 1 Title", "Team member 2 Title"}, []string{"<clear>", "Boss"})
	if ref := rec.Cells["team[0].title"]; ref.Cell != "B2" || rec.Doc.Text("team[0].title") != "Boss" {
		t.Errorf("what is sent comes from %+v: %s", ref, mustJSON(t, rec))
	}
}

// TestPackedNumbers: the parts of packed cells have a decimal point, whatever the columns have.
func TestPackedNumbers(t *testing.T) {
	s := readSample(MatchOptions{File: &File{Decimal: "comma"}}, []string{"Solution 1", "Deal Value"}, []string{"SOL-1-ABC, USD, 1.234, 2.5, ,", "1.234"})
	rec, problems := s.decode(0)
	if len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	sameJSON(t, mustJSON(t, rec), `{"details": {"dealValue": 1234, "requirements": {"solutions": [{"id": "SOL-1-ABC", "currency": "USD", "price": 1.234, "quantity": 2.5}]}}}`)
}

// TestQuietDefaults: what is odd about a constant is not said again for every row.
func TestQuietDefaults(t *testing.T) {
	file := &File{Constants: map[string]string{"Solution Area": "Gardening"}, Defaults: map[string]string{"Customer Size": "huge"},
		Values: map[string]map[string]string{"Notes": {"": "nothing"}}}
	rec, problems := readSample(MatchOptions{File: file}, []string{"Deal Name", "Customer Size", "Notes"}, []string{"Contoso", "", ""}).decode(0)
	if len(problems) > 0 || rec.Doc.Text("customerProfile.size") != "huge" || rec.has("details.notes") {
		t.Errorf("%s with %+v", mustJSON(t, rec), problems)
	}
}

func TestClearingWhatSteers(t *testing.T) {
	for _, header := range []string{"Referral ID", "ETag", "Action", "Microsoft help required?"} {
		_, problems := decodeOne([]string{header}, []string{"<clear>"})
		if p := problemOf(t, problems, "VAL-CLEAR"); p.Cell != "A2" || !strings.Contains(p.Message, header) {
			t.Errorf("%s: %+v", header, p)
		}
	}
}

func TestFaultyCells(t *testing.T) {
	tests := []struct{ header, text, rule, path string }{
		{"Estimated Deal Value", "fifty", "VAL-NUMBER", "details.dealValue"},
		{"Currency", "Dollar", "VAL-CURRENCY", "details.currency"},
		{"Team member 2 Email", "ann@", "VAL-EMAIL", "team[0].email"},
		{"Team member 1", "Ann, Lee, ann@example.com", "VAL-PACKED", "team[0]"},
		{"Team member 1", "Ann, Lee, Jr., 1234567, ann@example.com", "VAL-PACKED", "team[0]"},
		{"Team member 1", "Ann, Lee, 1234567, ann@", "VAL-EMAIL", "team[0].email"},
		{"Solution 1", "SOL-1-ABC, Dollar", "VAL-CURRENCY", "details.requirements.solutions[0].currency"},
		{"Solution 1", "SOL-1-ABC, USD, ten", "VAL-NUMBER", "details.requirements.solutions[0].price"},
		{"Solution 1", ", USD, 10", "VAL-PACKED", "details.requirements.solutions[0]"},
		{"Solution 1", "SOL-1-ABC, USD, 1,000, 5", "VAL-PACKED", "details.requirements.solutions[0]"},
		{"Solution 1", "N/A", "VAL-PLACEHOLDER", "details.requirements.solutions[0]"},
		{"target", "msft", "VAL-ENUM", "target"},
		{iotPath, "[]", "VAL-ENUM", iotPath},
		{"Final Matched Customer Account", "Contoso", "VAL-ACCOUNT", matchedPath},
		{"Action", "delete", "VAL-ENUM", "@action"},
		{"Referral ID", "../../x", "VAL-GUID", "id"},
		{"Microsoft help required?", "perhaps", "VAL-BOOL", "@help"},
	}
	for _, test := range tests {
		rec, problems := decodeOne([]string{test.header}, []string{test.text})
		if got := codes(problems); !slices.Equal(got, []string{test.rule}) {
			t.Errorf("%s %q: got %v, want %s", test.header, test.text, got, test.rule)
			continue
		}
		p := problems[0]
		if p.Cell != "A2" || p.Row != 2 || p.Column != test.header || p.Value != test.text || p.Hint == "" {
			t.Errorf("%s %q: %+v", test.header, test.text, p)
		}
		if ref := rec.Cells[test.path]; ref.Cell != "A2" {
			t.Errorf("%s %q: no cell for %s in %v", test.header, test.text, test.path, rec.Cells)
		}
		if value, _ := rec.Doc.Get(test.path); value != nil && fmt.Sprint(value) != "map[]" {
			t.Errorf("%s %q: the refused value stands as %v", test.header, test.text, value)
		}
	}
}

// TestFaultyIsNotMissing: a cell that was refused is not reported as missing as well.
func TestFaultyIsNotMissing(t *testing.T) {
	for header, text := range map[string]string{"Estimated Deal Value": "fifty", "Team member 1": "Ann, Lee, ann@example.com", "Solution 1": ", USD",
		"Customer Country": "Germany", "Marketplace Purchase Intent": "perhaps", "Estimated Close Date": "soon", "Consent to share Customer/Partner contact": "perhaps",
		"Microsoft help required?": "perhaps"} {
		changes := map[string]string{header: text}
		if strings.HasPrefix(header, "Solution") {
			changes["Solution 2"] = ""
		}
		rec, problems := portalRecord(changes)
		if len(problems) != 1 {
			t.Errorf("%s: %+v", header, problems)
		}
		for _, p := range Check(rec, RuleContext{Today: today}) {
			if header != "Microsoft help required?" {
				t.Errorf("%s: also %+v", header, p)
			}
		}
	}
}

func TestSpreadsheetCells(t *testing.T) {
	columns, _ := Match(textRow(1, "Customer Postal code", "Deal Value", "Close Date", "Favorite", "CRM ID", "Customer Contact Phone number", "Notes"), MatchOptions{})
	row := sheet.Row{Number: 2, Cells: []sheet.Cell{
		{Kind: sheet.Number, Stored: "501", Shown: "00501"},
		{Kind: sheet.Number, Stored: "1234.5", Shown: "1,234.50 €"},
		{Kind: sheet.Date, Stored: "46052", Shown: "2026-01-30"},
		{Kind: sheet.Bool, Stored: "1", Shown: "TRUE"},
		{Kind: sheet.Number, Stored: "42", Shown: "42"},
		{Kind: sheet.Number, Stored: "4.20778E+11", Shown: "4.20778E+11"},
		{Kind: sheet.Text, Stored: " first\nsecond ", Shown: " first\nsecond "},
	}}
	columns.Observe(row)
	columns.Settle()
	rec, problems := columns.Decode(row, today)
	if got := codes(problems); !slices.Equal(got, []string{"VAL-SCI"}) {
		t.Errorf("got %+v", problems)
	}
	sameJSON(t, mustJSON(t, rec), `{"customerProfile": {"address": {"postalCode": "00501"}, "team": [{}]},
	 "details": {"dealValue": 1234.5, "closingDateTime": "2026-01-30T00:00:00Z", "notes": "first\nsecond"}, "favorite": true, "externalReferenceId": "42"}`)
}

func TestLists(t *testing.T) {
	rec, problems := decodeOne([]string{"Products", "Industries", "Tags", "Services", "Industry 2"},
		[]string{"azure; Teams", "Agriculture, Forestry, & Fishing", "a;b", "[]", ""})
	if len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	sameJSON(t, mustJSON(t, rec), `{"tags": ["a", "b"], "details": {"requirements": {"services": [],
	 "products": [{"id": "Azure"}, {"id": "Teams"}], "industries": [{"id": "Agriculture, Forestry, & Fishing"}]}}}`)
}

// TestChosenElements: an attribute that has a column of its own joins those given by number.
func TestChosenElements(t *testing.T) {
	rec, _ := decodeOne([]string{"Solution Area", attributesPath + "[0].type", attributesPath + "[0].id", "Marketplace Purchase Intent", attributesPath + "[3].type"},
		[]string{"Security", "CustomerMarketplaceIntent", "Yes", "No", "Other"})
	sameJSON(t, mustJSON(t, rec), `{"details": {"requirements": {"additionalRequirements": {"attributes": [
	 {"type": "CustomerMarketplaceIntent", "id": "No"}, {"type": "Other"}, {"type": "SolutionArea", "id": "Security"}]}}}}`)
	rec, _ = decodeOne([]string{"Final Matched Customer Account", "Customer D-U-N-S ID"}, []string{"DUNSID: 795986822, AccountName: Contoso", "<clear>"})
	sameJSON(t, mustJSON(t, rec), `{"customerProfile": {"ids": [{"profileType": "Duns", "id": "795986822"}]}}`)
	if !rec.Cleared["customerProfile.ids[profileType=Duns]"] {
		t.Errorf("cleared: %v", rec.Cleared)
	}
}

// TestGapsClose: whichever team columns are filled, the team has their people in their order.
func TestGapsClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		filled := rapid.SliceOfN(rapid.Bool(), 1, 12).Draw(t, "filled")
		var header, texts []string
		var want []string
		for i, yes := range filled {
			header = append(header, fmt.Sprintf("Team member %d First Name", i+1))
			name := ""
			if yes {
				name = fmt.Sprintf("Ann%d", i)
				want = append(want, name)
			}
			texts = append(texts, name)
		}
		order := rapid.Permutation(indexes(len(header))).Draw(t, "order")
		rec, problems := decodeOne(permuted(header, order), permuted(texts, order))
		if len(problems) > 0 {
			t.Fatalf("%+v", problems)
		}
		var got []string
		for i, member := range rec.list("team") {
			got = append(got, member["firstName"].(string))
			if ref := rec.Cells[fmt.Sprintf("team[%d].firstName", i)]; ref.Value != got[i] {
				t.Fatalf("member %d comes from %+v", i, ref)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func permuted(texts []string, order []int) []string {
	result := make([]string, len(texts))
	for i, from := range order {
		result[i] = texts[from]
	}
	return result
}

// FuzzDecode: no cell makes decoding panic, and what is decoded without fault can be written.
func FuzzDecode(f *testing.F) {
	for header, text := range portalRow {
		f.Add(header, text)
	}
	for _, seed := range [][2]string{{"target", "[]"}, {"team[3]", "a,b,c,d,e"}, {"Solution 1", ",,,"}, {"details.requirements", "{}"}, {"Products", ";;"}} {
		f.Add(seed[0], seed[1])
	}
	fixed := slices.Sorted(maps.Keys(portalRow))
	f.Fuzz(func(t *testing.T, header, text string) {
		cells := []string{text}
		for _, name := range fixed {
			cells = append(cells, portalRow[name])
		}
		rec, problems := decodeOne(append([]string{header}, fixed...), cells)
		if _, err := json.Marshal(rec.Doc); err != nil {
			t.Error(err)
		}
		for _, p := range problems {
			if p.Rule == "" || p.Message == "" || p.Row != 2 {
				t.Errorf("%+v", p)
			}
		}
		Check(rec, RuleContext{Today: today})
	})
}

// TestDecodeFromManySides: once settled, the columns of a file serve several goroutines.
func TestDecodeFromManySides(t *testing.T) {
	header, rows := manyRows(64)
	columns, _ := Match(textRow(1, header...), MatchOptions{})
	for _, row := range rows {
		columns.Observe(row)
	}
	columns.Settle()
	var group sync.WaitGroup
	for _, row := range rows {
		group.Go(func() {
			rec, problems := columns.Decode(row, today)
			if len(problems) > 0 || rec.Row != row.Number || len(columns.Key(row)) != 2 {
				t.Errorf("row %d: %+v", row.Number, problems)
			}
		})
	}
	group.Wait()
}

package mapping

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestHelpImplies(t *testing.T) {
	tests := []struct {
		name    string
		changes map[string]string
		want    map[string]any // by path, nil for nothing there
		implied []string
	}{
		{"no help", nil,
			map[string]any{"type": "Independent", "qualification": "SalesQualified", sellersPath: true, contactPath: true},
			[]string{contactPath, "qualification", "target", "type"}},
		{"no help, private", map[string]string{"Share with Microsoft sales team": "No"},
			map[string]any{"type": "Independent", sellersPath: false}, []string{contactPath, "qualification", "target", "type"}},
		{"no help, nothing said of sharing", map[string]string{"Share with Microsoft sales team": ""},
			map[string]any{"type": "Independent", sellersPath: nil}, []string{contactPath, "qualification", "target", "type"}},
		{"help", map[string]string{"Microsoft help required?": "Yes", "Share with Microsoft sales team": ""},
			map[string]any{"type": "Shared", sellersPath: true, "target[0].id": "SOL-1234-PQRS", "target[0].type": "SolutionProfile", "target[1].id": "SOL-9-XYZ"},
			[]string{contactPath, sellersPath, "qualification", "target", "type"}},
		{"help, but not shared: the row's own word stays", map[string]string{"Microsoft help required?": "Yes", "Share with Microsoft sales team": "No"},
			map[string]any{"type": "Shared", sellersPath: false}, []string{contactPath, "qualification", "target", "type"}},
		{"no answer", map[string]string{"Microsoft help required?": ""},
			map[string]any{"type": nil, "qualification": nil, "target": nil}, []string{contactPath}},
		{"a type of its own", map[string]string{"Referral Type": "Shared", "Target 1 ID": "SOL-7-ABC", "Target 1 Type": "SolutionProfile", "Qualification": "Direct"},
			map[string]any{"type": "Shared", "qualification": "Direct", "target[0].id": "SOL-7-ABC"}, []string{contactPath}},
		{"a contact consent of its own", map[string]string{"Consent to contact": "No"},
			map[string]any{contactPath: false}, []string{"qualification", "target", "type"}},
		{"a refused type is not replaced", map[string]string{"Referral Type": "Sharde"},
			map[string]any{"type": nil}, []string{contactPath, "qualification", "target"}},
		{"no consent", map[string]string{"Consent to share Customer/Partner contact": "No"},
			map[string]any{consentPath: false, contactPath: false}, []string{contactPath, "qualification", "target", "type"}},
		{"nothing said of consent", map[string]string{"Consent to share Customer/Partner contact": ""},
			map[string]any{consentPath: nil, contactPath: nil}, []string{"qualification", "target", "type"}},
	}
	for _, test := range tests {
		rec, _ := portalRecord(test.changes)
		for path, want := range test.want {
			if got, _ := rec.Doc.Get(path); got != want {
				t.Errorf("%s: %s is %v, want %v", test.name, path, got, want)
			}
		}
		if got := slices.Sorted(maps.Keys(rec.Implied)); !slices.Equal(got, test.implied) {
			t.Errorf("%s: implied %v, want %v", test.name, got, test.implied)
		}
	}
}

func TestImpliedSaysWhy(t *testing.T) {
	rec, _ := portalRecord(nil)
	if got := rec.Implied["type"]; got != "Microsoft help required? is No" {
		t.Errorf("the type is implied because %q", got)
	}
}

func TestStartPair(t *testing.T) {
	tests := []struct {
		header, texts     []string
		status, substatus string
	}{
		{[]string{"Partner Referral Status", "Partner Referral Substatus"}, []string{"New", "Accepted"}, "", ""},
		{[]string{"Status", "Substatus"}, []string{"new", "ACCEPTED"}, "", ""},
		{[]string{"Partner Referral Status", "Partner Referral Substatus"}, []string{"New", "Pending"}, "New", "Pending"},
		{[]string{"Partner Referral Status", "Partner Referral Substatus"}, []string{"Active", "Accepted"}, "Active", "Accepted"},
		{[]string{"status", "substatus"}, []string{"New", "Accepted"}, "New", "Accepted"},
		{[]string{"status", "Partner Referral Substatus"}, []string{"New", "Accepted"}, "New", "Accepted"},
	}
	for _, test := range tests {
		rec, _ := decodeOne(test.header, test.texts)
		if status, substatus := rec.Doc.Status(); status != test.status || substatus != test.substatus {
			t.Errorf("%v %v: got %q, %q", test.header, test.texts, status, substatus)
		}
	}
}

// TestPathsImplyNothing: the same answers under JSON paths are the bare properties.
func TestPathsImplyNothing(t *testing.T) {
	rec, _ := decodeOne([]string{consentPath, sellersPath, "statusReason", "substatus"}, []string{"yes", "yes", "3", "Lost"})
	sameJSON(t, mustJSON(t, rec), `{"consent": {"consentToToShareInfoWithOthers": true, "consentToShareReferralWithMicrosoftSellers": true},
	 "statusReason": "3", "substatus": "Lost"}`)
	if len(rec.Implied) > 0 || rec.Portal {
		t.Errorf("implied %v, portal %v", rec.Implied, rec.Portal)
	}
}

func TestConstantsImply(t *testing.T) {
	file := &File{Constants: map[string]string{"Microsoft help required?": "no", "Consent to share": "yes", sellersPath: "no"}}
	rec, problems := readSample(MatchOptions{File: file}, []string{"Deal Name"}, []string{"Contoso"}).decode(0)
	if len(problems) > 0 || !rec.Portal {
		t.Errorf("portal %v, %+v", rec.Portal, problems)
	}
	sameJSON(t, mustJSON(t, rec), `{"name": "Contoso", "type": "Independent", "qualification": "SalesQualified", "target": [],
	 "consent": {"consentToToShareInfoWithOthers": true, "consentToContact": true, "consentToShareReferralWithMicrosoftSellers": false}}`)
}

func TestReasons(t *testing.T) {
	tests := []struct{ substatus, text, want string }{
		{"Lost", "3", "Customer chose another vendor"},
		{"Declined", "8", "Others"},
		{"Error", "9", "Others"},
		{"Error", "7", "Test referral"},
		{"Lost", "Price too high", "Price too high"},
		{"Lost", "9", "VAL-REASON"},
		{"Lost", "0", "VAL-REASON"},
		{"Won", "1", "VAL-REASON"},
		{"", "1", "VAL-REASON"},
	}
	for _, test := range tests {
		rec, problems := decodeOne([]string{"Partner Referral Substatus", "Declined/Lost/Error reason"}, []string{test.substatus, test.text})
		if got := rec.Doc.Text("statusReason"); test.want != "VAL-REASON" && (got != test.want || len(problems) > 0) {
			t.Errorf("%s %s: got %q with %+v", test.substatus, test.text, got, problems)
		}
		if test.want == "VAL-REASON" {
			if p := problemOf(t, problems, "VAL-REASON"); p.Cell != "B2" || rec.has("statusReason") {
				t.Errorf("%s %s: %+v", test.substatus, test.text, p)
			}
		}
	}
	for substatus, texts := range reasons {
		if want := map[string]int{"Lost": 8, "Declined": 8, "Error": 9}[substatus]; len(texts) != want {
			t.Errorf("%s has %d reasons, want %d", substatus, len(texts), want)
		}
	}
}

// TestClosedDealsArePrivate: an old deal invites nobody unless the mapping file says so.
func TestClosedDealsArePrivate(t *testing.T) {
	closed := map[string]string{"Partner Referral Status": "Closed", "Partner Referral Substatus": "Won"}
	with := func(more map[string]string) map[string]string {
		changes := maps.Clone(closed)
		maps.Copy(changes, more)
		return changes
	}
	tests := []struct {
		name    string
		changes map[string]string
		private bool
	}{
		{"shared", closed, true},
		{"with help", with(map[string]string{"Microsoft help required?": "Yes"}), true},
		{"a shared type alone", with(map[string]string{"Referral Type": "Shared", "Share with Microsoft sales team": "No"}), true},
		{"private anyway", with(map[string]string{"Share with Microsoft sales team": "No"}), false},
		{"one that exists", with(map[string]string{"Referral ID": "4111fffc-f9ee-4d53-bba6-569135228642"}), false},
		{"open", map[string]string{"Microsoft help required?": "Yes"}, false},
	}
	for _, test := range tests {
		rec, _ := portalRecord(test.changes)
		if rec.Private != test.private {
			t.Errorf("%s: private %v, want %v", test.name, rec.Private, test.private)
		}
		if !test.private {
			continue
		}
		sellers, _ := rec.Doc.Get(sellersPath)
		if rec.Doc.Text("type") != "Independent" || sellers != false || len(rec.list("target")) != 0 {
			t.Errorf("%s: %s", test.name, mustJSON(t, rec))
		}
		if !strings.Contains(rec.Implied[sellersPath], "closed") {
			t.Errorf("%s: implied %v", test.name, rec.Implied)
		}
		if found := Check(rec, RuleContext{Today: today}); len(found) > 0 {
			t.Errorf("%s: %+v", test.name, found)
		}
	}
	shared := readSample(MatchOptions{File: &File{ShareClosed: true}}, []string{"Status", "Substatus", "type", "Share with Microsoft"}, []string{"Closed", "Won", "Shared", "Yes"})
	if rec, _ := shared.decode(0); rec.Private || rec.Doc.Text("type") != "Shared" || !shared.columns.ShareClosed() {
		t.Errorf("share-closed is not heeded: %s", mustJSON(t, rec))
	}
}

func TestHelpIsAnswered(t *testing.T) {
	for text, want := range map[string]Answer{"Yes": Yes, "no": No, "TRUE": Yes, "": Unsaid} {
		if rec, _ := portalRecord(map[string]string{"Microsoft help required?": text}); rec.Help != want || !rec.Portal {
			t.Errorf("%q: help %v, portal %v", text, rec.Help, rec.Portal)
		}
	}
}

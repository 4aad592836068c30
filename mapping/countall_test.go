package mapping

import (
	"testing"

	"refload/api"
)

// A row that was exported asks for what was changed in it; counted as a whole, it asks for all that it
// says, and what somebody else changed is no clash any more.
func TestCountAll(t *testing.T) {
	headers, texts := []string{"Deal Name", "Notes", "Partner Referral Status", "Partner Referral Substatus"}, []string{"Cloud", "exported", "Active", "Accepted"}
	snapshot, err := SnapshotOf(headers, texts)
	if err != nil {
		t.Fatal(err)
	}
	texts[0] = "Cloud move"
	live, err := api.ParseReferral([]byte(`{"name":"Renamed","status":"New","substatus":"Pending","details":{"notes":"changed since"}}`))
	if err != nil {
		t.Fatal(err)
	}
	record, problems := decodeOne(append(headers, "Snapshot"), append(texts, snapshot))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if m := record.Merge(live); len(m.Changes) != 0 || len(m.Clashes) != 1 || len(m.Theirs) != 1 || record.Destination() != (api.State{}) {
		t.Fatalf("as exported: %+v, to %s", m, record.Destination())
	}
	record.CountAll()
	m := record.Merge(live)
	if got := shownChanges(m.Changes); got != "details.notes: changed since → exported; name: Renamed → Cloud move" || len(m.Clashes)+len(m.Theirs) > 0 {
		t.Errorf("%s, %v %v", got, m.Clashes, m.Theirs)
	}
	if record.Destination() != (api.State{Status: "Active", Substatus: "Accepted"}) || record.Exported {
		t.Errorf("to %s", record.Destination())
	}
}

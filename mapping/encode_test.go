package mapping

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"refload/api"
	"refload/internal/sheet"
)

// goodTexts are pieces that decoding takes as they are.
var goodTexts = []string{"a", "é", "日本", "👩‍💻", "=1+1", "+420 777", "'", `"`, "00501", "_x0041_", "<b>", "&amp;", ",", ".", "{", "}"}

// goodValue draws a value that the service may hold and decoding takes.
func goodValue(f *Field) *rapid.Generator[any] {
	text := rapid.Custom(func(t *rapid.T) any {
		return "t" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(goodTexts), 0, 8).Draw(t, "pieces"), "")
	})
	if generator, ok := goodByKind[f.Kind]; ok {
		return generator
	}
	if len(f.Allowed) > 0 {
		return rapid.Map(rapid.SampledFrom(f.Allowed), func(s string) any { return s })
	}
	return text
}

func anyOfTexts(texts ...string) *rapid.Generator[any] {
	return rapid.Map(rapid.SampledFrom(texts), func(s string) any { return s })
}

var goodByKind = map[Kind]*rapid.Generator[any]{
	Number: rapid.Custom(func(t *rapid.T) any {
		return json.Number(rapid.StringMatching(`[1-9]\d{0,11}(\.\d{1,5})?|0\.\d{1,4}|[1-9]\d{16}|[1-9]e[1-9]`).Draw(t, "number"))
	}),
	Integer: rapid.Custom(func(t *rapid.T) any { return json.Number(rapid.StringMatching(`[1-9]\d{0,8}`).Draw(t, "number")) }),
	Bool:    rapid.Map(rapid.Bool(), func(b bool) any { return b }),
	Date:    anyOfTexts("2026-01-30T00:00:00Z", "2026-01-30T18:30:00Z", "2026-12-05T00:00:00.0000000Z", "2000-02-29T00:00:00Z", "2026-03-04T23:00:00.123Z"),
	Time:    anyOfTexts("2026-01-30T00:00:00Z", "2026-01-30T18:30:00.8101440Z", "2026-01-30T18:30:00.81Z"),
	GUID:    anyOfTexts("00000000-0000-0000-0000-00000000000a", "12345678-abcd-abcd-abcd-1234567890ab"),
	Email:   anyOfTexts("ann@example.com", "o'neil+x@fabrikam.example.com"),
	Phone:   anyOfTexts("+420 777 123 456", "00420777", "(425) 555-0100 x12"),
	Country: anyOfTexts("US", "CZ", "NA"),
	ETag:    anyOfTexts(`"0000-5c70aa630000"`),
	List: rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"one", "two words", "=three", "+4"}), 1, 4), func(words []string) any {
		list := make([]any, len(words))
		for i, word := range words {
			list[i] = word
		}
		return list
	}),
	Currency: anyOfTexts("EUR", "USD", "CZK"),
}

// drawReferral draws a referral that holds some of all properties, arrays of up to three
// elements among them.
func drawReferral(t *rapid.T) *api.Referral {
	doc := api.NewReferral()
	set := func(path string, value any) {
		if err := doc.Set(path, value); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	set("id", "00000000-0000-0000-0000-000000000001")
	for _, f := range Fields() {
		f := f
		if !exportable(&f) || !f.read() || f.Path[0] == '@' || len(parts[f.Kind]) > 0 || f.Path == "id" || f.Path == "eTag" || !rapid.Bool().Draw(t, "has") {
			continue
		}
		value := goodValue(&f).Draw(t, f.Path)
		array, part, numbered := strings.Cut(f.Path, "[#].")
		chosen := chosenElement.FindStringSubmatch(f.Path)
		switch {
		case numbered && (hasChosen[array] || strings.HasPrefix(array, "details.requirements.") && array != solutionsPath):
			// these come with their lists and sorts
		case numbered:
			for i := range rapid.IntRange(1, 3).Draw(t, "elements") {
				set(fmt.Sprintf("%s[%d].%s", array, i, part), goodValue(&f).Draw(t, "part"))
			}
		case chosen != nil:
			i := len(elementsOf(doc, chosen[1]))
			if strings.HasSuffix(f.Path, "External]") {
				value = "6-ABC123"
			}
			set(fmt.Sprintf("%s[%d].%s", chosen[1], i, chosen[2]), chosen[3])
			set(fmt.Sprintf("%s[%d].id", chosen[1], i), value)
		case f.Element != "":
			set(f.Path, objects(value.([]any), f.Element))
		default:
			set(f.Path, value)
		}
	}
	if rapid.Bool().Draw(t, "further") {
		i := len(elementsOf(doc, attributesPath))
		set(fmt.Sprintf("%s[%d].type", attributesPath, i), "Something new")
		set(fmt.Sprintf("%s[%d].id", attributesPath, i), "with a value")
	}
	if status, substatus := doc.Status(); status == "New" && substatus == "Accepted" {
		set("substatus", "Pending") // the portal's pair, which no referral has
	}
	return doc
}

// rowOf makes the header and the row that a reader finds in the file, once with kinds as in
// a workbook, once as texts as in CSV.
func rowOf(t *rapid.T, columns []ExportColumn, e Exported, typed bool) (header, row sheet.Row) {
	header.Number, row.Number = 1, 2
	for i := range columns {
		header.Cells = append(header.Cells, cellOf(columns[i].Header))
		cell, err := columns[i].Cell(e)
		if err != nil {
			t.Fatal(err)
		}
		read := sheet.Cell{Kind: cell.Kind, Stored: cell.Text, Shown: cell.Text}
		if !typed && cell.Kind != sheet.Blank {
			read = cellOf(cell.Text)
		}
		row.Cells = append(row.Cells, read)
	}
	return header, row
}

func moment(value any) any {
	text, _ := value.(string)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC().Format(time.RFC3339Nano)
	}
	return value
}

// TestDecodeIsTheInverseOfEncode draws referrals with all sorts of values in all writable
// fields: what their cells decode to is what they hold.
func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		e := Exported{Doc: drawReferral(t), OurSide: true}
		outline := NewOutline()
		outline.Observe(e)
		columns, err := outline.Columns(OurSide)
		if err != nil {
			t.Fatal(err)
		}
		header, row := rowOf(t, columns, e, rapid.Bool().Draw(t, "typed"))
		matched, problems := Match(header, MatchOptions{Unattended: true})
		if len(problems) > 0 {
			t.Fatalf("the header has problems: %+v", problems)
		}
		matched.Observe(row)
		matched.Settle()
		record, problems := matched.Decode(row, time.Now())
		for _, p := range problems {
			if p.Severity == Fault {
				t.Fatalf("%+v", p)
			}
		}
		for _, c := range columns {
			want, got := c.get, any(nil)
			if _, implied := record.Implied[c.Path]; implied || !c.Data || c.Path[0] == '@' || c.Field.Writable == Steers {
				continue
			}
			seen[c.Field.Path] = true
			if got = c.get(Exported{Doc: record.Doc}); !api.Equal(moment(got), moment(want(e))) {
				t.Errorf("%s: %v became %v", c.Path, want(e), got)
			}
		}
		if record.ReferralID != e.Doc.ID() {
			t.Errorf("the id became %q", record.ReferralID)
		}
	})
	for _, f := range Fields() {
		if f.read() && exportable(&f) && f.Writable != Steers && len(parts[f.Kind]) == 0 && !seen[f.Path] && !strings.Contains(f.Path, "s[#].id") && !strings.HasPrefix(f.Path, "customerProfile.ids[#]") {
			t.Errorf("%s was never exported", f.Path)
		}
	}
}

func referral(t *testing.T, document string) Exported {
	t.Helper()
	doc, err := api.ParseReferral([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return Exported{Doc: doc, OurSide: true}
}

// TestEncode has the forms of single cells.
func TestEncode(t *testing.T) {
	for _, c := range []struct{ document, path, kind, text string }{
		{`{"details":{"dealValue":50000.10}}`, "details.dealValue", "number", "50000.1"},
		{`{"details":{"dealValue":"10000"}}`, "details.dealValue", "number", "10000"},
		{`{"details":{"dealValue":1.234}}`, "details.dealValue", "number", "1.2340"},
		{`{"details":{"dealValue":1e3}}`, "details.dealValue", "number", "1000"},
		{`{"details":{"dealValue":9007199254740993}}`, "details.dealValue", "text", "9007199254740993"},
		{`{"details":{"dealValue":-5}}`, "details.dealValue", "number", "-5"},
		{`{"details":{"dealValue":null}}`, "details.dealValue", "blank", ""},
		{`{"details":{"closingDateTime":"2026-01-30T00:00:00Z"}}`, "details.closingDateTime", "date", "2026-01-30"},
		{`{"details":{"closingDateTime":"2026-01-30T00:00:00+02:00"}}`, "details.closingDateTime", "text", "2026-01-30T00:00:00+02:00"},
		{`{"details":{"closingDateTime":"2026-01-30T18:30:00Z"}}`, "details.closingDateTime", "text", "2026-01-30T18:30:00Z"},
		{`{"details":{"closingDateTime":"0001-01-01T00:00:00Z"}}`, "details.closingDateTime", "text", "0001-01-01T00:00:00Z"},
		{`{"createdDateTime":"2026-01-30T18:30:00.1234567Z"}`, "createdDateTime", "date", "2026-01-30T18:30:00"},
		{`{"expirationDateTime":"2026-01-30T18:30:00.1234567Z"}`, "expirationDateTime", "text", "2026-01-30T18:30:00.1234567Z"},
		{`{"salesStage":"40"}`, "salesStage", "number", "40"},
		{`{"salesStage":"Qualify"}`, "salesStage", "text", "Qualify"},
		{`{"externalReferenceId":"0040"}`, "externalReferenceId", "text", "0040"},
		{`{"externalReferenceId":40}`, "externalReferenceId", "text", "40"},
		{`{"favorite":false}`, "favorite", "text", "No"},
		{`{"favorite":"perhaps"}`, "favorite", "text", "perhaps"},
		{`{"tags":["a","b c"]}`, "tags", "text", "a; b c"},
		{`{"tags":[]}`, "tags", "blank", ""},
		{`{"lastRunId":{"ValueKind":0}}`, "lastRunId", "text", `{"ValueKind":0}`},
		{`{"registrations":[]}`, "registrations", "blank", ""},
		{`{"type":"Shared"}`, "@help", "text", "No"},
		{`{"inviteContext":{"assistanceRequestCode":"QuotesOrLicensing","invitedBy":{"organizationId":"msft"}}}`, "@help", "text", "No"},
		{`{"inviteContext":{"assistanceRequestCode":"Unknown"}}`, "@help", "text", "No"},
		{`{"customerProfile":{"ids":[{"profileType":"Duns","id":"012345678"}]}}`, "customerProfile.ids[profileType=Duns]", "text", "012345678"},
		{`{"customerProfile":{"ids":{"duns":"012345678"}}}`, "customerProfile.ids[profileType=Duns]", "text", "012345678"},
		{`{"customerProfile":{"ids":{}}}`, "customerProfile.ids[profileType=Duns]", "blank", ""},
		{`{"customerProfile":{"ids":[{"profileType":"External","id":"6-AB"}]}}`, "customerProfile.ids[profileType=External]", "text", "MicrosoftID: 6-AB"},
		{`{"customerProfile":{"ids":[{"profileType":"External","id":"my own"}]}}`, "customerProfile.ids[profileType=External]", "blank", ""},
		{`{"customerProfile":{"ids":[{"profileType":"Duns","id":"1"},{"profileType":"External","id":"my own"}]}}`, "customerProfile.ids[0].id", "text", "my own"},
		{`{"details":{"requirements":{"additionalRequirements":{"attributes":[{"type":"CustomerMarketplaceIntent","id":"HaveNotDecided"}]}}}}`, marketplaceIntent, "text", "Have not decided"},
	} {
		target, _ := resolve(c.path)
		column := exportColumn(target)
		cell, err := column.Cell(referral(t, c.document))
		kind := map[sheet.Kind]string{sheet.Blank: "blank", sheet.Text: "text", sheet.Number: "number", sheet.Date: "date"}[cell.Kind]
		if err != nil || kind != c.kind || cell.Text != c.text {
			t.Errorf("%s of %s: %s %q, %v; want %s %q", c.path, c.document, kind, cell.Text, err, c.kind, c.text)
		}
	}
}

func headersOf(columns []ExportColumn) []string {
	headers := make([]string, len(columns))
	for i, c := range columns {
		headers[i] = c.Header
	}
	return headers
}

// TestDefaultColumns has the order: the portal's, one for each part, what else holds a value,
// what the service sets, the bookkeeping.
func TestDefaultColumns(t *testing.T) {
	outline := NewOutline()
	outline.Observe(referral(t, `{"id":"1","eTag":"\"x\"","name":"A","type":"Independent","createdDateTime":"2026-01-30T18:30:00Z","newThing":1,
		"links":{"self":{}},"team":[{"email":"a@example.com"},{"title":"CEO"}],"customerProfile":{"team":[{"firstName":"Ann"},{"firstName":"Bob"}]},
		"details":{"requirements":{"products":[{"id":"Azure"}],"solutions":[{"id":"SOL-1-A","name":"One"}]}}}`))
	columns, err := outline.Columns(OurSide)
	if err != nil {
		t.Fatal(err)
	}
	headers := headersOf(columns)
	want := []string{"Engagement ID", "Referral ID", "Deal Name", "Marketplace Purchase Intent", "Solution 1 ID", "Solution 1 Currency", "Solution 1 Price",
		"Solution 1 Quantity", "Solution 1 Name", "Team member 1 First Name", "Team member 1 Email", "Team member 2 First Name", "Team member 2 Title",
		"Referral Type", "Customer Contact 2 First Name", "Created Date", "ETag", "Snapshot"}
	at := 0
	for _, header := range headers {
		if at < len(want) && header == want[at] {
			at++
		}
	}
	if at < len(want) {
		t.Errorf("%q is missing or in the wrong place in %q", want[at], headers)
	}
	for _, header := range []string{"Links", "Errors", "Customer Domain Name", "Solution 1", "Team member 1", "Product 1", "Updated Date", "Solution 1 Type"} {
		if slices.Contains(headers, header) {
			t.Errorf("%q is there", header)
		}
	}
	if outline.Unknown()["newThing"] != 1 || len(outline.Unknown()) != 1 {
		t.Errorf("unknown: %v", outline.Unknown())
	}
	both, _ := outline.Columns(BothSides)
	if both[0].Header != "Referral Side" || both[1].Header != "Action" || len(both) != len(columns)+2 {
		t.Errorf("both sides begin with %q", headersOf(both)[:2])
	}
}

// TestListsThatDoNotFit holds that elements which would not come back from one cell get
// a column each, and that a list without such columns is an error.
func TestListsThatDoNotFit(t *testing.T) {
	outline := NewOutline()
	e := referral(t, `{"tags":["a;b"],"details":{"requirements":{"products":[{"id":"a;b"},{"id":"Azure"}]}}}`)
	outline.Observe(e)
	columns, err := outline.Columns(OurSide)
	headers := headersOf(columns)
	if err != nil || !slices.Contains(headers, "Product 2") || slices.Contains(headers, "Products") {
		t.Errorf("%q, %v", headers, err)
	}
	i := slices.Index(headers, "Tags")
	if _, err := columns[i].Cell(e); err == nil || !strings.Contains(err.Error(), "a;b") {
		t.Errorf("tags: %v", err)
	}
}

func TestChosenColumns(t *testing.T) {
	outline := NewOutline()
	outline.Observe(referral(t, `{"team":[{"email":"a"},{"email":"b"}]}`))
	columns, err := outline.Chosen([]string{"deal_name", "details.dealValue", "Team member # Email", "Solution 1"}, OurSide)
	got := strings.Join(headersOf(columns), "|")
	want := "Referral ID|Deal Name|Estimated Deal Value|Team member 1 Email|Team member 2 Email|Solution 1 ID|Solution 1 Currency|Solution 1 Price|Solution 1 Quantity|ETag|Snapshot"
	if err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, name := range []string{"Deel Name", "Outcome", "Links", "nothing like it"} {
		err := CheckColumn(name)
		if err == nil || err.(*EncodeError).Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTooManyElements(t *testing.T) {
	outline := NewOutline()
	outline.Observe(referral(t, `{"id":"r1","team":[`+strings.Repeat(`{"email":"a"},`, 50)+`{"email":"b"}]}`))
	for name, columns := range map[string]func() ([]ExportColumn, error){
		"default": func() ([]ExportColumn, error) { return outline.Columns(OurSide) }, "portal": outline.PortalColumns,
		"chosen": func() ([]ExportColumn, error) { return outline.Chosen([]string{"name"}, OurSide) },
	} {
		if _, err := columns(); err == nil || !strings.Contains(err.Error(), "r1 has 51") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnknown has values that no column shows, in every sort of place, and those that one does.
func TestUnknown(t *testing.T) {
	outline := NewOutline()
	for range 2 {
		outline.Observe(referral(t, `{"@odata.context":"x","links":{"self":{"uri":"x"}},"name":"A","newThing":1,"newObject":{"a":{"b":true},"empty":null},
			"team":[{"email":"a","faxNumber":"1","contactPreference":{"locale":"en","mood":"x"}},{"faxNumber":"2"}],"customerProfile":{"name":"C","ids":[{"profileType":"Duns","id":"1","since":"2020"}]},
			"registrations":[{"id":"r","contract":{"value":1}}],"lastRunId":{"ValueKind":1},"tags":["a"],
			"details":{"requirements":{"products":[{"id":"Azure"}],"offers":[{"id":"o"}],"solutions":[{"id":"S"}],"additionalRequirements":{"iot":{"color":"red"},"attributes":[{"type":"Other","id":"x"}]}}}}`))
	}
	want := "customerProfile.ids[].since=2 details.requirements.additionalRequirements.iot.color=2 details.requirements.offers[].id=2 newObject.a.b=2 newThing=2 " +
		"team[].contactPreference.mood=2 team[].faxNumber=2"
	var got []string
	for path, n := range outline.Unknown() {
		got = append(got, fmt.Sprintf("%s=%d", path, n))
	}
	slices.Sort(got)
	if strings.Join(got, " ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, " "), want)
	}
}

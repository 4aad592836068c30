package sandbox

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// A deal is shared with Microsoft in two steps, as the page on creating referrals tells: first
// the own referral, then the connected one that invites.
func TestCoSellInTwoSteps(t *testing.T) {
	w := newWorld(t, Options{})
	own := w.create(append(shared, "externalReferenceId", `"CRM-7"`)...).doc
	engagement := text(own, "engagementId")
	invited := w.create(invite(engagement, "inviteContext", `{"notes":"Please help","assistanceRequestCode":"ProofOfConceptOrDemo"}`)...).doc

	if text(invited, "engagementId") != engagement {
		t.Errorf("the invitation went into the engagement %v", invited["engagementId"])
	}
	if text(invited, "inviteContext", "assistanceRequestCode") != "ProofOfConceptOrDemo" {
		t.Errorf("invited with %v", invited["inviteContext"])
	}
	if text(own, "inviteContext", "assistanceRequestCode") != "Unknown" {
		t.Errorf("the own referral has %v", own["inviteContext"])
	}

	for _, filter := range []string{"engagementId eq '" + engagement + "'", "engagementId eq " + engagement} {
		list := w.want(200, "GET", collection+"?$filter="+filter, "")
		var ids []string
		for _, doc := range elements(list.doc["value"]) {
			ids = append(ids, text(doc, "id"))
		}
		if !slices.Equal(ids, []string{text(own, "id"), text(invited, "id")}) {
			t.Errorf("%s lists %v", filter, ids)
		}
	}

	// a resumed run that invites again is told so, and nothing is made
	w.refused(409, "engagementId", "POST", collection, sample(invite(engagement)...))
	if w.Count() != 2 {
		t.Errorf("%d referrals", w.Count())
	}
}

// A private deal is opened to the sellers, then shared, then Microsoft is invited; no step can
// be taken back.
func TestFromPrivateToCoSell(t *testing.T) {
	w := newWorld(t, Options{})
	const consent = "/consent/consentToShareReferralWithMicrosoftSellers"
	doc := w.create("consent.consentToShareReferralWithMicrosoftSellers", "false").doc
	solution := `[{"type":"SolutionProfile","id":"SOL-12345-ABC"}]`

	w.refused(400, "target", "PATCH", item(doc), patchOf(op("replace", "/type", `"Shared"`)))
	w.want(204, "PATCH", item(doc), patchOf(op("replace", consent, "true")))
	w.want(204, "PATCH", item(doc), patchOf(op("replace", "/target", solution), op("replace", "/type", `"Shared"`)))
	w.create(invite(text(doc, "engagementId"))...)

	w.refused(400, "consent.consentToShareReferralWithMicrosoftSellers", "PATCH", item(doc), patchOf(op("replace", consent, "false")))
	w.refused(400, "consent.consentToShareReferralWithMicrosoftSellers", "PATCH", item(doc), patchOf(op("replace", "/consent", `{"consentToToShareInfoWithOthers":true}`)))
	if w.Count() != 2 {
		t.Errorf("%d referrals", w.Count())
	}
}

// A legacy deal that is already lost is created and then closed; after that nothing moves.
func TestLegacyDeal(t *testing.T) {
	w := newWorld(t, Options{})
	w.refused(400, "status", "POST", collection, sample("status", `"Closed"`, "substatus", `"Lost"`))
	doc := w.create().doc
	lost := patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Lost"`), op("replace", "/statusReason", `"2"`))
	closed := w.with("If-Match", text(doc, "eTag"), "Prefer", "return=representation").want(200, "PATCH", item(doc), lost).doc
	if closed["closedDateTime"] == nil || closed["statusReason"] != "2" {
		t.Errorf("closed as %v because of %v", closed["closedDateTime"], closed["statusReason"])
	}

	again := w.with("If-Match", text(doc, "eTag")).want(412, "PATCH", item(doc), lost)
	if !strings.Contains(again.body, "99918") {
		t.Errorf("sent again: %s", again.body)
	}
	for _, path := range []string{"/name", "/details/notes", "/externalReferenceId", "/favorite", "/team"} {
		w.refused(400, "status", "PATCH", item(doc), patchOf(op("replace", path, `null`)))
	}
}

// A lead from Microsoft comes in, is accepted, worked on and won.
func TestLead(t *testing.T) {
	w := newWorld(t, Options{})
	lead := parse(t, sample("qualification", `"MarketingQualified"`, "substatus", `"Received"`))
	lead["direction"], lead["id"] = "Incoming", newGUID()
	lead["inviteContext"] = map[string]any{"notes": "From Microsoft", "invitedBy": map[string]any{"organizationId": "msft", "organizationName": "Microsoft"}}
	if err := w.Seed(lead); err != nil {
		t.Fatal(err)
	}
	incoming := w.want(200, "GET", collection+"?$filter=direction eq 'Incoming' and status eq 'New'", "")
	if got := fmt.Sprint(incoming.doc["@odata.count"]); got != "1" {
		t.Fatalf("%s leads", got)
	}
	doc := elements(incoming.doc["value"])[0].(map[string]any)
	steps := []struct{ status, substatus string }{{"Active", "Accepted"}, {"Closed", "Won"}}
	for _, step := range steps {
		body := patchOf(op("replace", "/status", `"`+step.status+`"`), op("replace", "/substatus", `"`+step.substatus+`"`))
		got := w.with("If-Match", text(doc, "eTag"), "Prefer", "return=representation").want(200, "PATCH", item(doc), body)
		if doc = got.doc; text(doc, "status") != step.status || text(doc, "substatus") != step.substatus {
			t.Errorf("%v became %v, %v", step, doc["status"], doc["substatus"])
		}
	}
	if doc["acceptedDateTime"] == nil || text(doc, "acceptedDateTime") >= text(doc, "closedDateTime") {
		t.Errorf("accepted %v, closed %v", doc["acceptedDateTime"], doc["closedDateTime"])
	}
	if len(w.Created()) != 0 {
		t.Errorf("created %v", w.Created())
	}
}

// Two editors with versions: the second is told, looks again and goes on; nobody's change is lost.
func TestTwoEditors(t *testing.T) {
	w := newWorld(t, Options{})
	seen := w.create().doc
	first := w.with("If-Match", text(seen, "eTag"))
	second := w.with("If-Match", text(seen, "eTag"))
	first.want(204, "PATCH", item(seen), patchOf(op("replace", "/details/notes", `"first"`)))
	second.want(412, "PATCH", item(seen), patchOf(op("replace", "/campaignId", `"second"`)))
	fresh := w.want(200, "GET", item(seen), "").doc
	w.with("If-Match", text(fresh, "eTag")).want(204, "PATCH", item(seen), patchOf(op("replace", "/campaignId", `"second"`)))
	end := w.want(200, "GET", item(seen), "").doc
	if text(end, "details", "notes") != "first" || text(end, "campaignId") != "second" {
		t.Errorf("ended as %v, %v", lookup(end, "details", "notes"), end["campaignId"])
	}
	// without a version the last writer wins, as documented
	w.want(204, "PATCH", item(seen), patchOf(op("replace", "/details/notes", `"blind"`)))
	if end = w.want(200, "GET", item(seen), "").doc; text(end, "details", "notes") != "blind" {
		t.Errorf("ended as %v", lookup(end, "details", "notes"))
	}
}

// A reader that keeps up with changes by updatedDateTime sees each change once.
func TestFollowingChanges(t *testing.T) {
	w := newWorld(t, Options{})
	docs := []map[string]any{w.create().doc, w.create().doc, w.create().doc}
	since := text(docs[2], "updatedDateTime")
	changes := func() []string {
		list := w.want(200, "GET", collection+"?$filter=updatedDateTime gt "+since+"&$orderby=updatedDateTime", "")
		var ids []string
		for _, doc := range elements(list.doc["value"]) {
			ids = append(ids, text(doc, "id"))
			since = text(doc, "updatedDateTime")
		}
		return ids
	}
	if got := changes(); len(got) != 0 {
		t.Errorf("changed before any change: %v", got)
	}
	for _, i := range []int{2, 0} {
		w.want(204, "PATCH", item(docs[i]), patchOf(op("replace", "/name", `"x"`)))
	}
	if got, want := changes(), []string{text(docs[2], "id"), text(docs[0], "id")}; !slices.Equal(got, want) {
		t.Errorf("changed %v, want %v", got, want)
	}
	if got := changes(); len(got) != 0 {
		t.Errorf("changed again: %v", got)
	}
}

// Steps of a path are taken apart and unescaped as RFC 6901 tells.
func TestPointers(t *testing.T) {
	cases := []struct {
		path  string
		steps []string // nil means refused
	}{
		{"/a", []string{"a"}},
		{"/a/b/0", []string{"a", "b", "0"}},
		{"/a~1b", []string{"a/b"}},
		{"/a~0b", []string{"a~b"}},
		{"/~01", []string{"~1"}},
		{"/", []string{""}},
		{"/a//b", []string{"a", "", "b"}},
		{"", nil},
		{"a", nil},
		{"/a~", nil},
		{"/a~2", nil},
	}
	for _, c := range cases {
		got, bad := parseOp(map[string]any{"op": "replace", "path": c.path, "value": "x"})
		if (bad != nil) != (c.steps == nil) || bad == nil && !slices.Equal(got.steps, c.steps) {
			t.Errorf("%q: %q, %v; want %q", c.path, got.steps, bad, c.steps)
		}
	}
}

func TestFilterTokens(t *testing.T) {
	cases := map[string]string{
		"status eq 'New'":  "word:status word:eq string:New end:",
		"a/b eq 'O''Hara'": "word:a punct:/ word:b word:eq string:O'Hara end:",
		"(x)":              "punct:( word:x punct:) end:",
		"t:t/email":        "word:t punct:: word:t punct:/ word:email end:",
		"updatedDateTime ge 2026-11-20T09:00:00Z": "word:updatedDateTime word:ge word:2026-11-20T09:00:00Z end:",
		"2026-11-20T09:00:00+01:00":               "word:2026-11-20T09:00:00+01:00 end:",
		"''":                                      "string: end:",
		"'a b'''":                                 "string:a b' end:",
		"\t ":                                     "end:",
	}
	names := map[tokenKind]string{tokenEnd: "end", tokenWord: "word", tokenString: "string", tokenPunct: "punct"}
	for filter, want := range cases {
		tokens, err := lexFilter(filter)
		var got []string
		for _, token := range tokens {
			got = append(got, names[token.kind]+":"+token.text)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %q, %v; want %q", filter, got, err, want)
		}
	}
	for _, filter := range []string{"'", "a 'b", "a, b", "a=b", "a;b", "“a”"} {
		if _, err := lexFilter(filter); err == nil {
			t.Errorf("%q was cut into pieces", filter)
		}
	}
}

// The sandbox shares nothing with the rest of the project but the writing of files, least of all
// with the client that it judges. That one speaks no HTTP/2, so the frames of it are shared neither.
func TestImports(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			outside := strings.Contains(path, ".") || strings.HasPrefix(path, "refload")
			if outside && !strings.HasPrefix(path, "golang.org/x/net/http2") && path != "github.com/gofrs/flock" && path != "refload/internal/files" {
				t.Errorf("%s imports %s", file.Name(), path)
			}
		}
	}
}

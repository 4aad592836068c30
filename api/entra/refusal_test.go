package entra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"refload/api/sandbox"
)

// What becomes of a refresh under every kind of trouble that the sandbox's authority knows.
func TestEveryTroubleOfTheAuthority(t *testing.T) {
	cases := []struct {
		kind   string
		reason Reason // "" where the refresh succeeds
		number int
		hint   string // part of it
	}{
		{"429", "", 0, ""}, {"500", "", 0, ""}, {"503", "", 0, ""}, {"slow", "", 0, ""},
		{"lost answer", Revoked, 70000, "refload auth login"},
		{"invalid_grant", Revoked, 50173, "refload auth login"},
		{"mfa", SecondFactor, 50076, "refload auth login"},
		{"consent", Consent, 65001, "/adminconsent?client_id=" + appID},
		{"conditional access", Conditional, 53003, "administrator"},
		{"insufficient_claims", SecondFactor, 50158, "refload auth login"},
		{"wrong audience", Untrusted, 0, "client-id"},
		{"wrong tenant", OtherTenant, 0, "tenant of the profile"},
		{"wrong account", OtherAccount, 0, "refload auth login"},
		{"expires_in 0", "", 0, ""}, {"no expires_in", "", 0, ""}, {"huge expires_in", "", 0, ""},
	}
	var kinds []string
	for _, c := range cases {
		kinds = append(kinds, c.kind)
		rule := sandbox.Rule{Fault: "F66", Kind: c.kind, Key: "refresh_token", First: 1, Delay: 4 * time.Second}
		options := sandbox.Options{RequireIssued: true, Faults: &sandbox.Plan{Rules: []sandbox.Rule{rule}}}
		t.Run(c.kind, func(t *testing.T) {
			inBubble(t, options, func(t *testing.T, w *world) {
				source, file := w.source()
				old := source.Session()
				err := source.Renew(t.Context(), old.Access)
				if c.reason == "" {
					checkRenewed(t, source, old, err)
					return
				}
				failed := failure(t, err)
				if failed.Reason != c.reason || failed.Number != c.number || !strings.Contains(failed.Hint(), c.hint) {
					t.Errorf("%s, %d: %v / %s", failed.Reason, failed.Number, failed, failed.Hint())
				}
				if kept, _ := file.Load(); kept.Access != old.Access || source.Session() != old {
					t.Error("a token that was refused is kept")
				}
				holdsNone(t, "the error", fmt.Sprintf("%v %#v %s", err, failed, failed.Hint()))
			})
		})
	}
	i := slices.IndexFunc(sandbox.Faults(), func(f sandbox.FaultInfo) bool { return f.Code == "F66" })
	known := slices.Sorted(slices.Values(sandbox.Faults()[i].Kinds))
	if slices.Sort(kinds); !slices.Equal(kinds, known) {
		t.Errorf("the cases are %q, the kinds %q", kinds, known)
	}
}

func checkRenewed(t *testing.T, source *Source, old Session, err error) {
	t.Helper()
	if err != nil || source.Session().Access == old.Access {
		t.Fatalf("not renewed: %v", err)
	}
	life := time.Until(source.Session().Expires)
	if life != time.Hour {
		t.Errorf("it is taken to be good for %s", life)
	}
	first := source.Session().Access
	if again, err := source.Token(t.Context()); again != first || err != nil {
		t.Errorf("and is replaced at once: %v", err)
	}
}

// The table names no code and no number twice, and every row tells what to do.
func TestTheTableOfRefusals(t *testing.T) {
	codes, numbers := map[string]bool{}, map[int]bool{}
	for i, row := range refusals {
		for _, code := range row.codes {
			if codes[code] || !plain(code) {
				t.Errorf("row %d: code %s", i, code)
			}
			codes[code] = true
		}
		for _, number := range row.numbers {
			if numbers[number] {
				t.Errorf("row %d: number %d comes twice", i, number)
			}
			numbers[number] = true
		}
		if last := i == len(refusals)-1; row.hint == "" || row.words == "" || last != (row.codes == nil && row.numbers == nil) {
			t.Errorf("row %d is not whole: %+v", i, row)
		}
	}
	e := newWorld(t, sandbox.Options{}).client().told(document{Code: "consent_required"})
	if strings.ContainsAny(e.Hint(), "{}") || !strings.Contains(e.Hint(), tenantID+"/adminconsent") {
		t.Errorf("hint %q", e.Hint())
	}
}

// What an authority says is not believed to be harmless.
func TestErrorsRepeatNothing(t *testing.T) {
	client := newWorld(t, sandbox.Options{}).client()
	said := func(status int, body string) error {
		return &oauth2.RetrieveError{Response: &http.Response{StatusCode: status}, Body: []byte(body), ErrorCode: "x", ErrorDescription: "canary"}
	}
	for _, test := range []struct {
		err    error
		reason Reason
		want   string
	}{
		{said(400, `{"error":"invalid_grant","error_description":"AADSTS50173: canary","error_codes":[50173],"correlation_id":"`+strings.ToUpper(appID)+`"}`), Revoked, "AADSTS50173, correlation id " + appID},
		{said(400, `{"error":"canary CANARY","correlation_id":"canary"}`), Refused, "gave no token"},
		{said(400, `<html>canary</html>`), Refused, "HTTP 400"},
		{said(502, `<html>canary</html>`), Unavailable, "server_error"},
		{said(429, `{"error":"canary_"}`), Unavailable, "server_error"},
		{said(302, ``), Refused, "HTTP 302"},
		{said(400, `{"error":"interaction_required","suberror":"consent_required"}`), Consent, "consent_required"},
		{said(400, `{"error":"interaction_required"}`), SecondFactor, "interaction_required"},
		{errors.New("oauth2: cannot parse json: canary"), Untrusted, "no token"},
		{fmt.Errorf("x: %w", &url.Error{Op: "Post", URL: "http://canary", Err: errors.New("no such host")}), Unavailable, "no such host"},
	} {
		failed := failure(t, client.explain(context.Background(), test.err))
		if text := failed.Error() + failed.Hint(); failed.Reason != test.reason || !strings.Contains(text, test.want) || strings.Contains(strings.ToLower(text), "canary ") || strings.Contains(text, ": canary") {
			t.Errorf("%v: %s, %s", test.err, failed.Reason, text)
		}
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := client.explain(gone, said(400, "{}")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

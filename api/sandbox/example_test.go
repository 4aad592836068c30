package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"refload/api/sandbox"
)

const body = `{"name":"Supply chain renewal","externalReferenceId":"CRM-1","type":"Independent",
	"customerProfile":{"name":"Fabrikam"},"consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":50000}}`

// post does what a client does; each call has an id of its own.
func post(handler http.Handler, callID string) *httptest.ResponseRecorder {
	request := httptest.NewRequest("POST", "/v1.0/engagements/referrals", bytes.NewReader([]byte(body)))
	request.Header.Set("Authorization", "Bearer any-word")
	request.Header.Set("client-request-id", callID)
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

// A sandbox in memory answers as the service would.
func ExampleOpen() {
	s, err := sandbox.Open(sandbox.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	answer := post(s, "00000000-0000-4000-8000-000000000001")
	var referral struct{ Status, Substatus, ExternalReferenceID string }
	if err := json.Unmarshal(answer.Body.Bytes(), &referral); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.Code, referral)
	fmt.Println(s.Created())
	// Output:
	// 201 {Active Accepted CRM-1}
	// map[CRM-1:1]
}

// The ledger knows what became of a request, whatever its client was told.
func ExampleSandbox_Ledger() {
	plan := &sandbox.Plan{Rules: []sandbox.Rule{{Fault: "F31", On: []string{"POST"}, First: 1}}}
	s, err := sandbox.Open(sandbox.Options{Faults: plan})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	fmt.Println("told", post(s, "00000000-0000-4000-8000-000000000001").Code)
	for _, entry := range s.Ledger() {
		fmt.Println(entry.Method, entry.Marker, "executed:", entry.Executed, entry.Fault)
	}
	// Output:
	// told 500
	// POST CRM-1 executed: true F31
}

// What a client does against the documentation is noted.
func ExampleSandbox_Violations() {
	s, err := sandbox.Open(sandbox.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	for range 2 {
		fmt.Println(post(s, "00000000-0000-4000-8000-000000000001").Code)
	}
	for _, violation := range s.Violations() {
		fmt.Println(violation)
	}
	// Output:
	// 201
	// 400
	// request 2: POST /v1.0/engagements/referrals: The header client-request-id was used by an earlier call; each call needs its own.
}

// The sandbox plays the authority too: a device code, a person's yes, tokens.
func ExampleOptions_requireIssued() {
	s, err := sandbox.Open(sandbox.Options{RequireIssued: true, Account: "lead@contoso.example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	ask := func(path, form string) map[string]any {
		request := httptest.NewRequest("POST", path, strings.NewReader(form))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		var document map[string]any
		json.Unmarshal(recorder.Body.Bytes(), &document)
		return document
	}
	begun := ask("/organizations/oauth2/v2.0/devicecode", "client_id=refload&scope=https://api.partner.microsoft.com/.default+offline_access")
	fmt.Println(begun["interval"], begun["expires_in"])
	code := fmt.Sprint("client_id=refload&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=", begun["device_code"])
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/__sandbox/approve", nil)) // the person says yes
	tokens := ask("/organizations/oauth2/v2.0/token", code)
	fmt.Println(tokens["token_type"], tokens["expires_in"], tokens["refresh_token"] != nil)
	fmt.Println(ask("/organizations/oauth2/v2.0/token", code)["error"])
	// Output:
	// 5 900
	// Bearer 3600 true
	// bad_verification_code
}

// A profile is a ready plan.
func ExampleParseProfile() {
	plan, err := sandbox.ParseProfile("throttled", 7)
	fmt.Println(plan.Name, len(plan.Rules), err)
	_, err = sandbox.ParseProfile("bad-nihgt", 7)
	fmt.Println(err)
	fmt.Println(err.(*sandbox.ProfileError).Hint())
	// Output:
	// throttled 4 <nil>
	// there is no profile of faults "bad-nihgt"
	// did you mean "bad-night"? the profiles are calm, nightly, bad-night, throttled, outage, two-editors, hostile, sign-in
}

package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is a server that speaks just enough of the API to be imported into, written from
// the documentation and sharing nothing with the sandbox. It keeps every request.
type recorder struct {
	*httptest.Server
	t *testing.T

	mu        sync.Mutex
	requests  []recorded
	referrals []map[string]any
	callIDs   map[string]bool
}

// recorded is one request as it came.
type recorded struct {
	method, path, query, host string
	header                    http.Header
	body                      map[string]any
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{t: t, callIDs: map[string]bool{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP records a request, checks what must be true of all of them, and answers.
func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	record := recorded{method: request.Method, path: request.URL.Path, query: request.URL.RawQuery, host: request.Host, header: request.Header}
	if data, err := io.ReadAll(request.Body); err != nil {
		r.t.Errorf("reading a request: %v", err)
	} else if len(data) > 0 {
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.UseNumber()
		if err := decoder.Decode(&record.body); err != nil {
			r.t.Errorf("%s %s: the body is no JSON object: %v", record.method, record.path, err)
		}
	}
	r.check(record)
	r.requests = append(r.requests, record)
	r.answer(w, record, request)
}

// check holds every request to what the documentation asks of all of them.
func (r *recorder) check(record recorded) {
	call := record.header.Get("client-request-id")
	if !guid.MatchString(call) || r.callIDs[call] {
		r.t.Errorf("%s %s: client-request-id %q is no GUID or was used before", record.method, record.path, call)
	}
	r.callIDs[call] = true
	if record.header.Get("Authorization") != "Bearer ready-token" {
		r.t.Errorf("%s %s: Authorization %q", record.method, record.path, record.header.Get("Authorization"))
	}
	if record.host != strings.TrimPrefix(r.URL, "http://") {
		r.t.Errorf("a request for host %s", record.host)
	}
	for name := range record.header {
		if strings.Contains(strings.ToLower(name), "idempotency") {
			r.t.Errorf("header %s would let Go repeat a POST by itself", name)
		}
	}
	for _, path := range unknownProperties(record.body, documentedProperties, "") {
		r.t.Errorf("the body has %s, which does not exist", path)
	}
}

// documentedProperties are the properties of a referral that a create may carry, transcribed
// from the resource pages. A nil value stands for anything below.
var documentedProperties = object{
	"name": nil, "externalReferenceId": nil, "engagementId": nil, "mpnId": nil, "status": nil, "substatus": nil, "statusReason": nil,
	"type": nil, "qualification": nil, "campaignId": nil, "salesStage": nil, "favorite": nil, "tags": nil, "dealSensitivity": nil, "expirationDateTime": nil,
	"target": object{"type": nil, "id": nil},
	"team":   person,
	"customerProfile": object{
		"name": nil, "size": nil, "team": person, "ids": object{"profileType": nil, "id": nil},
		"address": object{"addressLine1": nil, "addressLine2": nil, "city": nil, "state": nil, "postalCode": nil, "country": nil, "region": nil},
	},
	"consent": object{
		"consentToToShareInfoWithOthers": nil, "consentToContact": nil,
		"consentToShareReferralWithMicrosoftSellers": nil, "consentToMicrosoftToContactSpecificPartners": nil,
	},
	"details": object{
		"notes": nil, "dealValue": nil, "currency": nil, "closingDateTime": nil, "incentiveLevel": nil,
		"requirements": object{
			"industries": object{"id": nil}, "products": object{"id": nil}, "services": object{"id": nil}, "offers": nil, "salesPlays": nil,
			"solutions": object{"id": nil, "name": nil, "type": nil, "price": nil, "quantity": nil, "currency": nil, "publisherName": nil, "solutionType": nil, "closingDateTime": nil},
			"additionalRequirements": object{
				"iot": nil, "attributes": object{"type": nil, "id": nil},
			},
		},
	},
	"inviteContext": object{"notes": nil, "assistanceRequestCode": nil, "invitedBy": object{"organizationId": nil, "organizationName": nil}},
}

// object is a set of documented property names.
type object map[string]any

var person = object{"firstName": nil, "lastName": nil, "phoneNumber": nil, "email": nil, "title": nil, "contactPreference": object{"locale": nil, "disableNotifications": nil}}

// unknownProperties returns the paths of a body that are not documented.
func unknownProperties(value any, known any, path string) []string {
	names, documented := known.(object)
	var unknown []string
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			unknown = append(unknown, unknownProperties(element, known, path+"[]")...)
		}
	case map[string]any:
		for name, member := range v {
			below, ok := names[name]
			if documented && !ok {
				unknown = append(unknown, path+"."+name)
				continue
			}
			unknown = append(unknown, unknownProperties(member, below, path+"."+name)...)
		}
	}
	return unknown
}

const referralsPath = "/v1.0/engagements/referrals"

// pageSize is small, so that a handful of referrals needs several pages.
const pageSize = 2

func (r *recorder) answer(w http.ResponseWriter, record recorded, request *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("request-id", "11111111-2222-4333-8444-555555555555")
	id := strings.TrimPrefix(record.path, referralsPath+"/")
	switch {
	case record.method == http.MethodPost && record.path == referralsPath:
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(r.create(record.body))
	case record.method == http.MethodGet && record.path == referralsPath:
		json.NewEncoder(w).Encode(r.page(request))
	case record.method == http.MethodGet && r.byID(id) != nil:
		json.NewEncoder(w).Encode(r.byID(id))
	default:
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"error":{"code":"itemNotFound","message":"there is no such thing","target":null,"innerError":null}}`)
	}
}

func (r *recorder) create(body map[string]any) map[string]any {
	n := len(r.referrals) + 1
	referral := map[string]any{}
	for name, value := range body {
		referral[name] = value
	}
	referral["id"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
	referral["engagementId"] = fmt.Sprintf("00000000-0000-4000-9000-%012d", n)
	referral["eTag"] = fmt.Sprintf("\"version-%d\"", n)
	referral["status"], referral["substatus"] = "Active", "Accepted"
	referral["createdDateTime"] = time.Now().UTC().Format("2006-01-02T15:04:05.0000000Z")
	r.referrals = append(r.referrals, referral)
	return referral
}

// page answers with the documented odd link: http, another host, no /engagements.
func (r *recorder) page(request *http.Request) map[string]any {
	order := request.URL.Query().Get("$orderby")
	all := slices.Clone(r.referrals) // in the order of creation
	if strings.HasSuffix(order, " desc") {
		slices.Reverse(all)
	}
	skip, _ := strconv.Atoi(request.URL.Query().Get("$skiptoken"))
	end := min(len(all), skip+pageSize)
	value := all[min(skip, end):end]
	page := map[string]any{"@odata.context": "x", "@odata.count": len(value), "value": append([]map[string]any{}, value...)}
	if end < len(all) {
		page["@odata.nextLink"] = fmt.Sprintf("http://api.partner.microsoft.com/v1.0/referrals?$orderby=%s&$skiptoken=%d", url.QueryEscape(order), end)
	}
	return page
}

func (r *recorder) byID(id string) map[string]any {
	for _, referral := range r.referrals {
		if referral["id"] == id {
			return referral
		}
	}
	return nil
}

// writes returns the requests that change something.
func (r *recorder) writes() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []recorded
	for _, record := range r.requests {
		if record.method != http.MethodGet {
			list = append(list, record)
		}
	}
	return list
}

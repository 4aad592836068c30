package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// strictService is a service of referrals that knows no rules of referrals: it keeps what it does not
// know, and does what a request says to the letter. It is written from the contract and from RFC 6902
// and 9110, and shares nothing with the sandbox.
type strictService struct {
	mu     sync.Mutex
	docs   []*strictDoc // in the order of creation
	ledger []string     // "METHOD path status", and for a write what it did
	writes int          // how often a version was made
	began  time.Time

	colleague map[string]any // what somebody else writes, path by path, before the first PATCH of a referral
	touched   map[string]bool
	expires   int           // so many referrals are made, then the token is not accepted any more
	spent     string        // that token
	refuse    int           // so many PATCH are answered 500 and not executed
	loses     bool          // the first create of each CRM ID is executed and answered 500
	lag       time.Duration // how much later than its creation a referral is listed
	lost      map[string]bool
	behind    time.Duration       // how far creation times are behind the clock of the answers
	others    int                 // how many referrals others make right after the first lost create
	rival     string              // the CRM ID of which another machine makes a referral right after the first create
	cuts      string              // a file of which the first create leaves the header and one row
	hides     string              // the CRM ID of a referral that lists never show
	forbids   string              // the CRM ID of a referral that the account may not see any more once it was changed
	caps      int                 // so many referrals are listed at most, from whichever end
	foreign   bool                // creates are answered with the first referral of all
	keeps     func(string) string // what it makes of an externalReferenceId; nil for nothing
	echoes    bool                // answers to creates have it as it was sent all the same
	strays    bool                // a create makes an engagement of its own, whatever it names
	apart     bool                // each token is one of another tenant, which sees what it has made itself
}

// strictDoc is one referral.
type strictDoc struct {
	body    map[string]any
	listed  time.Time // when lists begin to show it
	changed bool      // somebody asked for a change, and it was made
	token   string    // by which it was made, "" for what was there from the beginning
}

// seenBy reports whether a referral is one of the tenant that asks.
func (s *strictService) seenBy(r *http.Request, doc *strictDoc) bool {
	return !s.apart || doc.token == "" || doc.token == r.Header.Get("Authorization")
}

func (s *strictDoc) text(name string) string {
	text, _ := s.body[name].(string)
	return text
}

// newStrict makes a service with referrals in it, a JSON array. What they do not say of themselves
// is given to them.
func newStrict(seed []byte) (*strictService, error) {
	s := &strictService{began: time.Now(), touched: map[string]bool{}, lost: map[string]bool{}}
	var list []map[string]any
	if err := strictJSON(seed, &list); err != nil {
		return nil, err
	}
	for _, body := range list {
		s.add(body, s.began.Add(time.Duration(len(s.docs)-len(list))*time.Hour))
	}
	return s, nil
}

// strictJSON reads one JSON text and nothing behind it; numbers keep their spelling.
func strictJSON(data []byte, into any) error {
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("something stands behind the JSON text")
	}
	return nil
}

// strictID is the n-th id of a kind.
func strictID(kind string, n int) string {
	hash := sha256.Sum256([]byte(fmt.Sprint(kind, n)))
	sum := hex.EncodeToString(hash[:])
	return sum[:8] + "-" + sum[8:12] + "-4" + sum[13:16] + "-8" + sum[17:20] + "-" + sum[20:32]
}

// add makes a referral of a body.
func (s *strictService) add(body map[string]any, at time.Time) *strictDoc {
	for name, value := range map[string]any{
		"id": strictID("id", len(s.docs)), "engagementId": strictID("engagement", len(s.docs)), "status": "Active", "substatus": "Accepted",
		"organizationId": strictID("organization", 0), "createdDateTime": at.UTC().Format(time.RFC3339Nano),
	} {
		if body[name] == nil {
			body[name] = value
		}
	}
	doc := &strictDoc{body: body, listed: at}
	s.docs = append(s.docs, doc)
	s.version(doc, at)
	return doc
}

// version gives a referral a new version.
func (s *strictService) version(doc *strictDoc, at time.Time) {
	s.writes++
	doc.body["eTag"], doc.body["updatedDateTime"] = fmt.Sprintf(`"version-%d"`, s.writes), at.UTC().Format(time.RFC3339Nano)
}

const strictPath = "/v1.0/engagements/referrals"

// ServeHTTP answers one request at a time.
func (s *strictService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	status, answer, did := s.answer(r, body)
	s.ledger = append(s.ledger, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", r.Method, r.URL.Path, status, did)))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if answer != nil {
		json.NewEncoder(w).Encode(answer)
	}
}

// strictRefusal is the shape of the service's errors.
func strictRefusal(status int, code, message string) (int, any, string) {
	return status, map[string]any{"error": map[string]any{"code": code, "message": message, "target": ""}}, ""
}

func (s *strictService) answer(r *http.Request, body []byte) (status int, answer any, did string) {
	id, single := strings.CutPrefix(r.URL.Path, strictPath+"/")
	switch {
	case s.spent != "" && r.Header.Get("Authorization") == s.spent || !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") || r.Header.Get("client-request-id") == "":
		return strictRefusal(http.StatusUnauthorized, "unauthenticated", "no token")
	case r.URL.Path == strictPath && r.Method == http.MethodGet:
		return s.list(r)
	case r.URL.Path == strictPath && r.Method == http.MethodPost:
		return s.create(r, body)
	}
	at := slices.IndexFunc(s.docs, func(d *strictDoc) bool { return strings.EqualFold(d.text("id"), id) && s.seenBy(r, d) })
	switch {
	case !single || at < 0:
		return strictRefusal(http.StatusNotFound, "itemNotFound", "there is no such referral")
	case s.forbidden(s.docs[at]):
		return strictRefusal(http.StatusForbidden, "accessDenied", "it is another team's")
	case r.Method == http.MethodGet:
		return http.StatusOK, s.docs[at].body, ""
	case r.Method == http.MethodPatch || r.Method == http.MethodPut:
		return s.change(s.docs[at], r, body)
	}
	return strictRefusal(http.StatusMethodNotAllowed, "invalidRequest", r.Method)
}

// forbidden reports whether the account may not see a referral any more.
func (s *strictService) forbidden(doc *strictDoc) bool {
	return s.forbids != "" && doc.text("externalReferenceId") == s.forbids && doc.changed
}

// list answers one page of what is to be listed by now.
func (s *strictService) list(r *http.Request) (int, any, string) {
	const size = 100
	order, descending := strings.CutSuffix(r.URL.Query().Get("$orderby"), " desc")
	order = strings.TrimSuffix(order, " asc")
	skip, _ := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	property, value, filtered := strings.Cut(r.URL.Query().Get("$filter"), " eq ")
	if order != "createdDateTime" && order != "updatedDateTime" || strings.ContainsAny(property+strings.Trim(value, "'"), " '/()") {
		return strictRefusal(http.StatusBadRequest, "invalidRequest", r.URL.RawQuery)
	}
	shown := []map[string]any{}
	for _, doc := range s.docs {
		hidden := s.hides != "" && doc.text("externalReferenceId") == s.hides || s.forbidden(doc)
		if !hidden && !doc.listed.After(time.Now()) && s.seenBy(r, doc) && (!filtered || doc.text(property) == strings.Trim(value, "'")) {
			shown = append(shown, doc.body)
		}
	}
	slices.SortStableFunc(shown, func(a, b map[string]any) int {
		first, _ := time.Parse(time.RFC3339Nano, a[order].(string))
		second, _ := time.Parse(time.RFC3339Nano, b[order].(string))
		if descending {
			return second.Compare(first)
		}
		return first.Compare(second)
	})
	if s.caps > 0 {
		shown = shown[:min(s.caps, len(shown))]
	}
	shown = shown[min(skip, len(shown)):]
	page := map[string]any{"value": shown[:min(size, len(shown))], "@odata.count": min(size, len(shown))}
	if len(shown) > size {
		query := r.URL.Query()
		query.Set("$skiptoken", strconv.Itoa(skip+size))
		page["@odata.nextLink"] = "http://" + r.Host + "/v1.0/referrals?" + query.Encode()
	}
	return http.StatusOK, page, ""
}

// create makes a referral of whatever object was sent.
func (s *strictService) create(r *http.Request, data []byte) (int, any, string) {
	var body map[string]any
	if err := strictJSON(data, &body); err != nil {
		return strictRefusal(http.StatusBadRequest, "invalidRequest", err.Error())
	}
	if s.strays {
		delete(body, "engagementId")
	}
	now := time.Now()
	doc := s.add(body, now.Add(-s.behind))
	doc.listed, doc.token = now.Add(s.lag), r.Header.Get("Authorization")
	if s.cuts != "" {
		cutFile(s.cuts)
		s.cuts = ""
	}
	if s.expires--; s.expires == 0 {
		s.spent = doc.token
	}
	marker := doc.text("externalReferenceId")
	did := "created " + marker
	if s.rival != "" {
		s.add(map[string]any{"name": "Theirs", "externalReferenceId": s.rival}, now.Add(-s.behind))
		s.rival = ""
	}
	answer := doc.body
	if s.keeps != nil {
		if s.echoes {
			answer = maps.Clone(doc.body)
		}
		doc.body["externalReferenceId"] = s.keeps(marker)
	}
	if s.loses && !s.lost[marker] {
		s.lost[marker] = true
		for ; s.others > 0; s.others-- {
			s.add(map[string]any{"name": "Theirs", "externalReferenceId": fmt.Sprint("THEIRS-", s.others)}, time.Now().Add(-s.behind))
		}
		status, answer, _ := strictRefusal(http.StatusInternalServerError, "generalException", "")
		return status, answer, did
	}
	if s.foreign {
		answer = s.docs[0].body
	}
	return http.StatusCreated, answer, did
}

// cutFile leaves the first two lines of a file, as a program does that writes it again.
func cutFile(path string) {
	text, err := os.ReadFile(path)
	if err == nil {
		lines := strings.SplitAfter(string(text), "\n")
		err = os.WriteFile(path, []byte(strings.Join(lines[:2], "")), 0o600)
	}
	if err != nil {
		panic(err) // the test's own file
	}
}

// change changes a referral under the version that the request names.
func (s *strictService) change(doc *strictDoc, r *http.Request, data []byte) (int, any, string) {
	if id := doc.text("id"); s.colleague != nil && !s.touched[id] {
		s.touched[id] = true
		for pointer, value := range s.colleague {
			if err := (strictOp{"add", pointer, value}).apply(doc.body); err != nil {
				panic(err) // the test's own words
			}
		}
		s.version(doc, time.Now())
	}
	if s.refuse > 0 {
		s.refuse--
		return strictRefusal(http.StatusInternalServerError, "generalException", "")
	}
	if match := r.Header.Get("If-Match"); match != "" && match != doc.text("eTag") {
		return strictRefusal(http.StatusPreconditionFailed, "preconditionFailed", "another version")
	}
	apply, whole := strictPatch, r.Method == http.MethodPut
	if whole {
		apply = strictPut
	}
	changed, did, err := apply(doc.body, data)
	if err != nil || whole && r.Header.Get("If-Match") == "" {
		return strictRefusal(http.StatusBadRequest, "invalidRequest", fmt.Sprint(err))
	}
	doc.body, doc.changed = changed, true
	s.version(doc, time.Now())
	if whole || r.Header.Get("Prefer") == "return=representation" {
		return http.StatusOK, doc.body, did
	}
	return http.StatusNoContent, nil, did
}

// lines returns the ledger, or the part of it that begins with one of the words.
func (s *strictService) lines(words ...string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.ledger), func(line string) bool {
		return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(line, word) })
	})
}

// strictPut reads the whole resource. The id stays; everything else is as it was sent.
//
// Source: the "Update a referral" page: links must not be there.
func strictPut(document map[string]any, data []byte) (map[string]any, string, error) {
	var whole map[string]any
	if err := strictJSON(data, &whole); err != nil {
		return nil, "", err
	}
	if whole["links"] != nil || whole["id"] != document["id"] {
		return nil, "", fmt.Errorf("a PUT has the id and no links")
	}
	return whole, "whole", nil
}

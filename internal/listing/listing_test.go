package listing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/internal/listing"
)

const pageSize = 100

// service lists so many referrals, and misbehaves as it is told.
type service struct {
	count     int
	arrange   func(newest bool, ids []int) []int          // what the list has, in which order, at each request
	page      func(ids []int, from int) (shown, next int) // how many of a page are shown, and where the next begins; -1 for nowhere
	untimed   bool
	filters   string // what becomes of a question for what was changed since a moment: "" ignored, "yes", "no" refused
	refuse    bool   // the newest end is not offered
	requests  int
	onRequest func(n int)
}

func madeAt(n int) string { return time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC).Format(time.RFC3339) }

func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests++
	if s.onRequest != nil {
		s.onRequest(s.requests)
	}
	newest := strings.HasSuffix(r.URL.Query().Get("$orderby"), " desc")
	from, _ := strconv.Atoi(r.URL.Query().Get("$skiptoken"))
	since, filtered := strings.CutPrefix(r.URL.Query().Get("$filter"), "updatedDateTime ge ")
	if newest && s.refuse || filtered && s.filters == "no" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ids := make([]int, s.count)
	for i := range ids {
		ids[i] = i
	}
	if filtered && s.filters == "yes" {
		ids = slices.DeleteFunc(ids, func(n int) bool { return madeAt(n) < since })
	}
	if newest {
		slices.Reverse(ids)
	}
	if s.arrange != nil {
		ids = s.arrange(newest, ids)
	}
	rest := ids[min(from, len(ids)):]
	shown, next := min(pageSize, len(rest)), from+pageSize
	if s.page != nil {
		shown, next = s.page(ids, from)
	}
	values := []any{}
	for _, n := range rest[:shown] {
		document := map[string]any{"id": id(n), "eTag": `"1"`}
		if at := madeAt(n); !s.untimed {
			document["createdDateTime"], document["updatedDateTime"] = at, at
		}
		values = append(values, document)
	}
	answer := map[string]any{"value": values}
	if next >= 0 && next < len(ids) {
		query := r.URL.Query()
		query.Set("$skiptoken", strconv.Itoa(next))
		answer["@odata.nextLink"] = "http://elsewhere.example.com/referrals?" + query.Encode()
	}
	json.NewEncoder(w).Encode(answer)
}

func client(t *testing.T, s *service) *api.Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := api.NewClient(api.Config{BaseURL: server.URL, Token: api.StaticToken("any"), Pacer: api.NewPacer(api.FixedRate(0))})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// whole lists a service and returns the ids that were taken, each with how often it was new.
func whole(t *testing.T, s *service) (listing.Verdict, map[string]int) {
	t.Helper()
	taken := map[string]int{}
	list := listing.New(listing.Options{Client: client(t, s), Take: func(n int, fresh bool, r *api.Referral) error {
		if fresh {
			taken[r.ID()]++
		}
		return nil
	}})
	verdict, err := list.Whole(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if list.Len() != len(taken) {
		t.Errorf("%d are known, %d were taken", list.Len(), len(taken))
	}
	return verdict, taken
}

// swallow leaves out what stands at the border of each page: the first that would stand on the next one, or the last
// of the page itself.
func swallow(last bool) func(ids []int, from int) (int, int) {
	return func(ids []int, from int) (int, int) {
		shown := min(pageSize, len(ids)-from)
		if last && from+pageSize < len(ids) {
			return shown - 1, from + pageSize
		}
		if last {
			return shown, -1
		}
		return shown, from + pageSize + 1
	}
}

// TestVerdicts has what a list can do, and what is said of it.
func TestVerdicts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	shuffle := func(_ bool, ids []int) []int {
		random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		return ids
	}
	stable := func(bool, []int) []int { return rand.New(rand.NewPCG(3, 4)).Perm(250) }
	for _, test := range []struct {
		name string
		s    service
		gap  listing.Gap
	}{
		{"nothing", service{}, ""},
		{"one page", service{count: 100}, ""},
		{"one page without order", service{count: 100, arrange: shuffle}, ""},
		{"three pages", service{count: 250}, ""},
		{"the other order", service{count: 250, arrange: func(newest bool, ids []int) []int { slices.Reverse(ids); return ids }}, ""},
		{"always the oldest first", service{count: 250, arrange: func(_ bool, ids []int) []int { slices.Sort(ids); return ids }}, listing.OneEnd},
		{"another order each time", service{count: 250, arrange: shuffle}, listing.Disorder},
		{"some order, always the same", service{count: 250, arrange: stable}, listing.Disorder},
		{"shuffled within a page", service{count: 250, arrange: func(_ bool, ids []int) []int { ids[110], ids[150] = ids[150], ids[110]; return ids }}, listing.Disorder},
		{"the first of a page is swallowed", service{count: 250, page: swallow(false)}, listing.Missed},
		{"the last of a page is swallowed", service{count: 250, page: swallow(true)}, listing.Missed},
		{"swallowed at the border of both ends", service{count: 300, page: swallow(true)}, listing.Missed},
		{"swallowed in a long list", service{count: 1000, page: swallow(true)}, listing.Missed},
		{"capped from each end", service{count: 350, arrange: func(_ bool, ids []int) []int { return ids[:120] }}, listing.Missed},
		{"it ends early", service{count: 250, page: func(ids []int, from int) (int, int) { return min(pageSize, len(ids)-from), -1 }}, listing.Missed},
		{"no times", service{count: 250, untimed: true}, listing.Untimed},
		{"no newest end", service{count: 250, refuse: true}, listing.OneEnd},
		{"a page comes again and again", service{count: 1 << 12, page: func([]int, int) (int, int) { return pageSize, 0 }}, listing.Endless},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := test.s
			verdict, taken := whole(t, &s)
			if verdict.Gap != test.gap || verdict.Complete() != (test.gap == "") || (verdict.String() == "") != verdict.Complete() {
				t.Errorf("%q (%s), expected %q", verdict.Gap, verdict, test.gap)
			}
			for id, times := range taken {
				if times > 1 {
					t.Errorf("%s was new %d times", id, times)
				}
			}
			if verdict.Complete() && len(taken) != s.count {
				t.Errorf("complete with %d of %d", len(taken), s.count)
			}
		})
	}
}

// TestAlignedPages holds that a list whose pages end at the same places from both ends is asked once more, from the middle of a page:
// what it leaves out there neither reading shows. Where it does not take that question it is known as one of which nobody can tell.
func TestAlignedPages(t *testing.T) {
	for _, test := range []struct {
		count   int
		page    func([]int, int) (int, int)
		filters string
		aligned bool
		gap     listing.Gap
		shown   int
	}{
		{0, nil, "yes", false, "", 0},
		{100, nil, "no", false, "", 100},
		{101, nil, "no", false, "", 101},
		{250, nil, "no", false, "", 250},
		{200, nil, "yes", false, "", 200},
		{200, nil, "no", true, "", 200},
		{200, nil, "", true, "", 200},
		{1000, nil, "yes", false, "", 1000},
		{1000, nil, "no", true, "", 1000},
		{201, swallow(false), "yes", false, listing.Missed, 200},
		{201, swallow(false), "no", true, "", 200},
		{201, swallow(false), "", true, "", 200},
	} {
		s := &service{count: test.count, page: test.page, filters: test.filters}
		verdict, taken := whole(t, s)
		if verdict.Gap != test.gap || verdict.Aligned != test.aligned || len(taken) != test.shown {
			t.Errorf("%d referrals, filter %q: %+v, %d shown", test.count, test.filters, verdict, len(taken))
		}
	}
}

// TestRepeatedPagesWithNewLinks holds that a list which gives the same page under ever new links is noticed.
func TestRepeatedPagesWithNewLinks(t *testing.T) {
	s := &service{count: 1 << 12}
	s.arrange = func(_ bool, ids []int) []int {
		for i := range ids {
			ids[i] %= pageSize
		}
		return ids
	}
	if verdict, taken := whole(t, s); verdict.Gap != listing.Endless || len(taken) != pageSize || s.requests > 60 {
		t.Errorf("%q after %d requests, %d referrals", verdict.Gap, s.requests, len(taken))
	}
}

// TestTheProofIsCheap holds that a list costs at most two pages more than it has, and a third where its pages end at the same places from both ends.
func TestTheProofIsCheap(t *testing.T) {
	for _, count := range []int{0, 1, 100, 101, 250, 1000} {
		s := &service{count: count}
		verdict, _ := whole(t, s)
		pages := max(1, (count+pageSize-1)/pageSize)
		if verdict.Aligned {
			pages++
		}
		if !verdict.Complete() || s.requests > pages+2 {
			t.Errorf("%d referrals: %d requests for %d pages, %s", count, s.requests, pages, verdict)
		}
	}
}

// TestOthersCreateMeanwhile holds that referrals which are made while the list is read make no list incomplete, and that
// all of those before are in it.
func TestOthersCreateMeanwhile(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		reversed := random.IntN(2) == 0
		s := &service{count: random.IntN(400)}
		s.onRequest = func(int) { s.count += random.IntN(5) }
		if reversed {
			s.arrange = func(_ bool, ids []int) []int { slices.Reverse(ids); return ids }
		}
		before := s.count
		verdict, taken := whole(t, s)
		if !verdict.Complete() {
			t.Errorf("seed %d: %s", seed, verdict)
		}
		for n := range before {
			if taken[id(n)] != 1 {
				t.Errorf("seed %d: %d of %d was taken %d times", seed, n, before, taken[id(n)])
			}
		}
	}
}

// TestBack holds that a look at the newest stops where it may, sees each referral once, and says where something can be
// hidden from it.
func TestBack(t *testing.T) {
	at := func(n int) time.Time { return time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC) }
	for _, test := range []struct {
		name     string
		s        service
		until    time.Time
		gap      listing.Gap
		requests int
	}{
		{"to a moment", service{count: 1000}, at(850), "", 2},
		{"to the end", service{count: 1000}, time.Time{}, "", 10},
		{"the oldest first", service{count: 400, arrange: func(_ bool, ids []int) []int { slices.Sort(ids); return ids }}, at(350), "", 4},
		{"without order", service{count: 400, arrange: func(bool, []int) []int { return rand.New(rand.NewPCG(3, 4)).Perm(400) }}, at(350), listing.Disorder, 4},
		{"without times", service{count: 400, untimed: true}, at(350), listing.Untimed, 4},
	} {
		s, seen := test.s, map[string]int{}
		verdict, err := listing.Back(context.Background(), client(t, &s), test.until, func(r *api.Referral) { seen[r.ID()]++ })
		if err != nil || verdict.Gap != test.gap || s.requests != test.requests {
			t.Errorf("%s: %q, %d requests, %v", test.name, verdict.Gap, s.requests, err)
		}
		for n := range s.count {
			if !test.until.IsZero() && at(n).Before(test.until) {
				continue
			}
			if seen[id(n)] != 1 {
				t.Errorf("%s: %d was seen %d times", test.name, n, seen[id(n)])
			}
		}
	}
}

package api

import (
	"fmt"
	"slices"
	"testing"
)

// published is the table of transitions as the documentation prints it, copied here by hand:
// what may follow a status, and which substatuses a status has. Won, Lost, Declined and Expired
// end a deal.
var published = map[string]struct{ next, substatuses []string }{
	"New":    {[]string{"New", "Active", "Closed"}, []string{"Pending", "Received"}},
	"Active": {[]string{"Active", "Closed"}, []string{"Accepted"}},
	"Closed": {nil, []string{"Won", "Lost", "Declined", "Expired", "Error"}},
}

// everyState is the full product of statuses and substatuses, those that do not belong
// together included.
func everyState() []State {
	var all []State
	for _, status := range []string{"None", "New", "Active", "Closed"} {
		for _, substatus := range []string{"None", "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error"} {
			all = append(all, State{status, substatus})
		}
	}
	return all
}

func belongs(s State) bool { return slices.Contains(published[s.Status].substatuses, s.Substatus) }

// allowedByTable is the published table's word on one step.
func allowedByTable(from, to State) bool {
	return belongs(from) && belongs(to) && slices.Contains(published[from.Status].next, to.Status)
}

// From each state to each: a route exists exactly where the table allows the move, and every
// step of it is one that the table allows.
func TestRoutesAgreeWithThePublishedTable(t *testing.T) {
	routes := 0
	for _, from := range everyState() {
		for _, to := range everyState() {
			route, ok := Route(from, to)
			want := from == to || allowedByTable(from, to)
			if !belongs(from) && from != to {
				want = belongs(to) && slices.Contains(published[from.Status].next, to.Status) && !endsDeal(from.Substatus)
			}
			if ok != want {
				t.Errorf("%s → %s: route %v, the table says %v", from, to, ok, want)
			}
			if ok {
				routes++
				checkSteps(t, from, to, route)
			}
		}
	}
	if routes < 40 {
		t.Errorf("only %d routes were tried", routes)
	}
}

func endsDeal(substatus string) bool {
	return slices.Contains(published["Closed"].substatuses, substatus)
}

func checkSteps(t *testing.T, from, to State, route []State) {
	t.Helper()
	at := from
	for _, next := range route {
		if belongs(at) && !allowedByTable(at, next) {
			t.Errorf("%s → %s by %v: %s → %s is not in the table", from, to, route, at, next)
		}
		at = next
	}
	if at != to {
		t.Errorf("%s → %s ends at %s", from, to, at)
	}
}

// A new deal that is won passes Active, a declined one does not.
func TestRouteOfANewDeal(t *testing.T) {
	for to, want := range map[State]string{
		{"Closed", "Won"}:      "[Active/Accepted Closed/Won]",
		{"Closed", "Lost"}:     "[Active/Accepted Closed/Lost]",
		{"Closed", "Declined"}: "[Closed/Declined]",
		{"Active", "Accepted"}: "[Active/Accepted]",
		{"New", "Received"}:    "[New/Received]",
		{"New", "Pending"}:     "[]",
	} {
		route, ok := Route(State{"New", "Pending"}, to)
		if got := fmt.Sprint(route); got != want || !ok {
			t.Errorf("New/Pending → %s: %s, want %s", to, got, want)
		}
	}
}

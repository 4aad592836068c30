package api

import "slices"

// State is where a deal is: its status and its substatus.
type State struct{ Status, Substatus string }

// String returns both words, as people write them: "Closed/Won".
func (s State) String() string { return s.Status + "/" + s.Substatus }

// State returns where the referral is.
func (r *Referral) State() State { return State{r.Text("status"), r.Text("substatus")} }

// waypoint is the state through which a deal passes that is decided while it is still new: it
// is won or lost after somebody took it up. Declining is the answer to one that nobody took up.
var waypoint = State{"Active", "Accepted"}

// passing are the substatuses before which a new deal passes the waypoint.
var passing = []string{"Won", "Lost"}

// Route returns the states through which a deal goes to its destination, the destination last:
// none where it is there already. The second result is false where the lifecycle table has no
// way: backwards, out of a closed deal, from or to a state that the table does not have.
//
// Source: the "Update a referral" page, status transitions.
func Route(from, to State) ([]State, bool) {
	switch {
	case from == to:
		return nil, true
	case from.Status == "Closed", Terminal(from.Substatus), !LegalPair(to.Status, to.Substatus), !slices.Contains(NextStatuses(from.Status), to.Status):
		return nil, false
	case from.Status == "New" && slices.Contains(passing, to.Substatus):
		return []State{waypoint, to}, true
	}
	return []State{to}, true
}

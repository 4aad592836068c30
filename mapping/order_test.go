package mapping

import "testing"

// The places of properties rise as people read a deal; the parts of all elements share one.
func TestRank(t *testing.T) {
	last := -1
	for _, path := range []string{"name", "customerProfile.name", "details.dealValue", "details.closingDateTime", "customerProfile.address.city", consentPath, "team[0].email", "notInTheTable"} {
		if rank := Rank(path); rank <= last {
			t.Errorf("%s has place %d, and what stands before it %d", path, rank, last)
		} else {
			last = rank
		}
	}
	for _, path := range []string{"team[0].firstName", "team[1].email", "team[1].phoneNumber"} {
		if Rank(path) != Rank("team[0].email") {
			t.Errorf("%s stands apart from the team", path)
		}
	}
}

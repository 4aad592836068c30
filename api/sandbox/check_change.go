package sandbox

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// checkChange holds a changed document against the stored one.
//
// Source: the "Update a referral" page; the guide to bulk operations for what is read-only
// after creation.
func (s *Sandbox) checkChange(stored, wanted map[string]any) *refusal {
	rules := []func(stored, wanted map[string]any) *refusal{
		func(stored, wanted map[string]any) *refusal { return checkObject(schema, "", wanted, stored) },
		func(_, wanted map[string]any) *refusal { return checkRequired(wanted) },
		func(_, wanted map[string]any) *refusal { return checkValue(wanted) },
		func(stored, wanted map[string]any) *refusal { return checkLocked(schema, "", stored, wanted) },
		checkOneWay, checkShared, checkRegistrations, s.checkMove,
	}
	for _, rule := range rules {
		if r := rule(stored, wanted); r != nil {
			return r
		}
	}
	return nil
}

// checkLocked refuses the change of a property that is read-only after creation.
func checkLocked(n *node, path string, stored, wanted any) *refusal {
	if n.Access == AtCreate && n.Kind != Object && !alike(stored, wanted) {
		return locked(path)
	}
	if path == "customerProfile.ids" && !slices.Equal(dunsOf(stored), dunsOf(wanted)) {
		return locked(path)
	}
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		if r := checkLocked(n.children[name], join(path, name), lookup(stored, name), lookup(wanted, name)); r != nil {
			return r
		}
	}
	return nil
}

func locked(path string) *refusal {
	return invalid(path, "The property %q is read-only once the referral is created.", path)
}

// alike compares values where null, absent and the empty string all mean "nothing".
func alike(a, b any) bool {
	return a == b || blank(a) && blank(b) || reflect.DeepEqual(a, b)
}

func blank(v any) bool { return v == nil || v == "" }

// dunsOf returns the D-U-N-S numbers among the ids of a customer.
func dunsOf(ids any) []string {
	var list []string
	for _, id := range elements(ids) {
		if text(id, "profileType") == "Duns" {
			list = append(list, text(id, "id"))
		}
	}
	slices.Sort(list)
	return list
}

// checkOneWay refuses to take back the consent that Microsoft's sellers may see the deal.
func checkOneWay(stored, wanted map[string]any) *refusal {
	const path = "consent.consentToShareReferralWithMicrosoftSellers"
	names := strings.Split(path, ".")
	if lookup(stored, names...) == true && lookup(wanted, names...) != true {
		return invalid(path, "The consent to share the referral with Microsoft's sellers cannot be taken back.")
	}
	return nil
}

// checkShared refuses to share a referral with nobody, and to invite Microsoft by a change:
// that is done by a second referral.
func checkShared(stored, wanted map[string]any) *refusal {
	if stored["type"] != "Shared" && wanted["type"] == "Shared" && len(elements(wanted["target"])) == 0 {
		return invalid("target", "A referral of the type Shared needs a target.")
	}
	if invitesMicrosoft(wanted) != invitesMicrosoft(stored) {
		return invalid("target", "Microsoft is invited by a second referral of the same engagement, not by a change.")
	}
	return nil
}

// checkRegistrations refuses a registration of a deal that is not won, and a second one.
func checkRegistrations(stored, wanted map[string]any) *refusal {
	before, after := elements(stored["registrations"]), elements(wanted["registrations"])
	switch {
	case reflect.DeepEqual(before, after) || len(before) == 0 && len(after) == 0:
		return nil
	case text(stored, "substatus") != "Won":
		return invalid("registrations", "Only a deal that is won can be registered.")
	case len(after) != 1:
		return invalid("registrations", "A deal has one registration.")
	}
	for _, name := range []string{"type", "contract", "solutionDetails"} {
		if lookup(after[0], name) == nil {
			return invalid("registrations[0]."+name, "The property %q is required.", "registrations[0]."+name)
		}
	}
	return nil
}

// terminal reports whether no field of a referral may change any more.
func terminal(document map[string]any) bool { return text(document, "status") == "Closed" }

// closedRefusal is the answer to a change of a closed referral.
func closedRefusal(document map[string]any) *refusal {
	return refuse(http.StatusBadRequest, "status",
		"The referral is closed (%s) and cannot be changed any more.", text(document, "substatus"))
}

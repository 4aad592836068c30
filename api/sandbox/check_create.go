package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// checkCreate holds a body against the rules of a create, all but those that need to know
// other referrals.
//
// Source: the "Create a referral" page; the consent rule is the portal's.
func (s *Sandbox) checkCreate(document map[string]any) *refusal {
	for _, name := range []string{"links", "registrations"} {
		if _, ok := document[name]; ok {
			return breach(http.StatusBadRequest, name, "The property %q cannot be given on create.", name)
		}
	}
	rules := []func(map[string]any) *refusal{
		func(d map[string]any) *refusal { return check(schema, "", d, nil) },
		checkRequired, checkConsent, checkValue, checkTarget, s.checkStart,
	}
	for _, rule := range rules {
		if r := rule(document); r != nil {
			return r
		}
	}
	return nil
}

func checkConsent(document map[string]any) *refusal {
	const path = "consent.consentToToShareInfoWithOthers"
	if lookup(document, strings.Split(path, ".")...) != true {
		return invalid(path, "The consent to share information with others has to be true.")
	}
	return nil
}

func checkValue(document map[string]any) *refusal {
	value, ok := lookup(document, "details", "dealValue").(json.Number)
	if ok && strings.HasPrefix(value.String(), "-") {
		return invalid("details.dealValue", "The deal value cannot be negative.")
	}
	return nil
}

// checkTarget holds the rules that tie type, target and engagementId together.
func checkTarget(document map[string]any) *refusal {
	_, joins := document["engagementId"]
	switch invites := invitesMicrosoft(document); {
	case !invites && joins:
		return invalid("engagementId", "An engagementId is accepted only for the referral that invites Microsoft.")
	case !invites && document["type"] == "Shared" && len(elements(document["target"])) == 0:
		return invalid("target", "A referral of the type Shared needs a target.")
	case invites:
		return checkInvite(document, joins)
	}
	return nil
}

// checkInvite holds the rules of the connected referral that invites Microsoft.
func checkInvite(document map[string]any, joins bool) *refusal {
	switch {
	case !joins:
		return invalid("engagementId", "The referral that invites Microsoft needs the engagementId of the deal.")
	case document["type"] != "Shared":
		return invalid("type", "The referral that invites Microsoft has the type Shared.")
	case lookup(document, "consent", "consentToShareReferralWithMicrosoftSellers") != true:
		return invalid("consent.consentToShareReferralWithMicrosoftSellers", "Microsoft cannot be invited without the consent to share with its sellers.")
	case !slices.ContainsFunc(elements(lookup(document, "customerProfile", "team")), reachable):
		return invalid("customerProfile.team", "Asking Microsoft for help needs a customer contact with first name, last name, phone number and e-mail address.")
	}
	return nil
}

// reachable reports whether a person can be called and written to.
func reachable(person any) bool {
	for _, name := range []string{"firstName", "lastName", "phoneNumber", "email"} {
		if text(person, name) == "" {
			return false
		}
	}
	return true
}

// invitesMicrosoft reports whether the target of a referral is Microsoft.
func invitesMicrosoft(document map[string]any) bool {
	return slices.ContainsFunc(elements(document["target"]), func(target any) bool {
		return text(target, "type") == "BusinessProfileLocation" && text(target, "id") == "msft"
	})
}

func elements(value any) []any {
	array, _ := value.([]any)
	return array
}

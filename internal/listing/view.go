package listing

import (
	"strings"

	"refload/api"
)

// View says what is known of how much of the tenant the account sees. A Referrals user lists
// only deals whose team he is in; creating on such a view can make deals a second time.
//
// Source: the permissions page, roles for referrals.
type View uint8

// The views.
const (
	ViewWhole   View = iota // a deal without the account in its team is listed, or none at all
	ViewUnknown             // the account is not known
	ViewPartial             // every listed deal has the account in its team: there may be others
)

// ViewCount counts the referrals that have the signed-in account in their team.
type ViewCount struct {
	Account string
	All     int
	within  int
}

// Add counts one.
func (v *ViewCount) Add(referral *api.Referral) {
	v.All++
	team, _ := referral.Get("team")
	list, _ := team.([]any)
	for _, member := range list {
		person, _ := member.(map[string]any)
		if email, _ := person["email"].(string); v.Account != "" && strings.EqualFold(strings.TrimSpace(email), v.Account) {
			v.within++
			return
		}
	}
}

// View returns the view that the listing shows. An empty tenant counts as whole.
func (v *ViewCount) View() View {
	switch {
	case v.All == 0:
		return ViewWhole
	case !strings.Contains(v.Account, "@"):
		return ViewUnknown
	case v.within == v.All:
		return ViewPartial
	}
	return ViewWhole
}

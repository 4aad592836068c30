package importer

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

// viewCount counts the referrals that have the signed-in account in their team.
type viewCount struct {
	account string
	all     int
	within  int
}

func (v *viewCount) add(referral *api.Referral) {
	v.all++
	team, _ := referral.Get("team")
	list, _ := team.([]any)
	for _, member := range list {
		person, _ := member.(map[string]any)
		if email, _ := person["email"].(string); v.account != "" && strings.EqualFold(strings.TrimSpace(email), v.account) {
			v.within++
			return
		}
	}
}

// view returns the view that the listing shows. An empty tenant counts as whole.
func (v *viewCount) view() View {
	switch {
	case v.all == 0:
		return ViewWhole
	case !strings.Contains(v.account, "@"):
		return ViewUnknown
	case v.within == v.all:
		return ViewPartial
	}
	return ViewWhole
}

package cli

import (
	"fmt"
	"net/url"
	"strings"

	"refload/api/entra"
	"refload/internal/config"
)

// permissions are the interfaces whose delegated permission user_impersonation the application
// needs, with the ids of their applications.
//
// Source: the page on authenticating to the referrals API of the Partner Center documentation.
var permissions = []struct{ name, id string }{
	{"Microsoft Partner (Microsoft Dev Center)", "4990cffe-04e8-4e8b-808a-1175604b879f"},
	{"Microsoft Partner Center", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"},
}

// adminPage is what the administrator of a tenant has to do once, as text to be sent to them.
func adminPage(s config.Starter) string {
	var b strings.Builder
	fmt.Fprintf(&b, `For the administrator of the tenant %s
%s

refload moves referrals between spreadsheets and Partner Center, as the person who is signed in.
It needs an application in Microsoft Entra ID, once:

1. Register an application (Entra admin center, App registrations, New registration):
   - accounts: this organizational directory only
   - redirect URI: platform "Mobile and desktop applications", http://localhost
   - Authentication, Advanced settings: "Allow public client flows" yes. It has no secret.
2. API permissions, Add a permission, APIs my organization uses, delegated permission
   user_impersonation of each of:
`, s.Tenant, strings.Repeat("=", len("For the administrator of the tenant ")+len(s.Tenant)))
	for _, p := range permissions {
		fmt.Fprintf(&b, "   - %s (%s)\n", p.name, p.id)
	}
	fmt.Fprintf(&b, `   No application permission: Partner Center takes referrals from signed-in people only.
3. Give admin consent, there or by this link:
   %s
4. In Partner Center, give the person who runs refload the role Referrals admin. A Referrals user
   sees only the deals whose team they are in; new deals could then be made twice.
5. The person needs multi-factor authentication; without it Partner Center refuses.
`, consentLink(s))
	if s.ClientID == "" {
		fmt.Fprintf(&b, "\nSend back the application (client) id; it belongs into the profile %s, as client-id.\n", s.Name)
	}
	return b.String()
}

// consentLink is the address at which an administrator consents for the whole tenant.
func consentLink(s config.Starter) string {
	client := s.ClientID
	if client == "" {
		client = "CLIENT-ID"
	}
	authority := strings.TrimRight(s.Authority, "/")
	if authority == "" {
		authority = entra.DefaultAuthority
	}
	return authority + "/" + url.PathEscape(s.Tenant) + "/adminconsent?client_id=" + url.QueryEscape(client)
}

package sandbox

import (
	"net/http"
	"strings"
)

// endpointDiscovery describes the authority to anybody.
const endpointDiscovery = "openid-configuration"

// noTenant is the answer about a tenant that there is none of.
//
// Source: Microsoft's list of error codes.
var noTenant = denial("invalid_tenant", 90002, "The tenant was not found.")

// describe answers who gives out the tokens of a tenant. The GUID in the issuer is that of its
// tokens, whichever of its names was asked for.
//
// Source: OpenID Connect Discovery 1.0, section 4; the page on OpenID Connect.
func (s *Sandbox) describe(c *call) (*reply, *refusal) {
	tenant, bad := tenantNamed(c.tenant)
	if bad != nil {
		return s.denySignIn(c, bad), nil
	}
	root := schemeOf(c.request) + c.request.Host + "/" + c.tenant + "/oauth2/v2.0/"
	return newReply(http.StatusOK, encode(map[string]any{
		"issuer":                        issuer + tenant + "/v2.0",
		"authorization_endpoint":        root + "authorize",
		"device_authorization_endpoint": root + "devicecode",
		"token_endpoint":                root + "token",
	})), nil
}

// tenantNamed is what stands for a tenant in an issuer. A name that stands for many tenants stays
// open, and a name below .invalid is nobody's.
//
// Source: RFC 2606, section 2.
func tenantNamed(name string) (string, *signInRefusal) {
	switch {
	case isGUID(name):
		return strings.ToLower(name), nil
	case !strings.Contains(name, "."):
		return "{tenantid}", nil
	case strings.HasSuffix(strings.ToLower(name), ".invalid"):
		return "", noTenant
	}
	return organizationID, nil
}

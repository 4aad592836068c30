package importer

import (
	"testing"

	"refload/api"
)

// Only the name of a property gets into the journal, whatever the service puts there.
func TestPropertyOf(t *testing.T) {
	for target, want := range map[string]string{
		"": "", "ETag": "ETag", "details.dealValue": "details.dealValue", "$.CustomerProfile.Team[0].Email": "$.CustomerProfile.Team[0].Email",
		"/details/requirements/solutions/0/id": "/details/requirements/solutions/0/id", "referral": "referral", "unreadable": "",
		"Kim.Lee": "", "customerProfile.Kim": "", "team[Kim]": "", "KIM": "",
	} {
		if got := propertyOf(&api.Error{Target: target}); got != want {
			t.Errorf("%q became %q, expected %q", target, got, want)
		}
	}
}

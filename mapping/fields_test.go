package mapping

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"refload/api"
)

func TestFieldTableIsComplete(t *testing.T) {
	for _, f := range Fields() {
		if f.Header == "" || f.Kind == "" || f.Writable == "" || f.Source == "" || !strings.HasSuffix(f.Help, ".") {
			t.Errorf("%s lacks header, kind, writable, source or a sentence of help", f.Path)
		}
		if strings.Count(f.Path, "#") > 1 || strings.Contains(f.Path, "#") != (f.Max > 0) || strings.Contains(f.Header, "#") != (f.Max > 0) {
			t.Errorf("%s (%s): a numbered field has one # in path and header, and a Max", f.Path, f.Header)
		}
		if (f.Kind == Choice || f.Kind == Open || f.Kind == Empty) && len(f.Allowed) == 0 {
			t.Errorf("%s is a %s without values", f.Path, f.Kind)
		}
		for code, value := range f.Codes {
			if f.Kind == Choice && !slices.Contains(f.Allowed, value) {
				t.Errorf("%s: the code %q stands for %q, which is not allowed", f.Path, code, value)
			}
		}
		if f.Kind != Result && f.Writable != Never && parsers[f.Kind] == nil && f.Kind != Empty {
			t.Errorf("%s: nothing reads the kind %q", f.Path, f.Kind)
		}
	}
}

// TestNoHeaderIsAmbiguous holds that each header, alias and path is one field's alone.
func TestNoHeaderIsAmbiguous(t *testing.T) {
	owner := map[string]string{}
	claim := func(kind, key string, f Field) {
		if first, taken := owner[kind+key]; taken && first != f.Path {
			t.Errorf("%s %q belongs to %s and to %s", kind, key, first, f.Path)
		}
		owner[kind+key] = f.Path
	}
	for _, f := range Fields() {
		claim("path", f.Path, f)
		claim("folded path", strings.ToLower(f.Path), f)
		own := map[string]bool{}
		for _, header := range f.headers() {
			key := patternKey(header)
			if own[key] {
				t.Errorf("%s has %q twice", f.Path, header)
			}
			own[key] = true
			claim("header", key, f)
		}
	}
}

// TestEveryHeaderFindsItsField goes the whole way of a header, for the first and the last
// number of numbered ones.
func TestEveryHeaderFindsItsField(t *testing.T) {
	for _, f := range Fields() {
		for _, header := range f.headers() {
			for _, index := range []int{0, max(f.Max-1, 0)} {
				if index > 0 && !strings.Contains(header, "#") {
					continue
				}
				written := strings.Replace(header, "#", strconv.Itoa(index+1), 1)
				got, ok := resolve(written)
				if !ok || got.path != f.at(index) || got.byPath && written != f.Path {
					t.Errorf("%q finds %+v, want %s", written, got, f.at(index))
				}
			}
		}
		for _, index := range []int{0, max(f.Max-1, 0)} {
			got, ok := resolve(f.at(index))
			if !ok || got.path != f.at(index) || !got.byPath {
				t.Errorf("the path %q finds %+v", f.at(index), got)
			}
		}
		if f.Max > 0 {
			if got, ok := resolve(f.at(f.Max)); ok {
				t.Errorf("%q is beyond the last, but finds %s", f.at(f.Max), got.path)
			}
			if got, ok := resolve(f.header(f.Max)); ok {
				t.Errorf("%q is beyond the last, but finds %s", f.header(f.Max), got.path)
			}
		}
	}
}

func TestHeaderOfReadsBack(t *testing.T) {
	for _, f := range Fields() {
		for _, path := range []string{f.at(0), f.at(1)} {
			if f.Max < 2 && path == f.at(1) && path != f.Path {
				continue
			}
			got, ok := resolve(HeaderOf(path))
			if !ok || got.path != path {
				t.Errorf("HeaderOf(%q) is %q, which finds %q", path, HeaderOf(path), got.path)
			}
		}
	}
	for path, want := range map[string]string{
		"team[1].email":                         "Team member 2 Email",
		"customerProfile.team[0].email":         "Customer Contact Email Address",
		"customerProfile.team[1].email":         "Customer Contact 2 Email Address",
		"details.requirements.solutions[0]":     "Solution 1",
		"details.requirements.solutions[49]":    "Solution 50",
		"details.requirements.solutions[50]":    "details.requirements.solutions[50]",
		"something.else":                        "something.else",
		"customerProfile.ids[profileType=Duns]": "Customer D-U-N-S ID",
	} {
		if got := HeaderOf(path); got != want {
			t.Errorf("HeaderOf(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	for path, want := range map[string]string{
		"name":                              "name",
		"team[#].email":                     "team[#].email",
		"team[3].email":                     "team[#].email",
		"customerProfile.team[0].firstName": "customerProfile.team[0].firstName",
		"customerProfile.team[2].firstName": "customerProfile.team[#].firstName",
		"@action":                           "@action",
	} {
		if f, ok := Lookup(path); !ok || f.Path != want {
			t.Errorf("Lookup(%q) = %v, want %s", path, f, want)
		}
	}
	for _, path := range []string{"", "Name", "team[50].email", "team[-1].email", "team[].email", "team", "nothing", "team[0].nothing"} {
		if f, ok := Lookup(path); ok && path != "team" {
			t.Errorf("Lookup(%q) finds %s", path, f.Path)
		}
	}
}

func TestFieldsIsTheCallersOwn(t *testing.T) {
	Fields()[0].Header = "changed"
	if got := Fields()[0].Header; got == "changed" {
		t.Error("a change of the slice changes the table")
	}
}

// TestPathsFitTogether holds that all properties can stand in one document, in any order.
func TestPathsFitTogether(t *testing.T) {
	doc := api.NewReferral()
	fields := Fields()
	slices.Reverse(fields)
	for _, f := range fields {
		if !f.read() || f.Path[0] == '@' || f.Kind == Empty || strings.Contains(f.Path, "=") || len(parts[f.Kind]) > 0 {
			continue
		}
		if f.Kind == List {
			continue
		}
		if err := doc.Set(f.at(0), "x"); err != nil {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
}

// TestPortalHeaders has every column of the portal's CSV in each of its known spellings.
// Source: the table of columns on the bulk operations page, and downloaded templates.
func TestPortalHeaders(t *testing.T) {
	for header, path := range map[string]string{
		"Errors": "@errors", "Engagement ID": "engagementId", "Referral ID": "id", "Deal Name": "name",
		"Customer Name":                             "customerProfile.name",
		"Customer Address Line 1":                   "customerProfile.address.addressLine1",
		"Customer Address Line 2":                   "customerProfile.address.addressLine2",
		"Customer City":                             "customerProfile.address.city",
		"Customer State":                            "customerProfile.address.state",
		"Customer Postal code":                      "customerProfile.address.postalCode",
		"Customer Postal Code":                      "customerProfile.address.postalCode",
		"Customer Country":                          "customerProfile.address.country",
		"Customer D-U-N-S ID":                       "customerProfile.ids[profileType=Duns]",
		"Customer D-U-N-S id":                       "customerProfile.ids[profileType=Duns]",
		"Customer Contact First Name":               "customerProfile.team[0].firstName",
		"Customer Contact Last Name":                "customerProfile.team[0].lastName",
		"Customer Contact Phone number":             "customerProfile.team[0].phoneNumber",
		"Customer Contact Email Address":            "customerProfile.team[0].email",
		"Partner Referral Status":                   "status",
		"Partner Referral Substatus":                "substatus",
		"Microsoft Referral Status":                 "@microsoftStatus",
		"Microsoft Referral Substatus":              "@microsoftSubstatus",
		"Declined/Lost/Error reason":                "statusReason",
		"Declined/Lost reason":                      "statusReason",
		"Decline/Lost/Error reason":                 "statusReason",
		"Sales Stage":                               "salesStage",
		"Estimated Deal Value":                      "details.dealValue",
		"Currency":                                  "details.currency",
		"Estimated Close Date":                      "details.closingDateTime",
		"CRM ID":                                    "externalReferenceId",
		"Marketing Campaign ID":                     "campaignId",
		"Notes":                                     "details.notes",
		"Microsoft help required?":                  "@help",
		"Microsoft help required ?":                 "@help",
		"What specific help from Microsoft?":        "inviteContext.assistanceRequestCode",
		"What specific help from Microsoft ?":       "inviteContext.assistanceRequestCode",
		"Share with Microsoft sales team":           "consent.consentToShareReferralWithMicrosoftSellers",
		"Notes to Microsoft":                        "inviteContext.notes",
		"Consent to share Customer/Partner contact": "consent.consentToToShareInfoWithOthers",
		"CLA Number":                                "details.requirements.additionalRequirements.iot.customerLicenseAgreementNumber",
		"Device Category":                           "details.requirements.additionalRequirements.iot.deviceCategory",
		"Silicon Type":                              "details.requirements.additionalRequirements.iot.siliconType",
		"Azure Certified Device":                    "details.requirements.additionalRequirements.iot.azureCertifiedDevice",
		"Attach Services":                           "details.requirements.additionalRequirements.iot.attachServices",
		"Microsoft MSX ID":                          "trackingInfo.microsoftMsxId",
		"Microsoft MSX Id":                          "trackingInfo.microsoftMsxId",
		"Migrated PSC Deal ID":                      "trackingInfo.migratedPSCDealId",
		"PartnerID (formerly MPN ID)":               "mpnId",
		"Marketplace Purchase Intent":               "details.requirements.additionalRequirements.attributes[type=CustomerMarketplaceIntent]",
		"Customer Domain Name":                      "@domain",
		"Final Matched Customer Account":            "customerProfile.ids[profileType=External]",
		"Final Matched Customer Account *":          "customerProfile.ids[profileType=External]",
		"Matched Category":                          "@matchedCategory",
		"Confidence":                                "@confidence",
		"Managed Account 1":                         "@managedAccount[0]",
		"Managed Account Match 2":                   "@managedAccount[1]",
		"Unmanaged Account 1":                       "@unmanagedAccount[0]",
		"UnManaged Account Match 2":                 "@unmanagedAccount[1]",
		"DUNS Account":                              "@dunsAccount",
		"Moodys Account Match 1":                    "@dunsAccount[0]",
		"Solution 1":                                "details.requirements.solutions[0]",
		"Solution 50":                               "details.requirements.solutions[49]",
		"Team member 1":                             "team[0]",
		"Team member 50":                            "team[49]",
		"Microsoft team member 1":                   "@microsoftTeam[0]",
		"Created Date":                              "createdDateTime",
		"Estimated ACR Value":                       "@acr",
		"Solution Area":                             "details.requirements.additionalRequirements.attributes[type=SolutionArea]",
		"Solution Play":                             "details.requirements.additionalRequirements.attributes[type=SolutionPlay]",
		"Partner Role":                              "details.requirements.additionalRequirements.attributes[type=PartnerRole]",
		"Outcome":                                   "@outcome",
		"Message":                                   "@message",
		"Hint":                                      "@hint",
		"Request ID":                                "@requestId",
		"Attempts":                                  "@attempts",
		"ETag":                                      "eTag",
	} {
		got, ok := resolve(header)
		if !ok || got.path != path || got.byPath {
			t.Errorf("%q finds %q (by path: %v), want %q", header, got.path, got.byPath, path)
		}
	}
}

// TestCRMHeaders has the headers under which the CRMs export what a referral needs.
func TestCRMHeaders(t *testing.T) {
	for header, path := range map[string]string{
		"Topic": "name", "Potential Customer": "customerProfile.name", "Est. Revenue": "details.dealValue",
		"Est. Close Date": "details.closingDateTime", "(Do Not Modify) Opportunity": "externalReferenceId",
		"Address 1: Street 1": "customerProfile.address.addressLine1", "Address 1: ZIP/Postal Code": "customerProfile.address.postalCode",
		"Opportunity Name": "name", "Account Name": "customerProfile.name", "Amount": "details.dealValue",
		"Close Date": "details.closingDateTime", "Billing Street": "customerProfile.address.addressLine1",
		"Billing State/Province": "customerProfile.address.state", "Billing Zip/Postal Code": "customerProfile.address.postalCode",
		"Billing Country": "customerProfile.address.country", "Opportunity ID": "externalReferenceId",
		"Dealname": "name", "Associated Company": "customerProfile.name", "Record ID": "externalReferenceId",
		"Deal Description": "details.notes",
	} {
		if got, ok := resolve(header); !ok || got.path != path {
			t.Errorf("%q finds %q, want %q", header, got.path, path)
		}
	}
	for _, header := range []string{"Deal Stage", "Stage", "Probability", "Expected Revenue", "Owner", "Email", "ID", "Id", "Type", "Name", "Status Reason", "Team", "Target", "Solutions", "Requirements"} {
		if got, ok := resolve(header); ok {
			t.Errorf("%q means something else in a CRM, but finds %q", header, got.path)
		}
	}
}

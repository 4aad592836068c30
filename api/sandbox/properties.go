package sandbox

import "slices"

// Access says who may write a property, and when.
type Access uint8

// The ways of access.
const (
	Free     Access = iota // on create and later
	AtCreate               // on create only; read-only afterwards
	Later                  // by a change only
	Server                 // by the service only
)

// Property is one row of the table of properties.
type Property struct {
	Path     string   // names with dots, "[]" for the elements of an array: "team[].email"
	Kind     Kind     // what it holds
	Access   Access   // who writes it
	Values   []string // the allowed strings of an enum; nil where any fits
	Required bool     // null and absence are refused on create, null also later
	NotNull  bool     // null is refused, absence is not
}

// Properties returns the table: every property that a referral may have.
//
// Source: the "Referral resources" page, and the properties seen in responses of the service.
func Properties() []Property {
	return slices.Concat(rootProperties, customerProperties, members("customerProfile.team[]"), members("team[]"),
		consentProperties, detailProperties, inviteProperties, serverProperties, registrationProperties)
}

var rootProperties = []Property{
	{Path: "name", Kind: Text, NotNull: true},
	{Path: "engagementId", Kind: GUID, Access: AtCreate, NotNull: true},
	{Path: "externalReferenceId", Kind: Text},
	{Path: "mpnId", Kind: Text, Access: AtCreate},
	{Path: "expirationDateTime", Kind: DateTime},
	{Path: "status", Kind: Text, Values: statuses, NotNull: true},
	{Path: "substatus", Kind: Text, Values: substatuses, NotNull: true},
	{Path: "statusReason", Kind: Text},
	{Path: "type", Kind: Text, Values: []string{"Shared", "Independent"}, Required: true},
	{Path: "qualification", Kind: Text, Values: qualifications, NotNull: true},
	{Path: "campaignId", Kind: Text},
	{Path: "salesStage", Kind: Text, Values: salesStages},
	{Path: "favorite", Kind: Boolean},
	{Path: "tags", Kind: Array},
	{Path: "tags[]", Kind: Text},
	{Path: "dealSensitivity", Kind: Text},
	{Path: "target", Kind: Array, NotNull: true},
	{Path: "target[]", Kind: Object, NotNull: true},
	{Path: "target[].id", Kind: Text, NotNull: true},
	{Path: "target[].type", Kind: Text, Values: targetTypes, NotNull: true},
}

var customerProperties = []Property{
	{Path: "customerProfile", Kind: Object, Required: true},
	{Path: "customerProfile.name", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.size", Kind: Text},
	{Path: "customerProfile.isMatchingComplete", Kind: Boolean, Access: Server},
	{Path: "customerProfile.address", Kind: Object, Access: AtCreate},
	{Path: "customerProfile.address.addressLine1", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.address.addressLine2", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.address.city", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.address.state", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.address.postalCode", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.address.country", Kind: Country, Access: AtCreate, NotNull: true},
	{Path: "customerProfile.address.region", Kind: Text, Access: AtCreate},
	{Path: "customerProfile.ids", Kind: Array},
	{Path: "customerProfile.ids[]", Kind: Object, NotNull: true},
	{Path: "customerProfile.ids[].profileType", Kind: Text, Values: []string{"Duns", "External"}, NotNull: true},
	{Path: "customerProfile.ids[].id", Kind: Text, NotNull: true},
	{Path: "customerProfile.team", Kind: Array},
	{Path: "team", Kind: Array, NotNull: true},
}

// members are the properties of a person in a team.
func members(path string) []Property {
	return []Property{
		{Path: path, Kind: Object, NotNull: true},
		{Path: path + ".firstName", Kind: Text},
		{Path: path + ".lastName", Kind: Text},
		{Path: path + ".phoneNumber", Kind: Text},
		{Path: path + ".email", Kind: Text},
		{Path: path + ".title", Kind: Text},
		{Path: path + ".contactPreference", Kind: Object},
		{Path: path + ".contactPreference.locale", Kind: Text},
		{Path: path + ".contactPreference.disableNotifications", Kind: Boolean},
	}
}

var consentProperties = []Property{
	{Path: "consent", Kind: Object, Required: true},
	{Path: "consent.consentToToShareInfoWithOthers", Kind: Boolean, Access: AtCreate, NotNull: true},
	{Path: "consent.consentToContact", Kind: Boolean, NotNull: true},
	{Path: "consent.consentToShareReferralWithMicrosoftSellers", Kind: Boolean, NotNull: true},
	{Path: "consent.consentToMicrosoftToContactSpecificPartners", Kind: Boolean},
}

var inviteProperties = []Property{
	{Path: "inviteContext", Kind: Object},
	{Path: "inviteContext.notes", Kind: Text},
	{Path: "inviteContext.assistanceRequestCode", Kind: Text, Values: assistanceCodes},
	{Path: "inviteContext.invitedMpnId", Kind: Text, Access: Server},
	{Path: "inviteContext.invitedBy", Kind: Object},
	{Path: "inviteContext.invitedBy.organizationId", Kind: Text},
	{Path: "inviteContext.invitedBy.organizationName", Kind: Text},
}

// serverProperties belong to the service. lastRunId is opaque: it was seen in three shapes.
var serverProperties = []Property{
	{Path: "id", Kind: GUID, Access: Server},
	{Path: "organizationId", Kind: GUID, Access: Server},
	{Path: "organizationName", Kind: Text, Access: Server},
	{Path: "createdDateTime", Kind: DateTime, Access: Server},
	{Path: "updatedDateTime", Kind: DateTime, Access: Server},
	{Path: "acceptedDateTime", Kind: DateTime, Access: Server},
	{Path: "closedDateTime", Kind: DateTime, Access: Server},
	{Path: "direction", Kind: Text, Access: Server, Values: directions},
	{Path: "eTag", Kind: Text, Access: Server},
	{Path: "links", Kind: Any, Access: Server},
	{Path: "quality", Kind: Text, Access: Server},
	{Path: "isSpam", Kind: Boolean, Access: Server},
	{Path: "referralProgram", Kind: Text, Access: Server},
	{Path: "referralSource", Kind: Text, Access: Server},
	{Path: "callToAction", Kind: Text, Access: Server},
	{Path: "createdVia", Kind: Text, Access: Server},
	{Path: "lastModifiedVia", Kind: Text, Access: Server},
	{Path: "lastRunId", Kind: Any, Access: Server},
	{Path: "registrationStatus", Kind: Text, Access: Server},
	{Path: "trackingInfo", Kind: Any, Access: Server},
	{Path: "businessProfileId", Kind: Text, Access: Server},
}

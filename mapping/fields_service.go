package mapping

// serviceFields are properties that the service alone sets. They are known, so that an
// exported sheet reads back, and never sent.
var serviceFields = []Field{
	owned("organizationId", "Organization ID", GUID, "The organisation that owns the referral."),
	owned("organizationName", "Organization Name", Text, "The name of the organisation that owns the referral."),
	owned("createdDateTime", "Created Date", Time, "When the referral was created.", "Created On", "Create Date", "Created"),
	owned("updatedDateTime", "Updated Date", Time, "When the referral was last changed.", "Modified On", "Last Modified Date", "Updated On"),
	owned("acceptedDateTime", "Accepted Date", Time, "When the referral was accepted."),
	owned("closedDateTime", "Closed Date", Time, "When the deal was closed.", "Actual Close Date", "Closed On"),
	owned("direction", "Direction", Text, "Whether the referral came in or went out."),
	owned("quality", "Lead Quality", Text, "The quality of a lead as the service sees it."),
	owned("isSpam", "Is Spam", Bool, "Whether the service takes the lead for spam."),
	owned("referralProgram", "Referral Program", Text, "The programme that a lead came from."),
	owned("referralSource", "Referral Source", Text, "Where a marketplace lead came from."),
	owned("callToAction", "Call to Action", Text, "What the customer clicked on in the marketplace."),
	owned("createdVia", "Created Via", Text, "The way in which the referral was created."),
	owned("lastModifiedVia", "Last Modified Via", Text, "The way in which the referral was last changed."),
	owned("lastRunId", "Last Run ID", Text, "Bookkeeping of Microsoft's connectors."),
	owned("registrationStatus", "Registration Status", Text, "How far the registration of the deal is."),
	owned("registrations", "Registrations", Text, "The registrations of the deal."),
	owned("links", "Links", Text, "Addresses of related resources."),
	owned("customerProfile.isMatchingComplete", "Account Matching Complete", Bool, "Whether Microsoft has found the customer's account."),
	owned("details.customerRequestedContact", "Customer Requested Contact", Bool, "Whether the customer asked to be contacted."),
	owned("details.customerAction", "Customer Action", Text, "What the customer did in the marketplace."),
	owned("inviteContext.invitedMpnId", "Invited MPN ID", Text, "The location that was invited."),
	ownedPortal("trackingInfo.microsoftMsxId", "Microsoft MSX ID", "The deal's number in Microsoft's own sales system."),
	ownedPortal("trackingInfo.migratedPSCDealId", "Migrated PSC Deal ID", "The deal's number in the former Partner Sales Connect."),
	owned("trackingInfo.migratedPSCPartnerDealId", "Migrated PSC Partner Deal ID", Text, "The partner's number in the former Partner Sales Connect."),
	owned("trackingInfo.microsoftUSFedOpportunityId", "Microsoft US Federal Opportunity ID", Text, "The deal's number in Microsoft's federal sales system."),
	owned("trackingInfo.microsoftUSFedLeadId", "Microsoft US Federal Lead ID", Text, "The lead's number in Microsoft's federal sales system."),
}

func owned(path, header string, kind Kind, help string, aliases ...string) Field {
	return Field{Path: path, Header: header, Aliases: aliases, Kind: kind, Writable: Never, Help: help, Source: pageResource}
}

func ownedPortal(path, header, help string) Field {
	f := owned(path, header, Text, help)
	f.Portal, f.Source = true, pageBulk
	return f
}

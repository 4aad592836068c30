package mapping

// steeringFields are columns that say what shall happen with the row.
var steeringFields = []Field{
	{
		Path: "@action", Header: "Action", Kind: Choice, Allowed: []string{"create", "update", "skip"}, Writable: Steers,
		Aliases: []string{"Refload Action", "Row Action"},
		Help:    "create, update or skip for this row, whatever refload would do by itself. Blank leaves it to refload.",
		Source:  "refload",
	},
	{
		Path: "id", Header: "Referral ID", Kind: GUID, Writable: Steers, Portal: true,
		Aliases: []string{"Partner Center Referral ID"},
		Help:    "The service's id of the referral. A row that has one updates that referral and creates nothing.",
		Source:  pageBulk,
	},
	{
		Path: "engagementId", Header: "Engagement ID", Kind: GUID, Writable: Steers, Portal: true,
		Aliases: []string{"Partner Center Engagement ID"},
		Help:    "The service's id of the deal that the referral is part of. A row that has one and no Referral ID becomes a further referral of that deal; with the target msft it invites Microsoft to it.",
		Source:  pageBulk,
	},
	{
		Path: "eTag", Header: "ETag", Kind: ETag, Writable: Steers,
		Aliases: []string{"Entity Tag"},
		Help:    "The version of the referral that the row was read from, its quotes included. With it, refload does not overwrite a newer one.",
		Source:  pageResource,
	},
}

// SnapshotPath is the column in which an export keeps what its cells held, see Snapshot.
const SnapshotPath = "@snapshot"

// portalFields are columns that refload, the portal or a CRM write and that no property of
// a new referral comes from. They are known so that a downloaded file can be used as it is.
var portalFields = []Field{
	outColumn("@outcome", "Outcome", "What refload did with the row."),
	outColumn("@message", "Message", "What happened to the row."),
	outColumn("@hint", "Hint", "What to do next."),
	outColumn("@requestId", "Request ID", "The id of the last request, for Microsoft's support."),
	outColumn("@attempts", "Attempts", "How often refload sent the row."),
	outColumn("@side", "Referral Side", "Whose referral of the deal the row of an export is: Partner for your own, Microsoft for the other. Rows of Microsoft's side are not sent."),
	outColumn(SnapshotPath, "Snapshot", "What the cells of the row held when it was exported, by which an import finds what was changed. Leave it as it is."),
	portalColumn("@errors", "Errors", "What the portal found wrong with the row."),
	portalColumn("@microsoftStatus", "Microsoft Referral Status", "The status on Microsoft's side."),
	portalColumn("@microsoftSubstatus", "Microsoft Referral Substatus", "The substatus on Microsoft's side."),
	numberedOut(portalColumn("@microsoftTeam[#]", "Microsoft team member #", "A person of Microsoft on the deal."), maxMembers),
	portalColumn("@domain", "Customer Domain Name", "The customer's web domain, for the portal's account matching. The service has no property for it, so it is not sent."),
	portalColumn("@matchedCategory", "Matched Category", "What the portal's account matching found."),
	portalColumn("@confidence", "Confidence", "How sure the portal's account matching is.", "Match Confidence"),
	numberedOut(portalColumn("@managedAccount[#]", "Managed Account #", "An account that the portal proposes.", "Managed Account Match #"), 9),
	numberedOut(portalColumn("@unmanagedAccount[#]", "Unmanaged Account #", "An account that the portal proposes.", "Unmanaged Account Match #"), 9),
	portalColumn("@dunsAccount", "DUNS Account", "An account that the portal proposes."),
	numberedOut(portalColumn("@dunsAccount[#]", "DUNS Account #", "An account that the portal proposes.", "Moodys Account Match #"), 9),
	portalColumn("@acr", "Estimated ACR Value", "Expected consumption revenue, shown by the portal. The service has no property for it, so it is not sent."),
	outColumn("@crmRow", "(Do Not Modify) Row Checksum", "Bookkeeping of Dynamics 365.", "(Do Not Modify) Modified On", "(Do Not Modify) Account", "(Do Not Modify) Lead"),
}

func outColumn(path, header, help string, aliases ...string) Field {
	return Field{Path: path, Header: header, Aliases: aliases, Kind: Result, Writable: Never, Help: help, Source: "refload"}
}

func portalColumn(path, header, help string, aliases ...string) Field {
	f := outColumn(path, header, help, aliases...)
	f.Portal, f.Source = true, pageBulk
	return f
}

func numberedOut(f Field, most int) Field {
	f.Max = most
	return f
}

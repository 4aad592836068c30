package mapping

// consentFields are what the customer agreed to. Consent is never assumed.
var consentFields = []Field{
	{
		Path: "consent.consentToToShareInfoWithOthers", Header: "Consent to share Customer/Partner contact", Kind: Bool, Need: Required, Writable: OnCreate, Portal: true,
		Aliases: []string{"Consent to share Customer/Partner contacts", "Consent to share", "Consent to share contact", "Consent to share information"},
		Help:    "Yes: the customer agreed that the data of this row is shared, and to be contacted. Without it the service takes no deal.",
		Source:  pageBulk,
	},
	{
		Path: "consent.consentToContact", Header: "Consent to contact", Kind: Bool, Writable: OnCreate,
		Aliases: []string{"Consent to be contacted"},
		Help:    "Whether the customer may be contacted. The column \"Consent to share Customer/Partner contact\" answers it too.",
		Source:  pageResource,
	},
	{
		Path: "consent.consentToShareReferralWithMicrosoftSellers", Header: "Share with Microsoft sales team", Kind: Bool, Need: RequiredDeal, Writable: UntilShared, Portal: true,
		Aliases: []string{"Share with Microsoft", "Share with Microsoft sellers", "Consent to share with Microsoft sellers"},
		Help:    "No keeps the deal private. Yes shows it to Microsoft's sellers, and cannot be taken back.",
		Source:  pageBulk,
	},
	{
		Path: "consent.consentToMicrosoftToContactSpecificPartners", Header: "Consent to contact specific partners", Kind: Bool, Writable: OnCreate,
		Aliases: []string{"Consent to Microsoft to contact specific partners"},
		Help:    "Whether Microsoft may bring in partners that it chooses.",
		Source:  pageCreate,
	},
}

// helpFields say whom the deal is shared with, and what for.
var helpFields = []Field{
	{
		Path: "@help", Header: "Microsoft help required?", Kind: Bool, Writable: Steers, Portal: true,
		Aliases: []string{"Help required from Microsoft", "Microsoft help needed"},
		Help:    "Yes makes a co-sell deal and invites Microsoft. No makes a deal of your own. It decides Referral Type and the targets.",
		Source:  pageBulk,
	},
	{
		Path: "inviteContext.assistanceRequestCode", Header: "What specific help from Microsoft?", Kind: Choice, Need: RequiredHelp, Writable: UntilShared, Portal: true,
		Allowed: []string{"WorkloadSpecificValueProposition", "CustomerTechnicalArchitecture", "ProofOfConceptOrDemo", "QuotesOrLicensing",
			"PostSalesCustomerSuccess", "GeneralOrOther", "Unknown"},
		Codes: map[string]string{"1": "WorkloadSpecificValueProposition", "2": "CustomerTechnicalArchitecture", "3": "ProofOfConceptOrDemo",
			"4": "QuotesOrLicensing", "5": "PostSalesCustomerSuccess", "6": "GeneralOrOther"},
		Aliases: []string{"Specific help from Microsoft", "Help needed from Microsoft", "Assistance Request Code"},
		Help: "What Microsoft shall help with, as the portal's number: 1 value proposition of a workload, 2 technical architecture, " +
			"3 proof of concept or demo, 4 quotes or licensing, 5 customer success after the sale, 6 anything else.",
		Source: pageBulk,
	},
	{
		Path: "inviteContext.notes", Header: "Notes to Microsoft", Kind: Text, Writable: UntilShared, Portal: true,
		Aliases: []string{"Invite Notes", "Invitation Notes"},
		Help:    "What Microsoft's sellers should know. It is shown to them, unlike Notes.",
		Source:  pageBulk,
	},
	{
		Path: "inviteContext.invitedBy.organizationId", Header: "Invited By Organization ID", Kind: Text, Writable: OnCreate,
		Help:   "The organisation that sent the referral. Leave it out for your own deals.",
		Source: pageCreate,
	},
	{
		Path: "inviteContext.invitedBy.organizationName", Header: "Invited By Organization Name", Kind: Text, Writable: OnCreate,
		Help:   "The name of the organisation that sent the referral. Leave it out for your own deals.",
		Source: pageResource,
	},
	{
		Path: "target[#].type", Header: "Target # Type", Kind: Choice, Allowed: []string{"SolutionProfile", "BusinessProfileLocation", "None"}, Writable: OnCreate, Max: maxMembers,
		Aliases: []string{"Target Type"},
		Help:    "What the deal is shared through: SolutionProfile for a solution, BusinessProfileLocation for an organisation.",
		Source:  pageResource,
	},
	{
		Path: "target[#].id", Header: "Target # ID", Kind: Text, Writable: OnCreate, Max: maxMembers,
		Aliases: []string{"Target ID"},
		Help:    "The id of the solution or organisation that the deal is shared through.",
		Source:  pageCreate,
	},
	{
		Path: "target", Header: "target", Kind: Empty, Allowed: []string{"[]"}, Writable: OnCreate,
		Help:   "[] says that the deal is shared with nobody. Targets have columns of their own.",
		Source: pageCreate,
	},
}

package mapping

// dealFields are the deal's own facts: what it is called, worth and when it closes.
var dealFields = []Field{
	{
		Path: "name", Header: "Deal Name", Kind: Text, Need: Required, Writable: Always, Portal: true,
		Aliases: []string{"Deal", "Deal Title", "Referral Name", "Opportunity", "Opportunity Name", "Opportunity Title", "Topic"},
		Help:    "What the deal is called, in your own words.",
		Source:  pageBulk,
	},
	{
		Path: "externalReferenceId", Header: "CRM ID", Kind: Text, Writable: Always, Portal: true,
		Aliases: []string{"External Reference ID", "External Reference", "External ID", "CRM Reference", "CRM Record ID",
			"Opportunity ID", "Opportunity Number", "Deal ID", "Record ID", "(Do Not Modify) Opportunity"},
		Help: "Your own id of the deal, by which refload finds it again. Give every row one: the service does not " +
			"keep ids unique, refload does.",
		Source: pageResource,
	},
	{
		Path: "details.dealValue", Header: "Estimated Deal Value", Kind: Number, Need: RequiredDeal, Writable: Always, Portal: true,
		Aliases: []string{"Deal Value", "Deal Amount", "Value", "Amount", "Estimated Value", "Est. Value",
			"Estimated Revenue", "Est. Revenue", "Opportunity Amount"},
		Help:   "The value of the deal, above zero, in the currency of the Currency column: digits with a decimal point.",
		Source: pageResource,
	},
	{
		Path: "details.currency", Header: "Currency", Kind: Currency, Catalogue: currencyCodes, Need: RequiredDeal, Writable: Always, Portal: true,
		Aliases: []string{"Currency Code", "Currency ISO Code", "Deal Currency", "Deal Currency Code", "Opportunity Currency",
			"Amount Currency", "Estimated Deal Value Currency", "Est. Revenue Currency"},
		Help:   "The ISO 4217 code of three letters, such as USD.",
		Source: pageResource,
	},
	{
		Path: "details.closingDateTime", Header: "Estimated Close Date", Kind: Date, Need: RequiredDeal, Writable: Always, Portal: true,
		Aliases: []string{"Estimated Closing Date", "Est. Close Date", "Est. Closing Date", "Expected Close Date",
			"Expected Closing Date", "Anticipated Close Date", "Close Date", "Closing Date"},
		Help:   "The day on which the deal is expected to close: a date cell, or YYYY-MM-DD. It is sent as midnight UTC.",
		Source: pageBulk,
	},
	{
		Path: "details.notes", Header: "Notes", Kind: Text, Writable: Always, Portal: true,
		Aliases: []string{"Deal Notes", "Description", "Deal Description", "Opportunity Description", "Comments"},
		Help:    "Free text about the deal.",
		Source:  pageResource,
	},
	{
		Path: "campaignId", Header: "Marketing Campaign ID", Kind: Text, Writable: Always, Portal: true,
		Aliases: []string{"Campaign ID", "Campaign Code"},
		Help:    "The id of the marketing campaign that the deal came from.",
		Source:  pageBulk,
	},
	{
		Path: "mpnId", Header: "PartnerID (formerly MPN ID)", Kind: Text, Writable: OnCreate, Portal: true,
		Aliases: []string{"PartnerID", "MPN ID", "Partner Location ID", "Location ID"},
		Help:    "The id of your location, set when the deal is created and not changed after.",
		Source:  pageBulk,
	},
	{
		Path: "favorite", Header: "Favorite", Kind: Bool, Writable: Always,
		Aliases: []string{"Favourite", "Starred"},
		Help:    "Whether the deal is marked in the portal.",
		Source:  pageResource,
	},
	{
		Path: "tags", Header: "Tags", Kind: List, Writable: Always,
		Aliases: []string{"Labels", "Deal Tags"},
		Help:    "Words to find the deal by, separated by semicolons.",
		Source:  pageResource,
	},
	{
		Path: "dealSensitivity", Header: "Deal Sensitivity", Kind: Text, Writable: OnCreate,
		Help:   "How confidential the deal is. The service's list of values is not published.",
		Source: pageResource,
	},
	{
		Path: "details.incentiveLevel", Header: "Incentive Level", Kind: Text, Writable: Always,
		Help:   "The incentive level of the deal. The service's list of values is not published.",
		Source: pageResource,
	},
	{
		Path: "expirationDateTime", Header: "Expiration Date", Kind: Time, Writable: OnCreate,
		Aliases: []string{"Expires On", "Expiry Date"},
		Help:    "When the referral expires if nobody answers it. Leave it out for your own deals.",
		Source:  pageCreate,
	},
}

package mapping

// customerFields describe the customer's organisation. The portal does not let them change
// once the deal is created.
var customerFields = []Field{
	{
		Path: "customerProfile.name", Header: "Customer Name", Kind: Text, Need: Required, Writable: OnCreate, Portal: true,
		Aliases: []string{"Customer", "Customer Company", "Customer Legal Name", "End Customer", "End Customer Name", "Client", "Client Name",
			"Company", "Company Name", "Associated Company", "Account", "Account Name", "Potential Customer"},
		Help:   "The legal name of the customer's organisation.",
		Source: pageBulk,
	},
	{
		Path: "customerProfile.address.addressLine1", Header: "Customer Address Line 1", Kind: Text, Need: RequiredDeal, Writable: OnCreate, Portal: true,
		Aliases: []string{"Address Line 1", "Address 1", "Customer Address", "Customer Street", "Address", "Street", "Street Address",
			"Billing Street", "Billing Address Line 1", "Address 1: Street 1"},
		Help:   "Street and number of the customer.",
		Source: pageBulk,
	},
	{
		Path: "customerProfile.address.addressLine2", Header: "Customer Address Line 2", Kind: Text, Writable: OnCreate, Portal: true,
		Aliases: []string{"Address Line 2", "Address 2", "Street Address 2", "Billing Address Line 2", "Address 1: Street 2"},
		Help:    "What the first line has no room for: floor, building.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.address.city", Header: "Customer City", Kind: Text, Need: RequiredDeal, Writable: OnCreate, Portal: true,
		Aliases: []string{"City", "Town", "Billing City", "Address 1: City"},
		Help:    "The customer's city.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.address.state", Header: "Customer State", Kind: Text, Writable: OnCreate, Portal: true,
		Aliases: []string{"State", "Province", "State/Province", "Customer State/Province", "Billing State", "Billing State/Province",
			"State/Region", "Address 1: State/Province"},
		Help:   "State or province, in the United States its two letters.",
		Source: pageBulk,
	},
	{
		Path: "customerProfile.address.region", Header: "Customer Region", Kind: Text, Writable: OnCreate,
		Help:   "The region of the address. Deals that were made in the portal have the state of the United States here.",
		Source: pageResource,
	},
	{
		Path: "customerProfile.address.postalCode", Header: "Customer Postal code", Kind: Text, Writable: OnCreate, Portal: true,
		Aliases: []string{"Postal Code", "Postcode", "Customer Postcode", "Zip", "Zip Code", "Customer Zip Code", "Zip/Postal Code",
			"Billing Zip/Postal Code", "Billing Postal Code", "Address 1: ZIP/Postal Code"},
		Help:   "As text, so that leading zeros stay.",
		Source: pageBulk,
	},
	{
		Path: "customerProfile.address.country", Header: "Customer Country", Kind: Country, Catalogue: countryCodes, Need: RequiredDeal, Writable: OnCreate, Portal: true,
		Aliases: []string{"Country", "Country Code", "Customer Country Code", "Country/Region", "Country/Region Code", "Billing Country",
			"Billing Country Code", "Address 1: Country/Region"},
		Help:   "The ISO 3166 code of two letters, such as US or GB.",
		Source: pageCreate,
	},
	{
		Path: "customerProfile.size", Header: "Customer Size", Kind: Open, Catalogue: customerSizes, Writable: OnCreate,
		Aliases: []string{"Company Size", "Customer Organization Size", "Organization Size"},
		Help:    "How many people the customer employs, as one of the service's ranges.",
		Source:  pageResource,
	},
	{
		Path: "customerProfile.ids[profileType=Duns]", Header: "Customer D-U-N-S ID", Kind: Text, Writable: OnCreate, Portal: true,
		Aliases: []string{"D-U-N-S ID", "D-U-N-S Number", "DUNS", "Customer D-U-N-S Number"},
		Help:    "The customer's number at Dun & Bradstreet: nine digits.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.ids[profileType=External]", Header: "Final Matched Customer Account", Kind: Text, Writable: OnCreate, Portal: true,
		Aliases: []string{"Final Account Match", "Final Account Matched", "Final Matched Account"},
		Help:    "Microsoft's account of the customer, as \"MicrosoftID: 6-ABCDEFG23XB\". The portal fills it in; written by hand it skips the matching.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.ids[#].profileType", Header: "Customer ID # Type", Kind: Choice, Allowed: []string{"Duns", "External"}, Writable: OnCreate, Max: 10,
		Help:   "Whose id the next column has: Duns for Dun & Bradstreet, External for Microsoft's account.",
		Source: pageResource,
	},
	{
		Path: "customerProfile.ids[#].id", Header: "Customer ID #", Kind: Text, Writable: OnCreate, Max: 10,
		Help:   "An id of the customer, of the type that the column before says.",
		Source: pageResource,
	},
	{
		Path: "customerProfile.ids", Header: "customerProfile.ids", Kind: Empty, Allowed: []string{"[]"}, Writable: OnCreate,
		Help:   "[] sends an empty list of ids. Ids have columns of their own.",
		Source: pageCreate,
	},
}

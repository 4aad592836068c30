package mapping

// maxMembers is how many team members and solutions the portal's CSV has columns for.
//
// Source: the bulk operations page.
const maxMembers = 50

// contactFields are the customer's people. The first one is who Microsoft calls when its help
// is asked for; the portal has no number in the headers of this one.
var contactFields = []Field{
	{
		Path: "customerProfile.team[0].firstName", Header: "Customer Contact First Name", Kind: Text, Need: RequiredHelp, Writable: UntilShared, Portal: true,
		Aliases: []string{"Contact First Name", "Primary Contact First Name", "Customer First Name"},
		Help:    "First name of the person to talk to at the customer.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.team[0].lastName", Header: "Customer Contact Last Name", Kind: Text, Need: RequiredHelp, Writable: UntilShared, Portal: true,
		Aliases: []string{"Contact Last Name", "Primary Contact Last Name", "Customer Last Name"},
		Help:    "Last name of the person to talk to at the customer.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.team[0].phoneNumber", Header: "Customer Contact Phone number", Kind: Phone, Need: RequiredHelp, Writable: UntilShared, Portal: true,
		Aliases: []string{"Customer Contact Phone", "Contact Phone", "Contact Phone Number", "Primary Contact Phone", "Customer Phone", "Customer Phone Number"},
		Help:    "Phone number of the customer's contact, with the country code.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.team[0].email", Header: "Customer Contact Email Address", Kind: Email, Need: RequiredHelp, Writable: UntilShared, Portal: true,
		Aliases: []string{"Customer Contact Email", "Contact Email", "Contact Email Address", "Primary Contact Email", "Customer Email", "Customer Email Address"},
		Help:    "E-mail address of the customer's contact.",
		Source:  pageBulk,
	},
	{
		Path: "customerProfile.team[#].firstName", Header: "Customer Contact # First Name", Kind: Text, Writable: UntilShared, Max: maxMembers,
		Help: "First name of a further contact at the customer.", Source: pageResource,
	},
	{
		Path: "customerProfile.team[#].lastName", Header: "Customer Contact # Last Name", Kind: Text, Writable: UntilShared, Max: maxMembers,
		Help: "Last name of a further contact at the customer.", Source: pageResource,
	},
	{
		Path: "customerProfile.team[#].phoneNumber", Header: "Customer Contact # Phone number", Kind: Phone, Writable: UntilShared, Max: maxMembers,
		Aliases: []string{"Customer Contact # Phone"},
		Help:    "Phone number of a further contact at the customer.", Source: pageResource,
	},
	{
		Path: "customerProfile.team[#].email", Header: "Customer Contact # Email Address", Kind: Email, Writable: UntilShared, Max: maxMembers,
		Aliases: []string{"Customer Contact # Email"},
		Help:    "E-mail address of a further contact at the customer.", Source: pageResource,
	},
	{
		Path: "customerProfile.team[#].title", Header: "Customer Contact # Title", Kind: Text, Writable: UntilShared, Max: maxMembers,
		Aliases: []string{"Customer Contact Title", "Customer Contact Job Title", "Contact Title"},
		Help:    "Job title of a contact at the customer.", Source: pageResource,
	},
	{
		Path: "customerProfile.team[#].contactPreference.locale", Header: "Customer Contact # Locale", Kind: Text, Writable: UntilShared, Max: maxMembers,
		Aliases: []string{"Customer Contact Locale"},
		Help:    "Language and country in which a contact is written to, such as en-us.", Source: pageResource,
	},
	{
		Path: "customerProfile.team[#].contactPreference.disableNotifications", Header: "Customer Contact # No Notifications", Kind: Bool, Writable: UntilShared, Max: maxMembers,
		Aliases: []string{"Customer Contact No Notifications"},
		Help:    "Yes if the service shall not notify the contact.", Source: pageResource,
	},
	{
		Path: "customerProfile.team", Header: "customerProfile.team", Kind: Empty, Allowed: []string{"[]"}, Writable: UntilShared,
		Help: "[] sends an empty list of contacts. Contacts have columns of their own.", Source: pageResource,
	},
}

// teamFields are the partner's own people on the deal.
var teamFields = []Field{
	{
		Path: "team[#]", Header: "Team member #", Kind: Member, Need: RequiredDeal, Writable: Always, Portal: true, Max: maxMembers,
		Aliases: []string{"Team member", "Partner team member #", "Partner team member"},
		Help:    "One of your people, in one cell: first name, last name, phone, e-mail, separated by commas.",
		Source:  pageBulk,
	},
	{
		Path: "team[#].firstName", Header: "Team member # First Name", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member First Name"},
		Help:    "First name of one of your people on the deal.", Source: pageResource,
	},
	{
		Path: "team[#].lastName", Header: "Team member # Last Name", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member Last Name"},
		Help:    "Last name of one of your people on the deal.", Source: pageResource,
	},
	{
		Path: "team[#].phoneNumber", Header: "Team member # Phone number", Kind: Phone, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member # Phone", "Team member Phone", "Team member Phone number"},
		Help:    "Phone number of one of your people on the deal.", Source: pageResource,
	},
	{
		Path: "team[#].email", Header: "Team member # Email", Kind: Email, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member # Email Address", "Team member Email", "Team member Email Address"},
		Help:    "E-mail address of one of your people on the deal.", Source: pageResource,
	},
	{
		Path: "team[#].title", Header: "Team member # Title", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member Title"},
		Help:    "Job title of one of your people on the deal.", Source: pageResource,
	},
	{
		Path: "team[#].contactPreference.locale", Header: "Team member # Locale", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member Locale"},
		Help:    "Language and country in which the person is written to, such as en-us.", Source: pageResource,
	},
	{
		Path: "team[#].contactPreference.disableNotifications", Header: "Team member # No Notifications", Kind: Bool, Writable: Always, Max: maxMembers,
		Aliases: []string{"Team member No Notifications"},
		Help:    "Yes if the service shall not notify the person.", Source: pageResource,
	},
	{
		Path: "team", Header: "team", Kind: Empty, Allowed: []string{"[]"}, Writable: Always,
		Help: "[] sends an empty list of people. People have columns of their own.", Source: pageResource,
	},
}

package mapping

const (
	attributesPath = "details.requirements.additionalRequirements.attributes"
	iotPath        = "details.requirements.additionalRequirements.iot"
)

// requirementFields are what the customer needs besides solutions.
var requirementFields = []Field{
	{
		Path: attributesPath + "[type=CustomerMarketplaceIntent]", Header: "Marketplace Purchase Intent", Kind: Choice, Need: RequiredDeal, Writable: Always, Portal: true,
		Allowed: []string{"Yes", "No", "HaveNotDecided"},
		Codes:   map[string]string{"Have not decided": "HaveNotDecided", "Not decided": "HaveNotDecided", "Undecided": "HaveNotDecided", "TRUE": "Yes", "FALSE": "No"},
		Aliases: []string{"Customer Marketplace Intent", "Marketplace Intent"},
		Help:    "Whether the customer means to buy through Microsoft's marketplace: Yes, No, or Have not decided.",
		Source:  pageCreate,
	},
	{
		Path: attributesPath + "[type=SolutionArea]", Header: "Solution Area", Kind: Open, Catalogue: solutionAreas, Writable: Always,
		Help:   "The solution area of the deal, by its name in Microsoft's fiscal year.",
		Source: pageResource,
	},
	{
		Path: attributesPath + "[type=SolutionPlay]", Header: "Solution Play", Kind: Open, Catalogue: solutionPlays, Writable: Always,
		Help:   "The solution play within the solution area, by its name in Microsoft's fiscal year.",
		Source: pageResource,
	},
	{
		Path: attributesPath + "[type=PartnerRole]", Header: "Partner Role", Kind: Open, Catalogue: partnerRoles, Writable: Always,
		Help:   "What you do in the deal. Needed for services co-sell only.",
		Source: pageCreate,
	},
	{
		Path: attributesPath + "[#].type", Header: "Attribute # Type", Kind: Text, Writable: Always, Max: maxMembers,
		Help:   "The type of a further attribute of the requirements.",
		Source: pageCreate,
	},
	{
		Path: attributesPath + "[#].id", Header: "Attribute #", Kind: Text, Writable: Always, Max: maxMembers,
		Help:   "The value of a further attribute of the requirements.",
		Source: pageCreate,
	},
	{
		Path: attributesPath, Header: attributesPath, Kind: Empty, Allowed: []string{"[]"}, Writable: Always,
		Help:   "[] sends an empty list of attributes. Attributes have columns of their own.",
		Source: pageCreate,
	},
	{
		Path: "details.requirements.products", Header: "Products", Kind: List, Element: "id", Catalogue: productIDs, Writable: Always,
		Aliases: []string{"Microsoft Products"},
		Help:    "Microsoft's products that the deal is about, separated by semicolons.",
		Source:  pageResource,
	},
	{
		Path: "details.requirements.products[#].id", Header: "Product #", Kind: Open, Catalogue: productIDs, Writable: Always, Max: maxMembers,
		Aliases: []string{"Product # ID"},
		Help:    "One of Microsoft's products that the deal is about.",
		Source:  pageResource,
	},
	{
		Path: "details.requirements.services", Header: "Services", Kind: List, Element: "id", Catalogue: serviceIDs, Writable: Always,
		Aliases: []string{"Partner Services"},
		Help:    "The services that the customer needs, separated by semicolons.",
		Source:  pageResource,
	},
	{
		Path: "details.requirements.services[#].id", Header: "Service #", Kind: Open, Catalogue: serviceIDs, Writable: Always, Max: maxMembers,
		Aliases: []string{"Service # ID"},
		Help:    "A service that the customer needs.",
		Source:  pageResource,
	},
	{
		Path: "details.requirements.industries", Header: "Industries", Kind: List, Element: "id", Catalogue: industryIDs, Writable: Always,
		Aliases: []string{"Industry", "Customer Industry"},
		Help:    "The customer's industries, separated by semicolons.",
		Source:  pageResource,
	},
	{
		Path: "details.requirements.industries[#].id", Header: "Industry #", Kind: Open, Catalogue: industryIDs, Writable: Always, Max: maxMembers,
		Aliases: []string{"Industry # ID"},
		Help:    "An industry of the customer.",
		Source:  pageResource,
	},
	{
		Path: "details.requirements.offers", Header: "details.requirements.offers", Kind: Empty, Allowed: []string{"[]"}, Writable: Always,
		Help:   "[] sends an empty list. What an offer holds is not published.",
		Source: pageResource,
	},
	{
		Path: "details.requirements.salesPlays", Header: "details.requirements.salesPlays", Kind: Empty, Allowed: []string{"[]"}, Writable: Always,
		Help:   "[] sends an empty list. What a sales play holds is not published.",
		Source: pageResource,
	},
	{
		Path: "details.requirements", Header: "details.requirements", Kind: Empty, Allowed: []string{"{}"}, Writable: Always,
		Help:   "{} sends requirements without content. What they hold has columns of its own.",
		Source: pagePatch,
	},
	{
		Path: "details.requirements.additionalRequirements", Header: "details.requirements.additionalRequirements", Kind: Empty, Allowed: []string{"{}"}, Writable: Always,
		Help:   "{} sends additional requirements without content. What they hold has columns of its own.",
		Source: pageResource,
	},
	{
		Path: iotPath, Header: iotPath, Kind: Empty, Allowed: []string{"{}"}, Writable: Always,
		Help:   "{} sends the device part without content, as the documented sample does.",
		Source: pageCreate,
	},
	{
		Path: iotPath + ".customerLicenseAgreementNumber", Header: "CLA Number", Kind: Text, Writable: Always, Portal: true,
		Aliases: []string{"Customer License Agreement Number"},
		Help:    "For devices only: the number of the customer licence agreement, needed from design win on.",
		Source:  pageBulk,
	},
	{
		Path: iotPath + ".deviceCategory", Header: "Device Category", Kind: Text, Writable: Always, Portal: true,
		Help: "For devices only: the category of the device.", Source: pageBulk,
	},
	{
		Path: iotPath + ".siliconType", Header: "Silicon Type", Kind: Text, Writable: Always, Portal: true,
		Help: "For devices only: the silicon of the device.", Source: pageBulk,
	},
	{
		Path: iotPath + ".azureCertifiedDevice", Header: "Azure Certified Device", Kind: Text, Writable: Always, Portal: true,
		Help: "For devices only: whether and how the device is certified.", Source: pageBulk,
	},
	{
		Path: iotPath + ".attachServices", Header: "Attach Services", Kind: Text, Writable: Always, Portal: true,
		Help: "For devices only: the services attached to the device.", Source: pageBulk,
	},
}

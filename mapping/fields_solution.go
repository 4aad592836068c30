package mapping

const solutionsPath = "details.requirements.solutions"

// solutionFields are what is sold: a packed cell as in the portal's CSV, or a column a part.
var solutionFields = []Field{
	{
		Path: solutionsPath + "[#]", Header: "Solution #", Kind: Solution, Need: RequiredDeal, Writable: Always, Portal: true, Max: maxMembers,
		Aliases: []string{"Solution"},
		Help:    "A solution in one cell: its id, and if you like currency, price and quantity, separated by commas, such as SOL-1234-PQRS, USD, 10, 100.",
		Source:  pageBulk,
	},
	{
		Path: solutionsPath + "[#].id", Header: "Solution # ID", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution ID"},
		Help:    "The id of a solution: SOL-… for a partner's, a GUID for Microsoft's, a name of the published list where the type is Category.",
		Source:  pageCreate,
	},
	{
		Path: solutionsPath + "[#].name", Header: "Solution # Name", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Name"},
		Help:    "The name of a solution.",
		Source:  pageCreate,
	},
	{
		Path: solutionsPath + "[#].type", Header: "Solution # Type", Kind: Choice, Allowed: []string{"Name", "Category", "None"}, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Type"},
		Help:    "What the id of a solution names: Name for one solution, Category for a sort of solutions.",
		Source:  pageResource,
	},
	{
		Path: solutionsPath + "[#].currency", Header: "Solution # Currency", Kind: Currency, Catalogue: currencyCodes, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Currency"},
		Help:    "The currency of a solution's price.",
		Source:  pageBulk,
	},
	{
		Path: solutionsPath + "[#].price", Header: "Solution # Price", Kind: Number, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Price"},
		Help:    "The price of one unit of a solution.",
		Source:  pageBulk,
	},
	{
		Path: solutionsPath + "[#].quantity", Header: "Solution # Quantity", Kind: Number, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Quantity"},
		Help:    "How many units of a solution are sold.",
		Source:  pageBulk,
	},
	{
		Path: solutionsPath + "[#].publisherName", Header: "Solution # Publisher", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Publisher", "Solution # Publisher Name"},
		Help:    "Who publishes a solution.",
		Source:  pageCreate,
	},
	{
		Path: solutionsPath + "[#].solutionType", Header: "Solution # Origin", Kind: Text, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Origin"},
		Help:    "Whose solution it is, such as 3P for a partner's.",
		Source:  pageCreate,
	},
	{
		Path: solutionsPath + "[#].closingDateTime", Header: "Solution # Close Date", Kind: Date, Writable: Always, Max: maxMembers,
		Aliases: []string{"Solution Close Date"},
		Help:    "The day on which the sale of a solution is expected to close.",
		Source:  pageResource,
	},
	{
		Path: solutionsPath, Header: solutionsPath, Kind: Empty, Allowed: []string{"[]"}, Writable: Always,
		Help:   "[] sends an empty list of solutions. Solutions have columns of their own.",
		Source: pageResource,
	},
}

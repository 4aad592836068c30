package mapping

import (
	"slices"
	"strings"
)

// TemplateColumn is one column of the workbook to fill in.
type TemplateColumn struct {
	Header   string   // canonical header
	Path     string   // JSON path of the element, or "@name"
	Kind     Kind     // how cells are read
	Allowed  []string // what a dropdown offers; each is read as one of the field's values. nil for none
	Need     Need     // when the column must be filled in
	Required bool     // every new deal needs it: the header gets a mark
	Example  string   // what a cell may hold, "" for a column that the example leaves blank
	Help     string   // the note of the header
}

// templateNumbers is how many columns of solutions and team members a template has.
const templateNumbers = 3

// templatePaths are the columns of a template: the portal's, in the order of its CSV, as far
// as somebody fills them in, and then the useful ones that the portal does not have. "#"
// stands for templateNumbers columns.
//
// Source: the table of columns on the bulk operations page.
var templatePaths = []string{
	"name", "customerProfile.name", "customerProfile.address.addressLine1", "customerProfile.address.addressLine2",
	"customerProfile.address.city", "customerProfile.address.state", "customerProfile.address.postalCode",
	"customerProfile.address.country", "customerProfile.ids[profileType=Duns]",
	"customerProfile.team[0].firstName", "customerProfile.team[0].lastName", "customerProfile.team[0].phoneNumber",
	"customerProfile.team[0].email", "status", "substatus", "statusReason", "salesStage", "details.dealValue",
	"details.currency", "details.closingDateTime", "externalReferenceId", "campaignId", "details.notes", "@help",
	"inviteContext.assistanceRequestCode", sellersPath, "inviteContext.notes", consentPath, "mpnId", marketplaceIntent,
	solutionsPath + "[#]", "team[#]",
	"customerProfile.size", "details.requirements.industries", "details.requirements.products", "details.requirements.services",
	attributesPath + "[type=SolutionArea]", attributesPath + "[type=SolutionPlay]", attributesPath + "[type=PartnerRole]",
	"@action", "id",
}

// offers are the dropdowns that differ from the values of their field.
var offers = map[string][]string{
	"salesStage":                          {"10", "20", "40", "60", "80", "100"},
	"substatus":                           {"Pending", "Received", "Accepted", "Won", "Lost", "Declined"},
	marketplaceIntent:                     {"Yes", "No", "Have not decided"},
	"inviteContext.assistanceRequestCode": {"1", "2", "3", "4", "5", "6"},
}

// exampleCells is one row as it may look, by path.
var exampleCells = map[string]string{
	"name": "Data platform for the head office", "customerProfile.name": "Fabrikam", "customerProfile.address.addressLine1": "1 Example Street",
	"customerProfile.address.city": "Seattle", "customerProfile.address.state": "WA", "customerProfile.address.postalCode": "98101", "customerProfile.address.country": "US",
	"details.dealValue": "25000", "details.currency": "USD", "details.closingDateTime": "2031-06-30", "externalReferenceId": "OPP-1001",
	"details.notes": "First talk in May, decision in June.", "@help": "No", consentPath: "Yes",
	sellersPath: "No", marketplaceIntent: "No", solutionsPath + "[#]": "SOL-12345-ABC, USD, 10, 100", "team[#]": "Ann, Lee, +1 425 555 0100, ann@example.com",
}

// TemplateColumns returns the columns of an empty workbook, in order.
func TemplateColumns() []TemplateColumn {
	var columns []TemplateColumn
	for _, path := range templatePaths {
		f := table().paths[path]
		number := 1
		if strings.Contains(path, "[#]") {
			number = templateNumbers
		}
		for i := range number {
			columns = append(columns, f.templateColumn(i))
		}
	}
	return columns
}

func (f *Field) templateColumn(index int) TemplateColumn {
	c := TemplateColumn{Header: f.header(index), Path: f.at(index), Kind: f.Kind, Allowed: f.offered(), Need: f.Need, Help: f.Help}
	if index == 0 {
		c.Example = exampleCells[f.Path]
	}
	if index > 0 {
		c.Need = Optional
	}
	c.Required = c.Need == Required || c.Need == RequiredDeal || f.Path == "@help"
	return c
}

// offered returns what a dropdown of the field offers.
func (f *Field) offered() []string {
	if own, ok := offers[f.Path]; ok {
		return slices.Clone(own)
	}
	switch f.Kind {
	case Bool:
		return []string{"Yes", "No"}
	case List:
		return nil
	}
	return slices.Clone(f.Allowed)
}

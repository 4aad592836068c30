package mapping

import "slices"

// otherFiles are the portal's files that hold no deals, by the headers that no file of deals has.
//
// Source: the pages on deal registrations and on leads of the bulk operations.
var otherFiles = []struct {
	name, hint string
	headers    []string
}{
	{"deal registrations", "register the deals in the portal; refload imports the portal's file of deals",
		[]string{"Registration Date", "Registration Type", "Registration Status Reason", "Is Marketplace Transacted", "Marketplace Transaction Date",
			"Is Deployed on Azure", "Contract Value", "Contract Currency", "Contract Term", "Contract Sign Date", "Contract Start Date", "Contract End Date",
			"Solution Value", "Primary Deployment On", "Pricing Model"}},
	{"leads", "work on the leads in the portal, or export them with refload; refload imports the portal's file of deals",
		[]string{"Creation Date", "Lead Type", "Lead Source", "Business profile ID", "Offer ID", "Offer name", "Lead currency", "Lead value", "Lead value (USD)"}},
}

// enoughOfOther is how many of its headers make a file one of these.
const enoughOfOther = 3

// other names the portal's file that this one is instead of one of deals. A mapping file that names columns knows
// better.
func (c *Columns) other() []Problem {
	if c.supplies("name") || c.options.File != nil && len(c.options.File.Columns) > 0 {
		return nil
	}
	for _, file := range otherFiles {
		found := 0
		for _, col := range c.columns {
			if slices.ContainsFunc(file.headers, func(header string) bool { return columnKey(header) == columnKey(col.header) }) {
				found++
			}
		}
		if found >= enoughOfOther {
			return []Problem{{Row: c.headerRow, Rule: "HDR-OTHER", Severity: Fault,
				Message: "this is the portal's file of " + file.name + ", which holds no deals", Hint: file.hint}}
		}
	}
	return nil
}

package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"refload/internal/sheet"
)

// portalOrder are the columns of the portal's own file of deals, in its order. "[#]" stands for
// as many columns as are needed.
//
// Source: the table of columns on the bulk operations page.
var portalOrder = []string{
	"@errors", "engagementId", "id", "name", "customerProfile.name", "customerProfile.address.addressLine1",
	"customerProfile.address.addressLine2", "customerProfile.address.city", "customerProfile.address.state",
	"customerProfile.address.postalCode", "customerProfile.address.country", "customerProfile.ids[profileType=Duns]",
	"customerProfile.team[0].firstName", "customerProfile.team[0].lastName", "customerProfile.team[0].phoneNumber",
	"customerProfile.team[0].email", "status", "substatus", "@microsoftStatus", "@microsoftSubstatus", "statusReason", "salesStage",
	"details.dealValue", "details.currency", "details.closingDateTime", "externalReferenceId", "campaignId", "details.notes",
	"@help", "inviteContext.assistanceRequestCode", sellersPath, "inviteContext.notes", consentPath,
	iotPath + ".customerLicenseAgreementNumber", iotPath + ".deviceCategory", iotPath + ".siliconType",
	iotPath + ".azureCertifiedDevice", iotPath + ".attachServices", "trackingInfo.microsoftMsxId", "trackingInfo.migratedPSCDealId",
	"mpnId", marketplaceIntent, "@domain", "customerProfile.ids[profileType=External]", "@matchedCategory", "@confidence",
	"@managedAccount[#]", "@unmanagedAccount[#]", "@dunsAccount", solutionsPath + "[#]", "team[#]", "@microsoftTeam[#]",
}

// portalForms are the cells that the portal's file has in a form of its own.
var portalForms = map[string]func(Exported, any) any{
	"externalReferenceId":                 withoutMarker,
	"statusReason":                        reasonNumber,
	"inviteContext.assistanceRequestCode": helpNumber,
}

// PortalColumns returns the columns of the portal's own file: all of them, also those that the
// API has no value for; solutions and people are packed into one cell each. Dates are
// month/day/year in UTC. It returns an error when a referral has more solutions or people than
// the portal has columns for.
//
// Source: the table of columns on the bulk operations page.
func (o *Outline) PortalColumns() ([]ExportColumn, error) {
	if err := o.surplus(); err != nil {
		return nil, err
	}
	var columns []ExportColumn
	for _, path := range portalOrder {
		f, _ := Lookup(path)
		array, numbered := strings.CutSuffix(path, "[#]")
		switch {
		case len(parts[f.Kind]) > 0:
			for i := range max(1, o.lengths[array]) {
				columns = append(columns, packedColumn(f, i))
			}
		case path == microsoftTeam+"[#]":
			for i := range max(1, min(f.Max, o.lengths[microsoftTeam])) {
				columns = append(columns, microsoftMember(f, i))
			}
		case numbered:
			columns = append(columns, ExportColumn{Header: f.header(0), Path: f.at(0), Field: f}, ExportColumn{Header: f.header(1), Path: f.at(1), Field: f})
		default:
			columns = append(columns, portalColumnOf(f))
		}
	}
	return columns, nil
}

func portalColumnOf(f *Field) ExportColumn {
	c := ExportColumn{Header: f.Header, Path: f.Path, Field: f}
	if !exportable(f) {
		return c
	}
	c = exportColumn(newTarget(f, f.Path, false))
	get, change := c.get, portalForms[f.Path]
	if change != nil {
		c.get = func(e Exported) any { return change(e, get(e)) }
	}
	c.form = portalForm
	return c
}

var isoDay = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})T`)

// portalForm is encode with dates as the portal writes them.
func portalForm(f *Field, value any) (Encoded, error) {
	if f.Kind == Date || f.Kind == Time {
		if day := isoDay.FindStringSubmatch(textOf(value)); day != nil {
			return Encoded{Kind: sheet.Text, Text: day[2] + "/" + day[3] + "/" + day[1]}, nil
		}
	}
	return encode(f, value)
}

// marker is the form of the CRM IDs that refload gives to rows without one; they are nothing
// that people gave to the deal.
var marker = regexp.MustCompile(`^refload-[a-z2-7]{26}$`)

func withoutMarker(_ Exported, value any) any {
	if marker.MatchString(textOf(value)) {
		return nil
	}
	return value
}

// reasonNumber turns a reason of the portal's lists into its number.
func reasonNumber(e Exported, value any) any {
	if i := slices.Index(reasons[e.Doc.Text("substatus")], textOf(value)); i >= 0 {
		return strconv.Itoa(i + 1)
	}
	return value
}

func helpNumber(_ Exported, value any) any {
	f, _ := Lookup("inviteContext.assistanceRequestCode")
	for code, name := range f.Codes {
		if name == value {
			return code
		}
	}
	if value == "Unknown" {
		return nil
	}
	return value
}

// packedColumn holds the parts of a solution or a person in one cell.
func packedColumn(f *Field, index int) ExportColumn {
	t := newTarget(f, f.at(index), false)
	return ExportColumn{Header: f.header(index), Path: t.path, Field: f, get: newGetter(t), form: encodePacked}
}

// microsoftTeam counts the people on Microsoft's side among the arrays of an outline.
const microsoftTeam = "@microsoftTeam"

// microsoftMember holds one of those who are on Microsoft's side of the deal.
func microsoftMember(f *Field, index int) ExportColumn {
	member, _ := Lookup("team[#]")
	get := func(e Exported) any {
		if e.Microsoft == nil {
			return nil
		}
		return partOf(elementsOf(e.Microsoft, "team"), index, "")
	}
	return ExportColumn{Header: f.header(index), Path: f.at(index), Field: member, get: get, form: encodePacked}
}

// encodePacked joins the parts of an element by commas, the reverse of split. A part with
// a comma would become two, so it is an error.
func encodePacked(f *Field, value any) (Encoded, error) {
	element, _ := value.(map[string]any)
	var texts []string
	for _, name := range parts[f.Kind] {
		part, _ := Lookup(strings.Replace(f.Path, "#", "0", 1) + "." + name)
		cell, err := encode(part, element[name])
		if err != nil {
			return cell, err
		}
		if strings.Contains(cell.Text, ",") {
			return Encoded{}, &EncodeError{f.Header, fmt.Sprintf("the %s %s has a comma in it, which in the portal's file separates the parts", strings.Replace(part.Header, " #", "", 1), quoted(cell.Text)),
				"write another format: it has a column for each part"}
		}
		texts = append(texts, cell.Text)
	}
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	if len(texts) == 0 {
		return Encoded{}, nil
	}
	return Encoded{Kind: sheet.Text, Text: strings.Join(texts, ", ")}, nil
}

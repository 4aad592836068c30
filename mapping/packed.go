package mapping

import (
	"regexp"
	"strconv"
	"strings"

	"refload/internal/sheet"
)

// packed reads a cell of several parts, as the portal's columns "Solution 1" and "Team
// member 1" have them. The cell speaks of the parts it holds and of no other.
//
// Source: the table of columns on the bulk operations page.
func (d *decoder) packed(t target, cell sheet.Cell, how reading, ref Ref) {
	element := statement{target: t, ref: ref}
	if faults := inspect(t.field, cellText(cell), cell); stops(faults) {
		d.say(element, faults...)
		return
	}
	texts, problem := split(t.field.Kind, cellText(cell))
	if problem != nil {
		d.say(element, *problem)
		return
	}
	how.DecimalPoint, how.DecimalComma = true, false
	d.say(element)
	for i, text := range texts {
		if text == "" {
			continue
		}
		part := t.spot.parts[i]
		value, faults := parseValue(part.field, cellOf(text), how)
		if code, isText := value.(string); isText && part.field.Kind == Currency {
			how.Currency = code
		}
		d.say(statement{target: part, value: value, ref: ref, packed: true}, faults...)
	}
}

// packedForms shows what a packed cell looks like.
var packedForms = map[Kind]string{
	Solution: "id, currency, price, quantity: SOL-1234-PQRS, USD, 10, 100 or the id alone",
	Member:   "first name, last name, phone, e-mail: Ann, Lee, +1 425 555 0100, ann@example.com",
}

// split cuts a packed cell into its parts.
func split(kind Kind, text string) ([]string, *fault) {
	texts := strings.Split(text, ",")
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
	}
	for len(texts) > 1 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	message := ""
	switch {
	case len(texts) > len(parts[kind]):
		message = "has " + strconv.Itoa(len(texts)) + " parts instead of at most " + strconv.Itoa(len(parts[kind]))
	case kind == Solution && texts[0] == "":
		message = "does not begin with the id of a solution"
	case kind == Member && misplacedEmail(texts):
		message = "has the e-mail address in another place than the fourth"
	default:
		return texts, nil
	}
	f := refuse("VAL-PACKED", quoted(text)+" "+message, "expected "+packedForms[kind]+"; a part that is not known stays empty between its commas")
	return nil, &f
}

func misplacedEmail(texts []string) bool {
	for i, text := range texts {
		if strings.Contains(text, "@") && i != 3 {
			return true
		}
	}
	return false
}

// accounts are the forms in which the portal writes the account that it has matched, with the
// type of id that each is.
//
// Source: the section on account matching of the bulk operations page.
var accounts = []struct {
	profileType string
	form        *regexp.Regexp
}{
	{"External", regexp.MustCompile(`(?i)^MicrosoftID\s*:\s*(\d+-[0-9A-Za-z]+)\s*(?:,|$)`)},
	{"Duns", regexp.MustCompile(`(?i)^DUNSID\s*:\s*(\d{9})\s*(?:,|$)`)},
}

const matchedPath = "customerProfile.ids[profileType=External]"

// matched reads the portal's "Final Matched Customer Account" into the id that it holds.
func (d *decoder) matched() {
	for i, s := range d.said {
		text, isText := s.value.(string)
		if s.path != matchedPath || !isText {
			continue
		}
		d.said[i].value = nil
		for _, account := range accounts {
			if found := account.form.FindStringSubmatch(text); found != nil {
				d.said[i].target = newTarget(s.field, "customerProfile.ids[profileType="+account.profileType+"]", s.byPath)
				d.said[i].value = found[1]
				return
			}
		}
		d.report(s, refuse("VAL-ACCOUNT", quoted(text)+" is not an account as the portal writes it", "expected MicrosoftID: 6-ABCDEFG23XB, as the portal's file has it, or nothing"))
	}
}

package mapping

import (
	"fmt"
	"strings"

	"refload/internal/sheet"
)

// codeKind is what differs between the two kinds of ISO codes.
type codeKind struct {
	catalogue string
	rule      string
	noun      string
	form      string
}

var (
	countryKind  = codeKind{countryCodes, "VAL-COUNTRY", "a country code", "write the ISO 3166 code of two letters, such as US"}
	currencyKind = codeKind{currencyCodes, "VAL-CURRENCY", "a currency code", "write the ISO 4217 code of three letters, such as USD"}
)

// parseCountry accepts ISO 3166-1 alpha-2 codes in any case and returns them in upper case. A name or another
// code that means one country is read as it, with a note. Any other is refused with the code that it most
// likely means.
//
// Source: the "Create a referral" page, as corrected in April 2022: two letters, not three.
func parseCountry(_ *Field, text string, _ sheet.Cell, how reading) (any, []fault) {
	return countryKind.parse(text, how)
}

// parseCurrency accepts ISO 4217 codes in any case and returns them in upper case. A name or a sign that means
// one currency is read as it, with a note.
func parseCurrency(_ *Field, text string, _ sheet.Cell, how reading) (any, []fault) {
	return currencyKind.parse(text, how)
}

// stateMessages says what is wrong with a code that is known but not simply accepted.
var stateMessages = map[catalogueState]struct {
	message  string
	accepted bool
}{
	leaving:    {"%s (%s) has been replaced", true},
	unit:       {"%s (%s) is a unit of account", true},
	withdrawn:  {"%s (%s) was withdrawn", false},
	unofficial: {"%s (%s) is in use but is no ISO code", false},
	shared:     {"%s (%s) has more than one meaning", false},
}

func (k codeKind) parse(text string, how reading) (any, []fault) {
	table := how.catalogues().tables[k.catalogue]
	e, known := table.value(text)
	var said []fault
	if !known {
		if e, known = table.named(text); known {
			said = []fault{note(k.rule, fmt.Sprintf("%s is read as %s (%s)", quoted(text), e.Value, e.Label))}
		}
	}
	switch {
	case !known:
		return nil, []fault{refuse(k.rule, quoted(text)+" is not "+k.noun, table.hint(text)+k.form+wordsHint)}
	case e.State == current:
		return strings.ToUpper(e.Value), said
	}
	state := stateMessages[e.State]
	message := fmt.Sprintf(state.message, quoted(text), e.Label)
	if state.accepted {
		return strings.ToUpper(e.Value), append(said, warn(k.rule, message+"; it is sent as it stands", "consider "+e.Use))
	}
	hint := k.form
	if e.Use != "" {
		hint = "write " + e.Use
	}
	return nil, []fault{refuse(k.rule, message, hint)}
}

const wordsHint = `, or list your own words under "values" in the mapping file`

// hint names the value that a text most likely means.
func (t *catalogue) hint(text string) string {
	e, ok := t.meant(text)
	switch {
	case !ok:
		return ""
	case e.State == current:
		return fmt.Sprintf("did you mean %s (%s)? ", e.Value, e.Label)
	case e.Use != "":
		return fmt.Sprintf("did you mean %s? ", e.Use)
	}
	return ""
}

// catalogues returns the catalogues that hold for a reading.
func (how reading) catalogues() *Catalogues {
	if how.Catalogues != nil {
		return how.Catalogues
	}
	return EmbeddedCatalogues()
}

package mapping

import (
	"fmt"
	"regexp"
	"strings"
)

// postalDigits is how many digits the postal codes of a country have, for the countries whose
// codes are digits alone, as many in every code, and begin with a zero somewhere.
var postalDigits = map[string]int{
	"CZ": 5, "DE": 5, "EE": 5, "ES": 5, "FI": 5, "FR": 5, "GR": 5, "HR": 5, "IT": 5, "KR": 5, "LT": 5,
	"MX": 5, "MY": 5, "PL": 5, "PR": 5, "SA": 5, "SK": 5, "TR": 5, "UA": 5, "US": 5,
	"KZ": 6, "RO": 6, "SG": 6, "JP": 7,
}

var allDigits = regexp.MustCompile(`^\d+$`)

// checkPostal finds codes that have lost one or two leading zeros to a spreadsheet.
func checkPostal(rec *Record, _ RuleContext) []Problem {
	const path = "customerProfile.address.postalCode"
	code := rec.Doc.Text(path)
	want := postalDigits[rec.Doc.Text("customerProfile.address.country")]
	missing := want - len(code)
	if want == 0 || !allDigits.MatchString(code) || missing < 1 || missing > 2 {
		return nil
	}
	full := strings.Repeat("0", missing) + code
	p := rec.about(path, "Customer Postal code",
		fmt.Sprintf("%s has %d digits where %d are usual; a leading zero was probably lost (%s?)", quoted(code), len(code), want, full))
	p.Path = path
	p.Hint = "write " + full + " and format the column as text"
	return []Problem{p}
}

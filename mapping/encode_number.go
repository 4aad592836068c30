package mapping

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

var jsonNumberForm = regexp.MustCompile(`^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$`)

// mostShift bounds the exponent of a number that is written out; what is beyond has no place
// in a sheet and keeps its spelling.
const mostShift = 300

// plainDigits writes a JSON number in plain digits: no exponent, no zeros that say nothing.
// The second result is false for what is no number of a size that can be written out.
func plainDigits(n json.Number) (string, bool) {
	parts := jsonNumberForm.FindStringSubmatch(string(n))
	if parts == nil {
		return "", false
	}
	exponent, _ := strconv.Atoi(parts[4])
	if exponent > mostShift || exponent < -mostShift || len(n) > mostShift {
		return "", false
	}
	digits := strings.TrimLeft(parts[2]+parts[3], "0")
	plain := pointed(digits, len(parts[3])-exponent)
	if plain == "0" {
		return plain, true
	}
	return parts[1] + plain, true
}

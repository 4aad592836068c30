package mapping

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var storedForm = regexp.MustCompile(`^(-?)(\d+)(?:\.(\d+))?(?:[Ee]([+-]?\d{1,3}))?$`)

// maxPlaces bounds the digits behind the point: what is smaller is the noise of a computation.
const maxPlaces = 20

// storedNumber reads a number as a workbook stores it, with an exponent where Excel saw fit.
// A workbook keeps binary floating point, written with up to 17 digits of which the last two
// are noise ("149.96999999999997"); Excel itself shows 15. Whole digits beyond these 15 are
// lost, and such a number is refused, as is a negative one.
func storedNumber(stored string) (string, bool) {
	parts := storedForm.FindStringSubmatch(stored)
	if parts == nil {
		return "", false
	}
	digits, places := parts[2]+parts[3], len(parts[3])
	exponent, _ := strconv.Atoi(parts[4])
	digits, places = roundDigits(strings.TrimLeft(digits, "0"), places-exponent)
	if parts[1] == "-" && digits != "" || len(digits)-places > spreadsheetDigits || places > maxPlaces {
		return "", false
	}
	return pointed(digits, places), true
}

// roundDigits cuts a decimal number, digits of which places stand behind the point, to
// spreadsheetDigits digits, but takes digits from the fraction only.
func roundDigits(digits string, places int) (string, int) {
	surplus := min(len(digits)-spreadsheetDigits, places)
	if surplus <= 0 {
		return digits, places
	}
	value, _ := new(big.Int).SetString(digits, 10)
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(surplus)), nil)
	value.Add(value, new(big.Int).Rsh(unit, 1)).Quo(value, unit)
	return value.String(), places - surplus
}

// pointed sets the point into digits, places from their end, without zeros at the end of the
// fraction; a negative places appends zeros.
func pointed(digits string, places int) string {
	if digits == "" {
		return "0"
	}
	if places <= 0 {
		return digits + strings.Repeat("0", -places)
	}
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, fraction := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

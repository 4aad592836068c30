package sheet

import (
	"strconv"
	"strings"
)

// decimal is a number as digits: sign, digits without leading or trailing zeros, and the
// place of the decimal point counted from before the first digit. Zero has no digits. Numbers
// stay digits from the file to the caller: a float64 would change some of them.
type decimal struct {
	negative bool
	digits   string
	point    int
}

// maxExponent keeps a number such as 1E+999999999 from being written out; it is beyond what a
// spreadsheet can hold.
const maxExponent = 400

// parseDecimal reads the notation of XML Schema's double without NaN and INF: "12", "-0.5",
// "1.5E+16".
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(text), "E")
	if scientific {
		shift, err := strconv.Atoi(exponent)
		if err != nil || shift > maxExponent || shift < -maxExponent {
			return d, false
		}
		d.point = shift
	}
	if rest, signed := strings.CutPrefix(mantissa, "-"); signed {
		d.negative, mantissa = true, rest
	} else {
		mantissa = strings.TrimPrefix(mantissa, "+")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.digits = whole + fraction
	if d.digits == "" || len(d.digits) > maxExponent || strings.Trim(d.digits, "0123456789") != "" {
		return d, false
	}
	d.point += len(whole)
	trimmed := strings.TrimLeft(d.digits, "0")
	d.point -= len(d.digits) - len(trimmed)
	d.digits = strings.TrimRight(trimmed, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

func (d decimal) whole() bool { return len(d.digits) <= d.point || d.digits == "" }

// shownDigits is how many significant digits a spreadsheet shows.
const shownDigits = 15

// shown is the number as a person sees it, without exponent: all digits of a whole number; a
// fraction to 15 digits, so that 0.1+0.2, stored as 0.30000000000000004, is 0.3.
func (d decimal) shown() string {
	if !d.whole() && len(d.digits) > shownDigits {
		d = d.round(shownDigits)
	}
	return d.String()
}

// round rounds half away from zero to a number of significant digits.
func (d decimal) round(count int) decimal {
	digits := []byte(d.digits[:count])
	up := d.digits[count] >= '5'
	for i := count - 1; i >= 0 && up; i-- {
		if up = digits[i] == '9'; up {
			digits[i] = '0'
		} else {
			digits[i]++
		}
	}
	if up {
		digits = append([]byte{'1'}, digits...)
		d.point++
	}
	d.digits = strings.TrimRight(string(digits), "0")
	return d
}

// String writes the number in plain digits.
func (d decimal) String() string {
	if d.digits == "" {
		return "0"
	}
	var text string
	switch {
	case d.point <= 0:
		text = "0." + strings.Repeat("0", -d.point) + d.digits
	case d.whole():
		text = d.digits + strings.Repeat("0", d.point-len(d.digits))
	default:
		text = d.digits[:d.point] + "." + d.digits[d.point:]
	}
	if d.negative {
		return "-" + text
	}
	return text
}

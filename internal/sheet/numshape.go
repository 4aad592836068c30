package sheet

import (
	"strings"
	"unicode/utf8"
)

// numberShape is what a number format makes of a number besides its digits.
type numberShape struct {
	before, after string // constant texts, such as a sign of money
	shift         int    // by how many places the point moves: 2 for a share, -3 for thousands
	least, most   int    // digits behind the point
	grouped       bool
	local         bool // a sign of money is that of whoever opens the workbook
}

// plain reports whether a person sees the number and nothing else.
func (s numberShape) plain() bool { return s.before == "" && s.after == "" && s.shift == 0 }

// seen is the number as a person sees it.
func (s numberShape) seen(d decimal) string {
	sign := ""
	if d.negative {
		sign, d.negative = "-", false
	}
	if d.digits != "" {
		d.point += s.shift
	}
	whole, fraction, _ := strings.Cut(d.places(s.most).String(), ".")
	fraction += strings.Repeat("0", max(0, s.least-len(fraction)))
	if s.grouped {
		for at := len(whole) - 3; at > 0; at -= 3 {
			whole = whole[:at] + "," + whole[at:]
		}
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return strings.TrimSpace(sign + s.before + whole + s.after)
}

// places rounds to a number of digits behind the point.
func (d decimal) places(most int) decimal {
	count := d.point + most
	switch {
	case len(d.digits) <= count:
		return d
	case count < 0:
		return decimal{}
	case count == 0:
		d.digits, d.point, count = "0"+d.digits, d.point+1, 1
	}
	rounded := d.round(count)
	trimmed := strings.TrimLeft(rounded.digits, "0")
	rounded.point -= len(rounded.digits) - len(trimmed)
	if rounded.digits = trimmed; trimmed == "" {
		return decimal{}
	}
	return rounded
}

// shapeParser reads the section of a format code that is for numbers above zero.
type shapeParser struct {
	numberShape
	rest   string
	begun  bool // a digit was read
	point  bool // and the decimal point
	commas int  // since the last digit
	other  bool // it is no format of plain digits
}

// parseShape reads a format code such as `"$"#,##0.00`; the zero shape where it shows no plain digits.
func parseShape(code string) numberShape {
	p := &shapeParser{rest: code}
	for p.rest != "" && p.rest[0] != ';' && !p.other {
		p.next()
	}
	p.shift -= 3 * p.commas
	if p.other || !p.begun {
		return numberShape{}
	}
	p.before, p.after = strings.TrimLeft(p.before, " "), strings.TrimRight(p.after, " ")
	return p.numberShape
}

// next reads one part of the code.
func (p *shapeParser) next() {
	r, size := utf8.DecodeRuneInString(p.rest)
	part := p.rest[:size]
	p.rest = p.rest[size:]
	switch {
	case strings.ContainsRune("0#?", r):
		p.digit(r)
	case r == ',':
		p.commas++
	case r == '.' && !p.point:
		p.point = true
	case r == '"':
		part, p.rest, _ = strings.Cut(p.rest, `"`)
		p.constant(part)
	case r == '\\':
		_, size = utf8.DecodeRuneInString(p.rest)
		p.constant(p.rest[:size])
		p.rest = p.rest[size:]
	case r == '_' || r == '*': // the room of a character, and what fills the cell
		_, size = utf8.DecodeRuneInString(p.rest)
		p.rest = p.rest[size:]
	case r == '[':
		part, p.rest, _ = strings.Cut(p.rest, "]")
		if sign, isMoney := strings.CutPrefix(part, "$"); isMoney {
			sign, _, _ = strings.Cut(sign, "-")
			p.constant(sign)
		}
	case r == '%':
		p.shift += 2
		p.constant(part)
	case strings.ContainsRune("Ee@/", r): // powers, texts, fractions, and "General"
		p.other = true
	default:
		p.constant(part)
	}
}

// digit takes the place of a digit. Commas between two of them group; those behind the last are thousands left out.
func (p *shapeParser) digit(r rune) {
	if p.after != "" {
		p.other = true // a constant among the digits
	}
	p.grouped, p.commas = p.grouped || p.begun && p.commas > 0, 0
	if p.begun = true; p.point {
		if p.most++; r == '0' {
			p.least = p.most
		}
	}
}

func (p *shapeParser) constant(text string) {
	if p.begun {
		p.after += text
		return
	}
	p.before += text
}

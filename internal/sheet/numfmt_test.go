package sheet

import "testing"

func TestFormatCodes(t *testing.T) {
	for code, want := range map[string]numberFormat{
		"General":                     {},
		"GENERAL":                     {},
		"0.00":                        {},
		"#,##0;[Red]-#,##0":           {},
		`"d"0.00" days"`:              {},
		`0\d`:                         {},
		`#,##0.00\ [$Kč-405]`:         {},
		`_-* #,##0.00_-;_(@_)`:        {},
		"0.00E+00":                    {},
		"# ?/?":                       {},
		"00/00":                       {},
		"@":                           {},
		"0":                           {},
		"[Red]0":                      {},
		`[<=9999999]###\-####;00000`:  {},
		`[$DDD-409]0.0`:               {},
		`"unclosed d`:                 {},
		"[unclosed d":                 {},
		"yyyy-mm-dd":                  {class: showDate},
		`dd\.mm\.yyyy`:                {class: showDate},
		"[$-F800]dddd, mmmm dd, yyyy": {class: showDate},
		"mmm":                         {class: showDate},
		"m/d/yy h:mm AM/PM;@":         {class: showDate},
		`yyyy"-W"ww d`:                {class: showDate},
		"h:mm":                        {class: showTime},
		"mm:ss.0":                     {class: showTime},
		"[$-409]h:mm:ss\\ AM/PM":      {class: showTime},
		"[h]:mm":                      {class: showElapsed},
		"[mm]:ss":                     {class: showElapsed},
		"[ss]":                        {class: showElapsed},
		"[Red][hh]:mm":                {class: showElapsed},
		"00000":                       {digits: "00000"},
		"00":                          {digits: "00"},
		"000-00-0000":                 {digits: "000-00-0000"},
		`00000\-0000`:                 {digits: "00000-0000"},
		"(000) 000-0000":              {digits: "(000) 000-0000"},
		`00\0`:                        {},
		`00000"x"`:                    {},
		"00000.00":                    {},
	} {
		got := *parseFormat(code)
		if got.number = (numberShape{}); got != want {
			t.Errorf("%q: %+v, want %+v", code, got, want)
		}
	}
}

func TestBuiltinFormats(t *testing.T) {
	for id, want := range map[int]formatClass{
		0: showNumber, 13: showNumber, 14: showDate, 17: showDate, 18: showTime, 21: showTime, 22: showDate, 23: showNumber, 27: showDate, 36: showDate,
		37: showNumber, 44: showNumber, 45: showTime, 46: showElapsed, 47: showTime, 48: showNumber, 49: showNumber, 50: showDate, 58: showDate, 59: showNumber, 81: showDate,
	} {
		if got := builtinFormat(id); got == nil || got.class != want || got.digits != "" {
			t.Errorf("format %d: %+v, want %d", id, got, want)
		}
	}
	for _, id := range []int{82, 163, 164, 1000, -1} {
		if got := builtinFormat(id); got != nil {
			t.Errorf("format %d: %+v, want none", id, got)
		}
	}
}

func TestPad(t *testing.T) {
	for _, test := range []struct{ pattern, digits, want string }{
		{"00000", "501", "00501"},
		{"00000", "0", "00000"},
		{"00000", "123456", "123456"},
		{"000-00-0000", "123456789", "123-45-6789"},
		{"000-00-0000", "1", "000-00-0001"},
		{"(000) 000-0000", "4255550100", "(425) 555-0100"},
		{"(000) 000-0000", "14255550100", "(1425) 555-0100"},
	} {
		if got := pad(test.pattern, test.digits); got != test.want {
			t.Errorf("%q under %q: %q, want %q", test.digits, test.pattern, got, test.want)
		}
	}
}

func TestNumbersAsTheyAreSeen(t *testing.T) {
	for _, test := range []struct{ code, number, seen string }{
		{"General", "5000", ""}, {"#,##0.00", "5000", ""}, {"@", "5000", ""}, {"0.00E+00", "5000", ""}, {"# ?/?", "0.5", ""}, {`_(* #,##0_);_(* "-"??_)`, "5000", ""},
		{"0%", "0.5", "50%"}, {"0.0%", "0.5", "50.0%"}, {"0%", "0.005", "1%"}, {"0%", "0.004", "0%"}, {"0%", "1", "100%"}, {"0%", "0", "0%"}, {`0\ %`, "0.25", "25 %"},
		{"$#,##0", "5000", "$5,000"}, {`"$"#,##0.00_);[Red]\("$"#,##0.00\)`, "5000", "$5,000.00"}, {`[$€-407]\ #,##0.00`, "1234567.891", "€ 1,234,567.89"},
		{`#,##0.00\ "€"`, "5000.5", "5,000.50 €"}, {`_-* #,##0\ [$Kč-405]_-`, "5000", "5,000 Kč"}, {`[$USD] 0`, "5000", "USD 5000"}, {`[$-409]#,##0`, "5000", ""},
		{"#,##0,", "5000", "5"}, {`0.0,,"M"`, "5250000", "5.3M"}, {`0.00,,`, "1234567", "1.23"}, {"$#,##0", "-5000", "-$5,000"}, {"0.00%", "9.99999", "1000.00%"},
	} {
		number, _ := parseDecimal(test.number)
		shape := parseFormat(test.code).number
		seen := ""
		if !shape.plain() {
			seen = shape.seen(number)
		}
		if seen != test.seen {
			t.Errorf("%s under %s: %q, want %q", test.number, test.code, seen, test.seen)
		}
	}
}

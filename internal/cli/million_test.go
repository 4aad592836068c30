//go:build unix

package cli_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"refload/internal/effort"
)

// excelDeals are the columns of excelOf: six whose text stands in no other row, then those that are
// the same in all.
var excelDeals = [][2]string{
	{"Deal Name", "Cloud migration, lot %d"}, {"CRM ID", "LOT-%07d"}, {"Customer Contact Email Address", "kim.lee.%d@example.com"},
	{"Notes", "Introduced at the spring fair, as number %d of them."}, {"Customer Contact Phone number", "+1 555 %07d"}, {"Customer Address Line 1", "%d Contoso Way"},
	{"Customer Name", "Contoso Ltd."}, {"Customer City", "Redmond"}, {"Customer Postal code", "98052"}, {"Customer Country", "US"},
	{"Customer Contact First Name", "Kim"}, {"Customer Contact Last Name", "Lee"}, {"Estimated Deal Value", "10000"}, {"Currency", "USD"}, {"Estimated Close Date", "2031-07-20"},
	{"Microsoft help required?", "No"}, {"Share with Microsoft sales team", "No"}, {"Consent to share Customer/Partner contact", "Yes"},
	{"Marketplace Purchase Intent", "Have not decided"}, {"Solution 1", "SOL-12345-ABC"}, {"Team member 1", "Sam, O'Neil, +1 555 0101, sam.oneil@example.net"},
}

const excelOwn = 6

// excelOf is a workbook of deals as Excel saves it: all texts in the table of shared strings.
func excelOf(t testing.TB, rows int) string {
	columns := len(excelDeals)
	g := newGiant()
	g["xl/sharedStrings.xml"] = func(out io.Writer) {
		fmt.Fprintf(out, `<sst xmlns="%s">`, mainSpace)
		for n, column := range excelDeals {
			fmt.Fprintf(out, "<si><t>%s</t></si><si><t>%s</t></si>", column[0], strings.Repeat(column[1], min(n/excelOwn, 1)))
		}
		for i := range rows {
			for _, column := range excelDeals[:excelOwn] {
				fmt.Fprintf(out, "<si><t>"+column[1]+"</t></si>", i)
			}
		}
		io.WriteString(out, "</sst>")
	}
	g["xl/worksheets/sheet1.xml"] = func(out io.Writer) {
		fmt.Fprintf(out, `<worksheet xmlns="%s"><sheetData><row>`, mainSpace)
		for n := range columns {
			fmt.Fprintf(out, `<c t="s"><v>%d</v></c>`, 2*n)
		}
		for i := range rows {
			io.WriteString(out, "</row><row>")
			for n := range columns {
				text := 2*n + 1
				if n < excelOwn {
					text = 2*columns + excelOwn*i + n
				}
				fmt.Fprintf(out, `<c t="s"><v>%d</v></c>`, text)
			}
		}
		io.WriteString(out, "</row></sheetData></worksheet>")
	}
	return g.store(t)
}

// mostMillion is how much memory a million rows may take, in bytes. Source: design, what good
// looks like.
const mostMillion = 256 << 20

// A million rows are checked, and taken to the service, without more memory than that.
func TestAMillionRows(t *testing.T) {
	effort.OnlyIf(t, "TEST_MILLION", "it takes half an hour")
	t.Run("checked as a workbook", func(t *testing.T) {
		taken, code, out := checkProcess(t, excelOf(t, 1_000_000))
		t.Logf("%s, peak %d MiB", taken.wall.Round(time.Second), taken.peak>>20)
		if code != 0 || taken.peak > mostMillion {
			t.Errorf("exit %d, peak %d MiB\n%.2000s", code, taken.peak>>20, out)
		}
	})
	t.Run("imported as a CSV", func(t *testing.T) {
		program, err := binary()
		if err != nil {
			t.Fatalf("%v: %s", err, program)
		}
		taken := importProcess(t, program, startSandbox(t, program), bigFile(t, "1000000"), "8")
		t.Logf("%s, peak %d MiB", taken.wall.Round(time.Second), taken.peak>>20)
		if taken.peak > mostMillion {
			t.Errorf("peak %d MiB", taken.peak>>20)
		}
	})
}

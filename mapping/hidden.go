package mapping

import (
	"fmt"
	"strings"
)

// mostHidden is how many hidden rows a message names.
const mostHidden = 5

// HiddenRows is the problem of rows, given by their numbers, that hold data and that nobody
// sees: people think that they are gone, and both sending them and leaving them out would be
// a guess. It returns nil where there are none.
func HiddenRows(rows []int) []Problem {
	if len(rows) == 0 {
		return nil
	}
	names := make([]string, min(len(rows), mostHidden))
	for i := range names {
		names[i] = rowMark(rows[i])
	}
	some := strings.Join(names, " ")
	if len(rows) > mostHidden {
		some += " …"
	}
	return []Problem{Problem{
		Rule: "XLSX-HIDDEN", Severity: Fault,
		Message: fmt.Sprintf("%d rows with data are hidden or filtered away: %s", len(rows), some),
		Hint:    "show all rows in the workbook, or say --hidden include or --hidden skip",
	}.spelled()}
}

// TakenForOther is the problem of a file that is UTF-8 and was read under another encoding, as somebody asked. Its letters
// beyond ASCII are other letters then.
func TakenForOther(encoding string) []Problem {
	return []Problem{{
		Rule: "CSV-CHARSET", Severity: Warning,
		Message: fmt.Sprintf("the file is read as %s, but it is valid UTF-8 with letters beyond ASCII: they are probably read wrongly", quoted(encoding)),
		Hint:    "leave --encoding out",
	}}
}

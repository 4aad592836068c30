package mapping

// Severity says whether a problem stops the row.
type Severity string

// The severities.
const (
	Fault   Severity = "error"   // the row is not sent
	Warning Severity = "warning" // the row is sent; a person should look
	Note    Severity = "note"    // said once, for information
)

// Problem is one thing that is wrong, or worth saying, about a cell, a row or a header.
type Problem struct {
	Row      int    // the number that Excel shows; 0 where it concerns the whole file
	Cell     string // "F17"; "" where no single cell is at fault
	Column   string // the header as the file has it
	Value    string // what was found, as shown
	Rule     string // the stable code of the rule, such as "VAL-ENUM"
	Severity Severity
	Message  string // what is wrong, without place: `"Actve" is not a status`
	Hint     string // what to do next: `did you mean "Active"? allowed: New, Active, Closed`
}

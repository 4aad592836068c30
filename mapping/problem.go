package mapping

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Severity says whether a problem stops the row.
type Severity string

// The severities.
const (
	Fault   Severity = "error"   // the row is not sent
	Pending Severity = "pending" // an error unless the deal exists, which only a listing tells
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
	Personal bool   // the value may name a person, say how to reach one, or be a note
	Path     string // the property that the cell at fault is about; "" where the problem is no cell's alone

	subject            subject // for which deals that exist it may not matter
	marked, markedHint string  // message and hint with marks for the cells and rows that they name
}

// personal are the beginnings of the paths whose values may name a person, say how to reach one, or
// are free words about a customer.
var personal = []string{"name", "team", "details.notes", "inviteContext.notes", "statusReason", "customerProfile.name", "customerProfile.team",
	"customerProfile.address.addressLine", "customerProfile.address.city", "customerProfile.address.postalCode"}

// IsPersonal reports whether the value at a path may name a person, say how to reach one, or be a note.
func IsPersonal(path string) bool {
	return slices.ContainsFunc(personal, func(start string) bool { return strings.HasPrefix(path, start) })
}

// purposes are the rules by their codes.
var purposes = sync.OnceValue(func() map[string]Rule {
	byCode := map[string]Rule{}
	for _, rule := range Rules() {
		byCode[rule.Code] = rule
	}
	return byCode
})

// Discreet returns the problem without the value where that may be personal: it says what the rule wants
// instead of what the cell holds. What is printed where nobody asked to see the rows has no other form.
func (p Problem) Discreet() Problem {
	if !p.Personal || p.Value == "" {
		return p
	}
	if why, left := whyLeftOut[p.Rule]; left && p.Severity == Note {
		p.Value, p.Message = "", fmt.Sprintf("row %d is left out: %s", p.Row, why)
		return p
	}
	rule := purposes()[p.Rule]
	p.Value, p.Message = "", "the value breaks the rule: "+strings.TrimSuffix(rule.Purpose, ".")+p.weighed()
	p.Hint = rule.Hint + "; 'refload check FILE' shows the value"
	return p
}

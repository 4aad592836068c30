// Package mapping says which column is which property of a referral, reads cells into
// records, and holds every rule that a row must keep before anything is sent. Its two
// tables, fields and rules, are what code, help, templates, documents and tests read.
package mapping

// Kind says how the cells of a field are read and what they must hold.
type Kind string

// The kinds of values. Each has one parser and one entry in the generated reference.
const (
	Text     Kind = "text"
	Number   Kind = "number"
	Integer  Kind = "whole number"
	Bool     Kind = "yes or no"
	Date     Kind = "date"
	Time     Kind = "date and time"
	Choice   Kind = "choice"    // one of Allowed
	Open     Kind = "open list" // one of a catalogue that is known to move: another value is a warning
	GUID     Kind = "GUID"
	Email    Kind = "e-mail"
	Phone    Kind = "phone"
	Country  Kind = "country"
	Currency Kind = "currency"
	ETag     Kind = "eTag"
	Solution Kind = "solution" // a packed cell: id, currency, price, quantity
	Member   Kind = "person"   // a packed cell: first name, last name, phone, e-mail
	List     Kind = "list"     // several values in one cell, separated by semicolons
	Empty    Kind = "empty"    // nothing but an array or object without content: the one text in Allowed, "[]" or "{}"
	Result   Kind = "result"   // written by refload or the portal, ignored on reading
)

// Writable says when a field may be sent.
type Writable string

// When a field may be sent. Source: section "editable fields" of the bulk operations page.
const (
	Always      Writable = "always"
	OnCreate    Writable = "on creation only"
	UntilShared Writable = "until the deal is shared with Microsoft"
	Never       Writable = "never; the service sets it"
	Steers      Writable = "not sent itself; steers what is sent" // Action, Microsoft help required? …
)

// Need says when a field must have a value.
type Need string

// When a field must have a value on a row that creates a referral.
const (
	Optional     Need = ""
	Required     Need = "always"
	RequiredDeal Need = "for a deal" // the rest of what portal and CSV ask: error or warning by design 6.12
	RequiredHelp Need = "when Microsoft's help is asked"
)

// Field is one row of the field table: a property of the referral, or a column that steers
// what is sent. A numbered field ("Solution 1" to "Solution 50") is one row whose Path and
// Header carry "#" for the number; in the path it counts from 0, in the header from 1. A path
// may choose an array element by a property: "customerProfile.ids[profileType=Duns]" is the
// id of the element whose profileType is Duns.
type Field struct {
	Path      string            // JSON path, or "@name" for a column that is no property ("@action")
	Header    string            // canonical header; the path where the field is found by its path alone
	Aliases   []string          // further headers, matched like the canonical one
	Kind      Kind              // how cells are read
	Allowed   []string          // the values of a Choice, or the catalogue's of an Open, spelled as sent
	Catalogue string            // the embedded catalogue that Allowed and Codes were filled from
	Element   string            // for a List: the property of the objects that the values become, "" for plain texts
	Codes     map[string]string // the portal's codes and labels for values: "1" to "CustomerTechnicalArchitecture"
	Instead   map[string]string // words of another field, folded, and what to write for them
	Need      Need              // when a value must be there
	Writable  Writable          // when it may be sent
	Max       int               // for a numbered field: how many there may be
	MaxLength int               // longest text in characters, 0 for the general limit
	Portal    bool              // a column of the portal's own CSV
	Help      string            // one or two sentences for fields, template notes and the reference
	Source    string            // the page that states the facts
}

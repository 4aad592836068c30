package mapping

import (
	"fmt"
	"slices"
	"strings"

	"refload/internal/sheet"
)

// parts are the properties that a packed cell can hold, in the order of its parts.
//
// Source: the table of columns on the bulk operations page.
var parts = map[Kind][]string{
	Solution: {"id", "currency", "price", "quantity"},
	Member:   {"firstName", "lastName", "phoneNumber", "email"},
}

// covers returns the paths that a column speaks of.
func (t target) covers() []string {
	if len(t.spot.parts) == 0 {
		return []string{t.path}
	}
	var paths []string
	for _, part := range t.spot.parts {
		paths = append(paths, part.path)
	}
	return paths
}

// doubled finds columns that are the same field, and columns of the same header that tell rows apart.
func (c *Columns) doubled() []Problem {
	var problems []Problem
	taken := map[string]*column{}
	for col := range c.each() {
		for _, key := range c.claims(*col) {
			first, again := taken[key]
			if !again {
				taken[key] = col
				continue
			}
			problems = append(problems, c.twice(*first, *col))
			break
		}
	}
	return append(append(problems, c.mixedLists(taken)...), c.overruled(taken)...)
}

// claims returns what no second column may claim. A column that is not read may come any number of
// times, but for one that tells rows apart.
func (c *Columns) claims(col column) []string {
	switch {
	case col.reads():
		return col.covers()
	case slices.ContainsFunc(c.options.Key, func(key string) bool { return columnKey(key) == columnKey(col.header) }):
		return []string{"header " + columnKey(col.header)}
	}
	return nil
}

func (c *Columns) twice(first, second column) Problem {
	what := "have the same header"
	if second.field != nil {
		what = "are the same field, " + HeaderOf(second.path)
	}
	message := fmt.Sprintf("the columns %s (%s) and %s (%s) %s", sheet.ColumnName(first.index), quoted(first.header),
		sheet.ColumnName(second.index), quoted(second.header), what)
	return c.headerProblem(second, refuse("HDR-DUP", message, `delete one of the two, or say which one to ignore under "columns" in the mapping file`))
}

// mixedLists finds columns of single elements beside the column that lists them all.
func (c *Columns) mixedLists(taken map[string]*column) []Problem {
	var problems []Problem
	for col := range c.each() {
		if col.field == nil {
			continue
		}
		if first, listed := taken[col.spot.array]; listed && first.field.Kind == List {
			problems = append(problems, c.twice(*first, *col))
		}
	}
	return problems
}

// overruled finds constants for fields that have a column.
func (c *Columns) overruled(taken map[string]*column) []Problem {
	var problems []Problem
	for _, f := range c.fixed {
		covered := slices.IndexFunc(f.covers(), func(path string) bool { _, again := taken[path]; return again })
		if covered < 0 {
			continue
		}
		first := taken[f.covers()[covered]]
		message := fmt.Sprintf("the mapping file has a constant for %s, and the file a column", HeaderOf(f.path))
		problems = append(problems, c.headerProblem(*first, refuse("HDR-DUP", message,
			`delete the constant, make it a default, or ignore the column in the mapping file`)))
	}
	return problems
}

// absent finds columns that should be there: what every new referral needs, unless the file
// names referrals that exist, and what the mapping file speaks of.
func (c *Columns) absent() []Problem {
	problems := c.unused()
	if c.supplies("id") || c.options.UpdatesOnly {
		return problems
	}
	var missing []string
	for _, f := range c.Missing() {
		missing = append(missing, `"`+f.Header+`"`)
	}
	if len(missing) == 0 {
		return problems
	}
	hint := `add the columns, name the ones that stand for them under "columns" in the mapping file, or give constants there`
	if strings.Contains(strings.Join(missing, ""), `"Referral Type"`) {
		hint += `; "Microsoft help required?" answers "Referral Type" too`
	}
	f := refuse("HDR-MISSING", "columns that every new referral needs are missing: "+strings.Join(missing, ", "), hint)
	return append(problems, Problem{Row: c.headerRow, Rule: f.Rule, Severity: f.Severity, Message: f.Message, Hint: f.Hint})
}

// Missing returns the fields that every new referral needs and that neither a column nor a
// constant or default gives.
func (c *Columns) Missing() []Field {
	var missing []Field
	for _, f := range table().fields {
		if f.Need == Required && !c.supplies(f.Path) && !(f.Path == "type" && c.portal) {
			missing = append(missing, f)
		}
	}
	return missing
}

// unused finds columns that the mapping file names and the file does not have: a header that
// was renamed must not become a field that is silently not sent.
func (c *Columns) unused() []Problem {
	var problems []Problem
	for _, header := range c.options.File.headers() {
		if c.headed(header) >= 0 {
			continue
		}
		severity := Warning
		if c.options.Unattended {
			severity = Fault
		}
		problems = append(problems, Problem{Row: c.headerRow, Column: header, Rule: "HDR-UNUSED", Severity: severity,
			Message: "the mapping file names the column " + quoted(header) + ", which the file does not have",
			Hint:    "correct the name in the mapping file, or delete its line"})
	}
	return problems
}

// headed returns the index of the column with a header, -1 for none.
func (c *Columns) headed(header string) int {
	for i := range c.columns {
		if c.columns[i].header != "" && columnKey(c.columns[i].header) == columnKey(header) {
			return i
		}
	}
	return -1
}

// keyColumns finds the columns that tell rows apart.
func (c *Columns) keyColumns() []Problem {
	names := c.options.Key
	if len(names) == 0 {
		for _, path := range []string{"name", "customerProfile.name"} {
			if i := c.find(path); i >= 0 {
				c.key = append(c.key, i)
			}
		}
		return nil
	}
	var problems []Problem
	for _, name := range names {
		i := c.headed(name)
		if t, ok := resolve(name); i < 0 && ok {
			i = c.find(t.path)
		}
		if i < 0 {
			problems = append(problems, Problem{Row: c.headerRow, Column: name, Rule: "HDR-KEY", Severity: Fault,
				Message: "the key column " + quoted(name) + " is not in the file", Hint: "name columns of the file, by their headers"})
			continue
		}
		c.key = append(c.key, i)
	}
	return problems
}

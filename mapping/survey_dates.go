package mapping

import (
	"fmt"
	"strings"
)

// observeDate takes a text of a column of dates into account. Dates with slashes have evidence of their own: month first is a
// custom of slashes.
func (col *column) observeDate(text, cell string) {
	monthFirst, dayFirst := dateReadings(text)
	if strings.Contains(text, "/") {
		col.dates.add(monthFirst, dayFirst, text, cell)
		return
	}
	col.dotted.add(monthFirst, dayFirst, text, cell)
}

// with is what two sorts of texts of one column say together.
func (e evidence) with(other evidence) evidence {
	e.first, e.second, e.both = e.first+other.first, e.second+other.second, e.both+other.both
	for i, sample := range other.sample {
		if e.sample[i] == "" {
			e.sample[i] = sample
		}
	}
	return e
}

// settleDates decides the order of a column's dates, unless the mapping file did. The portal documents its own, for
// dates with slashes: it holds where no date tells otherwise. Dots and dashes never follow slashes into month first.
func (c *Columns) settleDates(col *column, documented bool) []Problem {
	if col.how.DateOrder != Undecided || col.how.Layout != "" {
		return nil
	}
	slashed, dotted := col.dates, col.dotted
	all := slashed.with(dotted)
	open := all.second == 0 && dotted.first == 0
	switch {
	case open && dotted.both > 0 && (slashed.first > 0 || documented && slashed.both > 0):
		return c.columnProblems(*col, slashed.besideDots(dotted))
	case open && documented && dotted.both > 0:
		col.how.DateOrder = DayFirst
		return c.columnProblems(*col, dotted.customary(dateNotation.names[1]+", as dates with dots and dashes are", "month", "mdy"))
	case open && documented:
		col.how.DateOrder = MonthFirst
		return c.columnProblems(*col, slashed.customary(dateNotation.names[0]+", as the portal's CSV has them", "day", "dmy"))
	}
	which, said := all.decide(dateNotation)
	col.how.DateOrder = [3]DateOrder{MonthFirst, DayFirst, Undecided}[which]
	return c.columnProblems(*col, said)
}

// customary tells of dates that are read in an order that no date of the column shows, and could be read otherwise.
func (e evidence) customary(order, other, flag string) *fault {
	if e.both == 0 {
		return nil
	}
	return &fault{Rule: dateNotation.rule, Severity: Note,
		Message: fmt.Sprintf("the dates are read %s; %d could be read both ways, such as %s", order, e.both, e.sample[eitherWay]),
		Hint:    fmt.Sprintf("if the %s stands first, say --dates %s", other, flag)}
}

// besideDots is the fault of a column whose slashes have the month first, with dots and dashes among them.
func (e evidence) besideDots(dotted evidence) *fault {
	sample := e.sample[onlyFirst]
	if sample == "" {
		sample = e.sample[eitherWay]
	}
	return e.with(dotted).undecided(dateNotation, Fault, fmt.Sprintf("dates with slashes have the month first (%s), and those with dots or dashes mostly the day (%s)",
		sample, dotted.sample[eitherWay]))
}

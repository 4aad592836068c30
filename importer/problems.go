package importer

import (
	"fmt"
	"slices"

	"refload/mapping"
)

// Group is a number of alike problems: the same rule, column and message.
type Group struct {
	mapping.Problem        // the first of them
	Count           int    // how many there are
	More            []Spot // where the next ones are, a few at most
}

// Spot is a place in the file.
type Spot struct {
	Row  int
	Cell string
}

// The bounds of what is kept of problems; their totals are always exact.
const (
	mostGroups = 2000
	mostSpots  = 4
)

// Problems gathers problems: alike ones together, in the order of their first appearance.
// Its memory does not grow with the file.
type Problems struct {
	Errors   int // problems that stop a row
	Pending  int // errors unless the deal exists, of which nobody knows yet
	Warnings int
	Notes    int
	Rows     int // rows with at least one error
	Dropped  int // problems whose group was not kept

	groups []*Group
	byKey  map[string]*Group
	last   int // the last row that was counted in Rows
}

// Add counts problems and keeps what is to be shown of them.
func (p *Problems) Add(problems ...mapping.Problem) {
	for _, problem := range problems {
		p.count(problem)
		key := alike(problem)
		if group := p.byKey[key]; group != nil {
			group.Count++
			if len(group.More) < mostSpots {
				group.More = append(group.More, Spot{problem.Row, problem.Cell})
			}
			continue
		}
		p.keep(key, problem)
	}
}

func (p *Problems) count(problem mapping.Problem) {
	switch problem.Severity {
	case mapping.Fault:
		p.Errors++
		if problem.Row != 0 && problem.Row != p.last {
			p.Rows++
			p.last = problem.Row
		}
	case mapping.Pending:
		p.Pending++
	case mapping.Warning:
		p.Warnings++
	default:
		p.Notes++
	}
}

func (p *Problems) keep(key string, problem mapping.Problem) {
	if len(p.groups) >= mostGroups {
		p.Dropped++
		return
	}
	if p.byKey == nil {
		p.byKey = map[string]*Group{}
	}
	group := &Group{Problem: problem, Count: 1}
	p.groups = append(p.groups, group)
	p.byKey[key] = group
}

// Groups returns the groups in the order of their first appearance.
func (p *Problems) Groups() []Group {
	groups := make([]Group, len(p.groups))
	for i, group := range p.groups {
		groups[i] = *group
	}
	return groups
}

// Discreet returns the groups without values that may be personal: what differs only in such a value
// is one group.
func (p *Problems) Discreet() []Group {
	var groups []Group
	at := map[string]int{}
	for _, group := range p.Groups() {
		group.Problem = group.Problem.Discreet()
		key := alike(group.Problem)
		i, known := at[key]
		if !known {
			at[key] = len(groups)
			groups = append(groups, group)
			continue
		}
		more := slices.Concat(groups[i].More, []Spot{{group.Row, group.Cell}}, group.More)
		groups[i].More = more[:min(len(more), mostSpots)]
		groups[i].Count += group.Count
	}
	return groups
}

// Replace puts another problem in the place of a pending one, of which more is known now.
func (p *Problems) Replace(pending, known mapping.Problem) {
	p.Pending--
	key := alike(pending)
	if group := p.byKey[key]; group == nil {
		p.Dropped-- // it was not kept
	} else if group.Count--; group.Count == 0 {
		delete(p.byKey, key)
		p.groups = slices.DeleteFunc(p.groups, func(g *Group) bool { return g == group })
	} else if group.Row == pending.Row && len(group.More) > 0 {
		group.Row, group.Cell, group.More = group.More[0].Row, group.More[0].Cell, group.More[1:]
	}
	p.Add(known)
}

// alike is the same text for problems of one group. How cells of a column are read which have one reading is
// told once for the column.
func alike(problem mapping.Problem) string {
	if problem.Severity == mapping.Note && problem.Cell != "" && problem.Column != "" {
		return fmt.Sprint(problem.Rule, "\x00", problem.Column)
	}
	return fmt.Sprint(problem.Rule, "\x00", problem.Column, "\x00", problem.Message)
}

// faults reports whether any of the problems stops its row.
func faults(problems []mapping.Problem) bool {
	for _, problem := range problems {
		if problem.Severity == mapping.Fault {
			return true
		}
	}
	return false
}

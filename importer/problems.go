package importer

import (
	"fmt"

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
		key := fmt.Sprint(problem.Rule, "\x00", problem.Column, "\x00", problem.Message)
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

// faults reports whether any of the problems stops its row.
func faults(problems []mapping.Problem) bool {
	for _, problem := range problems {
		if problem.Severity == mapping.Fault {
			return true
		}
	}
	return false
}

package importer

import (
	"cmp"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
)

// alikeGuard notices that the first rows of a run are all refused in the same way.
type alikeGuard struct {
	over  bool // a row fared otherwise
	first string
	rows  int
}

// alikeRows is the number of rows after which alike refusals stop a run, where the retry table names none.
const alikeRows = 10

func (g *alikeGuard) learn(became run.Outcome, record journal.Record) (bool, string) {
	if g.over || record.Reason == outcome.ReasonNoSuchID || record.Reason == outcome.ReasonThere { // the latter was learned when it came
		return false, ""
	}
	what := serviceSaid(record)
	switch {
	case became == run.Rejected && (g.rows == 0 || what == g.first):
	case became == run.Rejected, became == run.Created, became == run.Updated, became == run.Unknown:
		g.over = true
		return false, ""
	default:
		return false, ""
	}
	g.first = what
	g.rows++
	first := api.PolicyFor(&api.Error{HTTPStatus: record.HTTPStatus, Outcome: api.Refused}).First
	return g.rows >= cmp.Or(first, alikeRows), what
}

// answerGuard notices that creates one after the other get answers that fit one row of the retry table.
type answerGuard struct {
	when string // the row of the table
	n    int
}

// learn takes an answer into account, the zero Policy for a good one, and reports whether it was one
// of its kind too many.
func (g *answerGuard) learn(policy api.Policy) bool {
	if g.when != policy.When {
		*g = answerGuard{when: policy.When}
	}
	g.n++
	return policy.InARow > 0 && g.n >= policy.InARow
}

// learnAlike tells the guard of a refusal that does not settle its row yet.
func (r *runner) learnAlike(record journal.Record) (bool, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.alike.learn(run.Rejected, record)
}

// learnAnswer tells the guard of the answer to a create.
func (r *runner) learnAnswer(policy api.Policy) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answers.learn(policy)
}

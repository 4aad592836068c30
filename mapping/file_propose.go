package mapping

import (
	"slices"
	"strconv"
)

// proposal is what a suggestion says of one column.
type proposal struct {
	meaning string // of the line: a field between quotes, a list of them, or ignore
	decides bool   // it is a line, not a comment
	remark  string // behind it
	staged  bool   // the column may be status, substatus and sales stage in one
	path    string // of the field, "" for none or several
}

func (p proposal) line(col ColumnInfo) string {
	line := "  " + strconv.Quote(col.Header) + ": " + p.meaning
	if !p.decides {
		line = "  # " + strconv.Quote(col.Header) + ": " + p.meaning
	}
	if p.remark != "" {
		line += "   # column " + col.Letter + ": " + p.remark
	}
	return line
}

// stagePaths are the fields of which sheets have one column for three.
var stagePaths = []string{"status", "substatus", "salesStage"}

// stageLines show how the words of such a column are told.
var stageLines = []string{
	"# A column of stages can be three fields, each with its own values for the sheet's words:",
	"# values:",
	`#   "Partner Referral Status": {a word: Active, another: Closed}`,
	`#   "Partner Referral Substatus": {a word: Accepted, another: Won}`,
	`#   "Sales Stage": {a word: 60, another: 100}`,
}

// taken has the paths that a header names already.
func (s Suggestion) taken() map[string]bool {
	taken := map[string]bool{}
	for _, col := range s.Columns {
		if col.Field != nil {
			taken[col.Path] = true
		}
	}
	return taken
}

// proposal finds out what a column may be. A field that is proposed is taken: no other column is proposed for it.
func (s Suggestion) proposal(col ColumnInfo, taken map[string]bool) proposal {
	values := s.Values.column(col.Index)
	if col.Field != nil {
		p := proposal{meaning: meaningOf(col), decides: true}
		if values.contradicts(col.Field, col.Path) {
			p.remark = "its values do not look like ones of this field"
			p.staged = slices.Contains(stagePaths, col.Path) && values.mostly(sortStage)
		}
		return p
	}
	for _, propose := range []func(ColumnInfo, *tallied, map[string]bool) (proposal, bool){byWord, byLikeness, byValues} {
		if p, ok := propose(col, values, taken); ok {
			if p.path != "" {
				taken[p.path] = true
			}
			return p
		}
	}
	return proposal{meaning: Ignore, remark: "or the field that it is, see refload fields"}
}

// free returns the field that a header names, unless it is taken or the values contradict it.
func free(header string, values *tallied, taken map[string]bool) (target, bool) {
	t, ok := resolve(header)
	return t, ok && !taken[t.path] && !values.contradicts(t.field, t.path)
}

// byWord proposes what a header means in another language. It decides where it means one field for sure.
func byWord(col ColumnInfo, values *tallied, taken map[string]bool) (proposal, bool) {
	for _, meant := range meantByWord(col.Header) {
		if meant.header == "Sales Stage" && values.values > 0 && values.contradicts(table().paths["salesStage"], "salesStage") {
			if staged(taken) {
				return proposal{meaning: stageMeaning, remark: "one column may be all three, see below", staged: true}, true
			}
			continue
		}
		t, ok := free(meant.header, values, taken)
		if !ok {
			continue
		}
		p := proposal{meaning: strconv.Quote(meant.header), decides: meant.sure, path: t.path}
		if !meant.sure {
			p.remark = "a guess, by the meaning of the header"
		}
		return p, true
	}
	return proposal{}, false
}

// stageMeaning names the three fields of a column of stages.
const stageMeaning = `["Partner Referral Status", "Partner Referral Substatus", "Sales Stage"]`

// staged reports whether a column of stages may be all three fields: none of them has a column.
func staged(taken map[string]bool) bool {
	return !slices.ContainsFunc(stagePaths, func(path string) bool { return taken[path] })
}

// byLikeness proposes the field whose header is nearly the same.
func byLikeness(col ColumnInfo, values *tallied, taken map[string]bool) (proposal, bool) {
	if col.Near == "" {
		return proposal{}, false
	}
	t, ok := free(col.Near, values, taken)
	return proposal{meaning: strconv.Quote(col.Near), remark: "a guess, the headers are alike", path: t.path}, ok
}

// fieldsOfSorts are the fields that a column may be by its values alone.
var fieldsOfSorts = map[sort]string{sortMail: "Customer Contact Email Address", sortCountry: "Customer Country", sortCurrency: "Currency", sortDate: "Estimated Close Date"}

// byValues proposes what a column may be whose header says nothing.
func byValues(_ ColumnInfo, values *tallied, taken map[string]bool) (proposal, bool) {
	s, ok := values.sorted()
	if !ok {
		return proposal{}, false
	}
	if s == sortStage {
		return proposal{meaning: stageMeaning, remark: "a guess, by its values: " + sortNames[s] + ", see below", staged: true}, staged(taken)
	}
	t, ok := free(fieldsOfSorts[s], values, taken)
	return proposal{meaning: strconv.Quote(fieldsOfSorts[s]), remark: "a guess, by its values: " + sortNames[s], path: t.path}, ok
}

// missing returns the fields that neither a header nor a proposal that decides gives.
func (s Suggestion) missing() []Field {
	taken := s.taken()
	given := map[string]bool{}
	for _, col := range s.Columns {
		if p := s.proposal(col, taken); p.decides {
			given[p.path] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Missing), func(f Field) bool { return given[f.Path] })
}

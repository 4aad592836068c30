package logs

import "regexp"

// Field is one thing that a log may hold. What is not in the table is not written, whoever says it.
type Field struct {
	Name string
	Help string         // for the reference
	Form *regexp.Regexp // what its text must look like; nil for numbers and times
}

// shownFor stands where a text does not look like what the field may hold.
const shownFor = "(not shown)"

// The forms of texts. None of them can hold a sentence or an e-mail address; what refload has not made itself, the
// ident of an answer, has no room for a phone number either: six digits at most, unless it is a GUID.
var (
	word  = regexp.MustCompile(`^[a-z][a-z -]{0,60}$`)
	name  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,60}$`)
	ident = regexp.MustCompile(`^([A-Za-z._:/-]{0,40}([0-9][A-Za-z._:/-]{0,20}){0,6}|[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12})$`)
	path  = regexp.MustCompile(`^/[0-9A-Za-z._~/-]{0,200}$`)
)

// fields is the table of what a log may hold, in the order of the reference.
var fields = []Field{
	{"time", "when it was written", nil},
	{"level", "INFO, or WARN for what did not go well", nil},
	{"msg", "started, run, phase, row, request, waiting or ended", word},
	{"command", "the command that was started", word},
	{"version", "of refload", name},
	{"run", "the run that the line belongs to, as 'refload runs list' has it", name},
	{"phase", "the part of the run: checking, listing, sending, results", word},
	{"total", "of a phase: how much there is to do", nil},
	{"row", "the row of the sheet, by the number that Excel shows", nil},
	{"attempt", "the how manieth request for the row", nil},
	{"outcome", "what became of the row", word},
	{"method", "of a request", name},
	{"path", "of a request's URL, without host and query", path},
	{"status", "HTTP status of the answer; left out where none came", nil},
	{"error", "why no answer came: timeout, no such host, no connection, certificate, given up, broken off", word},
	{"latency_ms", "from the request's start to the end of its answer, in milliseconds", nil},
	{"intent_id", "the same for all attempts of one write", ident},
	{"client_request_id", "of this attempt, as it was sent", ident},
	{"request_id", "of the answer, for support", ident},
	{"wait_s", "how long the service asks to wait, in seconds", nil},
	{"exit_code", "with which the command ended", nil},
}

// Fields returns the table of what a log may hold.
func Fields() []Field { return append([]Field(nil), fields...) }

// byName returns the field of a name.
func byName(name string) (Field, bool) {
	for _, field := range fields {
		if field.Name == name {
			return field, true
		}
	}
	return Field{}, false
}

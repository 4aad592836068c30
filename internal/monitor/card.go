package monitor

import (
	"fmt"
	"strings"
	"time"

	"refload/internal/run"
)

// object is a part of a card.
type object map[string]any

// card is a report as a message that Teams shows: an Adaptive Card in the envelope that the
// trigger "when a webhook request is received" of Teams' workflows takes. Texts are plain: what
// looks like markup in the name of a file stays what it is.
//
// Source: Microsoft's pages on Adaptive Cards (schema 1.4) and on incoming webhooks of Teams.
func card(r *Report) object {
	body := []object{
		{"type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true, "color": colorOf(r), "text": headline(r)},
		{"type": "FactSet", "facts": facts(r)},
	}
	content := object{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body}
	return object{"type": "message", "attachments": []object{
		{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": content},
	}}
}

// colorOf is the colour of the headline; the words say the same.
func colorOf(r *Report) string {
	switch {
	case r.OK:
		return "Good"
	case r.NeedsHands == 0 && waiting(r) == 0 && (r.Again || r.Reason == Declined):
		return "Warning"
	}
	return "Attention"
}

// headline says in a line whether somebody has to do something.
func headline(r *Report) string {
	text := "refload " + r.Command + ": "
	switch {
	case r.Reason == Declined:
		return text + "nothing was sent: the question was answered with no"
	case r.OK && r.Command == Export:
		return text + "complete, " + run.Counted(r.Rows, "referral")
	case r.OK:
		return text + "everything is as it should be, " + run.Counted(r.Rows, "row")
	case r.NeedsHands > 0:
		return fmt.Sprintf("%sa person is needed for %d of %s", text, r.NeedsHands, run.Counted(r.Rows, "row")) + ofFiles(r)
	case waiting(r) > 0:
		return text + "a file cannot be imported until a person fixes it" + ofFiles(r)
	case r.Again:
		return text + "not finished; the next run goes on"
	}
	return fmt.Sprintf("%sexit code %d", text, r.ExitCode)
}

// waiting returns how many files need a person.
func waiting(r *Report) int {
	n := 0
	for _, in := range r.Inputs {
		if in.NeedsPerson {
			n++
		}
	}
	return n
}

// ofFiles says of how many files the headline speaks, "" for the only one.
func ofFiles(r *Report) string {
	if len(r.Inputs) < 2 {
		return ""
	}
	return fmt.Sprintf(" (%d of %d files; the worst is %s)", waiting(r), len(r.Inputs), plain(r.File))
}

// facts are the lines of a card below its headline.
func facts(r *Report) []object {
	var list []object
	add := func(title, value string) {
		if value != "" {
			list = append(list, object{"title": title, "value": plain(value)})
		}
	}
	add("Target", r.Target)
	if len(r.Inputs) < 2 {
		add("File", r.File)
	} else {
		add("Worst file", r.File)
		add("Files", listOf(r.Inputs))
	}
	for _, word := range run.Words() {
		if n := r.Counts[word.Outcome]; n > 0 {
			add(string(word.Outcome), fmt.Sprint(n))
		}
	}
	add("Needs a person", fmt.Sprint(r.NeedsHands))
	add("A later run takes again", fmt.Sprint(r.Later))
	add("Exit code", fmt.Sprintf("%d: %s", r.ExitCode, r.Meaning))
	add("Run", r.Run)
	add("Ended", r.Ended.UTC().Format(time.DateTime)+" UTC")
	return list
}

// mostListed is how many files a card lists.
const mostListed = 30

// listOf lists files with what became of their rows.
func listOf(inputs []Input) string {
	var texts []string
	for _, in := range inputs[:min(len(inputs), mostListed)] {
		texts = append(texts, fmt.Sprintf("%s (exit code %d: %s)", in.File, in.ExitCode, in.Words()))
	}
	if more := len(inputs) - mostListed; more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, "; ")
}

// plain takes from a text what Adaptive Cards read as markup.
func plain(text string) string {
	var out []rune
	for _, r := range text {
		switch r {
		case '*', '_', '[', ']', '`', '#', '>', '<', '\\', '~':
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

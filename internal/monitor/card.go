package monitor

import (
	"fmt"
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
	case r.NeedsHands == 0 && r.Resumable:
		return "Warning"
	}
	return "Attention"
}

// headline says in a line whether somebody has to do something.
func headline(r *Report) string {
	switch {
	case r.OK && r.Command == Export:
		return fmt.Sprintf("refload %s: complete, %d referrals", r.Command, r.Rows)
	case r.OK:
		return fmt.Sprintf("refload %s: all %d rows are as they should be", r.Command, r.Rows)
	case r.NeedsHands > 0:
		return fmt.Sprintf("refload %s: %d of %d rows need a person", r.Command, r.NeedsHands, r.Rows)
	case r.Resumable:
		return fmt.Sprintf("refload %s: not finished; the next run goes on", r.Command)
	}
	return fmt.Sprintf("refload %s: exit code %d", r.Command, r.ExitCode)
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
	add("File", r.File)
	for _, word := range run.Words() {
		if n := r.Counts[word.Outcome]; n > 0 {
			add(string(word.Outcome), fmt.Sprint(n))
		}
	}
	add("Needs a person", fmt.Sprint(r.NeedsHands))
	add("Exit code", fmt.Sprintf("%d: %s", r.ExitCode, r.Meaning))
	add("Run", r.Run)
	add("Ended", r.Ended.UTC().Format(time.DateTime)+" UTC")
	return list
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

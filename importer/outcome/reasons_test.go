package outcome

import "testing"

func TestEveryReasonHasWords(t *testing.T) {
	for word, reason := range reasons {
		if reason.message == "" {
			t.Errorf("reason %s has no message", word)
		}
	}
	if got := ReasonText(ReasonRefused, "HTTP 400"); got != "the service refused it: HTTP 400" {
		t.Errorf("ReasonText: %q", got)
	}
	if got := ReasonText(ReasonInterrupted, ""); got != "the run was interrupted" {
		t.Errorf("ReasonText: %q", got)
	}
}

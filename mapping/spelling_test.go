package mapping

import (
	"errors"
	"strings"
	"testing"
)

func TestSpelling(t *testing.T) {
	for _, c := range []struct{ path, text, want string }{
		{"status", "active", "Active"}, {"substatus", " WON ", "Won"}, {"type", "shared", "Shared"}, {"qualification", "sales qualified", "SalesQualified"},
		{"customerProfile.address.country", "us", "US"}, {"engagementId", "12345678-ABCD-ABCD-ABCD-1234567890AB", "12345678-abcd-abcd-abcd-1234567890ab"},
	} {
		if got, err := Spelling(c.path, c.text); got != c.want || err != nil {
			t.Errorf("%s %q: %q, %v", c.path, c.text, got, err)
		}
	}
	for _, c := range []struct{ path, text, says string }{
		{"status", "Actve", "is not a status"}, {"status", "", "no value"}, {"status", "  ", "no value"},
		{"customerProfile.address.country", "Germany", "no code"}, {"customerProfile.address.country", "Germny", "country code"}, {"engagementId", "7", "GUID"}, {"nothing", "x", "no field"},
	} {
		_, err := Spelling(c.path, c.text)
		var wrong *SpellingError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.says) || wrong.Hint() == "" && c.path != "nothing" {
			t.Errorf("%s %q: %v", c.path, c.text, err)
		}
	}
}

package mapping

import "testing"

// A midnight in UTC is a day; every other moment, and a text that only looks like one, stays whole.
func TestShowValueOfDays(t *testing.T) {
	for value, want := range map[string]string{
		"2033-12-22T00:00:00Z": "2033-12-22", "2033-12-22T00:00:00.000Z": "2033-12-22", "2033-12-22T00:00:00+00:00": "2033-12-22",
		"2033-12-22T00:00:00.001Z": `"2033-12-22T00:00:00.001Z"`, "2033-12-22T00:00:01Z": `"2033-12-22T00:00:01Z"`,
		"2033-12-22T00:00:00+02:00": `"2033-12-22T00:00:00+02:00"`, "2033-12-22T00:00:00": `"2033-12-22T00:00:00"`,
		"2033-13-22T00:00:00Z": `"2033-13-22T00:00:00Z"`, "on 2033-12-22T00:00:00Z": `"on 2033-12-22T00:00:00Z"`, "": "—",
	} {
		if got := ShowValue(value); got != want {
			t.Errorf("%s is shown as %s, expected %s", value, got, want)
		}
	}
	if got := ValueText("2033-12-22T00:00:00Z"); got != "2033-12-22" {
		t.Errorf("in a workbook it is %s", got)
	}
}

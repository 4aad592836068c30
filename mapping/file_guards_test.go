package mapping

import (
	"slices"
	"testing"
)

func TestGuards(t *testing.T) {
	plain := &File{Columns: map[string]string{"Betrag": "details.dealValue", "Hilfe": "Microsoft help required?"}, Constants: map[string]string{"Currency": "EUR"},
		Defaults: map[string]string{"Notes": "none"}, Values: map[string]map[string]string{"Customer Country": {"Deutschland": "DE"}}}
	if got := plain.Guards(); got != nil {
		t.Errorf("how a sheet is read guards nothing: %q", got)
	}
	guards := &File{ShareClosed: true, Constants: map[string]string{"Share with Microsoft sales team": "Yes", "Consent to share": "Yes", "Currency": "EUR", "Action": "update"},
		Defaults: map[string]string{"Microsoft help required?": "Yes"}, Values: map[string]map[string]string{"status": {"open": "Closed"}, "CRM ID": {"1": "2"}}}
	want := []string{"share-closed", "constants: Action", "constants: Consent to share", "constants: Share with Microsoft sales team", "defaults: Microsoft help required?", "values: CRM ID", "values: status"}
	if got := guards.Guards(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for path := range guardedPaths {
		if _, known := Lookup(path); !known && path != "target" && path != "target[0].id" {
			t.Errorf("there is no field %s", path)
		}
	}
}

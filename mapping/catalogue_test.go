package mapping

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEmbeddedCatalogues(t *testing.T) {
	tests := []struct {
		name   string
		count  int
		form   string
		has    []string
		hasNot []string
	}{
		{countryCodes, 249, `^[A-Z]{2}$`, []string{"US", "GB", "CZ", "SS", "CW", "TL", "NA"}, []string{"UK", "XK", "AN", "SU", "YU"}},
		{currencyCodes, 155, `^[A-Z]{3}$`, []string{"USD", "EUR", "VES", "VED", "SLE", "ZWG", "XCG", "MRU", "STN"}, []string{"DEM", "HRK", "BGN", "ANG", "XXX", "XAU", "SLL"}},
		{productIDs, 20, `^\S+$`, []string{"DynamicsAX,GP,NAV,SL", "Yammer"}, nil},
		{serviceIDs, 10, `^\S+$`, []string{"IPServices(ISV)"}, nil},
		{industryIDs, 14, ``, []string{"Agriculture, Forestry, & Fishing"}, nil},
		{solutionIDs, 48, `^\w+$`, []string{"AdvancedAnalytics", "WebDevelopment"}, nil},
		{customerSizes, 11, `employees$`, []string{"1to50employees", "Morethan20000employees"}, nil},
		{partnerRoles, 8, ``, []string{"Proof of concept"}, nil},
		{solutionAreas, 4, ``, []string{"Security"}, nil},
		{solutionPlays, 17, ``, []string{"Data Security"}, nil},
	}
	for _, tt := range tests {
		values := EmbeddedCatalogues().Values(tt.name)
		if len(values) != tt.count {
			t.Errorf("%s has %d values, want %d", tt.name, len(values), tt.count)
		}
		for _, value := range values {
			if !regexp.MustCompile(tt.form).MatchString(value) {
				t.Errorf("%s: %q has not the form of its values", tt.name, value)
			}
		}
		for _, value := range tt.has {
			if !slices.Contains(values, value) {
				t.Errorf("%s lacks %q", tt.name, value)
			}
		}
		for _, value := range tt.hasNot {
			if slices.Contains(values, value) {
				t.Errorf("%s has %q", tt.name, value)
			}
		}
	}
	if names := EmbeddedCatalogues().Names(); len(names) != len(tests) {
		t.Errorf("there are catalogues that this test does not know: %v", names)
	}
}

// TestCatalogueWords holds that no word stands for two values, which would make a suggestion
// a matter of order.
func TestCatalogueWords(t *testing.T) {
	for _, name := range EmbeddedCatalogues().Names() {
		seen := map[string]string{}
		for _, e := range embedded().tables[name].entries {
			for _, word := range e.words() {
				if other := seen[fold(word)]; other != "" && other != e.Value && e.State == current {
					t.Errorf("%s: %q stands for %s and %s", name, word, other, e.Value)
				}
				seen[fold(word)] = e.Value
			}
		}
	}
}

// TestReplacements holds that what a withdrawn code names instead is a code that is accepted.
func TestReplacements(t *testing.T) {
	currencies := embedded().Values(currencyCodes)
	for _, e := range embedded().tables[currencyCodes].entries {
		if _, known := stateMessages[e.State]; !known && e.State != current {
			t.Errorf("%s has the unknown state %q", e.Value, e.State)
		}
		if e.State != current && e.State != shared && !slices.Contains(currencies, e.Use) {
			t.Errorf("%s is replaced by %q, which is no current currency", e.Value, e.Use)
		}
	}
}

func TestWith(t *testing.T) {
	base := EmbeddedCatalogues()
	tests := []struct {
		name, file string
		err        string // "" for success
	}{
		{solutionAreas, "value\nA\nB\n", ""},
		{solutionAreas, "label,value,aliases\nArea A,A,a1|a2\n", ""},
		{"planets", "value\nMars\n", `there is no catalogue "planets"`},
		{solutionAreas, "", "no header"},
		{solutionAreas, "name\nA\n", `no column "value"`},
		{solutionAreas, "value\nA\nb\nB\n", "line 4"},
		{solutionAreas, "value,label\n,x\n", "empty or there twice"},
		{solutionAreas, "value,label\nA\n", "reading the catalogue solution-areas"},
	}
	for _, tt := range tests {
		got, err := base.With(tt.name, strings.NewReader(tt.file))
		if tt.err == "" {
			if err != nil || len(got.Values(tt.name)) == 4 || len(got.Values(productIDs)) != 20 {
				t.Errorf("With(%s, %q): %v, %v", tt.name, tt.file, got, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.err) {
			t.Errorf("With(%s, %q) gave the error %v, want it to say %q", tt.name, tt.file, err, tt.err)
		}
	}
	if len(base.Values(solutionAreas)) != 4 {
		t.Error("With changed the catalogues that it was called on")
	}
	if base.Values("planets") != nil || len(base.Words("planets")) != 0 {
		t.Error("an unknown catalogue has values")
	}
}

func FuzzCatalogue(f *testing.F) {
	f.Add("value,label,aliases,state,use\nA,B,C|D,withdrawn,E\n")
	f.Add("value\n\"a\nb\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		c, err := EmbeddedCatalogues().With(countryCodes, strings.NewReader(file))
		if err != nil {
			return
		}
		for _, word := range append(c.Values(countryCodes), "Germany", "", "ab") {
			parseValue(countryField(), typed(word), reading{Catalogues: c})
		}
	})
}

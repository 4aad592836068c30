package mapping

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCountry(t *testing.T) {
	tests := []struct {
		text string
		want string // "" for a fault
		says string
	}{
		{"US", "US", ""},
		{"gb", "GB", ""},
		{"XK", "", "(Kosovo) is in use but is no ISO code"},
		{"AN", "", "write CW, SX or BQ"},
		{"SU", "", "withdrawn"},
		{"EN", "", "not a country code"},
		{"EL", "GR", "GR (Greece)"},
		{"UK", "GB", "is read as GB (United Kingdom)"},
		{"CZE", "CZ", "CZ (Czechia)"},
		{"United States", "US", "US"},
		{"united-states", "US", "US"},
		{"Deutschland", "DE", "is read as DE (Germany)"},
		{"Oesterreich", "AT", "AT (Austria)"},
		{"OSTERREICH", "AT", "AT (Austria)"},
		{"Royaume-Uni", "GB", "GB"},
		{"República Checa", "CZ", "CZ"},
		{"Etats-Unis", "US", "US"},
		{"Estados Unidos", "US", "US"},
		{"Südkorea", "KR", "KR"},
		{"Congo", "", "CG"},   // or the Democratic Republic
		{"Korea", "", "KR"},   // or the North
		{"America", "", "US"}, // or a continent
		{"Burma (until 1989)", "", "MM"},
		{"Germny", "", "did you mean DE (Germany)?"},
		{"Ivory Coast", "CI", "CI"},
		{"Great Britain", "GB", "GB"},
		{"Soviet Union", "", "did you mean RU or the country of today?"},
		{"Kosovo", "", "not a country code"},
		{"Atlantis", "", `"values" in the mapping file`},
		{"ZZ", "", "write the ISO 3166 code of two letters"},
		{"1", "", "not a country code"},
	}
	for _, tt := range tests {
		value, faults := parseValue(countryField(), typed(tt.text), reading{})
		if got, _ := value.(string); got != tt.want || !strings.Contains(hintsOf(faults), tt.says) {
			t.Errorf("%q: got %q with %q, want %q and %q", tt.text, got, hintsOf(faults), tt.want, tt.says)
		}
	}
}

func TestCurrency(t *testing.T) {
	tests := []struct {
		text  string
		want  string
		rules string
		says  string
	}{
		{"USD", "USD", "", ""},
		{"czk", "CZK", "", ""},
		{"VES", "VES", "", ""},
		{"SLE", "SLE", "", ""},
		{"ZWG", "ZWG", "", ""},
		{"XCG", "XCG", "", ""},
		{"BGN", "BGN", "VAL-CURRENCY", "has been replaced; it is sent as it stands | consider EUR"},
		{"ANG", "ANG", "VAL-CURRENCY", "XCG"},
		{"CLF", "CLF", "VAL-CURRENCY", "unit of account"},
		{"DEM", "", "VAL-CURRENCY", "was withdrawn | write EUR"},
		{"HRK", "", "VAL-CURRENCY", "write EUR"},
		{"$", "", "VAL-CURRENCY", "more than one meaning | write USD, CAD"},
		{"US$", "USD", "VAL-CURRENCY", "is read as USD (US Dollar)"},
		{"US-Dollar", "USD", "VAL-CURRENCY", "USD"},
		{"dollar des États-Unis", "USD", "VAL-CURRENCY", "USD"},
		{"Dólar estadounidense", "USD", "VAL-CURRENCY", "USD"},
		{"£", "GBP", "VAL-CURRENCY", "GBP"},
		{"€", "EUR", "VAL-CURRENCY", "EUR"},
		{"Kč", "CZK", "VAL-CURRENCY", "CZK"},
		{"Euros", "EUR", "VAL-CURRENCY", "EUR"},
		{"Bulgarian Lev", "BGN", "VAL-CURRENCY VAL-CURRENCY", "has been replaced"},
		{"Deutsche Mark", "", "VAL-CURRENCY", "did you mean EUR?"},
		{"Dollar", "", "VAL-CURRENCY", "USD"},
		{"Won", "", "VAL-CURRENCY", "KRW"},
		{"¥", "", "VAL-CURRENCY", "JPY or CNY"},
		{"CZ", "", "VAL-CURRENCY", "CZK"},
		{"Swiss Frank", "", "VAL-CURRENCY", "CHF"},
		{"XTS", "", "VAL-CURRENCY", "not a currency code"},
		{"XAU", "", "VAL-CURRENCY", "not a currency code"},
	}
	for _, tt := range tests {
		value, faults := parseValue(kindField(Currency), typed(tt.text), reading{})
		if got, _ := value.(string); got != tt.want || ruleCodes(faults) != tt.rules || !strings.Contains(hintsOf(faults), tt.says) {
			t.Errorf("%q: got %q with %q, want %q and %q", tt.text, got, hintsOf(faults), tt.want, tt.says)
		}
	}
}

// TestNamesMeanOne holds that a name or another code is read as the one value that it means, said as a note, and not at all
// where two values claim it, where it is only near, or where its value is none any more.
func TestNamesMeanOne(t *testing.T) {
	for _, name := range []string{countryCodes, currencyCodes} {
		kind := map[string]Kind{countryCodes: Country, currencyCodes: Currency}[name]
		table := embedded().tables[name]
		claims := map[string][]string{}
		for _, e := range table.entries {
			for _, word := range append(slices.Concat(e.words(), e.Names), e.Near...) {
				if !slices.Contains(claims[nameKey(word)], e.Value) {
					claims[nameKey(word)] = append(claims[nameKey(word)], e.Value)
				}
			}
		}
		for _, e := range table.entries {
			near := map[string]bool{}
			for _, word := range e.Near {
				near[nameKey(word)] = true
			}
			for _, word := range slices.Concat(e.words(), e.Names, e.Near) {
				if _, code := table.value(word); code {
					continue
				}
				value, faults := parseValue(kindField(kind), typed(word), reading{})
				meansOne := len(claims[nameKey(word)]) == 1 && !near[nameKey(word)] && readByName[e.State]
				if meansOne != (value == e.Value) || meansOne && faults[0].Severity != Note || !meansOne && value != nil {
					t.Errorf("%s: %q became %v with %v; it means %v", name, word, value, faults, claims[nameKey(word)])
				}
			}
		}
	}
}

// TestNoSlipIsRead holds that a name with a slip is suggested, and never read.
func TestNoSlipIsRead(t *testing.T) {
	table := embedded().tables[countryCodes]
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(table.entries).Draw(t, "entry")
		name := []rune(rapid.SampledFrom(append(slices.Clone(e.Names), e.Label)).Draw(t, "name"))
		at := rapid.IntRange(0, len(name)-1).Draw(t, "at")
		slip := string(slices.Concat(name[:at], []rune{'x'}, name[at+1:]))
		if _, exists := table.named(slip); exists || len(name) <= 3 {
			return
		}
		if value, _ := parseValue(countryField(), typed(slip), reading{}); value != nil {
			t.Fatalf("%q was read as %v", slip, value)
		}
	})
}

func TestCountryRoundTrip(t *testing.T) {
	codes := catalogueValues(countryCodes)
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom(codes).Draw(t, "code")
		text := " " + strings.ToLower(code[:1]) + code[1:] + "\u00a0"
		if got, faults := parseValue(countryField(), typed(text), reading{}); got != code {
			t.Fatalf("%q: got %v with %v", text, got, faults)
		}
	})
}

func TestChoiceSpelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SampledFrom(helpField.Allowed).Draw(t, "value")
		var b strings.Builder
		for _, r := range want {
			b.WriteString(rapid.SampledFrom([]string{"", "", " ", "-", "_"}).Draw(t, "gap"))
			b.WriteString(rapid.SampledFrom([]string{strings.ToLower(string(r)), strings.ToUpper(string(r))}).Draw(t, "letter"))
		}
		text := strings.Trim(b.String(), "-_")
		if got, faults := parseValue(helpField, typed(text), reading{}); got != want {
			t.Fatalf("%q: got %v with %v, want %s", text, got, faults, want)
		}
	})
}

// productsField is as the field table has it.
func productsField() *Field {
	return &Field{Path: "details.requirements.products", Header: "Products", Kind: List, Catalogue: productIDs,
		Allowed: catalogueValues(productIDs), Codes: catalogueWords(productIDs)}
}

func TestList(t *testing.T) {
	tests := []struct {
		text  string
		want  []string
		rules string
	}{
		{"Azure", []string{"Azure"}, ""},
		{"azure; power bi ;", []string{"Azure", "PowerBI"}, ""},
		{"DynamicsAX,GP,NAV,SL;M365", []string{"DynamicsAX,GP,NAV,SL", "Microsoft365"}, ""},
		{"Azure\nTeams", []string{"Azure", "Teams"}, ""},
		{"Azur; Copilot", []string{"Azur", "Copilot"}, "VAL-CATALOGUE VAL-CATALOGUE"},
		{"Copilot; Copilot", []string{"Copilot", "Copilot"}, "VAL-CATALOGUE"},
		{"[]", nil, ""},
		{"; ;", nil, ""},
	}
	for _, tt := range tests {
		value, faults := parseValue(productsField(), typed(tt.text), reading{})
		list, ok := value.([]any)
		var got []string
		for _, v := range list {
			got = append(got, v.(string))
		}
		if !ok || !slices.Equal(got, tt.want) || ruleCodes(faults) != tt.rules {
			t.Errorf("%q: got %#v with %q, want %q with %q", tt.text, value, ruleCodes(faults), tt.want, tt.rules)
		}
	}
	_, faults := parseValue(productsField(), typed("Azur"), reading{})
	if !strings.Contains(hintsOf(faults), `did you mean "Azure"?`) || !strings.Contains(hintsOf(faults), "sent as typed") {
		t.Errorf("a slip in a product says %q", hintsOf(faults))
	}
	if value, faults := parseValue(&Field{Path: "tags", Header: "Tags", Kind: List}, typed("a; b,c"), reading{}); len(value.([]any)) != 2 || faults != nil {
		t.Errorf("tags became %v with %v", value, faults)
	}
}

func TestOpenFollowsReplacedCatalogue(t *testing.T) {
	catalogues, err := EmbeddedCatalogues().With(solutionPlays, strings.NewReader("value,label\nNextPlay,The next play\n"))
	if err != nil {
		t.Fatal(err)
	}
	field := &Field{Path: "x", Header: "Solution Play", Kind: Open, Catalogue: solutionPlays, Allowed: catalogueValues(solutionPlays)}
	if value, faults := parseValue(field, typed("the next play"), reading{Catalogues: catalogues}); value != "NextPlay" || faults != nil {
		t.Errorf("with the replaced catalogue: %v with %v", value, faults)
	}
	if value, faults := parseValue(field, typed("the next play"), reading{}); value != "the next play" || ruleCodes(faults) != "VAL-CATALOGUE" {
		t.Errorf("with the embedded catalogue: %v with %v", value, faults)
	}
}

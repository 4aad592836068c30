package mapping

import (
	"fmt"
	"strings"
	"testing"
)

func ExampleSuggest() {
	fmt.Println(Suggest("Actve", []string{"New", "Active", "Closed"}))
	fmt.Println(Suggest("Kunde", []string{"Notes", "Currency"}))
	// Output:
	// Active true
	//  false
}

func TestSuggest(t *testing.T) {
	headers := []string{"Deal Value", "Deal Name", "Status", "Customer Name", "ETag", "id"}
	tests := []struct{ word, want string }{
		{"Dael value", "Deal Value"},
		{"Stauts", "Status"},
		{"custmer name", "Customer Name"},
		{"STATUS", "Status"},
		{"Kunde", ""},
		{"Betrag", ""},
		{"E-mail", ""},
		{"i", ""},
		{"", ""},
		{"ab", ""},
		{strings.Repeat("x", 10000), ""},
	}
	for _, tt := range tests {
		if got, ok := Suggest(tt.word, headers); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Suggest(%.20q) = %q, %v, want %q", tt.word, got, ok, tt.want)
		}
	}
}

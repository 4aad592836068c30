package names

import "testing"

func TestCompare(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want Verdict
	}{
		// One customer, spelled in two ways.
		{"Contoso", "contoso", Same}, {"Contoso GmbH", "CONTOSO AG", Same}, {"Contoso Ltd.", "Contoso Limited (UK)", Same},
		{"Société Générale S.A.", "SOCIETE GENERALE", Same}, {"Müller & Söhne", "Mueller und Soehne GmbH & Co. KG", Same},
		{"Johnson &amp; Johnson", "Johnson & Johnson", Same}, {"L&amp;#39;Or Bleu", "L'Or Bleu", Same}, {"AT&amp;T", "AT & T Inc.", Same}, {"AT&T", "ATT", Same},
		{"IBM", "International Business Machines Corp.", Same}, {"I.B.M.", "IBM Deutschland GmbH", Same}, {"BMW AG", "Bayerische Motoren Werke", Same},
		{"HP", "Hewlett-Packard", Same}, {"BoE", "Bank of England", Same}, {"NHS", "National Health Service", Same},
		{"FedEx", "Fed Ex Corporation", Same}, {"Hewlett Packard", "HewlettPackard Enterprise", Same}, {"Northwind Trader", "Northwind-Traders, Inc", Same},
		{"Maersk A/S", "MÆRSK as", Same}, {"Zażółć Sp. z o.o.", "ZAZOLC spółka z o.o.", Same}, {"3M", "3M Company", Same},
		{"Fabrikam, a Contoso company", "Contoso", Same}, {"The Bank Group", "Bank Group Ltd", Same}, {"The Bank", "the bank AG", Same},
		{"富士通株式会社", "富士通ジャパン株式会社", Same}, {"ソニー株式会社", "SONY ソニー", Same}, {"삼성전자 주식회사", "삼성 전자", Same}, {"บริษัท คอนโทโซ จำกัด", "คอนโทโซ", Same},
		{"ООО Контосо", "Контосо", Same}, {"", "Contoso", Same}, {"Contoso", " ", Same}, {"AG", "ag", Same},
		// Two customers.
		{"Contoso", "Fabrikam", Differs}, {"Contoso GmbH", "Fabrikam GmbH", Differs}, {"Contoso S.A.", "Fabrikam S. A.", Differs},
		{"Contoso Bank", "Fabrikam Bank", Differs}, {"Contoso International Holding", "Fabrikam International Holding", Differs},
		{"Contoso Services Group", "Group Services Fabrikam", Differs}, {"Bank Holding", "Holding Group", Differs}, {"Contoso", "Bank", Differs},
		{"Contoso 24", "Fabrikam 24", Differs}, {"Contoso A", "Fabrikam A", Differs}, {"Micro Contoso", "Microfabrikam", Differs},
		{"University of Oslo", "University of Bergen", Differs}, {"City of Paris", "City of London", Differs}, {"Ministry of Finance", "Ministry of Justice", Differs},
		{"Contoso Insurance", "Fabrikam Insurance", Differs}, {"Contoso Energy", "Fabrikam Energy", Differs}, {"Contoso Hospital", "Fabrikam Hospital", Differs},
		{"شركة كونتوسو", "شركة فابريكام", Differs}, {"บริษัท คอนโทโซ จำกัด", "บริษัท ฟาบริ จำกัด", Differs},
		{"IBM", "Intel", Differs}, {"Group 4", "Group 5", Differs}, {"三菱電機株式会社", "富士通株式会社", Differs}, {"ООО Контосо", "ООО Фабрикам", Differs},
		{"株式会社山田", "株式会社鈴木", Differs}, {"Contoso 株式会社", "Fabrikam 株式会社", Differs}, {"Ag Contoso", "Fabrikam AG", Differs}, {"A", "B", Differs},
		// Two scripts.
		{"ООО Контосо", "Contoso LLC", Foreign}, {"富士通", "Fujitsu", Foreign}, {"Contoso Ltd", "コントソ", Foreign}, {"ソニー株式会社", "Sony", Foreign},
	} {
		if got := Compare(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %d, want %d (%+v, %+v)", test.a, test.b, got, test.want, parse(test.a), parse(test.b))
		}
		if got := Compare(test.b, test.a); got != test.want {
			t.Errorf("%q and %q, turned round: %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestKey(t *testing.T) {
	for _, same := range [][2]string{{"Contoso GmbH", "CONTOSO"}, {"Johnson &amp; Johnson", "Johnson & Johnson"}, {"Société A.B.", "societe ab"}, {"The Contoso Group", "Contoso"}, {"Bank Holding", "Bank Holding AG"}} {
		if Key(same[0]) != Key(same[1]) {
			t.Errorf("%q and %q: %q, %q", same[0], same[1], Key(same[0]), Key(same[1]))
		}
	}
	if Key("Contoso") == Key("Fabrikam") || Key("GmbH") == "" {
		t.Error("two customers have one key, or one has none")
	}
}

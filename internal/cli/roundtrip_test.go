package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"refload/internal/effort"
)

// nasty are texts that programs stumble over on the way out and back.
var nasty = []string{
	"00501", "0", "+420 777 123 456", "-1", "=1+1", `=HYPERLINK("http://evil.example","x")`, "@SUM(A1)", "'", "'=1", `"`, `a"b,c;d`, "two\nlines", "dos\r\nlines",
	"tab\there", "trailing\n", " spaces ", "non\u00a0breaking", "👩‍💻 🇨🇿", "\u202eright to left\u202c", "zero\u200bwidth", "é e\u0301", "日本語", "_x000D_", "_x0041_",
	"1e5", "4.20778E+11", "12345678901234567890", "1/2", "2026-01-30", "TRUE", "Yes", "n/a", "NULL", "-", "#REF!", "<clear>", "<b>&amp;</b>", "\\n", "{}", "[]", "sep=;", "; ,",
}

// nastyReferral is a referral of which every text is nasty.
func nastyReferral(random *rand.Rand, n int) map[string]any {
	text := func() any { return nasty[random.IntN(len(nasty))] + nasty[random.IntN(len(nasty))] }
	notes := text()
	if n%500 == 3 {
		notes = strings.Repeat("é", 32_767)
	}
	state := [][2]string{{"Active", "Accepted"}, {"Closed", "Lost"}, {"Closed", "Won"}, {"New", "Received"}}[random.IntN(4)]
	return map[string]any{
		"id": fmt.Sprintf("00000000-0000-4000-8000-%012x", n), "name": text(), "externalReferenceId": text(), "campaignId": text(), "statusReason": text(),
		"type": []string{"Independent", "Shared"}[n%2], "status": state[0], "substatus": state[1], "qualification": "None", "unknownThing": text(),
		"customerProfile": map[string]any{"name": text(), "address": map[string]any{"addressLine1": text(), "city": text(), "postalCode": text(), "country": "US"},
			"team": []any{map[string]any{"firstName": text(), "lastName": text(), "phoneNumber": text(), "email": text()}}},
		"consent": map[string]any{"consentToToShareInfoWithOthers": random.IntN(2) == 0, "consentToShareReferralWithMicrosoftSellers": n%2 == 1},
		"details": map[string]any{"notes": notes, "dealValue": json.Number([]string{"50000.10", "0.001", "1.234", "9007199254740993", "0"}[random.IntN(5)]), "currency": "USD",
			"closingDateTime": []string{"2026-01-30T00:00:00Z", "2026-01-30T18:30:00Z", "2026-01-30T23:00:00.5Z"}[random.IntN(3)],
			"requirements":    map[string]any{"solutions": []any{map[string]any{"id": text(), "name": text(), "price": json.Number("10.50")}}}},
		"team": []any{map[string]any{"firstName": text(), "lastName": text(), "phoneNumber": text(), "email": text()}, map[string]any{"email": text()}},
	}
}

// Up to five thousand referrals of nasty texts go out into a sheet and come back without one operation.
func TestNastyReferralsComeBackUnchanged(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	random := rand.New(rand.NewPCG(7, 7))
	count := effort.Of(100, 500, 5000)
	for n := range count {
		if err := w.Seed(nastyReferral(random, n)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"all.xlsx", "all.csv"} {
		path, out := filepath.Join(w.folder, name), filepath.Join(w.folder, "out-"+name+".csv")
		if code, stdout, stderr := w.run("export", "-o", path); code != 0 {
			t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
		}
		code, stdout, stderr := w.run("import", path, "--yes", "--results", out)
		if writes := w.writes(); code != 0 || len(writes) != 0 || !strings.Contains(stdout, fmt.Sprintf("unchanged %d (", count)) {
			t.Errorf("%s: exit %d, %d writes\n%s%.3000s", name, code, len(writes), stdout, stderr)
		}
	}
}

// LibreOffice opens the workbook and saves it again, as people do: still nothing is sent, and one
// edited cell is one operation.
func TestLibreOfficeInBetween(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	w := newTenant(t)
	random := rand.New(rand.NewPCG(8, 8))
	for n := range 200 {
		if err := w.Seed(nastyReferral(random, n)); err != nil {
			t.Fatal(err)
		}
	}
	path, saved := filepath.Join(w.folder, "all.xlsx"), filepath.Join(w.folder, "saved")
	if code, _, stderr := w.run("export", "-o", path); code != 0 {
		t.Fatalf("exit %d\n%s", code, stderr)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	convert := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.Join(w.folder, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", saved, path)
	if out, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	code, stdout, stderr := w.run("import", filepath.Join(saved, "all.xlsx"), "--yes", "--results", filepath.Join(w.folder, "out.csv"))
	if writes := w.writes(); code != 0 || len(writes) != 0 || !strings.Contains(stdout, "unchanged 200 (") {
		t.Errorf("exit %d, %d writes\n%s%.3000s", code, len(writes), stdout, stderr)
	}
}

// A deal that the service holds in a way that no row may ask for comes back unchanged in every format, also beside a cell
// that was changed.
func TestOddDealsComeBack(t *testing.T) {
	t.Parallel()
	closed := func(substatus string) string {
		return strings.Replace(handMade(1, `"statusReason":null,"externalReferenceId":"CRM-1",`), `"Active","substatus":"Accepted"`, `"Closed","substatus":"`+substatus+`"`, 1)
	}
	odd := map[string]string{
		"lost":     closed("Lost"),
		"declined": closed("Declined"),
		"error":    closed("Error"),
		"solution without an id": strings.Replace(handMade(1, `"externalReferenceId":"CRM-1",`), `"details":{`,
			`"details":{"requirements":{"solutions":[{"id":null,"name":"Contoso Box","type":"Name"}]},`, 1),
	}
	for name, document := range odd {
		for _, format := range []string{"csv", "portal"} {
			t.Run(name+", "+format, func(t *testing.T) {
				t.Parallel()
				w := newTenant(t)
				w.seed(document)
				file := filepath.Join(w.folder, "all.csv")
				if code, _, stderr := w.run("export", "-o", file, "--format", format); code != 0 {
					t.Fatal(stderr)
				}
				if rows := w.imports(0, file); rows[0]["Outcome"] != "unchanged" {
					t.Errorf("%v", rows)
				}
				if format == "portal" {
					return
				}
				edited := writeFile(t, w.folder, "edited.csv", strings.Replace(read(t, file), "by hand", "by phone", 1))
				code, want := 3, "blocked" // a closed deal stays as it is
				if strings.HasPrefix(name, "solution") {
					code, want = 0, "updated"
				}
				if rows := w.imports(code, edited); rows[0]["Outcome"] != want {
					t.Errorf("edited: %v", rows)
				}
			})
		}
	}
}

package cli_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"refload/internal/effort"
)

// Three hundred deals made by hand, then a CRM export of the same deals with CRM IDs: nothing is
// created, every row is held with the id that it looks like; with the ids filled in, all are
// updated.
func TestLookAlikesAreHeld(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	var rows []string
	count := effort.Of(20, 100, 300)
	for i := range count {
		w.seed(handMade(i, ""))
		rows = append(rows, strings.Replace(deal(i, "150", "from the CRM", fmt.Sprintf("CRM-%d", i), ""), "Contoso", "CONTOSO ", 1))
	}
	held := w.imports(3, w.sheet("crm.csv", rows...))
	if writes := w.writes(); len(writes) != 0 {
		t.Fatalf("%d writes", len(writes))
	}
	for i, row := range held {
		id := w.live()[row["Deal Name"]]["id"].(string)
		if row["Outcome"] != "held" || !strings.Contains(row["Message"], id) {
			t.Fatalf("row %d: %v", i, row)
		}
		rows[i] = deal(i, "150", "from the CRM", fmt.Sprintf("CRM-%d", i), id)
	}
	counts := map[string]int{}
	for _, row := range w.imports(0, w.sheet("crm.csv", rows...)) {
		counts[row["Outcome"]]++
	}
	if counts["updated"] != count || w.Count() != count {
		t.Errorf("%v, %d referrals", counts, w.Count())
	}
}

// Action create makes a second deal that looks like one that is there.
func TestALookAlikeIsCreatedOnAWord(t *testing.T) {
	w := newTenant(t)
	w.seed(handMade(1, ""))
	if row := w.imports(0, w.sheet("crm.csv", deal(1, "150", "again", "CRM-1", ",,create")))[0]; row["Outcome"] != "created" || w.Count() != 2 {
		t.Errorf("%v", row)
	}
}

// A file in which every row closes its deal trips the brake: nothing is sent, exit 6, the brake
// is named, and the rows are held.
func TestABrakeOnClosing(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	var rows []string
	for i := range 60 {
		w.seed(handMade(i, fmt.Sprintf(`"externalReferenceId":"CRM-%d",`, i)))
		rows = append(rows, deal(i, "100", "by hand", fmt.Sprintf("CRM-%d", i), ",,,Closed,Lost,2"))
	}
	file := w.sheet("closing.csv", rows...)
	for _, row := range w.imports(6, file, "--max-closes", "5%,50") {
		if row["Outcome"] != "held" || !strings.Contains(row["Message"], "--max-closes") {
			t.Fatalf("%v", row)
		}
	}
	if writes := w.writes(); len(writes) != 0 {
		t.Errorf("%d writes", len(writes))
	}
	_, _, stderr := w.run("import", file, "--yes", "--max-closes", "5%,50")
	if !strings.Contains(stderr, "close 60 deals and --max-closes allows 50") {
		t.Error(stderr)
	}
	w.imports(0, file, "--max-closes", "60")
}

// An invitation is a referral too: brakes count it beside its deal, and where it alone is left to be made.
func TestBrakesCountInvitations(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	var refuses atomic.Bool
	w.hooked(func(a http.ResponseWriter, r *http.Request) bool {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(data))
		if refuses.Load() && r.Method == http.MethodPost && bytes.Contains(data, []byte(`"msft"`)) {
			a.WriteHeader(http.StatusBadRequest)
			return true
		}
		return false
	})
	text := helpHeader
	for i := range 3 {
		text += strings.Replace(helpRow(i+1, "Yes"), "Yes,Yes", "Yes,2", 1) + "\n"
	}
	file := writeFile(t, w.folder, "help.csv", text)
	w.imports(6, file, "--max-creates", "5") // three deals, three invitations
	refuses.Store(true)
	if row := w.imports(3, file, "--max-creates", "6")[0]; row["Outcome"] != "held" {
		t.Fatalf("%v", row)
	}
	refuses.Store(false)
	before := w.Count()
	for _, limit := range [][]string{{"--max-creates", "2"}, {"--max-shares", "2"}} {
		if row := w.imports(6, file, limit...)[0]; row["Outcome"] != "held" || !strings.Contains(row["Message"], limit[0]) {
			t.Errorf("%v: %v", limit, row)
		}
	}
	if w.Count() != before {
		t.Errorf("%d referrals, before %d", w.Count(), before)
	}
	w.imports(0, file, "--max-creates", "3", "--max-shares", "3")
	if w.Count() != before+3 {
		t.Errorf("%d referrals, before %d", w.Count(), before)
	}
}

// Each brake stops what it is there for.
func TestBrakes(t *testing.T) {
	t.Parallel()
	for flag, bound := range map[string]string{"--max-creates": "1", "--max-shares": "0", "--min-rows": "90%"} {
		w := newTenant(t)
		first := []string{deal(1, "1", "", "CRM-1", ""), deal(2, "2", "", "CRM-2", ""), deal(3, "3", "", "CRM-3", "")}
		w.imports(0, w.sheet("night.csv", first...))
		w.writes()
		file := w.sheet("night.csv", deal(1, "9", "", "CRM-1", ""), deal(8, "8", "", "CRM-8", ""))
		if flag == "--max-creates" {
			file = w.sheet("night.csv", append(first, deal(8, "8", "", "CRM-8", ""), deal(9, "9", "", "CRM-9", ""))...)
		}
		if flag == "--max-shares" {
			file = writeFile(t, w.folder, "share.csv", "CRM ID,Share with Microsoft sales team\nCRM-1,Yes\n")
			w.imports(6, file, flag, bound, "--mode", "update")
		} else {
			w.imports(6, file, flag, bound)
		}
		if writes := w.writes(); len(writes) != 0 {
			t.Errorf("%s: %d writes", flag, len(writes))
		}
	}
}

// jwt is a token that names an account, as a ready token does.
func jwt(account string) string {
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return encode(`{"alg":"none"}`) + "." + encode(fmt.Sprintf(`{"upn":%q}`, account)) + "." + encode("sig")
}

// An account that sees only its own deals creates nothing unattended; it may update.
func TestAPartialViewCreatesNothing(t *testing.T) {
	w := newTenant(t)
	w.token = jwt("Ann@example.com")
	w.seed(handMade(1, `"externalReferenceId":"CRM-1",`), handMade(2, ""))
	rows := w.imports(3, w.sheet("deals.csv", deal(1, "150", "by hand", "CRM-1", ""), deal(7, "1", "", "CRM-7", "")))
	if rows[0]["Outcome"] != "updated" || rows[1]["Outcome"] != "held" || !strings.Contains(rows[1]["Hint"], "Referrals admin") {
		t.Errorf("%v", rows)
	}
	w.seed(strings.Replace(handMade(3, ""), "ann@example.com", "bob@example.com", 1))
	if row := w.imports(0, w.sheet("deals.csv", deal(7, "1", "", "CRM-7", "")))[0]; row["Outcome"] != "created" {
		t.Errorf("with the deal of somebody else in view: %v", row)
	}
}

const coSellHeader = "Deal Name,Customer Name,Customer Address Line 1,Customer City,Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address," +
	"Partner Referral Status,Partner Referral Substatus,Estimated Deal Value,Currency,Estimated Close Date,CRM ID,Microsoft help required?,What specific help from Microsoft?,Notes to Microsoft,Share with Microsoft sales team,Consent to share Customer/Partner contact,Marketplace Purchase Intent,Solution Area,Solution Play,Solution 1,Team member 1\n"

func coSellRow(help, share string) string {
	return coSellHeader + `Joint deal,Contoso,1 Way,Redmond,US,Sue,Example,5550100,sue@example.com,New,Accepted,1000,USD,12/30/2031,CRM-1,` + help + `,2,call Sue,` + share + `,Yes,Yes,Security,Data Security,SOL-1-AAA,"Ann,Lee,5550101,ann@example.com"` + "\n"
}

// The shared flow: our own referral, then one for Microsoft in the same engagement, with the same
// CRM ID and the same help; the second import sends nothing.
func TestCoSellIsTwoReferrals(t *testing.T) {
	w := newTenant(t)
	file := writeFile(t, w.folder, "joint.csv", coSellRow("Yes", "Yes"))
	row := w.imports(0, file)[0]
	writes := w.writes()
	if len(writes) != 2 || row["Outcome"] != "created" || !strings.Contains(row["Message"], "Microsoft was invited") {
		t.Fatalf("%d writes, %v", len(writes), row)
	}
	own, invite := decode(t, writes[0].body), decode(t, writes[1].body)
	if fmt.Sprint(own["target"]) != "[map[id:SOL-1-AAA type:SolutionProfile]]" || own["engagementId"] != nil || own["type"] != "Shared" {
		t.Errorf("our own: %v", own)
	}
	if fmt.Sprint(invite["target"]) != "[map[id:msft type:BusinessProfileLocation]]" || invite["engagementId"] != row["Engagement ID"] || invite["externalReferenceId"] != "CRM-1" || invite["type"] != "Shared" {
		t.Errorf("for Microsoft: %v", invite)
	}
	if help := fmt.Sprint(invite["inviteContext"]); help != fmt.Sprint(own["inviteContext"]) || !strings.Contains(help, "CustomerTechnicalArchitecture") {
		t.Errorf("the help: %v and %v", own["inviteContext"], invite["inviteContext"])
	}
	if again := w.imports(0, file)[0]; again["Outcome"] != "unchanged" || len(w.writes()) != 0 || again["Referral ID"] != row["Referral ID"] {
		t.Errorf("again: %v", again)
	}
	if violations := w.Violations(); len(violations) > 0 {
		t.Error(violations)
	}
}

// From private to partner-led to co-sell; back is not possible and said so.
func TestAPrivateDealIsOpenedStepByStep(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	for _, step := range []struct {
		help, share, word string
		code, writes      int
	}{
		{"No", "No", "created", 0, 1}, {"No", "Yes", "updated", 0, 1}, {"Yes", "Yes", "updated", 0, 1}, {"Yes", "Yes", "unchanged", 0, 0}, {"No", "No", "blocked", 3, 0},
	} {
		row := w.imports(step.code, writeFile(t, w.folder, "joint.csv", coSellRow(step.help, step.share)))[0]
		if writes := len(w.writes()); row["Outcome"] != step.word || writes != step.writes {
			t.Errorf("help %s, share %s: %s with %d writes: %s", step.help, step.share, row["Outcome"], writes, row["Message"])
		}
	}
	if w.Count() != 2 {
		t.Errorf("%d referrals", w.Count())
	}
}

// The brake on rows knows files that come with another date each night, lets the files of one night alone, and takes the
// name itself where that was seen before. A day without rows does no harm and is no measure.
func TestMinRowsKnowsASeries(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newTenant(t)
	header := strings.SplitN(dealsOf("Contoso"), "\n", 2)[0] + "\n"
	ofRows := func(rows int) string {
		text := header
		for i := range rows {
			text += fmt.Sprintf("Deal %d,Contoso,Independent,Yes,100,USD,CRM-%d\n", i, i)
		}
		return text
	}
	inbox, done := inboxOf(t, nil)
	for _, night := range []struct {
		files map[string]int
		code  int
		left  string
	}{
		{map[string]int{"deals-2026-11-20.csv": 20, "part-1.csv": 20, "part-2.csv": 2}, 0, ""},
		{map[string]int{"deals-2026-11-21.csv": 9, "part-1.csv": 20, "part-2.csv": 2}, 6, "deals-2026-11-21.csv"},
		{map[string]int{"deals-2026-11-22.csv": 19, "deals-2026-11-21.csv": 0}, 0, ""},
		{map[string]int{"deals-2026-11-23.csv": 10, "part-2.csv": 0}, 0, ""},
		{map[string]int{"deals-2026-11-24.csv": 4, "other-2026-11-24.csv": 1, "part-1.csv": 9}, 6, "deals-2026-11-24.csv part-1.csv"},
	} {
		for name, rows := range night.files {
			path := writeFile(t, inbox, name, ofRows(rows))
			if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		stdout, stderr := w.inboxNight(night.code, inbox, done, "--min-rows", "50%", "--allow-empty")
		if left := strings.Join(namesIn(t, inbox), " "); left != night.left || strings.Count(stderr, "--min-rows asks for 50%") != len(strings.Fields(left)) {
			t.Errorf("%v: %s is left, expected %s\n%s%s", night.files, left, night.left, stdout, stderr)
		}
	}
}

package importer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"refload/api/sandbox"
	"refload/importer"
	"refload/internal/effort"
	"refload/internal/run"
)

// weekCustomers are those of a partner's deals. What matching makes of a name has nothing of it.
var weekCustomers = []string{"Contoso", "Fabrikam", "Litware", "Tailspin Toys", "Northwind Traders", "Adatum", "Woodgrove Bank", "Alpine Ski House",
	"Trey Research", "The Phone Company", "Wide World Importers", "Proseware"}

// weekDeal is a deal as the partner's own program has it.
type weekDeal struct {
	crm      string
	customer string
	spelled  string // the customer as this night's export spells it
	value    int
}

// week is a partner whose program gives ids of letters in both cases, one after the other, and whose file is imported
// every night, while colleagues change deals and matching renames their customers.
type week struct {
	*world
	deals []weekDeal
	next  int // of the ids
	row   int // values are counted through, so that a value tells its row
	owner map[string]string
	night int
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// id is the n-th id: of 15 characters in half of the weeks, else shorter.
func (w *week) id(n int) string {
	var b []byte
	for range 5 {
		b = append([]byte{base62[n%62]}, b...)
		n /= 62
	}
	if w.seed%2 == 0 {
		return "0065g00000" + string(b)
	}
	return "OPP" + string(b)
}

// grow adds deals, so that many have a twin that differs by case alone.
func (w *week) grow(n int) {
	for range n {
		w.next += 1 + w.random.IntN(40)
		w.deals = append(w.deals, weekDeal{crm: w.id(w.next), customer: weekCustomers[w.random.IntN(len(weekCustomers))]})
	}
}

// spell writes a name as programs and people do.
func (w *week) spell(name string) string {
	switch w.random.IntN(5) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return name + " GmbH"
	case 2:
		return name + " &amp; Co. KG"
	case 3:
		return "The " + name + " Group"
	}
	return name
}

// file writes a night's export: a third of the deals has a new value.
func (w *week) write() string {
	var b strings.Builder
	b.WriteString("Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID\n")
	for i := range w.deals {
		d := &w.deals[i]
		if d.value == 0 || w.random.IntN(3) == 0 {
			w.row++
			d.value, d.spelled = w.row, w.spell(d.customer)
			w.owner[fmt.Sprint(d.value)] = d.crm
		}
		fmt.Fprintf(&b, "Deal %s,%s,Independent,Yes,%d,USD,%s\n", d.crm, d.spelled, d.value, d.crm)
	}
	return w.text(b.String())
}

func (w *week) text(text string) string {
	path := filepath.Join(w.folder, "deals.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// others are what colleagues and matching do in a day.
func (w *week) others() {
	for referral := range w.emulator.Referrals() {
		id := referral["id"].(string)
		switch w.random.IntN(8) {
		case 0:
			w.emulator.Edit(id, func(d map[string]any) { d["details"].(map[string]any)["notes"] = fmt.Sprint("seen on day ", w.night) })
		case 1:
			w.emulator.Edit(id, func(d map[string]any) { d["customerProfile"].(map[string]any)["name"] = "Matched Account " + id[:4] })
		}
	}
}

// judge wants each deal once, with its own last value.
func (w *week) judge(settled bool) {
	seen := map[string]int{}
	for referral := range w.emulator.Referrals() {
		crm, value := referral["externalReferenceId"].(string), fmt.Sprint(referral["details"].(map[string]any)["dealValue"])
		seen[crm]++
		if w.owner[value] != crm {
			w.t.Fatalf("seed %d, night %d: the deal %s has the value %s of the row %s", w.seed, w.night, crm, value, w.owner[value])
		}
	}
	for _, d := range w.deals {
		if n := seen[d.crm]; n > 1 || settled && n != 1 {
			w.t.Fatalf("seed %d, night %d: the deal %s is there %d times", w.seed, w.night, d.crm, n)
		}
	}
}

// nights runs seven nights. A run that was killed, or did not come to its end, is started again.
func (w *week) nights(faults string) {
	w.grow(25)
	for w.night = 1; w.night <= 7; w.night++ {
		file := w.write()
		for try := 0; ; try++ {
			killAt := int64(0)
			if faults == "bad-night" && try < 3 && w.random.IntN(2) == 0 {
				killAt = 1 + w.random.Int64N(120)
			}
			a := w.run(w.night*100+try, file, killAt, importer.NextRun)
			w.noneHeld(a)
			w.judge(false)
			if a.doneWith(len(w.deals)) {
				break
			}
			if try > 60 {
				w.t.Fatalf("seed %d, night %d: %v, %v", w.seed, w.night, a.err, a.summary.Counts)
			}
			w.others()
			time.Sleep(3 * time.Minute)
		}
		w.judge(true)
		w.others()
		w.grow(w.random.IntN(12))
		time.Sleep(23 * time.Hour)
	}
}

func (a attempt) doneWith(rows int) bool {
	return !a.killed && a.err == nil && a.summary.Counts[run.Created]+a.summary.Counts[run.Updated]+a.summary.Counts[run.Unchanged] == rows
}

// noneHeld wants that nobody is asked anything.
func (w *week) noneHeld(a attempt) {
	for _, row := range a.results {
		if row["Outcome"] == "held" || row["Outcome"] == "conflict" || row["Outcome"] == "duplicate" || row["Outcome"] == "skipped" {
			w.t.Fatalf("seed %d, night %d: %s is %s: %s", w.seed, w.night, row["CRM ID"], row["Outcome"], row["Message"])
		}
	}
}

// eachSeed simulates what many seeds draw, side by side, in fake time.
func eachSeed(t *testing.T, total int, simulate func(t *testing.T, seed uint64, folder string)) {
	if *oneSeed != 0 {
		synctest.Test(t, func(t *testing.T) { simulate(t, *oneSeed, t.TempDir()) })
		return
	}
	var next atomic.Int64
	first := effort.FirstSeed()
	t.Run("seeds", func(t *testing.T) {
		for range runtime.GOMAXPROCS(0) {
			t.Run("worker", func(t *testing.T) {
				t.Parallel()
				for n := next.Add(1) - 1; n < int64(total) && !t.Failed(); n = next.Add(1) - 1 {
					seed := first + uint64(n)
					folder := scratch(t, seed)
					synctest.Test(t, func(t *testing.T) { simulate(t, seed, folder) })
					os.RemoveAll(folder)
				}
			})
		}
	})
}

func newWeek(t *testing.T, seed uint64, folder, faults string) *week {
	plan, err := sandbox.ParseProfile(faults, seed)
	if err != nil {
		t.Fatal(err)
	}
	return &week{world: newWorldWith(t, seed, folder, plan), owner: map[string]string{}}
}

// An ordinary week, and a bad one: no row is held, no deal is made twice, and none gets another one's values.
func TestOrdinaryWeek(t *testing.T) {
	eachSeed(t, effort.Asked("TEST_WEEKS", 2, 8), func(t *testing.T, seed uint64, folder string) {
		faults := "nightly"
		if seed%3 == 0 {
			faults = "bad-night"
		}
		w := newWeek(t, seed, folder, faults)
		defer w.stop()
		w.nights(faults)
	})
}

// sheets are ways in which a sheet goes wrong.
var sheets = []struct {
	name   string
	column int // that is sorted alone; -1 for none
	spoil  func(id string) string
}{
	{"customers sorted alone", 1, nil}, {"ids sorted alone", 6, nil}, {"ids in lower case", -1, strings.ToLower}, {"ids in upper case", -1, strings.ToUpper},
	{"ids with a fraction", -1, func(id string) string { return id + ".0" }}, {"ids without zeros", -1, func(id string) string { return strings.TrimLeft(id, "0") }},
}

// Sheets that went wrong between two nights: no referral of another customer gets a row's values, and none of the
// same customer by an id that only looks alike.
func TestSheetsThatWentWrong(t *testing.T) {
	eachSeed(t, effort.Asked("TEST_WEEKS", 3, 24), func(t *testing.T, seed uint64, folder string) {
		w := newWeek(t, seed, folder, "calm")
		defer w.stop()
		w.grow(20 + w.random.IntN(20))
		w.run(1, w.write(), 0, importer.NextRun)
		w.judge(true)
		time.Sleep(48 * time.Hour)
		customers := map[string]string{}
		for _, d := range w.deals {
			customers[d.crm] = d.customer
		}
		how := sheets[seed%uint64(len(sheets))]
		w.spoil(how.column, how.spoil)
		a := w.run(2, filepath.Join(w.folder, "deals.csv"), 0, importer.NextRun)
		for referral := range w.emulator.Referrals() {
			crm, value := referral["externalReferenceId"].(string), fmt.Sprint(referral["details"].(map[string]any)["dealValue"])
			is, ours := customers[crm]
			if was := w.owner[value]; ours && was != crm && customers[was] != is {
				t.Fatalf("seed %d, %s: the deal %s of %s has the value of %s, %s; %v", seed, how.name, crm, is, was, customers[was], a.err)
			} else if ours && was != crm && how.column < 0 {
				t.Fatalf("seed %d, %s: the deal %s has the value of %s", seed, how.name, crm, was)
			}
		}
	})
}

// spoil gives the rows of the file new values and makes of a column, or of some ids, something else.
func (w *week) spoil(column int, spoil func(string) string) {
	for i := range w.deals {
		w.deals[i].value = 0
	}
	lines := strings.Split(strings.TrimSpace(readFile(w.t, w.write())), "\n")
	order := w.random.Perm(len(lines) - 1)
	cells := make([][]string, len(lines))
	for i, line := range lines {
		cells[i] = strings.Split(line, ",")
	}
	for i, line := range lines[1:] {
		parts := strings.Split(line, ",")
		switch {
		case column >= 0:
			parts[column] = cells[1+order[i]][column]
		case w.random.IntN(3) == 0:
			parts[6] = spoil(parts[6])
		}
		lines[1+i] = strings.Join(parts, ",")
	}
	w.text(strings.Join(lines, "\n") + "\n")
}

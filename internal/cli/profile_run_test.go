//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"refload/api/sandbox"
	"refload/internal/config"
	"refload/internal/effort"
)

// A run against a profile says so, keeps its state apart by the tenant, and is gone on with as it
// was started, whatever is the default by then.
func TestRunsKnowTheirProfile(t *testing.T) {
	effort.NotShort(t)
	n := newNight(t, "", 1, 3, &sandbox.Plan{})
	file := "default-profile: fabrikam\nprofiles:\n" +
		"  contoso: {base-url: " + n.url + ", tenant: contoso.example.com, production: true, rate: 0}\n" +
		"  fabrikam: {base-url: " + n.url + ", tenant: fabrikam.example.com, rate: 0}\n"
	environment := inFolder(t, file, "")
	environment["REFLOAD_ACCESS_TOKEN"] = "night"
	runs := func(code int, stdout, stderr string, args ...string) {
		t.Helper()
		got, out, errs := call(t, environment, args...)
		if got != code || !strings.Contains(out, stdout) || !strings.Contains(errs, stderr) {
			t.Errorf("%v: exit %d, expected %d with %q and %q\n%s%s", args, got, code, stdout, stderr, out, errs)
		}
	}
	deals, contoso := filepath.Join(n.folder, "deals.csv"), "deals.csv → contoso ("+n.url+"): "
	runs(0, contoso+"created 3", "", "import", deals, "--profile", "contoso", "--yes")
	latest := func() string { return latestRun(t, environment["REFLOAD_STATE"]) }
	runs(0, contoso+"created 3", "", "runs", "resume", latest())
	runs(0, "", "nothing is left", "runs", "resume")
	runs(2, "", "against another tenant", "runs", "resume", latest(), "--profile", "fabrikam", "--yes")
	runs(2, "", "no run of this target is kept here; the latest of another one is "+latest(), "runs", "resume", "--profile", "fabrikam", "--yes")
	runs(0, contoso+"created 3", "", "runs", "results", "--profile", "contoso", "--yes")

	// The same service by another name is the same service, and tenants have folders of their own.
	runs(0, "deals.csv → fabrikam ("+n.url+"): unchanged 3", "", "import", deals, "--yes")
	runs(0, "deals.csv → "+n.url+": unchanged 3", "", "import", deals, "--base-url", n.url, "--rate", "0", "--yes")
	runs(2, "", "no profile of yours names", "runs", "resume", latest())
	runs(0, "deals.csv → "+n.url+": unchanged 3", "", "runs", "resume", latest(), "--base-url", n.url)
	runs(2, "", "runs of several targets are kept here", "runs", "resume")
	runs(0, "", "nothing is left", "runs", "resume", "--base-url", n.url)
	runs(0, "", "nothing is left", "runs", "resume", "--profile", "contoso")
	homes, err := filepath.Glob(filepath.Join(environment["REFLOAD_STATE"], "127.0.0.1_*", "runs"))
	if err != nil || len(homes) != 3 {
		t.Errorf("%v, %v; expected a folder for each tenant and one for none", homes, err)
	}

	// A profile that is gone is missed, and not replaced by another.
	runs(0, contoso+"unchanged 3", "", "import", deals, "--profile", "contoso", "--yes")
	if err := os.WriteFile(config.FileName, []byte(strings.Replace(file, "  contoso:", "  renamed:", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	runs(2, "", `there is no profile "contoso"`, "runs", "resume", latest())
	runs(0, "deals.csv → renamed (", "", "runs", "resume", latest(), "--profile", "renamed", "--yes")
	if created := len(n.emulator.Created()); created != 3 {
		t.Errorf("%d referrals for 3 rows", created)
	}
}

// A file in which every deal turns Closed/Lost, unattended under a profile as setup writes it:
// nothing is sent, and the brake is named.
func TestTheBrakesOfAStarterProfile(t *testing.T) {
	w := newTenant(t)
	var rows []string
	for i := range 60 {
		w.seed(handMade(i, fmt.Sprintf(`"externalReferenceId":"CRM-%d",`, i)))
		rows = append(rows, deal(i, "100", "by hand", fmt.Sprintf("CRM-%d", i), ",,,Closed,Lost,2"))
	}
	file := w.sheet("closing.csv", rows...)
	starter, err := config.Starter{Name: "contoso", Tenant: "contoso.example.com"}.Add(config.FileName, nil)
	if err != nil {
		t.Fatal(err)
	}
	environment := inFolder(t, strings.Replace(string(starter), "    tenant:", "    base-url: "+w.url+"\n    tenant:", 1), "")
	environment["REFLOAD_ACCESS_TOKEN"] = "night"
	code, stdout, stderr := call(t, environment, "import", file, "--profile", "contoso", "--yes", "--rate", "0")
	if code != 6 || len(w.writes()) != 0 || !strings.Contains(stdout, "held 60") || !strings.Contains(stderr, "close 60 deals and --max-closes allows 50") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// Rehearsing on the sandbox takes nothing of the profile's service into a resume.
func TestARehearsalIsResumedAsOne(t *testing.T) {
	environment := inFolder(t, "default-profile: live\nprofiles:\n  live: {tenant: contoso.example.com, production: true, rate: 0.001, mode: create}\n", "")
	deals := manyDeals(t, 3)
	for _, command := range []string{"import " + deals + " --sandbox", "runs resume "} {
		args := strings.Fields(command)
		if args[0] == "runs" {
			args = append(args, latestRun(t, environment["REFLOAD_STATE"]))
		}
		code, stdout, stderr := call(t, environment, args...)
		if code != 0 || !strings.Contains(stdout, "→ the embedded sandbox of live: created 3") {
			t.Errorf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

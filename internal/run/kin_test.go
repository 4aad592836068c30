package run_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"refload/internal/run"
)

// three are the homes of one service: of a run that does not know its tenant, and of two that do.
func three(t *testing.T, state string) (unknown, contoso, fabrikam *run.Home) {
	t.Helper()
	base, err := url.Parse("https://api.example.com/v1")
	if err != nil {
		t.Fatal(err)
	}
	service := run.URLTarget(base)
	var homes []*run.Home
	for _, target := range []run.Target{service, service.Of("contoso", "contoso.example.com"), service.Of("fabrikam", "fabrikam.example.com")} {
		home, err := run.OpenTarget(state, target)
		if err != nil {
			t.Fatal(err)
		}
		homes = append(homes, home)
	}
	return homes[0], homes[1], homes[2]
}

func TestProfilesNameTheirTarget(t *testing.T) {
	base, _ := url.Parse("https://API.example.com/")
	plain := run.URLTarget(base)
	of := plain.Of("contoso", "Contoso.example.com")
	if of.Name != "contoso (https://api.example.com)" || of.ID != plain.ID {
		t.Errorf("%+v", of)
	}
	if other := plain.Of("renamed", "contoso.example.com"); other.Folder() != of.Folder() {
		t.Error("another name of the same tenant has another folder")
	}
	if plain.Of("contoso", "").Folder() != plain.Folder() || !strings.HasPrefix(of.Folder(), plain.Folder()+"-") {
		t.Errorf("%s, %s", plain.Folder(), of.Folder())
	}
}

// Two tenants run side by side; a run that does not know its tenant runs alone.
func TestTenantsLockEachOtherOutOnlyWhereTheyMust(t *testing.T) {
	unknown, contoso, fabrikam := three(t, t.TempDir())
	take := func(h *run.Home) *run.Lock {
		t.Helper()
		lock, err := h.Lock(run.ThisProcess("import", noon))
		if err != nil {
			t.Fatal(err)
		}
		return lock
	}
	locked := func(h *run.Home) {
		t.Helper()
		var locked *run.LockedError
		if _, err := h.Lock(run.ThisProcess("import", noon)); !errors.As(err, &locked) {
			t.Errorf("it was not locked out: %v", err)
		}
	}
	first, second := take(contoso), take(fabrikam)
	locked(contoso)
	locked(unknown)
	first.Release()
	locked(unknown)
	second.Release()
	alone := take(unknown)
	locked(contoso)
	locked(fabrikam)
	alone.Release()
	take(contoso).Release()
}

// What was left open binds whoever may be in the same tenant.
func TestWhoIsBoundByWhom(t *testing.T) {
	unknown, contoso, fabrikam := three(t, t.TempDir()+"/with [odd] name*")
	names := map[string]string{}
	for i, home := range []*run.Home{contoso, unknown, fabrikam} {
		folder, err := home.NewFolder(noon.Add(time.Duration(i) * time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		names[folder.Run] = []string{"contoso", "unknown", "fabrikam"}[i]
	}
	for _, test := range []struct {
		home *run.Home
		want string
	}{{unknown, "contoso unknown fabrikam"}, {contoso, "contoso unknown"}, {fabrikam, "unknown fabrikam"}} {
		folders, err := test.home.Binding()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, folder := range folders {
			got = append(got, names[folder.Run])
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("bound by %v, want %s", got, test.want)
		}
	}
	if own, err := contoso.Folders(); err != nil || len(own) != 1 {
		t.Errorf("%d runs of its own, %v", len(own), err)
	}
}

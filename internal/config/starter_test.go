package config

import (
	"path/filepath"
	"strings"
	"testing"
)

// contoso is a starter profile.
var contoso = Starter{Name: "contoso", Tenant: "contoso.example.com", ClientID: "11111111-2222-4333-8444-555555555555", Production: true}

func TestStarterIsAddedToAnyPlainFile(t *testing.T) {
	for name, before := range map[string]string{
		"no file":           "",
		"a comment":         "# ours\n",
		"another profile":   "default-profile: fabrikam\nprofiles:\n  fabrikam:\n    tenant: fabrikam.example.com\n    rate: 3 # slow\n",
		"no last newline":   "profiles:\n  fabrikam:\n    rate: 3",
		"Windows' newlines": "default-profile: fabrikam\r\nprofiles:\r\n  fabrikam:\r\n    rate: 3\r\n",
		"an empty list":     "profiles:\n",
	} {
		after, err := contoso.Add("refload.yaml", []byte(before))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		config, err := Parse("refload.yaml", after)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, after)
		}
		profile, _ := config.Profile("contoso")
		for key, want := range map[string]string{"tenant": "contoso.example.com", "client-id": contoso.ClientID, "production": "yes", "max-closes": "5%,50", "max-shares": "5%,50", "min-rows": "50%"} {
			if got := profile.Text(key); got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
		other, there := config.Profile("fabrikam")
		if strings.Contains(before, "fabrikam:") && (!there || other.Text("rate") != "3") {
			t.Errorf("%s: the other profile is lost\n%s", name, after)
		}
	}
}

func TestStarterRefuses(t *testing.T) {
	for name, c := range map[string]struct{ before, want string }{
		"its name is taken":   {"profiles:\n  contoso:\n    rate: 1\n", "there is a profile contoso already"},
		"a broken file":       {"profiles:\n  x:\n    rates: 1\n", "not a key"},
		"another indentation": {"profiles:\n    fabrikam:\n        rate: 1\n", "by itself"},
		"all on one line":     {"profiles: {fabrikam: {rate: 1}}\n", "by itself"},
	} {
		_, err := contoso.Add("refload.yaml", []byte(c.before))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStarterChecksItsValues(t *testing.T) {
	if err := contoso.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Starter){
		"name":          func(s *Starter) { s.Name = "a b" },
		"no name":       func(s *Starter) { s.Name = "" },
		"tenant":        func(s *Starter) { s.Tenant = "not a tenant" },
		"no tenant":     func(s *Starter) { s.Tenant = "" },
		"more lines":    func(s *Starter) { s.Tenant = "x.example.com\n    production: false" },
		"no GUID":       func(s *Starter) { s.ClientID = "123" },
		"lines in GUID": func(s *Starter) { s.ClientID = contoso.ClientID + "\n  other:" },
	} {
		starter := contoso
		change(&starter)
		if err := starter.Check(); err == nil {
			t.Errorf("%s: %+v was taken", name, starter)
		}
	}
}

// A path is taken as it is, whatever it holds, and seen from the folder of the file.
func TestStarterKeepsTheCAFile(t *testing.T) {
	for path, want := range map[string]string{
		"proxy.pem":                   filepath.Join("project", "proxy.pem"),
		"/etc/ssl/our # proxy's: ca/": "/etc/ssl/our # proxy's: ca/",
		"":                            "",
	} {
		starter := contoso
		starter.CAFile = path
		if err := starter.Check(); err != nil {
			t.Errorf("%q: %v", path, err)
		}
		file := filepath.Join("project", "refload.yaml")
		text, err := starter.Add(file, nil)
		if err != nil {
			t.Errorf("%q: %v", path, err)
			continue
		}
		config, err := Parse(file, text)
		if err != nil {
			t.Fatalf("%q: %v\n%s", path, err, text)
		}
		profile, _ := config.Profile("contoso")
		if got := profile.Text("ca-file"); filepath.ToSlash(got) != filepath.ToSlash(want) {
			t.Errorf("%q: ca-file is %q, want %q", path, got, want)
		}
	}
	starter := contoso
	if starter.CAFile = "x.pem\n    production: no"; starter.Check() == nil {
		t.Error("two lines were taken for a path")
	}
}

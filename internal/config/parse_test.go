package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// profiled is a file with one profile of these lines.
func profiled(lines ...string) string {
	return "profiles:\n  contoso:\n    " + strings.Join(lines, "\n    ") + "\n"
}

func TestParseTakesWhatIsWritten(t *testing.T) {
	file, err := Parse("conf/refload.yaml", []byte(`
# the team's file
default-profile: contoso
profiles:
  contoso:
    tenant: Contoso.example.com
    production: true
    rate: 2.50
    mapping: maps/crm.yaml
    key: [Deal Name, "Owner, Region"]
    settle: 10m
    retention: 30d
    max-creates: 500
    max-closes: 5%
    notify-hosts: hooks.example.com
    client-id: "11111111-2222-3333-4444-55555555ABCD"
  rehearsal: {base-url: "http://127.0.0.1:8080", share-closed: no}
  empty:
`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range file.Names() {
		profile, _ := file.Profile(name)
		for _, key := range Keys() {
			if value, said := profile.Get(key.Name); said {
				got[name+" "+key.Name] = value.Text + " @" + value.Place.String()
			}
		}
	}
	at := func(text, line string) string { return text + " @conf/refload.yaml:" + line }
	want := map[string]string{
		"contoso tenant": at("contoso.example.com", "6"), "contoso production": at("yes", "7"), "contoso rate": at("2.50", "8"),
		"contoso mapping": at(filepath.Join("conf", "maps", "crm.yaml"), "9"), "contoso key": at("Deal Name, Owner, Region", "10"),
		"contoso settle": at("10m0s", "11"), "contoso retention": at("720h0m0s", "12"), "contoso max-creates": at("500", "13"),
		"contoso max-closes": at("5%", "14"), "contoso notify-hosts": at("hooks.example.com", "15"),
		"contoso client-id":  at("11111111-2222-3333-4444-55555555abcd", "16"),
		"rehearsal base-url": at("http://127.0.0.1:8080", "17"), "rehearsal share-closed": at("no", "17"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if file.Default.Text != "contoso" || file.Default.Line != 3 || len(file.Names()) != 3 {
		t.Errorf("default %+v, names %v", file.Default, file.Names())
	}
	contoso, _ := file.Profile("contoso")
	if value, _ := contoso.Get("key"); !cmp.Equal(value.Items, []string{"Deal Name", "Owner, Region"}) {
		t.Errorf("items %q", value.Items)
	}
	if !contoso.Yes("production") || contoso.Yes("share-closed") || contoso.Text("base-url") != "" {
		t.Errorf("%+v", contoso)
	}
}

func TestNothingIsAConfiguration(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "profiles:\n", "profiles: {}\n", "null\n"} {
		if file, err := Parse("refload.yaml", []byte(text)); err != nil || len(file.Names()) != 0 {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Every mistake names its line and what to do, and quotes no value.
func TestParseRefusals(t *testing.T) {
	for _, test := range []struct{ text, message, hint string }{
		{"profils:\n  a: {}\n", `refload.yaml:1: "profils" is not a key`, `did you mean "profiles"?`},
		{"rate: 5\n", `:1: "rate" is not a key of a configuration file`, "belongs to a profile"},
		{profiled("rte: 5"), `:3: "rte" is not a key of a profile`, `did you mean "rate"?`},
		{profiled("frobnicate: 5"), "is not a key", "the keys are base-url, tenant"},
		{profiled("access-token: s3cr3t"), "is not a key", "secrets do not belong into a file"},
		{profiled("client-secret: s3cr3t"), "is not a key", "REFLOAD_ACCESS_TOKEN"},
		{profiled("rate: 5", "rate: 6"), ":4: a key comes twice", "delete one"},
		{"profiles:\n  a: {}\n  a: {}\n", ":3: a key comes twice", "delete one"},
		{profiled("key: []"), ":3: key has a list without a value", "delete the key"},
		{profiled("rate: fast-s3cr3t"), ":3: this is no value for rate", "a number, 0 or more"},
		{profiled("rate: -1"), "no value for rate", "0 or more"},
		{profiled("rate: inf"), "no value for rate", "0 or more"},
		{profiled("rate: .inf"), "rate has no plain value", "behind the colon"},
		{profiled("rate: [5]"), "rate takes one value, not a list", "one value"},
		{profiled("rate:"), "rate has no plain value", "delete the key"},
		{profiled("rate: {a: 5}"), "rate has no plain value", "behind the colon"},
		{profiled("concurrency: 0"), "no value for concurrency", "1 or more"},
		{profiled("mode: merge"), "no value for mode", "upsert or create or update"},
		{profiled("production: maybe"), "no value for production", "yes or no"},
		{profiled("partial-view: yes"), "no value for partial-view", "refused or accepted"},
		{profiled("settle: 5"), "no value for settle", "such as 90s"},
		{profiled("retention: 99999d"), "no value for retention", "30d"},
		{profiled("min-rows: 80"), "no value for min-rows", "80%"},
		{profiled("max-creates: 101%"), "no value for max-creates", "a share"},
		{profiled("max-creates: 1.5"), "no value for max-creates", "a number of rows"},
		{profiled("base-url: api.example.com"), "no value for base-url", "a URL such as"},
		{profiled("base-url: https://kim:s3cr3t@api.example.com"), "no value for base-url", "without user and password"},
		{profiled("base-url: https://api.example.com?a=b"), "no value for base-url", "without query"},
		{profiled("tenant: contoso"), "no value for tenant", "a GUID or a domain"},
		{profiled("client-id: 1234"), "no value for client-id", "a GUID"},
		{profiled("notify-hosts: [good.example.com, 'https://bad.example.com']"), "no value for notify-hosts", "a host's name"},
		{profiled("mapping: \"a\\nb\""), "mapping has no plain value", ""},
		{"profiles:\n  a b: {}\n", `:2: "a b" is no name for a profile`, "letters, digits"},
		{"profiles:\n  ../up: {}\n", "is no name for a profile", "letters, digits"},
		{"profiles: contoso\n", ":1: entries of the form key: value", "one entry a line"},
		{"- profiles\n", ":1: entries of the form key: value", "one entry a line"},
		{"default-profile: [a]\n", "default-profile takes the name of a profile", ""},
		{"profiles: {}\n---\nprofiles: {}\n", "several documents", "delete the line"},
		{"profiles:\n\tcontoso: {}\n", "this is not YAML", "indented by spaces"},
		{"profiles: &a\n  x: *a\n", "", ""},
		{strings.Repeat("[", 200), "nested too deeply", "one entry a line"},
		{strings.Repeat("#", longestFile+1), "too large", ""},
	} {
		_, err := Parse("refload.yaml", []byte(test.text))
		ours, ok := err.(*Error)
		if !ok {
			t.Errorf("%.60q: %v", test.text, err)
			continue
		}
		if !strings.Contains(err.Error(), test.message) || !strings.Contains(ours.Hint(), test.hint) || ours.Hint() == "" {
			t.Errorf("%.60q:\n %v\n hint: %s", test.text, err, ours.Hint())
		}
		if strings.Contains(err.Error()+ours.Hint(), "s3cr3t") {
			t.Errorf("%.60q: the value is quoted: %v", test.text, err)
		}
	}
}

// Nothing in a file is expanded, included, decoded or run: a value is what stands there, or it is refused.
func TestNothingIsExpanded(t *testing.T) {
	for _, text := range []string{"${HOME}/x.yaml", "$HOME/x.yaml", "~/x.yaml", "$(id).yaml", "`id`.yaml", "%APPDATA%/x.yaml", "%-x.yaml", "{{ .Env }}.yaml", "@include.yaml"} {
		file, err := Parse(filepath.Join("conf", FileName), []byte(profiled(`mapping: "`+text+`"`)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		profile, _ := file.Profile("contoso")
		if value, _ := profile.Get("mapping"); value.Text != filepath.Join("conf", filepath.FromSlash(text)) {
			t.Errorf("%s became %s", text, value.Text)
		}
	}
	for _, text := range []string{profiled("mapping: !include other.yaml"), profiled("mapping: !!binary bXk="), profiled("rate: !!float 5"), profiled("mapping: !!python/object/apply:os.system [id]"),
		"profiles:\n  a: &a {rate: 5}\n  b:\n    <<: *a\n", "profiles:\n  a: &a {rate: 5}\n  b: *a\n", profiled("mapping: &x a.yaml"), profiled("mode: &x create", "mapping: *x")} {
		if _, err := Parse(FileName, []byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// Whatever fills a file up to its bound: it is refused at once, before a parser that follows it by calls.
func TestFilesThatAreNestedWithoutEnd(t *testing.T) {
	for _, part := range []string{"- ", "? ", "? - ", "[", "{a: ", "- !!seq ", "&a ", "!a ", "'' ", "<<: ", "a: "} {
		_, err := Parse(FileName, []byte(strings.Repeat(part, longestFile/len(part))))
		if ours, ok := err.(*Error); !ok || !strings.Contains(err.Error(), "nested too deeply") || ours.Hint() == "" {
			t.Errorf("%q: %v", part, err)
		}
	}
}

// A fault of the YAML package is a problem of the file, and tells nothing of what stands in it.
func TestPanicsAreProblems(t *testing.T) {
	read, err := guarded("refload.yaml", func() (*Config, error) { panic("CANARY s3cr3t") })
	ours, ok := err.(*Error)
	if read != nil || !ok || !strings.Contains(err.Error(), "refload.yaml") || ours.Hint() == "" || strings.Contains(err.Error()+ours.Hint(), "CANARY") {
		t.Errorf("%v, %v", read, err)
	}
}

// A file that the parser takes is one that it takes again in another place, with the same
// meaning; a file that it refuses is refused with a place and a hint.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", profiled("rate: 5", "key: [a, b]"), "default-profile: a\nprofiles: {a: {mode: Create}}\n", "profiles: &a {x: *a}", "[[[", "---\n---\n",
		"profiles:\n  a: !!map {}\n", "profiles:\n  a: {<<: {rate: 1}}\n", "\xff\xfe", "? a\n: b\n", profiled("mapping: |\n      a"), profiled("key: []"),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("refload.yaml", []byte(text))
		if err != nil {
			if ours, ok := err.(*Error); !ok || ours.Hint() == "" || ours.File == "" {
				t.Fatalf("%v has no place or hint", err)
			}
			return
		}
		again, err := Parse("elsewhere.yaml", []byte(text))
		if err != nil || !cmp.Equal(file.Names(), again.Names()) {
			t.Fatalf("read twice: %v, %v and %v", err, file.Names(), again.Names())
		}
		for _, name := range file.Names() {
			profile, _ := file.Profile(name)
			for key, value := range profile.values {
				known, ok := Lookup(key)
				if !ok || value.Text == "" || value.Line < 1 || strings.ContainsAny(value.Text, "\x00\r\n") {
					t.Fatalf("%s of %s: %+v", key, name, value)
				}
				if known.Kind == Path || known.Kind == Texts || known.Kind == Hosts {
					continue
				}
				if kept, expected := checks[known.Kind](known, value.Text); expected != "" || kept != value.Text {
					t.Fatalf("%s of %s: %q is kept as %q, %s", key, name, value.Text, kept, expected)
				}
			}
		}
	})
}

package cli

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/internal/config"
)

func newConfig(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "config",
		Short:   "The configuration that is in force",
		Example: "  refload config show\n  refload config show --profile contoso --json",
		Args:    noArguments,
	}
	var flags importFlags
	show := &cobra.Command{
		Use:   "show",
		Short: "Every value in force, and where it comes from",
		Long: "Prints every value that an import with these flags would have, and whether it comes from a flag,\n" +
			"from a variable, from a line of a file, or is the default. What no profile can say is listed where\n" +
			"a flag or a variable says it. Secrets are never printed.",
		Example: "  refload config show\n  refload config show --profile contoso --rate 2",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.showConfig(cmd.Flags()) },
	}
	flags.addFlags(show.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(show)
	return cmd
}

// setting is one value in force.
type setting struct{ key, value, origin string }

// The origins of what nobody set.
const (
	byDefault = "default"
	notSet    = "not set"
)

// settingsInForce lists what a command with these flags would work with.
func (a *app) settingsInForce(flags *pflag.FlagSet) []setting {
	list := []setting{a.profileSetting(), a.flagSetting(flags.Lookup("sandbox"), "sandbox", "no")}
	for _, key := range config.Keys() {
		list = append(list, a.settingOf(flags, key))
	}
	list = append(list, a.stateSetting(), a.secretSetting("access-token", tokenVariable), a.secretSetting("refresh-token", refreshVariable, refreshFileVariable))
	return a.withOthers(list, flags)
}

// secretFlags are the flags whose value may hold a secret.
var secretFlags = map[string]bool{"notify": true}

// withOthers adds the flags that no key of a profile stands for, where the command line or a variable gives them
// a value: such a variable may stand from another day.
func (a *app) withOthers(list []setting, flags *pflag.FlagSet) []setting {
	listed := map[string]bool{}
	for _, s := range list {
		listed[s.key] = true
	}
	flags.VisitAll(func(flag *pflag.Flag) {
		switch origin := a.settings.origins[flag.Name].text; {
		case listed[flag.Name] || origin == "":
		case secretFlags[flag.Name]:
			list = append(list, setting{flag.Name, hidden, origin})
		default:
			list = append(list, a.flagSetting(flag, flag.Name, ""))
		}
	})
	if value := a.env.Getenv(debugVariable); value != "" {
		list = append(list, setting{"debug", value, debugVariable})
	}
	return list
}

// hidden stands for a secret.
const hidden = "(not shown)"

// secretSetting says which variable holds a secret, and not what it is.
func (a *app) secretSetting(key string, variables ...string) setting {
	for _, name := range variables {
		if a.env.Getenv(name) != "" {
			return setting{key, hidden, name}
		}
	}
	return setting{key, "", notSet}
}

func (a *app) profileSetting() setting {
	switch {
	case a.global.profile == "":
		return setting{"profile", "", notSet}
	case a.settings.named:
		return setting{"profile", a.global.profile, a.originOf("profile")}
	}
	return setting{"profile", a.global.profile, a.settings.files.Default.Place.String()}
}

func (a *app) stateSetting() setting {
	folder, err := a.stateFolder()
	if err != nil {
		return setting{"state", "", notSet}
	}
	return setting{"state", folder, a.originOf("state")}
}

// originOf returns where the value of a flag comes from.
func (a *app) originOf(flag string) string {
	if origin := a.settings.origins[flag].text; origin != "" {
		return origin
	}
	return byDefault
}

// settingOf returns the value of a key: of its flag where it has one, of the profile otherwise.
func (a *app) settingOf(flags *pflag.FlagSet, key config.Key) setting {
	if flag := flags.Lookup(key.Flag); flag != nil {
		return a.flagSetting(flag, key.Name, key.Default)
	}
	value, said := a.settings.files.Get(a.settings.profile, key.Name)
	if said && (!key.Service || a.serviceProfile() != nil) {
		return setting{key.Name, value.Text, value.Place.String()}
	}
	return defaultSetting(key.Name, key.Default)
}

func defaultSetting(name, value string) setting {
	if value == "" {
		return setting{name, "", notSet}
	}
	return setting{name, value, byDefault}
}

func (a *app) flagSetting(flag *pflag.Flag, name, byItself string) setting {
	origin := a.originOf(flag.Name)
	text := flag.Value.String()
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		text = strings.Join(list.GetSlice(), ", ")
	}
	if origin == byDefault && (name != "base-url" || text == "") {
		return defaultSetting(name, byItself)
	}
	if address, err := url.Parse(text); name == "base-url" && err == nil {
		text = address.Redacted()
	}
	return setting{name, text, origin}
}

func (a *app) showConfig(flags *pflag.FlagSet) error {
	list := a.settingsInForce(flags)
	if a.global.json {
		for _, s := range list {
			a.jsonLine(map[string]any{"event": "setting", "key": s.key, "value": s.value, "origin": s.origin})
		}
		a.jsonLine(map[string]any{"event": "summary", "profile": a.global.profile, "read": listed(a.settings.files.Files)})
		return nil
	}
	table := newTable(a.env.Stdout)
	table.row("KEY", "VALUE", "FROM")
	for _, s := range list {
		table.row(s.key, s.value, s.origin)
	}
	a.tellFiles()
	return table.flush()
}

// tellFiles says which files were read, or where they would be.
func (a *app) tellFiles() {
	if files := a.settings.files.Files; len(files) > 0 {
		fmt.Fprintln(a.env.Stderr, "read: "+strings.Join(files, ", "))
		return
	}
	places := config.FileName + " in this folder"
	if user := a.userFile(); user != "" {
		places += ", " + user
	}
	fmt.Fprintln(a.env.Stderr, "there is no configuration file; looked for "+places)
}

// configurationHelp is the page of help on files and profiles.
func configurationHelp() string {
	var b strings.Builder
	b.WriteString(`refload reads your own refload.yaml, in your configuration folder ('refload config show' says where),
and a file that you name with --config FILE (or REFLOAD_CONFIG), which counts more, key by key. What they
say is your word: which service, where to sign in, what guards your data.

  default-profile: contoso
  profiles:
    contoso:
      tenant: contoso.example.com
      client-id: 11111111-2222-3333-4444-555555555555
      production: true
      rate: 5
      mapping: crm.yaml         (paths are seen from the folder of the file)
    rehearsal:
      base-url: http://127.0.0.1:8080

'--profile NAME' chooses one; without it the default profile is taken, unless --sandbox or --base-url
name a service. What a profile says of its service is not taken then, the rest is.

A refload.yaml in the folder where refload is started may have come from anybody. It says how the files
there are read, and nothing else; anything more in it is refused (exit code 2), with the ways out: name it
with --config, or write that into your own file. With --config it is not read at all.

  mapping: crm.yaml
  header-row: 3

These keys stand outside of profiles, in any of the files: ` + strings.Join(config.ReadingNames(), ", ") + `.
A value on the command line goes before the environment, that before the folder's file or the named one,
that before your own. Within one file a profile goes before what stands outside of profiles.

Keys of a profile:
`)
	table := newTable(&b)
	for _, key := range config.Keys() {
		table.row("  "+key.Name, string(key.Kind), key.Help)
	}
	table.flush()
	return b.String()
}

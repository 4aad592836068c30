package cli

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/api"
	"refload/internal/config"
)

// settings is where the values of a command come from.
type settings struct {
	files   *config.Config
	profile *config.Profile   // nil for none
	named   bool              // the profile is, by --profile or its variable, not by default-profile
	byHand  bool              // --profile stands on the command line
	unread  bool              // a file could not be read
	other   bool              // the service is not the profile's, but --sandbox or that of --base-url
	origins map[string]origin // of flags that are not as they are by default, by name
}

// ownFiles are the commands that have no use for a profile, and so work beside a broken file.
// The runs of resume, results and undo, and a plan, know their profile themselves.
var ownFiles = map[string]bool{
	"refload": true, "refload version": true, "refload fields": true, "refload template": true, "refload sandbox": true,
	"refload help": true, "refload setup": true, "refload man": true, "refload runs": true, "refload runs list": true, "refload runs show": true, "refload runs find": true, "refload runs forget": true,
	"refload runs purge": true, "refload runs resume": true, "refload runs results": true, "refload runs undo": true, "refload apply": true, "refload config": true,
	"refload auth": true,
}

// fromFiles gives flags that neither the command line nor the environment set the values of the
// profile that is meant.
func (a *app) fromFiles(cmd *cobra.Command) error {
	if ownFiles[cmd.CommandPath()] || strings.HasPrefix(cmd.CommandPath(), "refload completion") || strings.HasPrefix(cmd.Name(), "__complete") {
		return nil
	}
	return a.takeProfile(cmd.Flags())
}

// takeProfile reads the files and takes the profile that is named, or else the default one.
func (a *app) takeProfile(flags *pflag.FlagSet) error {
	a.settings.named = a.global.profile != ""
	if err := a.readFiles(a.places()); err != nil {
		return err
	}
	if !a.settings.named {
		a.global.profile = a.settings.files.Default.Text
	}
	a.settings.other = a.global.sandbox || flags.Changed("base-url") && !a.settings.named
	return a.useProfile(flags)
}

// places are where configuration is looked for.
func (a *app) places() config.Places {
	return config.Places{Folder: config.FileName, Named: a.global.config, Own: a.userFile()}
}

// readFiles reads the configuration files.
func (a *app) readFiles(places config.Places) (err error) {
	a.settings.files, err = config.Read(places)
	a.settings.unread = err != nil
	return asUsage(err)
}

// userFile returns the path of the user's own configuration, "" where there is no home.
func (a *app) userFile() string {
	folder := a.env.Getenv("XDG_CONFIG_HOME")
	home := a.env.Getenv("HOME")
	switch {
	case runtime.GOOS == "windows":
		folder = a.env.Getenv("AppData")
	case runtime.GOOS == "darwin" && home != "":
		folder = filepath.Join(home, "Library", "Application Support")
	case folder == "" && home != "":
		folder = filepath.Join(home, ".config")
	}
	if !filepath.IsAbs(folder) {
		return ""
	}
	return filepath.Join(folder, "refload", config.FileName)
}

// useProfile takes the values of the profile that is meant, and what the files say beside profiles. They do
// not count as given: what a run recorded when it was started goes before them.
func (a *app) useProfile(flags *pflag.FlagSet) error {
	if name := a.global.profile; name != "" {
		profile, ok := a.settings.files.Profile(name)
		if !ok {
			return a.unknownProfile()
		}
		a.settings.profile = profile
	}
	speaks := a.serviceProfile() != nil
	for _, key := range config.Keys() {
		value, said := a.settings.files.Get(a.settings.profile, key.Name)
		flag := flags.Lookup(key.Flag)
		if !said || flag == nil || flag.Changed || key.Service && !speaks {
			continue
		}
		if err := setQuietly(flag, value); err != nil {
			return &UsageError{fmt.Sprintf("%s: %s: %v", value.Place, key.Name, err), "correct the line"}
		}
		by := byFile
		if value.File == config.FileName && a.global.config == "" {
			by = byFolder
		}
		a.settings.origins[flag.Name] = origin{by, value.Place.String()}
	}
	if speaks && a.global.baseURL == "" && a.settings.profile.Text("tenant") != "" {
		a.global.baseURL = api.DefaultBaseURL
	}
	a.global.rateGiven = a.global.rateGiven || a.settings.origins["rate"].by != byNobody
	return nil
}

// setQuietly sets a flag without marking it as given.
func setQuietly(flag *pflag.Flag, value config.Value) error {
	if list, ok := flag.Value.(pflag.SliceValue); ok && value.Items != nil {
		return list.Replace(value.Items)
	}
	return flag.Value.Set(value.Text)
}

// serviceProfile returns the profile whose service a command speaks to; nil with --sandbox, and
// where --base-url names a service without a profile.
func (a *app) serviceProfile() *config.Profile {
	if a.settings.other {
		return nil
	}
	return a.settings.profile
}

// profileLost reports whether a profile is meant of which nothing is known: no file has its name, or the files
// could not be read.
func (a *app) profileLost() bool {
	return a.settings.profile == nil && (a.settings.unread || a.global.profile != "")
}

// unknownProfile says what may have been meant.
func (a *app) unknownProfile() error {
	names := a.settings.files.Names()
	advice := "name the file that has it with --config, or let 'refload setup --profile " + a.global.profile + "' write it into your own"
	if len(names) > 0 {
		advice = "the profiles are " + strings.Join(names, ", ")
	}
	if near, ok := config.Near(a.global.profile, names); ok {
		advice = fmt.Sprintf("did you mean %q? %s", near, advice)
	}
	return &UsageError{fmt.Sprintf("there is no profile %q in %s", a.global.profile, a.filesInForce()), advice}
}

// filesInForce names the configuration files that were read, or looked for.
func (a *app) filesInForce() string {
	if read := a.settings.files.Files; len(read) > 0 {
		return strings.Join(read, " and ")
	}
	looked := []string{config.FileName + " of this folder"}
	if own := a.userFile(); own != "" {
		looked = append(looked, own)
	}
	return "any file: neither " + strings.Join(looked, " nor ") + " is there"
}

// noService says that no service was named, and all ways to name one.
func (a *app) noService() error {
	if p := a.settings.profile; p != nil {
		return &UsageError{fmt.Sprintf("profile %s (%s) names no service", p.Name, p.Place), "give it a base-url or a tenant, or try it with --sandbox"}
	}
	profile := "--profile NAME, once a file of yours has profiles ('refload setup' writes one)"
	if files := a.settings.files; files != nil && len(files.Names()) > 0 {
		profile = "--profile with one of " + strings.Join(files.Names(), ", ")
	}
	return &UsageError{"no service was named, and nothing is sent to a service by default",
		"try it with --sandbox, or name the service: " + profile + "; or --base-url " + api.DefaultBaseURL + " with " + tokenVariable + " set"}
}

// guard refuses to write where nobody is asked and the command line does not say outright that it
// shall be done: --yes for any service but the sandbox and, where the profile is marked
// production, --profile too. A default or a variable may stand from another day.
func (a *app) guard(yes, byHand bool) error {
	profile := a.serviceProfile()
	switch {
	case a.global.sandbox || a.global.baseURL == "":
		return nil
	case profile.Yes("production") && !(yes && byHand):
		mark, _ := profile.Get("production")
		return &UsageError{fmt.Sprintf("nobody is asked here, and profile %s is marked production (%s)", profile.Name, mark.Place),
			fmt.Sprintf("say both on the command line: --yes --profile %s", profile.Name)}
	case !yes:
		return &UsageError{"nobody can be asked here, and --yes was not given", "add --yes to write to " + a.global.baseURL}
	}
	return nil
}

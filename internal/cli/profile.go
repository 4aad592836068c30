package cli

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/api"
	"refload/api/entra"
	"refload/internal/config"
)

// settings is where the values of a command come from.
type settings struct {
	files   *config.Config
	profile *config.Profile   // nil for none
	named   bool              // by --profile or its variable, not by default-profile
	byHand  bool              // --profile stands on the command line
	unread  bool              // a file could not be read
	told    bool              // the profile is the one that a run or a plan names
	other   bool              // the service is not the profile's, but --sandbox or that of --base-url
	origins map[string]string // of flags that are not as they are by default, by name
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
	a.settings.named = a.global.profile != ""
	if err := a.readFiles(); err != nil {
		return err
	}
	if !a.settings.named {
		a.global.profile = a.settings.files.Default.Text
	}
	a.settings.other = a.global.sandbox || cmd.Flags().Changed("base-url") && !a.settings.named
	return a.useProfile(cmd.Flags())
}

// readFiles reads the configuration files.
func (a *app) readFiles() (err error) {
	a.settings.files, err = config.Read(config.FileName, a.userFile())
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

// useProfile takes the values of the profile that --profile names. They do not count as given:
// what a run recorded when it was started goes before them.
func (a *app) useProfile(flags *pflag.FlagSet) error {
	if a.global.profile == "" {
		return nil
	}
	profile, ok := a.settings.files.Profile(a.global.profile)
	if !ok {
		return a.unknownProfile()
	}
	a.settings.profile = profile
	speaks := a.serviceProfile() != nil
	if err := a.checkDefault(profile); speaks && err != nil {
		return err
	}
	if authority, _ := profile.Get("ca-file"); speaks && !a.settings.named && authority.File == config.FileName {
		return &UsageError{fmt.Sprintf("%s trusts certificate authorities that only this folder's file names (%s)", a.unnamed(profile), authority.Place),
			fmt.Sprintf("if that is meant, say so: --profile %s", profile.Name)}
	}
	for _, key := range config.Keys() {
		value, said := profile.Get(key.Name)
		flag := flags.Lookup(key.Flag)
		if !said || flag == nil || flag.Changed || key.Service && !speaks {
			continue
		}
		if err := setQuietly(flag, value); err != nil {
			return &UsageError{fmt.Sprintf("%s: %s: %v", value.Place, key.Name, err), "correct the line"}
		}
		a.settings.origins[flag.Name] = value.Place.String()
	}
	if speaks && a.global.baseURL == "" && profile.Text("tenant") != "" {
		a.global.baseURL = api.DefaultBaseURL
	}
	a.global.rateGiven = a.global.rateGiven || a.settings.origins["rate"] != ""
	return nil
}

// unnamed calls a profile that nobody named for this command.
func (a *app) unnamed(profile *config.Profile) string {
	if a.settings.told {
		return "profile " + profile.Name
	}
	return "the default profile " + profile.Name
}

// checkDefault refuses a profile of this folder's file that nobody named for this command and that
// leads a token elsewhere than to the real service and the real authority. A folder may have come
// from anywhere.
func (a *app) checkDefault(profile *config.Profile) error {
	for key, known := range map[string]string{"base-url": api.DefaultBaseURL, "authority": entra.DefaultAuthority} {
		address, said := profile.Get(key)
		if a.settings.named || !said || address.File != config.FileName || wellKnown(address.Text, known) {
			continue
		}
		return &UsageError{fmt.Sprintf("%s leads to a service that only this folder's file names (%s)", a.unnamed(profile), address.Place),
			fmt.Sprintf("if that is meant, say so: --profile %s; or write the profile into your own file, %s", profile.Name, a.userFile())}
	}
	return nil
}

// wellKnown reports whether an address leads to the known one or to this machine.
func wellKnown(address, known string) bool {
	base, err := url.Parse(address)
	if err != nil {
		return false
	}
	service, err := url.Parse(known)
	return err == nil && base.Scheme == service.Scheme && api.CanonicalHost(base) == api.CanonicalHost(service) || toThisMachine(address)
}

// toThisMachine reports whether an address is a loopback one, by number.
func toThisMachine(address string) bool {
	base, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(base.Hostname())
	return ip != nil && ip.IsLoopback()
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
	advice := fmt.Sprintf("write it into %s: 'refload help configuration' shows how", config.FileName)
	if len(names) > 0 {
		advice = "the profiles are " + strings.Join(names, ", ")
	}
	if near, ok := config.Near(a.global.profile, names); ok {
		advice = fmt.Sprintf("did you mean %q? %s", near, advice)
	}
	return &UsageError{fmt.Sprintf("there is no profile %q", a.global.profile), advice}
}

// noService says that no service was named, and all ways to name one.
func (a *app) noService() error {
	if p := a.settings.profile; p != nil {
		return &UsageError{fmt.Sprintf("profile %s (%s) names no service", p.Name, p.Place), "give it a base-url or a tenant, or try it with --sandbox"}
	}
	profile := fmt.Sprintf("--profile NAME, once %s has profiles ('refload help configuration')", config.FileName)
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

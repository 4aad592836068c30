package cli

import (
	"net/url"
	"runtime"
	"strings"

	"refload/api"
)

// leads says how a command that somebody is told to type finds its service.
type leads uint8

// What leads to the service.
const (
	byItsWords leads = iota // the words name a profile, or need no service
	byARecord               // the record of a run or a plan, which alone leads no token everywhere
	byNothing               // nothing but what this command was given
)

// told is a command that somebody is told to type: it works as it is printed, and finds the state folder, the configuration
// and the service that this command works with.
func (a *app) told(how leads, words ...string) string {
	words = append([]string{"refload"}, words...)
	if a.global.state != "" {
		words = append(words, "--state", absolute(a.global.state))
	}
	if a.global.config != "" {
		words = append(words, "--config", absolute(a.global.config))
	}
	if how != byItsWords {
		words = append(words, a.serviceAgain(how)...)
	}
	return each(words, typed)
}

// goingOn is the command that goes on with a run or, where the run took back another one, with taking that one back.
func (a *app) goingOn(name, undone string) string {
	if undone != "" {
		return a.told(byARecord, "runs", "undo", undone)
	}
	return a.told(byARecord, "runs", "resume", name)
}

// serviceAgain are the flags by which a command is told the service again.
func (a *app) serviceAgain(how leads) []string {
	var words []string
	if how == byNothing && a.settings.named {
		words = append(words, "--profile", a.global.profile)
	}
	if how == byNothing && a.global.sandbox {
		words = append(words, "--sandbox")
	}
	base, err := url.Parse(a.global.baseURL)
	if a.settings.origins["base-url"].once() && err == nil && (how == byNothing || !mayHaveTokens(a.global.baseURL, api.DefaultBaseURL, byRecord)) {
		words = append(words, "--base-url", base.Redacted())
	}
	if a.settings.origins["ca-file"].once() {
		words = append(words, "--ca-file", absolute(a.global.caFile))
	}
	return words
}

// forShell makes a text one that a shell takes literally between double quotes.
var forShell = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`")

// typed is a text as one word of a command line of this system.
func typed(word string) string {
	switch {
	case plainWord(word):
		return word
	case runtime.GOOS != "windows" && strings.Contains(word, "!"): // a shell in which somebody types takes it for a word of its own
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	case runtime.GOOS != "windows":
		return `"` + forShell.Replace(word) + `"`
	case strings.ContainsAny(word, " \t&;()$'`"):
		return `"` + word + `"`
	}
	return word
}

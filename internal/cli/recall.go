package cli

import (
	"fmt"

	"github.com/spf13/pflag"

	"refload/api"
	"refload/internal/console"
	"refload/internal/run"
)

// recall gives the flags of the target and the pace the values that a run or a plan recorded, where
// they are not given anew. from names the run or the plan: its file may come from anywhere, so that
// it does not say alone where a token goes.
func (a *app) recall(recorded manifest, from string, flags *pflag.FlagSet) error {
	anew := a.settings.byHand || flags.Changed("base-url") || flags.Changed("sandbox")
	if !anew {
		a.global.sandbox = recorded.Sandbox
	}
	a.settings.other = a.global.sandbox || recorded.Other && !a.settings.byHand
	if err := a.recallProfile(recorded, flags); err != nil {
		return err
	}
	if !anew && !recorded.Sandbox {
		if err := a.recallService(recorded, from, flags); err != nil {
			return err
		}
	}
	if !flags.Changed("rate") && recorded.Rate != nil {
		a.global.rate, a.global.rateGiven = *recorded.Rate, true
	}
	if !flags.Changed("concurrency") {
		a.global.concurrency = recorded.Concurrency
	}
	return nil
}

// recallProfile takes the profile that is named now, or else the one that was recorded; a default
// profile is none of a run that has begun.
func (a *app) recallProfile(recorded manifest, flags *pflag.FlagSet) error {
	if !a.settings.byHand {
		a.global.profile = recorded.Profile
	}
	return a.readProfile(flags)
}

// readProfile takes the values of the profile that is named.
func (a *app) readProfile(flags *pflag.FlagSet) error {
	if a.global.profile == "" {
		return nil
	}
	if err := a.readFiles(a.places()); err != nil {
		return err
	}
	return a.useProfile(flags)
}

// recallService takes the service and the certificate authorities that were recorded, where
// something else than the record vouches for them.
func (a *app) recallService(recorded manifest, from string, flags *pflag.FlagSet) error {
	if !a.vouchedService(recorded.BaseURL) {
		return &UsageError{fmt.Sprintf("%s leads to %s, which %s", from, console.Escape(recorded.BaseURL, longestShown), a.otherwise("no profile of yours names")),
			"if that is meant, say so: --base-url URL"}
	}
	if recorded.BaseURL != "" {
		a.global.baseURL = recorded.BaseURL
	}
	if flags.Changed("ca-file") || recorded.CAFile == "" {
		return nil
	}
	if recorded.CAFile != absolute(a.global.caFile) {
		return &UsageError{fmt.Sprintf("%s trusts the certificate authorities of %s, which %s", from, console.Escape(recorded.CAFile, longestShown), a.otherwise("only it names")),
			"if that is meant, say so: --ca-file FILE"}
	}
	a.global.caFile = recorded.CAFile
	return nil
}

// otherwise says why what was recorded is not taken: the profile says another thing, or none does.
func (a *app) otherwise(none string) string {
	if profile := a.serviceProfile(); profile != nil {
		return "profile " + profile.Name + " does not name"
	}
	return none
}

// vouchedService reports whether a token may go to a recorded service: the profile in force leads
// there, or, where none speaks of a service, it is the real one.
func (a *app) vouchedService(recorded string) bool {
	if recorded == "" || a.global.baseURL == "" {
		return recorded == "" || mayHaveTokens(recorded, api.DefaultBaseURL, byRecord)
	}
	then, errThen := parseBase(recorded)
	now, errNow := parseBase(a.global.baseURL)
	return errThen == nil && errNow == nil && run.URLTarget(then).ID == run.URLTarget(now).ID &&
		mayHaveTokens(a.global.baseURL, api.DefaultBaseURL, a.settings.origins["base-url"].by)
}

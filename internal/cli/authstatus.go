package cli

import (
	"context"
	"fmt"
	"time"

	"refload/api/entra"
)

// warnAfter is after how long without use a refresh token is worth a warning.
const warnAfter = 60 * day

const day = 24 * time.Hour

// signInStatus shows the sign-in that counts, and ends with its error where it cannot be used.
func (a *app) signInStatus(ctx context.Context) error {
	s, err := a.standing(ctx)
	if s.source == "" {
		return err
	}
	if err == nil {
		err = a.ended(s)
	}
	warnings := a.warningsOf(s)
	if a.global.json {
		a.jsonLine(a.standingFields(s, warnings, err == nil))
	} else {
		a.showStanding(s)
	}
	for _, warning := range warnings {
		a.warnOfSignIn(warning)
	}
	return err
}

// warningsOf are what somebody should know of a sign-in that still works.
func (a *app) warningsOf(s standing) []string {
	warnings := []string{}
	if a.hides(s) {
		warnings = append(warnings, s.source+" is set and goes before the saved sign-in")
	}
	days, left, known := a.daysOf(s)
	if known && left > 0 && time.Duration(days)*day >= warnAfter {
		warnings = append(warnings, fmt.Sprintf("the sign-in was not used for %d days and ends in %d; any command that asks the service keeps it alive", days, left))
	}
	return warnings
}

// daysOf returns for how many whole days a refresh token was not used, and in how many it ends.
func (a *app) daysOf(s standing) (unused, left int, known bool) {
	if s.given.IsZero() {
		return 0, 0, false
	}
	unused = int(a.env.Now().Sub(s.given) / day)
	return unused, max(0, int(entra.RefreshLife/day)-unused), true
}

// standingFields are the members of the summary. What is not known is left out, not guessed.
func (a *app) standingFields(s standing, warnings []string, ok bool) map[string]any {
	fields := map[string]any{"event": "summary", "profile": a.global.profile, "source": s.source, "account": s.session.Account, "tenant": s.session.TenantID,
		"service": s.session.Service, "warnings": warnings, "ok": ok}
	for name, at := range map[string]time.Time{"signedIn": s.session.SignedIn, "accessTokenUntil": s.session.Expires} {
		if !at.IsZero() {
			fields[name] = at.UTC()
		}
	}
	if unused, left, known := a.daysOf(s); known {
		fields["daysUnused"], fields["daysLeft"] = unused, left
	}
	return fields
}

// showStanding prints the sign-in for people, in one row for all that there is to say.
func (a *app) showStanding(s standing) {
	table := newTable(a.env.Stdout)
	table.row("comes from", s.source)
	table.row("account", nameOr(s.session.Account))
	table.row("tenant", nameOr(s.session.TenantID))
	table.row("service", s.session.Service)
	if !s.session.SignedIn.IsZero() {
		table.row("signed in", clockTime(s.session.SignedIn))
	}
	table.row("access token", accessTokenOf(s))
	if s.refresh != "" {
		table.row("refresh token", a.refreshTokenOf(s))
	}
	if s.path != "" {
		table.row("file", s.path)
	}
	table.flush()
}

// accessTokenOf says until when there is an access token, and what comes then.
func accessTokenOf(s standing) string {
	until := "until " + clockTime(s.session.Expires)
	switch s.source {
	case tokenVariable:
		return until + ", never renewed"
	case savedSource:
		return until + ", renewed by itself"
	}
	return "asked for at each start"
}

// refreshTokenOf says how old the refresh token is.
func (a *app) refreshTokenOf(s standing) string {
	unused, _, known := a.daysOf(s)
	if !known {
		return s.refresh
	}
	return fmt.Sprintf("%s (%d days ago)", s.refresh, unused)
}

// clockTime is a time for people; what is not known is said so.
func clockTime(t time.Time) string {
	if t.IsZero() {
		return "(not known)"
	}
	return t.Local().Format("2006-01-02 15:04")
}

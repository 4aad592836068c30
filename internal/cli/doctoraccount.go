package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"refload/api"
	"refload/api/entra"
	"refload/importer"
	"refload/importer/outcome"
)

// viewTime is how long a listing may take that only looks how much the account sees.
const viewTime = 2 * time.Minute

// statusForbidden is how a service answers that knows who asks and does not let them.
const statusForbidden = 403

// accountFindings sign in as every command does and, where the service can be reached, ask it how much the
// account sees.
func (a *app) accountFindings(ctx context.Context, reached bool) []finding {
	service, err := a.connect(ctx)
	if err != nil {
		return []finding{{"sign-in", stateWrong, err.Error(), api.HintOf(err), exitCode(ctx, err)}}
	}
	defer service.close()
	found := a.signInFinding(service)
	if !reached {
		return []finding{found, note("role and view", "not looked at, because the service cannot be asked", "fix that first")}
	}
	return []finding{found, a.viewFinding(ctx, service)}
}

// authorityFindings look at the way to where the sign-in is renewed: while an access token lives nothing else
// would. There are none where nothing is renewed, by a ready token or without an application to sign in with.
func (a *app) authorityFindings(ctx context.Context) []finding {
	profile := a.serviceProfile()
	if a.env.Getenv(tokenVariable) != "" || profile.Text("client-id") == "" {
		return nil
	}
	const about = "authority"
	base, err := url.Parse(cmp.Or(profile.Text("authority"), entra.DefaultAuthority))
	if err != nil {
		return []finding{{about, stateWrong, err.Error(), "correct authority in the profile", exitUsage}}
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	roots, err := readRoots(a.global.caFile)
	if err != nil {
		return nil // which was said of the service already
	}
	reach, err := api.Probe(ctx, api.NewTransport(1, roots), base, a.env.Now)
	if err != nil {
		return []finding{{about, stateWrong, err.Error() + "; no token can be renewed there", fixOfReach(err), exitUnreachable}}
	}
	return []finding{fine(about, reachInWords(base.Host, reach))}
}

// signInFinding says who is signed in and when that was used last, and never what the token is.
func (a *app) signInFinding(service *service) finding {
	const about = "sign-in"
	text := "as " + nameOr(service.account)
	saved, is := service.config.Token.(interface{ Session() entra.Session })
	if !is || saved.Session().Used.IsZero() {
		return fine(about, text)
	}
	unused := a.env.Now().Sub(saved.Session().Used)
	text += fmt.Sprintf(", last used %d days ago", int(unused/day))
	if unused >= warnAfter {
		return note(about, text+"; it ends after 90", "'"+a.loginCommand()+"', or let a command run that asks the service")
	}
	return fine(about, text)
}

// viewFinding asks the service for referrals, as the account, and says what that shows.
func (a *app) viewFinding(ctx context.Context, service *service) finding {
	ctx, cancel := context.WithTimeout(ctx, viewTime)
	defer cancel()
	refused := 0
	observed := service.config.OnAttempt
	service.config.OnAttempt = func(attempt api.Attempt) {
		refused = attempt.Status
		if observed != nil {
			observed(attempt)
		}
	}
	client, err := api.NewClient(service.config)
	if err != nil {
		return finding{"role and view", stateWrong, err.Error(), api.HintOf(err), exitUsage}
	}
	view, seen, err := importer.Look(ctx, client, service.account)
	switch {
	case err != nil && refused == statusForbidden:
		return a.forbidden(service)
	case err != nil:
		return finding{"role and view", stateWrong, err.Error(), a.fixOf(err), exitCode(ctx, err)}
	}
	return a.viewInWords(view, seen)
}

// forbidden is what a 403 means: the token is good, and the account may not.
func (a *app) forbidden(service *service) finding {
	return finding{"role and view", stateWrong,
		"the service knows the account and lets it list nothing (403): it has no role for referrals in this tenant, or the profile's tenant is not the partner's",
		"in Partner Center give " + nameOr(service.account) + " the role Referrals admin; check the tenant of the profile; and let an administrator consent to user_impersonation ('refload setup' prints the page)",
		exitSignIn}
}

// fixOf is the fix of a listing that failed.
func (a *app) fixOf(err error) string {
	var stopped *outcome.StopError
	if errors.As(err, &stopped) && stopped.Kind() == outcome.StoppedBySignIn {
		return "sign in again: '" + a.loginCommand() + "'; check tenant and client-id of the profile, and that an administrator has consented"
	}
	return api.HintOf(err)
}

// viewInWords says what a view means for imports.
func (a *app) viewInWords(view importer.View, seen int) finding {
	const about = "role and view"
	switch {
	case view == importer.ViewPartial && a.settings.profile.Text("partial-view") == "accepted":
		return fine(about, fmt.Sprintf("may be partial: all %d referrals that are listed have the account in their team; the profile accepts that", seen))
	case view == importer.ViewPartial:
		return note(about, fmt.Sprintf("may be partial: all %d referrals that are listed have the account in their team, so others may be hidden from it; unattended imports create nothing then", seen),
			"give the account the role Referrals admin in Partner Center; or, where it shall see no more, say partial-view: accepted in the profile")
	case view == importer.ViewUnknown:
		return note(about, "the account may list, but the token does not say whose it is, so nobody can tell whether it sees all deals",
			"sign in with '"+a.loginCommand()+"', as Referrals admin: a deal that is hidden from the account would be made again")
	case seen == 0:
		return fine(about, "whole: the account may list, and there is no referral yet")
	}
	return fine(about, "whole: the account sees a referral without being in its team")
}

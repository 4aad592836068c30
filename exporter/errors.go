package exporter

import (
	"context"
	"errors"
	"fmt"

	"refload/api"
	"refload/internal/files"
	"refload/internal/listing"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// StoppedError says that the list could not be read to its end. Nothing was written; what was
// listed is kept, and the same export goes on from there.
type StoppedError struct {
	Listed int
	Err    error
}

// Error says how far it came, and why no further.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("the export is not complete, so no file was written: %s listed, then: %s", run.Counted(e.Listed, "referral"), why(e.Err))
}

// why says what stopped a listing, without the words of the service: they may quote a referral, and what an export prints
// is mailed by a scheduler.
func why(err error) string {
	var failed *api.Error
	var signIn *api.SignInError
	if !errors.As(err, &failed) || failed.HTTPStatus == 0 || errors.As(err, &signIn) {
		return err.Error()
	}
	text := fmt.Sprintf("%s: HTTP %d", failed.Op, failed.HTTPStatus)
	switch {
	case api.NoSecondFactor(failed):
		return fmt.Sprintf("%s: %s", text, api.NoSecondFactorText)
	case failed.HTTPStatus/100 == 2:
		text += ", but the answer is no list of referrals"
	case failed.Code != "":
		text += " " + failed.Code
	}
	if failed.RequestID != "" {
		text += " [request " + failed.RequestID + "]"
	}
	return text + " (--debug-bodies FILE keeps the whole answer)"
}

// Unwrap returns the cause.
func (e *StoppedError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *StoppedError) Hint() string {
	var failed *api.Error
	var signIn *api.SignInError
	var blind *BlindError
	var incomplete *IncompleteError
	switch {
	case errors.As(e.Err, &incomplete):
		return "run the same command again later; if the list stays as it is, ask Microsoft's support: deals may be hidden from every reader of the list"
	case errors.As(e.Err, &blind):
		return "ask for one " + blind.Criterion + " and for your own side only, which the service compares itself; or leave it out"
	case e.Refused() || errors.As(e.Err, &signIn):
		return "check the token, and that its user has the role Referrals admin or Referrals user"
	case errors.As(e.Err, &failed) && api.BadCertificate(failed):
		return api.CertificateHint
	case errors.Is(e.Err, context.Canceled):
		return "run the same command again: it goes on from here"
	case errors.As(e.Err, &failed) && failed.HTTPStatus == 0 && failed.Err == nil:
		return "the service leads in circles or nowhere; run the same command again, with --fresh to list from the beginning"
	}
	return "run the same command again: it goes on from here; --fresh begins anew"
}

// Refused reports whether the service refused the account rather than the question.
func (e *StoppedError) Refused() bool {
	var failed *api.Error
	return errors.As(e.Err, &failed) && (failed.HTTPStatus == 401 || failed.HTTPStatus == 403)
}

// IncompleteError says that the service shows a list of which nobody can tell whether it is complete.
type IncompleteError struct{ Verdict listing.Verdict }

// Error says why.
func (e *IncompleteError) Error() string {
	return "the list of the service is not complete: " + e.Verdict.String()
}

// Reason is the word of the closed list of reasons.
func (e *IncompleteError) Reason() string { return listing.Reason }

// BlindError says that a filter cannot be compared here, because a referral does not show what is
// asked for.
type BlindError struct{ Criterion, Referral string }

// Error names the filter and the first such referral.
func (e *BlindError) Error() string {
	return fmt.Sprintf("the service does not show the %s of referral %s, so nobody can tell here whether it is asked for", e.Criterion, e.Referral)
}

// WriteError says that the file could not be written. What stood at its place is untouched.
type WriteError struct {
	Path     string
	Referral string // the referral that does not fit, "" where it is none's fault
	Err      error
}

// Error names the file, the referral, and what is wrong.
func (e *WriteError) Error() string {
	var failed *files.Error
	if errors.As(e.Err, &failed) {
		return fmt.Sprintf("%v; no file was written", e.Err) // it names the file itself
	}
	where := e.Path
	if e.Referral != "" {
		where += ", referral " + e.Referral
	}
	return fmt.Sprintf("writing %s: %v; nothing was cut, and no file was written", where, e.Err)
}

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// Hint says what to do next.
func (e *WriteError) Hint() string {
	var misfit *mapping.EncodeError
	var problem *sheet.ProblemError
	hint := api.HintOf(e.Err)
	switch {
	case errors.As(e.Err, &misfit):
		return misfit.Advice
	case errors.As(e.Err, &problem) && problem.Advice != "":
		return problem.Advice
	case hint != "":
		return hint
	}
	return "name another file with -o"
}

// NoLastError says that nothing is known of an earlier export.
type NoLastError struct{ Target string }

// Error says of what.
func (e *NoLastError) Error() string {
	return "there is no complete export of " + e.Target + " with these filters yet, so --since last has nothing to begin at"
}

// Hint says what to do next.
func (e *NoLastError) Hint() string {
	return "export once without --since, or name a moment: --since 2026-01-30"
}

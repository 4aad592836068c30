package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"refload/api"
)

func newDoctor(a *app) *cobra.Command {
	recheck := false
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "What may be wrong on this machine, each with its fix",
		Long: "Looks at the folders, the files, the way to the service and to the sign-in's authority (proxy, TLS,\n" +
			"answer), the clock, the sign-in, and how much of the tenant the account sees, and says of each what is\n" +
			"wrong and how to fix it. It sends each host one request without a token, then lists with it; nothing is\n" +
			"changed there, and nothing sent where no service is named. --recheck forgets what was learned of how the\n" +
			"service keeps CRM IDs: the next first create of an import shows it anew.",
		Example: "  refload doctor --profile contoso\n  refload doctor --sandbox\n  refload doctor --profile contoso --recheck",
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), recheck) },
	}
	cmd.Flags().BoolVar(&recheck, "recheck", false, "forget what was learned of how the service keeps CRM IDs")
	withExitCodes(cmd)
	return cmd
}

// finding is what the doctor says of one thing.
type finding struct {
	about string
	state string // "ok", "note" or "wrong"
	text  string
	fix   string // what to do, of what is not ok
	code  int    // exit code of what is wrong
}

// The states of findings.
const (
	stateOK    = "ok"
	stateNote  = "note"
	stateWrong = "wrong"
)

func fine(about, text string) finding      { return finding{about: about, state: stateOK, text: text} }
func note(about, text, fix string) finding { return finding{about, stateNote, text, fix, exitOK} }

func (a *app) doctor(ctx context.Context, recheck bool) error {
	findings := append([]finding{a.stateFinding(), a.configFinding()}, a.resultsFindings()...)
	findings = append(findings, a.serviceFindings(ctx)...)
	findings = append(findings, a.habitFindings(recheck)...)
	a.jsonLine(map[string]any{"event": "summary", "findings": len(findings)})
	if err := a.tellFindings(a.env.Stdout, findings); err != nil {
		return err
	}
	return endWith(findings)
}

// firstCode is the exit code of the first thing that is wrong.
func firstCode(findings []finding) int {
	for _, f := range findings {
		if f.code != exitOK {
			return f.code
		}
	}
	return exitOK
}

// endWith ends a command as its findings want, after they were told.
func endWith(findings []finding) error {
	if code := firstCode(findings); code != exitOK {
		return &silentError{code}
	}
	return nil
}

// wrong reports whether any of the findings is wrong.
func wrong(findings []finding) bool { return firstCode(findings) != exitOK }

// probeTime is how long the doctor waits for an answer.
const probeTime = 30 * time.Second

// serviceFindings look at the way to the service, its clock, and the token.
func (a *app) serviceFindings(ctx context.Context) []finding {
	switch {
	case a.global.sandbox:
		return []finding{fine("service", "the embedded sandbox, inside this process: no proxy, no sign-in")}
	case a.global.baseURL == "":
		return []finding{note("service", "none is named, so the way to it was not tried", "--profile NAME, or --base-url "+api.DefaultBaseURL)}
	}
	base, err := parseBase(a.global.baseURL)
	if err == nil {
		_, err = api.NewClient(a.apiConfig(a.global.baseURL, nil))
	}
	if err != nil {
		return []finding{{"service", stateWrong, err.Error(), "https, or http to 127.0.0.1", exitUsage}}
	}
	way := a.reachFindings(ctx, base)
	reached := !wrong(way)
	way = append(way, a.authorityFindings(ctx)...)
	return append(way, a.accountFindings(ctx, reached)...)
}

func (a *app) reachFindings(ctx context.Context, base *url.URL) []finding {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	roots, err := readRoots(a.global.caFile)
	if err != nil {
		return []finding{{"certificates", stateWrong, err.Error(), "name a file of certificates in PEM form with --ca-file", exitUsage}}
	}
	reach, err := api.Probe(ctx, api.NewTransport(1, roots), base, a.env.Now)
	proxy := fine("proxy", "none for "+base.Host)
	if reach.Proxy != "" {
		proxy.text = reach.Proxy
	}
	if err != nil {
		return []finding{proxy, {"service", stateWrong, err.Error(), fixOfReach(err), exitUnreachable}}
	}
	return []finding{proxy, fine("service", reachInWords(base.Host, reach)), clockFinding(reach)}
}

// reachInWords says how a host answered.
func reachInWords(host string, reach api.Reach) string {
	text := fmt.Sprintf("%s can be reached, in %s", host, reach.Took.Round(time.Millisecond))
	if reach.Status >= 500 {
		text += fmt.Sprintf("; it answers with HTTP %d", reach.Status)
	}
	if reach.TLS != "" {
		text += ", " + reach.TLS
	}
	return text
}

// fixOfReach is the fix where a host was not reached.
func fixOfReach(err error) string {
	if errors.As(err, new(*tls.CertificateVerificationError)) {
		return "check this machine's clock; if a proxy or an authority of your own vouches for the host, name its certificate with --ca-file FILE, or ca-file in the profile"
	}
	return "check the name, the network and the firewall; behind a proxy set HTTPS_PROXY"
}

// mostSkew is how wrong the clock may be: tokens are valid for about an hour, and judged with five
// minutes' grace.
const mostSkew = 5 * time.Minute

func clockFinding(reach api.Reach) finding {
	ahead, known := reach.Skew()
	switch {
	case !known:
		return note("clock", "the service told no time to compare with", "compare the clock by hand")
	case ahead.Abs() > mostSkew:
		return note("clock", fmt.Sprintf("this machine's clock differs by %s from the service's", ahead.Abs().Round(time.Second)),
			"set the clock, best by NTP: sign-in fails with a wrong one, and times in results and waits are wrong")
	case ahead != 0:
		return fine("clock", fmt.Sprintf("differs by %s from the service's, which does no harm", ahead.Abs().Round(time.Second)))
	}
	return fine("clock", "as the service's")
}

// tellFindings prints them to a stream, one a line, with the fix below what is not in order.
func (a *app) tellFindings(out io.Writer, findings []finding) error {
	if a.global.json {
		for _, f := range findings {
			a.jsonLine(map[string]any{"event": "finding", "about": f.about, "state": f.state, "text": f.text, "fix": f.fix, "mend": f.fix})
		}
		return nil
	}
	table := newTable(out)
	for _, f := range findings {
		table.row(f.about, f.state, f.text)
		if f.fix != "" {
			table.row("", "fix:", f.fix)
		}
	}
	return table.flush()
}

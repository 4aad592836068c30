package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"refload/importer"
	"refload/importer/journal"
	"refload/internal/run"
	"refload/mapping"
)

func newFind(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "find ID",
		Short: "Every run that touched a deal: who, when, and which fields",
		Long: "Looks through the journals of all runs for a deal, by its Referral ID, its engagement ID or its\n" +
			"CRM ID, and says for every row of it which run it was, who started it on which machine, what was\n" +
			"done, and the names of the fields that were changed. The values are in the results files.",
		Example: "  refload runs find CRM-1041\n  refload runs find 41ff3b9c-0a7c-4c4c-8f0c-7b9a5a2f3c1d --json",
		Args:    oneID,
		RunE:    func(_ *cobra.Command, args []string) error { return a.findDeal(args[0]) },
	}
}

// oneID wants exactly one argument that is not empty.
func oneID(_ *cobra.Command, args []string) error {
	if len(args) == 1 && strings.TrimSpace(args[0]) != "" {
		return nil
	}
	return &UsageError{fmt.Sprintf("runs find takes one id, %d were named", len(args)), "refload runs find ID: a Referral ID, an engagement ID or a CRM ID"}
}

// touch is one row of a deal in one run.
type touch struct {
	knownRun
	session
	importer.Touched
}

func (a *app) findDeal(id string) error {
	list, err := a.runs()
	if err != nil {
		return err
	}
	var found []touch
	for _, known := range list {
		rows, err := importer.FindDeal(journal.Disk{}, known.Folder, strings.TrimSpace(id))
		if err != nil && !errors.Is(err, journal.ErrNoRun) {
			return err
		}
		started := startedBy(known.Folder)
		for _, row := range rows {
			found = append(found, touch{known, started.at(row.When), row})
		}
	}
	if len(found) == 0 && !a.global.json {
		return &UsageError{fmt.Sprintf("none of the %d runs that are kept here touched %q", len(list), id),
			"give the whole Referral ID, engagement ID or CRM ID; runs on other machines keep their own record (--state)"}
	}
	return a.tellFound(found, len(list))
}

// startedBy reads who worked on a run; runs that do not say it are not left out.
func startedBy(folder *run.Folder) manifest {
	m, err := readManifest(folder)
	if err != nil {
		return manifest{}
	}
	return m
}

// tellFound prints what was found.
func (a *app) tellFound(found []touch, searched int) error {
	if a.global.json {
		for _, t := range found {
			a.jsonLine(t.line())
		}
		a.jsonLine(map[string]any{"event": "summary", "runs": searched, "found": len(found)})
		return nil
	}
	table := newTable(a.env.Stdout)
	table.row("TIME", "RUN", "COMMAND", "WHO", "ACCOUNT", "FILE", "ROW", "WHAT WAS DONE", "FIELDS")
	for _, t := range found {
		table.row(t.When.Local().Format(time.DateTime), t.Folder.Run, orDash(t.Command), t.person(), orDash(t.Account),
			t.Header.Input, fmt.Sprint(t.Row), t.Done(), orDash(strings.Join(headersOf(t.Fields), ", ")))
	}
	return table.flush()
}

func (t touch) line() map[string]any {
	return map[string]any{"event": "touched", "run": t.Folder.Run, "time": t.When, "command": t.Command, "who": t.Who, "account": t.Account,
		"machine": t.Machine, "target": t.Header.Target, "file": t.Header.Input, "row": t.Row, "steps": listed(t.Steps), "outcome": t.Outcome, "reason": t.Reason,
		"referral_id": t.ReferralID, "engagement_id": t.EngagementID, "crm_id": t.Marker, "fields": listed(t.Fields)}
}

// person names who worked on the run and where.
func (t touch) person() string {
	if t.Who == "" {
		return orDash(t.Machine)
	}
	return t.Who + " on " + t.Machine
}

// headersOf returns the names of properties as sheets have them.
func headersOf(paths []string) []string {
	list := make([]string, len(paths))
	for i, path := range paths {
		list[i] = mapping.HeaderOf(path)
	}
	return list
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

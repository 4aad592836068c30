package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"

	"github.com/spf13/cobra"

	"refload/api"
	"refload/exporter"
	"refload/internal/console"
	"refload/internal/run"
)

func newExport(a *app) *cobra.Command {
	var flags exportFlags
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Referrals to a workbook, CSV or JSON lines",
		Long: "Writes the referrals of the service to a file that imports back unchanged: one row a deal, your own\n" +
			"side of it. JSON lines hold all that the service gave, for programs, and are not imported. The file\n" +
			"stands at its place only when it is complete; an interrupted export goes on where it stopped when the\n" +
			"same command is run again. It holds what the account may see.",
		Example: "  refload export -o deals.xlsx --sandbox\n" +
			"  refload export -o open.xlsx --status New,Active --sheet-per status\n" +
			"  refload export -o changed.csv --since last\n" +
			"  refload export -o - --format jsonl --status Closed",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &UsageError{"export takes no arguments, but was given " + quote(args[0]), "name the file to write with -o"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.watched(cmd, flags.watch, false, func() error { return a.runExport(cmd.Context(), flags) })
		},
	}
	flags.addFlags(cmd.Flags())
	withExitCodes(cmd)
	return cmd
}

func (a *app) runExport(ctx context.Context, flags exportFlags) error {
	format, err := flags.formatOf()
	if err != nil {
		return err
	}
	if err := flags.check(format, a.global.json); err != nil {
		return err
	}
	if format == exporter.XLSX && flags.output == "-" && isTerminal(a.env.Stdout) {
		return &UsageError{"a workbook is nothing for a terminal", "name a file with -o deals.xlsx"}
	}
	filter, changed, err := flags.filter()
	if err != nil {
		return err
	}
	if err := a.readyToNotify(); err != nil {
		return err
	}
	service, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer service.close()
	options := exporter.Options{
		Target: service.target, Account: service.account, Who: who(), Tool: "refload " + version(), Filter: filter, Changed: changed,
		Path: flags.output, Format: format, Columns: flags.columns, PerStatus: flags.sheetPer != "", BothSides: flags.microsoft,
		Fresh: flags.fresh, Now: a.env.Now,
	}
	if flags.output == "-" {
		options.Path, options.Out = "", a.data()
	}
	return a.export(ctx, options, service, flags.overwrite)
}

// data is standard output as it is; a terminal gets what drives no terminal.
func (a *app) data() io.Writer {
	if isTerminal(a.env.Stdout) {
		return a.env.Stdout
	}
	return console.Raw(a.env.Stdout)
}

// export makes the export and tells how it ended.
func (a *app) export(ctx context.Context, options exporter.Options, service *service, overwrite bool) error {
	state, err := a.stateFolder()
	if err != nil {
		return err
	}
	if options.Home, err = run.OpenHome(state, service.target.Folder()); err != nil {
		return err
	}
	release, err := claimExport(&options, overwrite)
	if err != nil {
		return err
	}
	defer release()
	shown := a.console()
	options.Observe = shown.Observe
	service.config.OnAttempt = a.closing.export.count(tellWaits(service.config.OnAttempt, shown.Observe))
	if options.Client, err = api.NewClient(service.config); err != nil {
		return err
	}
	if a.global.verbose {
		options.OnPlan = a.tellPlan
	}
	summary, err := exporter.Export(ctx, options)
	shown.End()
	a.closing.export.summary = summary
	a.tellExport(summary, err)
	return err
}

// tellWaits tells of each time that the service asks to wait.
func tellWaits(next func(api.Attempt), observe run.Observer) func(api.Attempt) {
	return func(attempt api.Attempt) {
		if next != nil {
			next(attempt)
		}
		if attempt.RetryAfter > 0 {
			observe(run.Event{Kind: run.Waiting, Wait: attempt.RetryAfter})
		}
	}
}

// tellPlan says how the question is put to the service.
func (a *app) tellPlan(plan exporter.Plan) {
	fmt.Fprintln(a.env.Stderr, "GET "+console.Escape(plan.Address(), 0))
	for _, line := range plan.Lines {
		fmt.Fprintln(a.env.Stderr, "  "+console.Escape(line, 0))
	}
}

// tellExport says what was exported. Where the data goes to standard output, words do not.
func (a *app) tellExport(s *exporter.Summary, err error) {
	if a.global.json {
		a.jsonExport(s, err)
		return
	}
	if err != nil || a.global.quiet && s.File == "" {
		return
	}
	out, file := a.env.Stdout, filepath.Base(s.File)
	if s.File == "" {
		out, file = a.env.Stderr, "standard output"
	}
	fmt.Fprintf(out, "%s → %s: %s, complete (%s)\n", s.Target, console.Escape(file, 0), run.Counted(s.Referrals, "referral"), s.Took())
	if a.global.quiet {
		return
	}
	for _, note := range s.Notes() {
		fmt.Fprintln(a.env.Stderr, console.Escape(note, 0))
	}
}

// jsonExport writes the one summary object that ends the JSON lines.
func (a *app) jsonExport(s *exporter.Summary, err error) {
	status := map[string]int{} // not null where nothing was listed
	maps.Copy(status, s.Status)
	object := map[string]any{
		"event": "summary", "target": s.Target, "file": s.File, "format": s.Format, "listed": s.Listed, "referrals": s.Referrals,
		"repeats": s.Repeats, "left_out": s.LeftOut, "resumed": s.Resumed, "status": status, "totals": listed(s.Totals), "notes": listed(s.Notes()),
		"complete": err == nil, "seconds": s.Took().Seconds(),
	}
	a.jsonLine(object)
}

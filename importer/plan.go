package importer

import (
	"context"
	"encoding/json"
	"path/filepath"

	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// Plan works out what Import would do with every row, compared with the live service, and gives
// each row to sink, in the order of the file. Nothing is sent and nothing is recorded.
func Plan(ctx context.Context, options Options, begin func(PlanHeader) error, sink func(PlanRow) error) (*Summary, Preview, error) {
	if err := options.acquaint(); err != nil {
		return nil, Preview{}, err
	}
	in, problems, err := open(options.Source)
	if err != nil {
		return nil, Preview{}, err
	}
	defer in.close()
	summary := newSummary(in, options)
	defer summary.end(options.Now)
	done, err := in.checkAll(ctx, options.Target, problems, options.Observe)
	if err != nil {
		return summary, Preview{}, err
	}
	summary.take(done)
	if err := refusedBy("plan", gate(in, done, options)); err != nil {
		return summary, Preview{}, err
	}
	preview, err := planChecked(ctx, in, done, options, summary, begin, sink)
	return summary, preview, err
}

// planChecked decides every row of a checked file.
func planChecked(ctx context.Context, in *input, done *checked, options Options, summary *Summary, begin func(PlanHeader) error, sink func(PlanRow) error) (Preview, error) {
	folder, err := options.Home.NewFolder(options.Now())
	if err != nil {
		return Preview{}, err
	}
	defer folder.Remove()
	r, stop, err := newRunner(ctx, in, done, options, folder)
	defer stop()
	if err != nil {
		return Preview{}, err
	}
	header, err := r.planHeader()
	if err == nil {
		err = begin(header)
	}
	if err == nil {
		err = r.recall(false)
	}
	if err == nil {
		err = r.survey(ctx, summary)
	}
	defer r.index.Close()
	if err == nil {
		err = r.foresee(ctx, nil) // so that rows that are one referral are known
	}
	if err == nil {
		err = refusedBy("plan", gate(in, done, options)) // what only the listing shows
	}
	if err == nil {
		err = r.foresee(ctx, func(n int, row sheet.Row, d decision, record *mapping.Record) error {
			if record == nil || d.settled.Reason == outcome.ReasonProblems {
				return sink(r.settledRow(n, row))
			}
			return sink(r.planRow(row, d, record))
		})
	}
	if err != nil {
		return Preview{}, err
	}
	preview := r.preview(summary, r.index.View.View())
	preview.Brake = r.brake(preview.Weight)
	if stop := r.sortedAlone(); stop != nil {
		preview.Brake = outcome.ReasonText(outcome.ReasonSorted, r.matches.detail())
	}
	return preview, nil
}

// planHeader says what the plan is bound to.
func (r *runner) planHeader() (PlanHeader, error) {
	settings, err := json.Marshal(r.options.Keep)
	if err != nil {
		return PlanHeader{}, &outcome.InternalError{What: err.Error()}
	}
	input, err := filepath.Abs(r.options.Path)
	if err != nil {
		return PlanHeader{}, err
	}
	header := PlanHeader{
		Version: planVersion, Tool: r.options.Tool, Made: r.options.Now().UTC(), Input: input, Hash: r.in.hash, Target: r.options.Target.ID,
		Where: r.options.Target.Name, Tenant: r.options.Target.TenantHash(), SignedIn: run.HashTenant(r.options.SignedInTo), Account: r.options.Account, Rows: len(r.states), Settings: settings,
	}
	if r.options.Mapping != nil && r.options.Mapping.Path != "" {
		header.Mapping, err = files.Hash(r.options.Mapping.Path)
	}
	return header, err
}

// settledRow is the planned row of one whose outcome the check gave.
func (r *runner) settledRow(n int, row sheet.Row) PlanRow {
	record, problems, outcome := r.in.judge(row, n, r.states[n].learned())
	p := PlanRow{Row: row.Number, Action: string(outcome), Deal: record.Doc.Text("name"), Customer: record.Doc.Text("customerProfile.name")}
	if outcome == run.Skipped {
		return p
	}
	result := resultOfProblems(row.Number, outcome, problems)
	p.Message, p.Hint = result.Message, result.Hint
	return p
}

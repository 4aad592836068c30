package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"refload/exporter"
	"refload/mapping"
)

// exportFlags are the flags of export.
type exportFlags struct {
	output    string
	format    string
	columns   []string
	sheetPer  string
	microsoft bool
	fresh     bool
	overwrite bool
	since     string
	from, to  string
	team      string
	lists     map[string]*[]string // by the name of the flag
	watch     watchFlags           // without until
}

// exportLists are the filters that take several values, with the field whose values they are;
// "" where any text may be asked for.
var exportLists = []struct{ flag, path, help string }{
	{"status", "status", "only these statuses: New, Active, Closed"},
	{"substatus", "substatus", "only these substatuses, such as Won"},
	{"type", "type", "only these referral types: Independent, Shared"},
	{"qualification", "qualification", "only these qualifications"},
	{"direction", "", "Incoming or Outgoing"},
	{"country", "customerProfile.address.country", "only customers in these countries: codes of two letters"},
	{"engagement", "engagementId", "only these deals, by Engagement ID"},
}

// directions are the values of --direction.
//
// Source: the "Get a list of referrals" page.
var directions = []string{"Incoming", "Outgoing"}

func (f *exportFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&f.output, "output", "o", "", "the file to write, its ending says the format: .xlsx, .csv, .jsonl; - for standard output")
	flags.StringVar(&f.format, "format", "", "xlsx, csv, portal (the portal's own CSV) or jsonl (JSON lines, with everything the service gave)")
	flags.StringSliceVar(&f.columns, "columns", nil, "only these columns, in this order, by their headers; 'Solution # ID' for all that hold a value")
	flags.StringVar(&f.sheetPer, "sheet-per", "", "status: a workbook with a sheet for each status")
	flags.BoolVar(&f.microsoft, "include-microsoft", false, "Microsoft's referrals of the deals too, marked; an import leaves them out")
	flags.BoolVar(&f.fresh, "fresh", false, "begin anew instead of going on with an interrupted export")
	flags.BoolVar(&f.overwrite, "overwrite", false, "replace the file whatever it is; without it only what the last export left there is replaced")
	f.lists = map[string]*[]string{}
	for _, list := range exportLists {
		f.lists[list.flag] = flags.StringSlice(list.flag, nil, list.help)
	}
	f.watch.addTelling(flags)
	flags.StringVar(&f.team, "team", "", "only deals with this e-mail address in your team, spelled as there")
	flags.StringVar(&f.since, "since", "", "only what was changed since: last (the last complete export with these filters), a date, or a time such as 2026-01-30T13:30:00Z")
	flags.StringVar(&f.from, "created-from", "", "only what was created on this day (UTC) or later, or from this time on")
	flags.StringVar(&f.to, "created-to", "", "only what was created on this day (UTC) or earlier, or before this time")
}

// formatsByEnding say which format the name of a file asks for.
var formatsByEnding = map[string]exporter.Format{
	".xlsx": exporter.XLSX, ".csv": exporter.CSV, ".jsonl": exporter.JSONL, ".ndjson": exporter.JSONL,
}

// formatOf finds the format, from the flag or the name of the file.
func (f *exportFlags) formatOf() (exporter.Format, error) {
	ending := strings.ToLower(filepath.Ext(f.output))
	byEnding, known := formatsByEnding[ending]
	asked := exporter.Format(strings.ToLower(f.format))
	switch {
	case f.output == "":
		return "", &UsageError{"no file was named", "refload export -o deals.xlsx, or -o - for standard output"}
	case asked == "" && f.output == "-":
		return exporter.CSV, nil
	case asked == "" && !known:
		return "", &UsageError{fmt.Sprintf("the ending of %s names no format", f.output), "end it in .xlsx, .csv or .jsonl, or name the format with --format"}
	case asked == "":
		return byEnding, nil
	}
	for _, format := range exporter.Formats() {
		if asked == format {
			return asked, f.agrees(asked, byEnding, known)
		}
	}
	return "", &UsageError{"--format " + quote(f.format) + " is not known", "xlsx, csv, portal or jsonl"}
}

// agrees refuses a name that says another format than the flag: programs go by the name.
func (f *exportFlags) agrees(asked, byEnding exporter.Format, known bool) error {
	if asked == exporter.Portal {
		asked = exporter.CSV
	}
	if known && asked != byEnding {
		return &UsageError{fmt.Sprintf("%s ends in %s, but --format says %s", f.output, filepath.Ext(f.output), f.format), "let the two agree"}
	}
	return nil
}

// check refuses flags that do not go together.
func (f *exportFlags) check(format exporter.Format, json bool) error {
	table := format == exporter.XLSX || format == exporter.CSV
	switch {
	case f.sheetPer != "" && f.sheetPer != "status":
		return &UsageError{"--sheet-per " + quote(f.sheetPer) + " is not known", "status"}
	case f.sheetPer != "" && format != exporter.XLSX:
		return &UsageError{"--sheet-per needs a workbook", "name a file that ends in .xlsx"}
	case len(f.columns) > 0 && !table:
		return &UsageError{"--columns chooses the columns of a workbook or a CSV; the format " + string(format) + " has its own", "leave it out"}
	case f.microsoft && format == exporter.Portal:
		return &UsageError{"the portal's file has one row a deal, your own", "leave --include-microsoft out"}
	case json && f.output == "-":
		return &UsageError{"--json and -o - both want standard output", "write to a file, or leave --json out"}
	}
	for _, name := range f.columns {
		if err := mapping.CheckColumn(name); err != nil {
			return asUsage(err)
		}
	}
	return nil
}

// filter reads the filters. changed is true for --since last.
func (f *exportFlags) filter() (filter exporter.Filter, changed bool, err error) {
	into := map[string]*[]string{
		"status": &filter.Status, "substatus": &filter.Substatus, "type": &filter.Type, "qualification": &filter.Qualification,
		"direction": &filter.Direction, "country": &filter.Country, "engagement": &filter.Engagement,
	}
	for _, list := range exportLists {
		for _, value := range *f.lists[list.flag] {
			spelled, err := spelling(list.flag, list.path, value)
			if err != nil {
				return filter, false, err
			}
			*into[list.flag] = append(*into[list.flag], spelled)
		}
	}
	filter.Team = strings.TrimSpace(f.team)
	if changed = strings.EqualFold(f.since, "last"); !changed {
		if filter.UpdatedSince, err = moment("--since", f.since, 0); err != nil {
			return filter, false, err
		}
	}
	if filter.CreatedFrom, err = moment("--created-from", f.from, 0); err != nil {
		return filter, false, err
	}
	if filter.CreatedTo, err = moment("--created-to", f.to, 24*time.Hour); err != nil {
		return filter, false, err
	}
	if !filter.CreatedTo.IsZero() && !filter.CreatedFrom.Before(filter.CreatedTo) {
		return filter, false, &UsageError{fmt.Sprintf("nothing lies between --created-from %s and --created-to %s", f.from, f.to), "the earlier one is --created-from"}
	}
	return filter, changed, nil
}

// spelling gives a value the spelling of the service, and refuses one that it cannot have: such
// a filter would find nothing, and nothing would look like an answer.
func spelling(flag, path, value string) (string, error) {
	if path == "" {
		for _, direction := range directions {
			if strings.EqualFold(direction, value) {
				return direction, nil
			}
		}
		return "", &UsageError{"--" + flag + " " + quote(value) + " is not known", strings.Join(directions, " or ")}
	}
	spelled, err := mapping.Spelling(path, value)
	if err != nil {
		return "", &UsageError{"--" + flag + ": " + err.Error(), err.(interface{ Hint() string }).Hint()}
	}
	return spelled, nil
}

// moment reads a day or a time. A day stands for its beginning, moved by whole.
func moment(flag, text string, whole time.Duration) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Add(whole), nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return at, &UsageError{flag + " " + quote(text) + " is neither a day nor a time", "such as 2026-01-30, or 2026-01-30T13:30:00Z"}
	}
	return at.UTC(), nil
}

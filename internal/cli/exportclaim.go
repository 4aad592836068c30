package cli

import (
	"os"

	"refload/exporter"
	"refload/internal/run"
)

// claimExport keeps an export from replacing what is not its own: a file stays that the last export to its path did not
// leave there as it is now, unless --overwrite says otherwise. The returned function gives the path back.
func claimExport(options *exporter.Options, overwrite bool) (release func(), err error) {
	if info, err := os.Lstat(options.Path); options.Path == "" || err == nil && !info.Mode().IsRegular() {
		return func() {}, nil // a stream, or what the export refuses in its own words
	}
	claim, err := options.Home.Claim(options.Path)
	switch {
	case err != nil:
		return nil, err
	case claim == nil:
		return nil, &run.BusyError{}
	}
	was, hash, err := claim.Was()
	switch {
	case err != nil:
		claim.Release()
		return nil, err
	case overwrite, hash == "", was.What == run.WroteExport && options.Home.Has(was) && was.Holds(hash):
	default:
		claim.Release()
		return nil, &UsageError{options.Path + " is there already, and is not what the last export left there", "name another file, or say --overwrite to replace it"}
	}
	record := run.Written{Path: options.Path, What: run.WroteExport}
	if err := options.Home.Remember(record); err != nil { // a crash leaves no file that nobody knows
		claim.Release()
		return nil, err
	}
	options.Announce = claim.Announce(record)
	return claim.Release, nil
}

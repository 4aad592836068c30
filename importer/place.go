package importer

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
)

// resultFile is where the results of a run go. Its name is claimed: no other process takes it.
type resultFile struct {
	path   string
	beside Beside
	csv    bool
	claims []*run.Claim // of the file and, for a CSV, of the problems beside it
	owner  run.Written

	unnoted bool // the state folder takes no record of the file: it is written nevertheless
}

// release gives the name back: the results are written, or will not be.
func (f resultFile) release() {
	for _, claim := range f.claims {
		claim.Release()
	}
}

// write writes results to their place. What cannot be written as a workbook is tried as a CSV beside it: a row that was
// sent has its answer somewhere.
func (f resultFile) write(options Options, summary *Summary, write func(resultFile) error) error {
	summary.Beside = f.beside
	err := write(f)
	var full *run.StateError
	if errors.As(err, &full) { // what was sent matters more than that a later run knows the file
		f.unnoted = true
		if again := write(f); again != nil {
			err = again
		} else {
			summary.Results = f.path
			return full
		}
	}
	if err == nil {
		summary.Results = f.path
		return nil
	}
	failed := &outcome.ResultsError{Path: f.path, Err: err}
	if !f.csv {
		failed.Instead = f.writeCSV(options, write)
		summary.Results = failed.Instead
	}
	return failed
}

// writeCSV writes results as a CSV beside the workbook that they should have been, and returns its path; "" where
// that cannot be written either.
func (f resultFile) writeCSV(options Options, write func(resultFile) error) string {
	place, err := freePlace(strings.TrimSuffix(f.path, filepath.Ext(f.path))+".csv", f.owner, options)
	if err != nil {
		return ""
	}
	defer place.release()
	place.unnoted = f.unnoted
	if write(place) != nil {
		return ""
	}
	return place.path
}

// unwritten returns the error of a run that ended before its first write, and whose results could not be written as
// they should: why it ended, where the results are in a CSV.
func unwritten(err, cause error, observe run.Observer) error {
	var failed *outcome.ResultsError
	if errors.As(err, &failed) && failed.Instead != "" {
		tell(observe, run.Event{Kind: run.Said, Text: failed.Error() + "; " + failed.Hint()})
		return cause
	}
	return firstError(err, cause)
}

// announce returns who is told of the file before it stands at its place, and problems of the one beside it.
func (f resultFile) announce() func(hash string) error { return f.announcing(f.claims[0]) }

func (f resultFile) announceProblems() func(hash string) error { return f.announcing(f.claims[1]) }

func (f resultFile) announcing(claim *run.Claim) func(hash string) error {
	if f.unnoted {
		return claim.Unnoted
	}
	return claim.Announce(f.owner)
}

// resultsName is the end of the name of a results file, before its extension.
var resultsName = regexp.MustCompile(`-results(-\d+)?$`)

// mostNumbers bounds the search for a free name.
const mostNumbers = 1000

// placeResults chooses the results file and tries whether it can be written. A file that is
// there is replaced only when it is still what refload wrote, or when it is the results file
// that is being imported; then the old one is kept in the run folder.
func placeResults(in *input, options Options, folder *run.Folder) (resultFile, error) {
	asked := options.Results
	if asked == "" {
		asked = defaultResults(options.Path)
	}
	place, err := freePlace(asked, options.resultsOf(in), options)
	if err != nil {
		return place, err
	}
	if err := place.try(options, folder); err != nil {
		place.release()
		return place, &outcome.ResultsError{Path: place.path, Err: err}
	}
	return place, nil
}

// resultsOf is what is remembered of the results of an input.
func (o Options) resultsOf(in *input) run.Written {
	if o.Stdin {
		return run.Written{What: run.WroteResults}
	}
	return run.Written{What: run.WroteResults, Input: absolute(o.Path), InputHash: in.hash}
}

// try tries whether the place can be written to, and keeps a copy of an input that stands there.
func (f resultFile) try(options Options, folder *run.Folder) error {
	sweepBeside(f, options.Now())
	if sameFile(f.path, options.Path) {
		if err := keepCopy(options.Path, folder.Path("input-"+filepath.Base(options.Path))); err != nil {
			return err
		}
	}
	probe, err := files.Create(f.path)
	if err == nil {
		probe.Abort()
	}
	return err
}

// abandonedAfter is how long ago a temporary file beside results was last changed when it is
// taken for one that a killed process left. Writing results takes minutes at most.
const abandonedAfter = time.Hour

// sweepBeside removes the temporary files that killed runs left beside the results, with what
// was in them of the input. Only names that refload makes are touched; what cannot be removed does
// no harm.
func sweepBeside(place resultFile, now time.Time) {
	files.Sweep(place.path, now.Add(-abandonedAfter))
	if place.csv {
		files.Sweep(problemsPath(place.path), now.Add(-abandonedAfter))
	}
}

// defaultResults is the name of the results file beside the input.
func defaultResults(input string) string {
	stem := strings.TrimSuffix(input, filepath.Ext(input))
	return resultsName.ReplaceAllString(stem, "") + "-results.xlsx"
}

// ResultsIn returns the path of the results of an input in a folder that is not the input's.
func ResultsIn(folder, input string) string {
	return filepath.Join(folder, filepath.Base(defaultResults(input)))
}

func isCSV(path string) bool {
	extension := strings.ToLower(filepath.Ext(path))
	return extension == ".csv" || extension == ".tsv"
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// keepCopy copies a file into the run folder, durably.
func keepCopy(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := files.Create(to)
	if err != nil {
		return err
	}
	defer target.Abort()
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Commit()
}

package importer

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"refload/internal/files"
	"refload/internal/run"
)

// resultFile is where the results of a run go.
type resultFile struct {
	path   string
	beside string // a file that is not ours to replace, so that path has another name
	csv    bool
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
	place, err := freePlace(asked, options)
	if err != nil {
		return place, err
	}
	place.csv = isCSV(place.path)
	sweepBeside(place, options.Now())
	if sameFile(place.path, options.Path) {
		if err := keepCopy(options.Path, folder.Path("input-"+filepath.Base(options.Path))); err != nil {
			return place, &ResultsError{place.path, err}
		}
	}
	probe, err := files.Create(place.path)
	if err != nil {
		return place, &ResultsError{place.path, err}
	}
	probe.Abort()
	return place, nil
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

// freePlace returns the first name, the asked one or one with a number, that may be written.
func freePlace(asked string, options Options) (resultFile, error) {
	beside := ""
	for number := 1; number < mostNumbers; number++ {
		path := numbered(asked, number)
		kept, err := inTheWay(path, options)
		switch {
		case err != nil:
			return resultFile{}, &ResultsError{path, err}
		case kept == "":
			return resultFile{path: path, beside: beside}, nil
		case beside == "":
			beside = kept
		}
	}
	return resultFile{}, &ResultsError{asked, errors.New("a thousand files of this name are there already")}
}

// inTheWay returns the file that must not be replaced when results are written to path: that
// one, or the one of problems beside a CSV; "" where there is none.
func inTheWay(path string, options Options) (string, error) {
	paths := []string{path}
	if isCSV(path) {
		paths = append(paths, problemsPath(path))
	}
	for _, path := range paths {
		free, err := mayReplace(path, options)
		if err != nil || !free {
			return path, err
		}
	}
	return "", nil
}

// mayReplace reports whether a results file may be written to path.
func mayReplace(path string, options Options) (bool, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, errors.New("it is no ordinary file")
	case sameFile(path, options.Path):
		return resultsName.MatchString(strings.TrimSuffix(path, filepath.Ext(path))), nil
	}
	hash, err := files.Hash(path)
	if err != nil {
		return false, err
	}
	return options.Home.Wrote(path, hash), nil
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

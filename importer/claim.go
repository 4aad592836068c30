package importer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"refload/importer/outcome"
	"refload/internal/files"
	"refload/internal/run"
)

// Beside is a file that was left alone, so that results have another name; the zero value is none.
type Beside struct {
	Path string
	Ours bool // refload wrote it, or is writing it: for another target or another input
}

// String says what was left alone, "" for nothing.
func (b Beside) String() string {
	switch {
	case b.Path == "":
		return ""
	case b.Ours:
		return b.Path + " belongs to another target or another file and was left alone"
	}
	return b.Path + " is not as refload remembers it here, and was left alone: it was changed, or written by something else or under another --state"
}

// freePlace claims the first name, the asked one or one with a number, that may be written. The caller releases it.
func freePlace(asked string, owner run.Written, options Options) (place resultFile, err error) {
	err = options.Home.Choose(func() (err error) {
		place, err = firstFree(asked, owner, options)
		return err
	})
	return place, err
}

func firstFree(asked string, owner run.Written, options Options) (resultFile, error) {
	var beside Beside
	for number := 1; number < mostNumbers; number++ {
		place := resultFile{path: numbered(asked, number), owner: owner}
		place.csv = isCSV(place.path)
		kept, err := place.claim(options)
		switch {
		case err != nil:
			return resultFile{}, &outcome.ResultsError{Path: place.path, Err: err}
		case kept.Path == "":
			place.beside = beside
			return place, nil
		case beside.Path == "":
			beside = kept
		}
	}
	return resultFile{}, &outcome.ResultsError{Path: asked, Err: errors.New("a thousand files of this name are there already")}
}

// claim claims the file and, for a CSV, the one of problems beside it. It returns the one that must not be replaced,
// and has nothing then.
func (f *resultFile) claim(options Options) (Beside, error) {
	paths := []string{f.path}
	if f.csv {
		paths = append(paths, problemsPath(f.path))
	}
	for _, path := range paths {
		claim, err := options.Home.Claim(path)
		kept := Beside{path, true} // another process writes it
		if err == nil && claim != nil {
			f.claims = append(f.claims, claim)
			kept, err = f.inTheWay(path, claim, options)
		}
		if err != nil || kept.Path != "" {
			f.release()
			f.claims = nil
			return kept, err
		}
	}
	return Beside{}, nil
}

// inTheWay returns the file at a path where it must not be replaced: what refload did not write or somebody has
// changed since, and what belongs to another target or, unless the name was asked for, to another input. The
// results that are imported are replaced, and go on belonging to the input that they had.
func (f *resultFile) inTheWay(path string, claim *run.Claim, options Options) (Beside, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Beside{}, nil
	case err != nil:
		return Beside{}, err
	case !info.Mode().IsRegular():
		return Beside{}, errors.New("it is no ordinary file")
	}
	was, hash, err := claim.Was()
	if err != nil {
		return Beside{}, err
	}
	ours := options.Home.Has(was)
	switch {
	case sameFile(path, options.Path) && resultsName.MatchString(strings.TrimSuffix(path, filepath.Ext(path))) && (ours || was.Target == ""):
		if ours && was.Input != "" {
			f.owner.Input = was.Input
		}
		return Beside{}, nil
	case !was.Holds(hash) || ours && sameFile(path, options.Path):
		return Beside{Path: path}, nil
	case ours && (options.ResultsNamed || files.Resolved(was.Input) == files.Resolved(f.owner.Input)):
		return Beside{}, nil
	}
	return Beside{path, true}, nil
}

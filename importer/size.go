package importer

import (
	"regexp"
	"time"

	"refload/internal/run"
)

// sizeRun is the run of a file with how many data rows it had. The zero value is none.
type sizeRun struct {
	folder *run.Folder
	rows   int
}

func (s sizeRun) name() string {
	if s.folder == nil {
		return ""
	}
	return s.folder.Run
}

// digits are what changes in the names of files that come night after night.
var digits = regexp.MustCompile(`[0-9]`)

// seriesOf is what the names of files have in common that differ in digits only, such as a date.
func seriesOf(name string) string { return digits.ReplaceAllString(name, "#") }

// lastSize returns the run that a file is compared with: the last one of its name, else the last one of a name that
// differs in digits only. Of the latter those count that had begun before a moment, when the command was started:
// the files of one night are no measure for each other.
func (p *past) lastSize(name string, began time.Time) sizeRun {
	if own, known := p.sizes[name]; known {
		return own
	}
	var last sizeRun
	series := seriesOf(name)
	for other, size := range p.sizes {
		if seriesOf(other) == series && (began.IsZero() || size.folder.Before(began)) && size.name() > last.name() {
			last = size
		}
	}
	return last
}

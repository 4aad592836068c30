package cli

import (
	"path/filepath"
	"sync/atomic"

	"refload/api"
	"refload/exporter"
	"refload/internal/monitor"
)

// exported is what an export has to tell when it ends.
type exported struct {
	summary   *exporter.Summary // nil as long as it has not begun
	requests  atomic.Int64
	throttled atomic.Int64
}

// count counts requests, and those after which the service asked to wait.
func (e *exported) count(next func(api.Attempt)) func(api.Attempt) {
	return func(attempt api.Attempt) {
		e.requests.Add(1)
		if attempt.RetryAfter > 0 {
			e.throttled.Add(1)
		}
		next(attempt)
	}
}

// addTo tells a report of the export.
func (e *exported) addTo(r *monitor.Report) {
	if e.summary == nil {
		return
	}
	r.Target, r.Rows, r.Files = e.summary.Target, e.summary.Referrals, 1
	if e.summary.File != "" {
		r.File = filepath.Base(e.summary.File)
	}
	r.Requests, r.Throttled = int(e.requests.Load()), int(e.throttled.Load())
}

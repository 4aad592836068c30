// Package logs writes what a command does to a file, for whoever looks into it later: runs, phases,
// rows, requests, ids, statuses and times. It holds no name, no address, no note and no token: what
// may be written stands in one table, and everything else is left out.
package logs

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"refload/api"
	"refload/internal/run"
)

// The forms of a log.
const (
	Text = "text"
	JSON = "json"
)

// Formats returns the forms of a log, the usual one first.
func Formats() []string { return []string{Text, JSON} }

// Log writes lines. It is safe for concurrent use. A nil Log writes nothing.
type Log struct {
	out *guarded

	mu     sync.Mutex
	logger *slog.Logger
	run    string
}

// New returns a log in one of the Formats. failed is told once when the log cannot be written any
// more; whatever is logged goes on.
func New(out io.Writer, format string, now func() time.Time, failed func(error)) *Log {
	guard := &guarded{out: out, failed: failed}
	options := &slog.HandlerOptions{ReplaceAttr: func(groups []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Time(slog.TimeKey, now())
		}
		return allowed(groups, attr)
	}}
	var handler slog.Handler = slog.NewTextHandler(guard, options)
	if format == JSON {
		handler = slog.NewJSONHandler(guard, options)
	}
	return &Log{out: guard, logger: slog.New(handler)}
}

// allowed keeps what the table has, in the form that it has there, and drops the rest.
func allowed(groups []string, attr slog.Attr) slog.Attr {
	field, known := byName(attr.Key)
	value := attr.Value.Resolve()
	isText := value.Kind() == slog.KindString
	switch {
	case len(groups) > 0 || !known:
		return slog.Attr{}
	case isText && value.String() == "" || value.Kind() == slog.KindInt64 && value.Int64() == 0 && field.Name != "exit_code":
		return slog.Attr{} // nothing is known
	case isText && (field.Form == nil || !field.Form.MatchString(value.String())):
		return slog.String(attr.Key, shownFor)
	case !isText && field.Form != nil:
		return slog.String(attr.Key, shownFor)
	case value.Kind() == slog.KindAny && attr.Key != slog.LevelKey:
		return slog.String(attr.Key, shownFor)
	}
	return attr
}

// write writes one line with the run that it belongs to.
func (l *Log) write(level slog.Level, message string, attrs ...slog.Attr) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.logger.LogAttrs(context.Background(), level, message, append([]slog.Attr{slog.String("run", l.run)}, attrs...)...)
}

// Started tells that a command begins.
func (l *Log) Started(command, version string) {
	l.write(slog.LevelInfo, "started", slog.String("command", command), slog.String("version", version))
}

// Ended tells how a command ended.
func (l *Log) Ended(code int) {
	l.write(levelOf(code != 0), "ended", slog.Int("exit_code", code))
}

// levelOf is Warn for what did not go well.
func levelOf(bad bool) slog.Level {
	if bad {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// Observe tells of an event. It is a run.Observer. Progress and notes are left to the screen: notes
// are sentences, and the log has none.
func (l *Log) Observe(event run.Event) {
	if l == nil {
		return
	}
	switch event.Kind {
	case run.Began:
		l.mu.Lock()
		l.run = event.Run
		l.mu.Unlock()
		l.write(slog.LevelInfo, "run")
	case run.PhaseStarted:
		l.write(slog.LevelInfo, "phase", slog.String("phase", event.Phase), slog.Int("total", event.Total))
	case run.RowDone:
		l.write(levelOf(!event.Outcome.Word().Good), "row", slog.Int("row", event.Row), slog.String("outcome", string(event.Outcome)))
	case run.Waiting:
		l.write(slog.LevelWarn, "waiting", slog.Float64("wait_s", event.Wait.Seconds()))
	}
}

// Attempt tells of a request.
func (l *Log) Attempt(a api.Attempt) {
	l.write(levelOf(a.Err != nil || a.Status >= 400), "request",
		slog.Int("row", a.Row), slog.Int("attempt", a.Try), slog.String("method", a.Method), slog.String("path", a.Path),
		slog.Int("status", a.Status), slog.String("error", whyBroken(a.Err)), slog.Float64("latency_ms", float64(a.Latency.Microseconds())/1000),
		slog.String("intent_id", a.Intent), slog.String("client_request_id", a.ClientRequestID), slog.String("request_id", a.RequestID))
}

// whyBroken says in a word why no answer came. The error's own words may name anything.
func whyBroken(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return ""
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "certificate"
	case errors.As(err, new(*net.DNSError)):
		return "no such host"
	case errors.Is(err, context.Canceled):
		return "given up"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case isDial(err):
		return "no connection"
	}
	return "broken off"
}

func isDial(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && failed.Op == "dial"
}

// guarded tells of the first write that fails.
type guarded struct {
	out    io.Writer
	failed func(error)
	once   sync.Once
}

// Write writes, and never fails: a log that is full stops nothing.
func (g *guarded) Write(line []byte) (int, error) {
	if _, err := g.out.Write(line); err != nil && g.failed != nil {
		g.once.Do(func() { g.failed(err) })
	}
	return len(line), nil
}

package exporter_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"refload/api"
	"refload/exporter"
	"refload/internal/run"
)

// generated is a service that makes up its referrals as it is asked for them, so that the memory
// that is measured is the export's.
type generated struct{ count int }

// RoundTrip answers with a page.
func (g generated) RoundTrip(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	from, _ := strconv.Atoi(query.Get("$skiptoken"))
	to := min(from+100, g.count)
	newest := query.Get("$orderby") == "createdDateTime desc"
	if strings.HasPrefix(query.Get("$orderby"), "updatedDateTime") {
		from, to, newest = 0, 1, true
	}
	var body bytes.Buffer
	body.WriteString(`{"value":[`)
	for n := from; n < to; n++ {
		if n > from {
			body.WriteByte(',')
		}
		at := n
		if newest {
			at = g.count - 1 - n
		}
		line, err := json.Marshal(deal(at, func(d map[string]any) {
			d["createdDateTime"] = time.Date(2020, 1, 1, 0, 0, at, 0, time.UTC).Format(time.RFC3339)
			d["details"].(map[string]any)["notes"] = fmt.Sprintf("Notes on the deal %d, as long as notes usually are: who was called, what was said, and when to call again.", at)
			d["details"].(map[string]any)["currency"] = []string{"EUR", "USD", "GBP"}[at%3]
		}))
		if err != nil {
			return nil, err
		}
		body.Write(line)
	}
	body.WriteByte(']')
	if to < g.count {
		query.Set("$skiptoken", strconv.Itoa(to))
		fmt.Fprintf(&body, `,"@odata.nextLink":%q`, "?"+query.Encode())
	}
	body.WriteByte('}')
	return &http.Response{StatusCode: 200, Status: "200 OK", Header: http.Header{}, Body: io.NopCloser(&body),
		ContentLength: int64(body.Len()), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}, nil
}

// most is how much memory an export of 100,000 referrals may take at its peak, in MiB.
const most = 150

// BenchmarkExport exports 100,000 referrals in each format. It tells how many referrals
// a second it writes, and the largest resident memory of the process, and fails above the bound.
func BenchmarkExport(b *testing.B) {
	for _, format := range []exporter.Format{exporter.JSONL, exporter.CSV, exporter.Portal, exporter.XLSX} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				exportMany(b, format, 100_000)
			}
		})
	}
}

func exportMany(b *testing.B, format exporter.Format, count int) {
	folder := b.TempDir()
	home, err := run.OpenHome(filepath.Join(folder, "state"), "target")
	if err != nil {
		b.Fatal(err)
	}
	client, err := api.NewClient(api.Config{BaseURL: "http://127.0.0.1", Token: api.StaticToken("x"), Transport: generated{count}, Pacer: api.NewPacer(api.FixedRate(0))})
	if err != nil {
		b.Fatal(err)
	}
	debug.FreeOSMemory()
	measured := forgetPeak()
	start := time.Now()
	summary, err := exporter.Export(context.Background(), exporter.Options{
		Client: client, Home: home, Target: run.SandboxTarget(), Now: time.Now, Path: filepath.Join(folder, "deals"), Format: format,
	})
	if err != nil || summary.Referrals != count {
		b.Fatalf("%d referrals, %v", summary.Referrals, err)
	}
	b.ReportMetric(float64(count)/time.Since(start).Seconds(), "referrals/s")
	if !measured {
		return
	}
	peak := peakMiB(b)
	b.ReportMetric(peak, "peak-MiB")
	if peak > most {
		b.Errorf("%s: %.0f MiB at the peak, the bound is %d", format, peak, most)
	}
}

// forgetPeak starts the measurement of resident memory anew; false where the system has none.
func forgetPeak() bool {
	return runtime.GOOS == "linux" && os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

func peakMiB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	kilobytes, err := strconv.Atoi(string(peakLine.FindSubmatch(status)[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kilobytes) / 1024
}

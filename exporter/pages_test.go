package exporter_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"testing"

	"refload/api"
)

func number(digits string) json.Number { return json.Number(digits) }

// answered is an answer on its way around the sandbox.
type answered struct{ response *http.Response }

// Error is never shown.
func (*answered) Error() string { return "answered" }

// servePages answers lists from ready referrals, as they are: the sandbox would complete them.
// They have to be in the order of their creation.
func servePages(docs []*api.Referral) func(int, *http.Request) error {
	return func(_ int, r *http.Request) error {
		query := r.URL.Query()
		from, _ := strconv.Atoi(query.Get("$skiptoken"))
		size, step := 100, 1
		if by := query.Get("$orderby"); by != "" && by != "createdDateTime asc" {
			from, step = len(docs)-1, -1
		}
		if query.Get("$top") == "1" {
			size = 1
		}
		var body bytes.Buffer
		body.WriteString(`{"value":[`)
		at := from
		for n := 0; n < size && at >= 0 && at < len(docs); n, at = n+1, at+step {
			line, err := docs[at].MarshalJSON()
			if err != nil {
				return err
			}
			if n > 0 {
				body.WriteByte(',')
			}
			body.Write(line)
		}
		body.WriteByte(']')
		if step > 0 && at < len(docs) && size > 1 {
			fmt.Fprintf(&body, `,"@odata.nextLink":"?$skiptoken=%d"`, at)
		}
		body.WriteByte('}')
		return &answered{&http.Response{StatusCode: 200, Status: "200 OK", Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(&body), ContentLength: int64(body.Len()), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}}
	}
}

// rawCSV reads a file as any other program would.
func rawCSV(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	records, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

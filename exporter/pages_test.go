package exporter_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
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
	return serveList(func(string) []*api.Referral { return docs }, nil)
}

// serveList answers lists from what is there at each request, in the order of creation. page may say how many of a page
// are shown, and where the next begins, of so many referrals and a beginning.
func serveList(there func(order string) []*api.Referral, page func(count, from int) (shown, next int)) func(int, *http.Request) error {
	return func(_ int, r *http.Request) error {
		query := r.URL.Query()
		docs := slices.Clone(there(query.Get("$orderby")))
		from, _ := strconv.Atoi(query.Get("$skiptoken"))
		if query.Get("$orderby") != "createdDateTime asc" {
			slices.Reverse(docs)
		}
		shown, next := min(100, len(docs)-from), from+100
		if page != nil {
			shown, next = page(len(docs), from)
		}
		if query.Get("$top") == "1" {
			shown, next = min(1, len(docs)), len(docs)
		}
		var body bytes.Buffer
		body.WriteString(`{"value":[`)
		for n, doc := range docs[from : from+shown] {
			line, err := doc.MarshalJSON()
			if err != nil {
				return err
			}
			if n > 0 {
				body.WriteByte(',')
			}
			body.Write(line)
		}
		body.WriteByte(']')
		if next >= 0 && next < len(docs) {
			query.Set("$skiptoken", strconv.Itoa(next))
			fmt.Fprintf(&body, `,"@odata.nextLink":%q`, "?"+query.Encode())
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

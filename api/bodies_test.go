package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"refload/api"
)

// echo repeats the request's body and token in its answer, as a badly made proxy does.
func echo(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Set-Cookie", "session=s3cr3t-cookie")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"error":{"code":"invalidRequest","message":"`+r.Header.Get("Authorization")+`"},"sent":`+string(body)+`}`)
	}))
	t.Cleanup(server.Close)
	return server
}

func TestWriteBodies(t *testing.T) {
	var out bytes.Buffer
	server := echo(t)
	var told api.Attempt
	client, err := api.NewClient(api.Config{BaseURL: server.URL, Token: api.StaticToken("t0ken-t0ken"),
		Transport: api.WriteBodies(api.NewTransport(1, nil), &out), OnAttempt: func(a api.Attempt) { told = a }})
	if err != nil {
		t.Fatal(err)
	}
	referral := api.NewReferral()
	referral.Set("name", "Contoso migration")
	_, err = client.Create(api.WithRow(context.Background(), 7, 2), referral)
	var failed *api.Error
	if !errors.As(err, &failed) || failed.HTTPStatus != http.StatusBadRequest {
		t.Fatalf("%v", err)
	}
	text := out.String()
	for _, want := range []string{"POST /v1.0/engagements/referrals HTTP/1.1", "Authorization: (not shown)", `{"name":"Contoso migration"}`,
		"400 Bad Request", "Set-Cookie: (not shown)", `"sent":{"name":"Contoso migration"}`, "Bearer (not shown)"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, secret := range []string{"t0ken", "s3cr3t"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q in\n%s", secret, text)
		}
	}
	if told.Row != 7 || told.Try != 2 {
		t.Errorf("told of row %d, try %d", told.Row, told.Try)
	}
}

// What goes to the service is the same with and without the writer.
func TestWriteBodiesChangesNothing(t *testing.T) {
	var heads []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heads = append(heads, r.Method+" "+r.URL.String()+" "+r.Header.Get("Content-Length")+" "+strings.Join(r.TransferEncoding, ",")+" "+string(body))
		io.WriteString(w, `{"value":[]}`)
	}))
	defer server.Close()
	for _, transport := range []http.RoundTripper{api.NewTransport(1, nil), api.WriteBodies(api.NewTransport(1, nil), io.Discard)} {
		client, err := api.NewClient(api.Config{BaseURL: server.URL, Token: api.StaticToken("x"), Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		referral := api.NewReferral()
		referral.Set("name", "Fabrikam")
		client.Create(context.Background(), referral) // the answer is no referral; what was asked counts
		for _, err := range client.List(context.Background(), api.Query{}) {
			t.Error(err)
		}
	}
	if len(heads) != 4 || heads[0] != heads[2] || heads[1] != heads[3] {
		t.Errorf("%q", heads)
	}
}

func TestWriteBodiesWithoutAnAnswer(t *testing.T) {
	var out bytes.Buffer
	broken := roundTripFunc(func(*http.Request) (*http.Response, error) { return nil, errors.New("the line is cut") })
	request, _ := http.NewRequest(http.MethodGet, "http://127.0.0.1:9/", nil)
	if _, err := api.WriteBodies(broken, &out).RoundTrip(request); err == nil || !strings.Contains(out.String(), "no answer: the line is cut") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

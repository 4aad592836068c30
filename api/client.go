// Package api is a client for the referrals API of Microsoft Partner Center, and what is
// known of its resource: a lossless document, the lifecycle of a referral, and typed errors.
//
// The package promises three things that a bulk tool needs: a write is sent exactly once by
// each call, or again only after a 401, which says that it was not executed; the bearer token
// goes to one origin only; and every error says whether the write was executed.
package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultBaseURL is the production host of the referrals API.
//
// Source: every page of the referrals API.
const DefaultBaseURL = "https://api.partner.microsoft.com"

// collection is the path of the referrals under a base URL.
const collection = "/v1.0/engagements/referrals"

// Config is what a Client needs to know. Only Token is required.
type Config struct {
	BaseURL   string            // scheme, host and an optional path prefix; DefaultBaseURL if ""
	Token     TokenSource       // the bearer token
	Pacer     *Pacer            // shared by everything that speaks to this service; no pacing if nil
	Budget    *Budget           // of repeats, shared like the pacer; a new one if nil
	Transport http.RoundTripper // NewTransport(8, nil) if nil
	Timeout   time.Duration     // for one whole answer, its body included; 100 seconds if 0
	UserAgent string            // "refload" if ""
	OnAttempt func(Attempt)     // called after each request; may be nil
}

// Client speaks to one service. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	budget *Budget
	chain  http.RoundTripper
}

// NewClient returns a client. It returns an error when the base URL is neither https nor
// http to a loopback address.
func NewClient(config Config) (*Client, error) {
	config = withDefaults(config)
	base, err := url.Parse(strings.TrimRight(config.BaseURL, "/"))
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	pinned, err := originOf(base)
	if err != nil {
		return nil, err
	}
	base.Host = pinned.host
	probe := base.String() + collection + "?$top=1"
	return &Client{base: base, budget: config.Budget, chain: newChain(config, pinned, probe)}, nil
}

func withDefaults(config Config) Config {
	if config.BaseURL == "" {
		config.BaseURL = DefaultBaseURL
	}
	if config.Pacer == nil {
		config.Pacer = NewPacer(FixedRate(0))
	}
	if config.Budget == nil {
		config.Budget = NewBudget()
	}
	if config.Transport == nil {
		config.Transport = NewTransport(8, nil)
	}
	if config.Timeout == 0 {
		config.Timeout = 100 * time.Second
	}
	if config.UserAgent == "" {
		config.UserAgent = "refload"
	}
	return config
}

// Create posts a new referral and returns it as the service made it. It is sent once; an
// *Error says what is known of the outcome. An answer counts as done only when it carries
// a GUID as id and the externalReferenceId that was sent; with ErrOtherMarker the referral that
// was answered instead is returned too.
//
// Source: the "Create a referral" page.
func (c *Client) Create(ctx context.Context, referral *Referral) (*Referral, error) {
	body, err := referral.MarshalJSON()
	if err != nil {
		return nil, &Error{Op: "create", Outcome: Refused, Message: err.Error(), Err: err}
	}
	created, err := c.write(ctx, call{op: "create", method: http.MethodPost, path: collection, body: body})
	if err != nil {
		return nil, err
	}
	marker := referral.ExternalReferenceID()
	if marker != "" && created.ExternalReferenceID() != marker {
		return created, &Error{Op: "create", HTTPStatus: http.StatusOK, Outcome: Unknown,
			Message: ErrOtherMarker.Error(), Err: ErrOtherMarker}
	}
	return created, nil
}

// ErrOtherMarker says that the answer to a create carries another externalReferenceId than
// the one that was sent: it is of another referral, or the service does not keep the property.
var ErrOtherMarker = errors.New("the answer is of another referral: its externalReferenceId is not the one that was sent")

// Get returns the referral with the given id, a GUID.
//
// Source: the "Get a referral by ID" page.
func (c *Client) Get(ctx context.Context, id string) (*Referral, error) {
	path, err := itemPath("get", id)
	if err != nil {
		return nil, err
	}
	return c.referral(ctx, call{op: "get", method: http.MethodGet, path: path})
}

// Put replaces a whole referral under the version it was read in. eTag goes into If-Match as
// it is, quotes included; links and @odata properties are left out of the body.
//
// Source: the "Update a referral" page.
func (c *Client) Put(ctx context.Context, id, eTag string, referral *Referral) (*Referral, error) {
	path, err := itemPath("put", id)
	if err == nil {
		err = needsVersion("put", eTag)
	}
	if err != nil {
		return nil, err
	}
	document := referral.Clone()
	for _, name := range document.Names() {
		if name == "links" || strings.HasPrefix(name, "@odata.") {
			document.Remove(name)
		}
	}
	body, err := document.MarshalJSON()
	if err != nil {
		return nil, &Error{Op: "put", Outcome: Refused, Message: err.Error(), Err: err}
	}
	return c.write(ctx, call{op: "put", method: http.MethodPut, path: path, body: body, eTag: eTag, id: id})
}

// Patch applies operations to a referral under the version it was read in, and returns the
// referral as it is now. eTag goes into If-Match as it is, quotes included.
//
// Source: the "Patch a referral" page; it also documents the Prefer header that asks for the
// updated referral instead of an empty answer.
func (c *Client) Patch(ctx context.Context, id, eTag string, operations []Operation) (*Referral, error) {
	path, err := itemPath("patch", id)
	if err == nil {
		err = needsVersion("patch", eTag)
	}
	if err != nil {
		return nil, err
	}
	body, err := encode(operations)
	if err != nil {
		return nil, &Error{Op: "patch", Outcome: Refused, Message: err.Error(), Err: err}
	}
	return c.write(ctx, call{op: "patch", method: http.MethodPatch, path: path, body: body, eTag: eTag, id: id, prefer: true})
}

// needsVersion refuses a change that names no version: it would write over whatever is there.
func needsVersion(op, eTag string) error {
	if eTag != "" {
		return nil
	}
	return &Error{Op: op, Outcome: Refused, Message: "the service gave no version (eTag) of the referral, and without one a change could write over somebody else's"}
}

// itemPath builds the path of one referral; only a GUID ever becomes part of a URL.
func itemPath(op, id string) (string, error) {
	if !ValidGUID(id) {
		return "", &Error{Op: op, Outcome: Refused, Message: fmt.Sprintf("%q is not the id of a referral", id)}
	}
	return collection + "/" + strings.ToLower(id), nil
}

// call is one request to be made.
type call struct {
	op, method, path, query string
	body                    []byte
	eTag, id                string
	prefer                  bool
}

// write makes a call that changes something and checks that the answer can be trusted.
func (c *Client) write(ctx context.Context, call call) (*Referral, error) {
	referral, err := c.referral(ctx, call)
	if err != nil {
		return nil, err
	}
	if id := referral.ID(); !ValidGUID(id) || call.id != "" && !strings.EqualFold(id, call.id) {
		return nil, &Error{Op: call.op, HTTPStatus: http.StatusOK, Outcome: Unknown,
			Message: "the answer does not carry the id of the referral"}
	}
	return referral, nil
}

// referral makes a call whose answer is one referral.
func (c *Client) referral(ctx context.Context, call call) (*Referral, error) {
	send := c.do
	if call.method == http.MethodGet {
		send = c.read
	}
	response, body, err := send(ctx, call)
	if err != nil {
		return nil, err
	}
	referral, err := ParseReferral(body)
	switch {
	case response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated:
		err = fmt.Errorf("HTTP %d where the referral was expected", response.StatusCode)
	case err == nil && referral.isError():
		err = errors.New("the answer is an error under a status of success")
	}
	if err != nil {
		return nil, &Error{Op: call.op, HTTPStatus: response.StatusCode, Outcome: Unknown, Err: err,
			Message: err.Error(), RequestID: requestID(response.Header)}
	}
	return referral, nil
}

// isError reports whether a document is the service's error envelope.
func (r *Referral) isError() bool {
	_, found := r.Get("error.code")
	return found && r.ID() == ""
}

// read makes a call that changes nothing, and repeats it as the retry table says.
func (c *Client) read(ctx context.Context, call call) (*http.Response, []byte, error) {
	began := time.Now()
	for n := 0; ; n++ {
		response, body, err := c.do(ctx, call)
		if err == nil {
			c.budget.Earn()
			return response, body, nil
		}
		if again := c.again(ctx, err, n, began); again != nil {
			return nil, nil, again
		}
	}
}

// again returns nil when a read that began then and ended with err may be sent once more, after the pause
// that is due; otherwise the error that stands.
func (c *Client) again(ctx context.Context, err error, n int, began time.Time) error {
	var failed *Error
	if !errors.As(err, &failed) {
		return err
	}
	policy := PolicyFor(failed)
	switch {
	case policy.Read == Wait && failed.RetryAfter <= longestHold && time.Since(began) < LongestThrottle:
		return ctx.Err() // the pacer holds everybody
	case policy.Read == Repeat && n < policy.Tries && failed.RetryAfter <= longestHold:
		if c.budget.Spend(ctx, n) == nil {
			return nil
		}
	}
	return err
}

// do sends one request and returns a successful answer with its whole body; everything else
// becomes an *Error.
func (c *Client) do(ctx context.Context, call call) (*http.Response, []byte, error) {
	request, err := c.request(ctx, call)
	if err != nil {
		return nil, nil, &Error{Op: call.op, Outcome: Refused, Message: err.Error(), Err: err}
	}
	response, err := c.chain.RoundTrip(request)
	if err != nil {
		return nil, nil, callError(call.op, err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, callError(call.op, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, nil, readError(call.op, response, body)
	}
	return response, body, nil
}

// request builds the request. GetBody is taken away from writes, so that the transport
// cannot send one again by itself.
func (c *Client) request(ctx context.Context, call call) (*http.Request, error) {
	target := *c.base
	target.Path += call.path
	target.RawQuery = call.query
	var body io.Reader
	if call.body != nil {
		body = bytes.NewReader(call.body)
	}
	request, err := http.NewRequestWithContext(ctx, call.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	request.GetBody = nil
	if call.eTag != "" {
		request.Header.Set("If-Match", call.eTag)
	}
	if call.prefer {
		request.Header.Set("Prefer", "return=representation")
	}
	return request, nil
}

// callError makes an Error from an attempt without a complete answer, and says whether the
// request can have been executed.
func callError(op string, err error) *Error {
	e := &Error{Op: op, Outcome: NotExecuted, Message: err.Error(), Err: err}
	var broken *transportError
	if errors.As(err, &broken) {
		e.HTTPStatus = broken.status
		if broken.header != nil {
			e.RequestID = requestID(broken.header)
		}
		if broken.written {
			e.Outcome = Unknown
		}
	}
	return e
}

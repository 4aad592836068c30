package api

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// Query is a question to the list of referrals. The zero Query asks for all of them in no
// promised order.
type Query struct {
	Filter  string // OData $filter, over the documented fields only
	OrderBy string // OData $orderby: createdDateTime or updatedDateTime, "asc" or "desc" after a blank
	Select  string // OData $select: property names with commas between
	Top     int    // OData $top; 0 means as many as there are
}

func (q Query) encode() string {
	values := url.Values{}
	for name, value := range map[string]string{"$filter": q.Filter, "$orderby": q.OrderBy, "$select": q.Select} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Top > 0 {
		values.Set("$top", strconv.Itoa(q.Top))
	}
	return values.Encode()
}

// page is one answer of the list.
type page struct {
	Value    *[]map[string]any `json:"value"`
	NextLink string            `json:"@odata.nextLink"`
}

// maxPages bounds a listing; a service that leads further is leading in circles.
const maxPages = 100_000

// ErrEndless is the cause of the error of a list that leads in circles.
var ErrEndless = errors.New("the list has no end")

// List yields the referrals that match the query, page after page. Of a nextLink only the
// query is used, whatever its scheme, host or path: the documented ones are plain http and
// point elsewhere. The iteration ends with an error as its last element when a page cannot be
// had, is no list, or leads to a page that was there before. A referral may come twice when
// others write in between; the caller removes repeats by id.
//
// Source: the "Get a list of referrals" page.
func (c *Client) List(ctx context.Context, query Query) iter.Seq2[*Referral, error] {
	return func(yield func(*Referral, error) bool) {
		for list, err := range c.Pages(ctx, query) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, referral := range list {
				if !yield(referral, nil) {
					return
				}
			}
		}
	}
}

// Pages is List page by page.
func (c *Client) Pages(ctx context.Context, query Query) iter.Seq2[[]*Referral, error] {
	return func(yield func([]*Referral, error) bool) {
		for page, err := range c.Walk(ctx, query, "") {
			if !yield(page.Referrals, err) {
				return
			}
		}
	}
}

// Page is one answer of the list, and what to go on from.
type Page struct {
	Referrals []*Referral
	Next      string // the query of the nextLink; "" on the last page
}

// Walk is Pages for a listing that may be interrupted: from is the Next of the page that was
// read last, or "" to begin. How long the service remembers a Next is not documented.
func (c *Client) Walk(ctx context.Context, query Query, from string) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		next := from
		if next == "" {
			next = query.encode()
		}
		seen := map[string]bool{}
		for len(seen) < maxPages {
			if seen[next] {
				yield(Page{}, &Error{Op: "list", Message: "the pages lead in a circle: a nextLink came twice", Err: ErrEndless})
				return
			}
			seen[next] = true
			list, link, err := c.page(ctx, next)
			if err != nil {
				yield(Page{}, err)
				return
			}
			if next, err = queryOf(link); link != "" && err != nil {
				yield(Page{}, &Error{Op: "list", Message: err.Error()})
				return
			}
			if !yield(Page{list, next}, nil) || link == "" {
				return
			}
		}
		yield(Page{}, &Error{Op: "list", Message: fmt.Sprintf("the list has more than %d pages", maxPages), Err: ErrEndless})
	}
}

// queryOf takes the query of a nextLink, which is all of it that is ever used.
func queryOf(link string) (string, error) {
	parsed, err := url.Parse(link)
	if err != nil || parsed.RawQuery == "" {
		return "", fmt.Errorf("the nextLink %q has no query to go on with", clip(link))
	}
	values, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return "", fmt.Errorf("the nextLink %q has no readable query", clip(link))
	}
	return values.Encode(), nil
}

func (c *Client) page(ctx context.Context, query string) ([]*Referral, string, error) {
	response, body, err := c.read(ctx, call{op: "list", method: http.MethodGet, path: collection, query: query})
	if err != nil {
		return nil, "", err
	}
	list, link, err := parsePage(body)
	if err != nil {
		return nil, "", &Error{Op: "list", HTTPStatus: response.StatusCode, Err: err,
			RequestID: requestID(response.Header), Message: "the answer is no list of referrals: " + opening(body)}
	}
	return list, link, nil
}

// parsePage reads one answer of the list; numbers keep their spelling.
func parsePage(body []byte) ([]*Referral, string, error) {
	var parsed page
	if err := decodeWhole(body, &parsed); err != nil {
		return nil, "", err
	}
	if parsed.Value == nil {
		return nil, "", errors.New("there is no value in it")
	}
	list := make([]*Referral, len(*parsed.Value))
	for i, root := range *parsed.Value {
		if root == nil {
			return nil, "", errors.New("null instead of a referral")
		}
		list[i] = &Referral{root: root}
	}
	return list, parsed.NextLink, nil
}

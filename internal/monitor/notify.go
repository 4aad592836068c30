package monitor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"refload/api"
)

// The forms of a message.
const (
	JSON  = "json"
	Teams = "teams"
)

// Formats returns the forms of a message, the usual one first.
func Formats() []string { return []string{JSON, Teams} }

// notifyTime bounds a notification as a whole: nobody waits for a chat.
const notifyTime = 10 * time.Second

// maxHeaders is the longest block of answer headers that is read, in bytes.
const maxHeaders = 64 << 10

// Webhook is where reports are sent. Its URL may hold a secret and is never shown.
type Webhook struct {
	url    *url.URL
	format string
	client *http.Client
}

// NewWebhook returns the webhook at an address. hosts are those that the configuration names; one
// without a port stands for any of them. The address must be one of them, and https or loopback. roots are the
// authorities to trust; nil for the system's.
func NewWebhook(address, format string, hosts []string, roots *x509.CertPool) (*Webhook, error) {
	target, err := url.Parse(address)
	if err != nil || target.Host == "" || target.User != nil {
		return nil, errors.New("it is no URL of a webhook") // the parser's error shows the address
	}
	target.Fragment = ""
	if target.Scheme != "https" && !(target.Scheme == "http" && loopback(target.Hostname())) {
		return nil, fmt.Errorf("%s is neither https nor on this machine", target.Hostname())
	}
	if !named(target, hosts) {
		return nil, fmt.Errorf("the configuration does not name %s", target.Host)
	}
	if err := api.CheckProxy(target); err != nil {
		return nil, err
	}
	return &Webhook{target, format, newClient(roots)}, nil
}

func newClient(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout: notifyTime,
		Transport: &http.Transport{Proxy: api.Proxy, DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeaders,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}},
		// A redirect would lead to a host that nobody has named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// loopback reports whether a host is this machine for certain: names can lead anywhere.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// named reports whether one of the hosts is that of the target, port included.
func named(target *url.URL, hosts []string) bool {
	for _, host := range hosts {
		known := &url.URL{Scheme: target.Scheme, Host: strings.TrimSpace(host)}
		anyPort := known.Port() == ""
		if strings.EqualFold(known.Hostname(), target.Hostname()) && (anyPort || known.Port() == port(target)) {
			return true
		}
	}
	return false
}

// port returns the port of a URL, also where it is the usual one of its scheme.
func port(u *url.URL) string {
	if u.Port() != "" {
		return u.Port()
	}
	return map[string]string{"https": "443", "http": "80"}[u.Scheme]
}

// Host returns the host of the webhook, for messages.
func (w *Webhook) Host() string { return w.url.Host }

// Send posts a report once. Its error never shows the address.
func (w *Webhook) Send(ctx context.Context, report *Report) error {
	body, err := w.body(report)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("the address is no URL")
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := w.client.Do(request)
	if err != nil {
		return withoutAddress(err)
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // the answer says nothing that we need
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("it answered with HTTP %d", response.StatusCode)
	}
	return nil
}

func (w *Webhook) body(report *Report) ([]byte, error) {
	if w.format == Teams {
		return json.Marshal(card(report))
	}
	return json.Marshal(report)
}

// withoutAddress takes the URL out of an error of the client, which may hold a secret.
func withoutAddress(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}

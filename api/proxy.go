package api

import (
	"errors"
	"net/http"
	"net/url"
	"sync"

	"golang.org/x/net/http/httpproxy"
)

// ErrProxy says that the environment names a proxy by what is no address of one. What stands there is not
// told: a part of a password may have ended up in any part of it.
var ErrProxy = errors.New("the address of the proxy in HTTPS_PROXY or HTTP_PROXY cannot be used: it is scheme, host and port, with user name and password before the host, " +
	"in which / # ? and % are written as %2F, %23, %3F and %25")

// proxies is what the environment says of proxies.
var proxies = sync.OnceValue(httpproxy.FromEnvironment)

// CheckProxy returns ErrProxy where the environment names a proxy for an address that cannot be one.
func CheckProxy(address *url.URL) error {
	_, err := proxyFor(proxies(), address)
	return err
}

// Proxy returns the proxy that the environment names for a request, nil for none. It is
// http.ProxyFromEnvironment, which goes past a proxy whose address it cannot read, and takes one with a path.
func Proxy(request *http.Request) (*url.URL, error) { return proxyFor(proxies(), request.URL) }

// proxyFor returns the proxy that a configuration has for an address.
func proxyFor(config *httpproxy.Config, address *url.URL) (*url.URL, error) {
	proxy, err := config.ProxyFunc()(address)
	switch {
	case err != nil, proxy == nil && unread(config, address):
		return nil, ErrProxy
	case proxy == nil:
		return nil, nil
	case proxy.Hostname() == "", proxy.Opaque != "", proxy.Path != "" && proxy.Path != "/", proxy.RawQuery != "", proxy.ForceQuery, proxy.Fragment != "":
		return nil, ErrProxy
	}
	return proxy, nil
}

// unread reports whether an address would have a proxy, were its address not unreadable.
func unread(config *httpproxy.Config, address *url.URL) bool {
	read := *config
	for _, text := range []*string{&read.HTTPProxy, &read.HTTPSProxy} {
		if *text != "" {
			*text = "http://127.0.0.1" // whichever: it is not asked
		}
	}
	proxy, _ := read.ProxyFunc()(address)
	return proxy != nil
}

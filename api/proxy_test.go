package api

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/http/httpproxy"
)

// Of a proxy's address nothing may stand behind the host: it would be a part of a password that Go takes for
// a path, and shows. One that cannot be read is not gone past.
func TestAddressesOfProxies(t *testing.T) {
	service, err := url.Parse("https://service.example.com/v1.0")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"": "", "http://proxy.example.com:3128": "proxy.example.com:3128", "http://user:pass@proxy.example.com:3128/": "proxy.example.com:3128", "proxy.example.com:3128": "proxy.example.com:3128",
		"socks5://proxy.example.com": "proxy.example.com", "http://user:a%2Fb@proxy.example.com": "proxy.example.com", "http://[::1]:3128": "[::1]:3128", "http://user:p@ss@proxy.example.com": "proxy.example.com",
		"http://user:a/b@proxy.example.com:3128": "refused", "http://user:1/2@proxy.example.com:3128": "refused", "http://user:a#b@proxy.example.com": "refused", "http://user:a?b@proxy.example.com": "refused",
		"http://user:1?b@proxy.example.com": "refused", "http://user:1?": "refused", "http://token/x@proxy.example.com:3128": "refused", "http://:3128": "refused", "http://": "refused",
		"http://user:100%x@proxy.example.com": "refused", "http://user:a b@proxy.example.com": "refused", "http://user:a\x7f@proxy.example.com": "refused", "ftp://proxy.example.com:x": "refused",
	} {
		config := &httpproxy.Config{HTTPSProxy: text, NoProxy: "other.example.com"}
		got, err := proxyFor(config, service)
		if refused := errors.Is(err, ErrProxy); refused != (want == "refused") || !refused && (err != nil || (got == nil) != (want == "") || got != nil && got.Host != want) {
			t.Errorf("%s: %v, %v, want %q", text, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "proxy.example.com") {
			t.Errorf("the error shows the address: %v", err)
		}
		for _, direct := range []string{"https://other.example.com", "https://127.0.0.1:8080", "http://localhost", "http://service.example.com"} {
			address, _ := url.Parse(direct)
			if got, err := proxyFor(config, address); got != nil || err != nil {
				t.Errorf("%s, for %s: %v, %v", text, direct, got, err)
			}
		}
	}
}

package api

import "net/http"

// layer is one concern of the request chain: it wraps the next layer.
type layer func(next http.RoundTripper) http.RoundTripper

// roundTrip lets a function be a layer.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// newChain builds the way of a request, from the outermost layer to the transport. None follows a
// redirect, and only the authorization sends a request again, after a 401, through all layers below
// it: what passes the pace is sent once, has an id of its own, and is told of.
func newChain(config Config, origin origin, probe string) http.RoundTripper {
	layers := []layer{
		breakCircuit(newBreaker(), probe), // waits while the service is down, and asks by a request of its own
		authorize(origin, config.Token),   // the bearer token, to the one origin only; again with a new one after a 401
		identify(config.UserAgent),        // who asks, and which call this is
		pace(config.Pacer),                // waits for its turn; the start counts here
		takeTurn(config.Pacer),            // tells the caller that it is about to be sent
		observe(config.OnAttempt),         // tells of each attempt
		bound(config.Timeout, maxBody),    // whole answer in bounded time and memory
	}
	chain := config.Transport
	for i := len(layers) - 1; i >= 0; i-- {
		chain = layers[i](chain)
	}
	return chain
}

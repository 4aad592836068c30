package cli

import (
	"net/url"

	"refload/api"
)

// namer is who says a value.
type namer int

// Those who say values. Who is not listed as believed is not, such as nobody.
const (
	byNobody namer = iota
	byFlag
	byVariable
	byFile   // the person's own, or one that --config names
	byFolder // the folder's, which says only how files are read
	byRecord // of a run's folder, or a plan: it may come from anywhere
)

// believed are those on whose word a token goes to any host: each of them is the person.
var believed = map[namer]bool{byFlag: true, byVariable: true, byFile: true}

// origin is where a value comes from.
type origin struct {
	by   namer
	text string // as it is shown
}

// once reports whether a value was said for one command, on its line or in its environment, and in no file.
func (o origin) once() bool { return o.by == byFlag || o.by == byVariable }

// mayHaveTokens reports whether tokens may go to an address on the word of who names it. The known
// address needs nobody's word; this machine does, because everybody on it can listen there.
func mayHaveTokens(address, known string, by namer) bool {
	return believed[by] || sameHost(address, known)
}

// sameHost reports whether two addresses lead to one host, port and scheme.
func sameHost(address, known string) bool {
	there, err := url.Parse(address)
	if err != nil {
		return false
	}
	here, err := url.Parse(known)
	return err == nil && there.Scheme == here.Scheme && api.CanonicalHost(there) == api.CanonicalHost(here)
}

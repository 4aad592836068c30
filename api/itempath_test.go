package api

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"refload/internal/effort"
)

// holdsItemPath says what must be true of the path of any id: there is none, or it is that of one referral and
// of nothing else.
func holdsItemPath(t *testing.T, id string) {
	path, err := itemPath("get", id)
	if err != nil {
		return
	}
	address, parsed := url.Parse("https://api.example.com" + path)
	if parsed != nil || address.Path != path || address.RawQuery != "" || address.Fragment != "" || strings.Count(path, "/") != 4 || path != collection+"/"+strings.ToLower(id) {
		t.Errorf("%q became %q, %v", id, path, parsed)
	}
}

// mutated is a GUID in which a few bytes are others, or which has more or fewer.
func mutated(random *rand.Rand) string {
	const hostile = "/\\.%?#@:;&=-{}[]\x00\n\r\t +0aAgG\xc3\xa9\u2044\uff0f"
	id := []byte("11111111-2222-4333-8444-55555555abCD")
	for range 1 + random.IntN(3) {
		at := random.IntN(len(id))
		switch random.IntN(4) {
		case 0:
			id = append(id[:at], id[at+1:]...)
		case 1:
			id = append(id[:at], append([]byte{hostile[random.IntN(len(hostile))]}, id[at:]...)...)
		default:
			id[at] = hostile[random.IntN(len(hostile))]
		}
	}
	return string(id)
}

func TestAnIDIsOneSegmentOfAPath(t *testing.T) {
	tries := effort.Of(100_000, 300_000, 1_000_000)
	random, good := rand.New(rand.NewPCG(1, 2)), 0
	for range tries {
		id := mutated(random)
		if holdsItemPath(t, id); ValidGUID(id) {
			good++
		}
	}
	if good == 0 || good > tries/2 {
		t.Errorf("%d of %d are GUIDs, so that this proves nothing", good, tries)
	}
}

func FuzzItemPath(f *testing.F) {
	for _, id := range []string{"", "11111111-2222-4333-8444-555555555555", "../../../..", "%2e%2e%2f"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) { holdsItemPath(t, id) })
}

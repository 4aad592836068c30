// Package listing is the one way in which the service is asked for its list of referrals. It keeps each id once,
// watches the order, and ends in a verdict: the list is complete, or why nobody can tell. For looks that end early
// there is Part, which proves nothing but what it shows. An Index keeps what was listed, and finds it by marker, id,
// near id, look-alike and engagement.
package listing

import (
	"crypto/sha256"
	"hash/fnv"
	"strings"
	"time"

	"refload/api"
)

// Key is an id in the form in which ids are compared: a hash, since nobody promises what ids look like.
type Key [16]byte

// KeyOf returns the key of an id.
func KeyOf(id string) Key {
	sum := sha256.Sum256([]byte(strings.ToLower(id)))
	return Key(sum[:16])
}

// Sight is one showing of a referral.
type Sight struct {
	Key     Key
	Created int64 // nanoseconds; 0 where the service does not say
	Updated int64
	Version uint32 // a hash of the eTag
}

// SightOf returns the sight of a referral.
func SightOf(r *api.Referral) Sight {
	hash := fnv.New32a()
	hash.Write([]byte(r.ETag())) // never fails
	return Sight{KeyOf(r.ID()), nanoseconds(r.Time("createdDateTime")), nanoseconds(r.Time("updatedDateTime")), hash.Sum32()}
}

func nanoseconds(at time.Time, known bool) int64 {
	if !known {
		return 0
	}
	return at.UnixNano()
}

// Seen is what memory holds of a listed referral.
type Seen struct {
	Created, Updated int64
	version          uint32
	passes           uint8 // those that showed it, a bit each
}

// Options says what is listed, and who is told of it.
type Options struct {
	Client *api.Client
	Filter string // OData; "" for everything
	// Take is given each referral that is new, and each newer version of one that is known. n is its number, counted from
	// 0 in the order of first sight.
	Take func(n int, fresh bool, r *api.Referral) error
	// Page is told of the end of each page, with what a later process can go on from. It may be nil.
	Page func(next string) error
}

// List is what the service has shown: each id once, in the order of first sight.
type List struct {
	o       Options
	seen    []Seen
	numbers map[Key]int32
	pass    int
	order   order
	before  order // of the pass before
	borders []border
	end     Key       // the last referral of the last page that showed any
	middle  time.Time // when the one in its middle was made
	loops   bool
	unnamed bool // a referral had no id
	repeats int
}

// New returns a list of which nothing has been read.
func New(o Options) *List { return &List{o: o, numbers: map[Key]int32{}} }

// Len returns how many referrals were listed, each once.
func (l *List) Len() int { return len(l.seen) }

// At returns what is held of a referral, by its number.
func (l *List) At(n int) Seen { return l.seen[n] }

// Repeats returns how often the first pass showed a referral again.
func (l *List) Repeats() int { return l.repeats }

// note takes a sight in, of a pass or of another look. It returns the number of the referral, whether its id is new, and
// whether this version stands: an older one of a referral that is known does not.
func (l *List) note(s Sight, ofPass bool) (n int, fresh, stands bool) {
	at, known := l.numbers[s.Key]
	if !known {
		at = int32(len(l.seen))
		l.numbers[s.Key] = at
		l.seen = append(l.seen, Seen{Created: s.Created, Updated: s.Updated, version: s.Version})
	}
	seen := &l.seen[at]
	if ofPass {
		l.show(seen, s.Created)
	}
	if known && (s.Updated < seen.Updated || s.Updated == seen.Updated && s.Version == seen.version) {
		return int(at), false, false
	}
	seen.Created, seen.Updated, seen.version = s.Created, s.Updated, s.Version
	return int(at), !known, true
}

// show takes down that the pass shows a referral.
func (l *List) show(seen *Seen, created int64) {
	bit := uint8(1) << l.pass
	if seen.passes&bit != 0 {
		if l.pass == 0 {
			l.repeats++
		}
		return
	}
	seen.passes |= bit
	l.order.add(created)
}

// take takes a referral in and hands it on where it is news.
func (l *List) take(r *api.Referral, ofPass bool) error {
	if r.ID() == "" {
		l.unnamed = true
		return nil
	}
	n, fresh, stands := l.note(SightOf(r), ofPass)
	if !stands {
		return nil
	}
	return l.o.Take(n, fresh, r)
}

// Add takes in what another look than a pass has shown, and reports whether it was not known before.
func (l *List) Add(r *api.Referral) (fresh bool, err error) {
	known := len(l.seen)
	err = l.take(r, false)
	return len(l.seen) > known, err
}

// Recall takes in what a process before has kept of a page, and returns as note does. Of passes behind the first only
// what was new there is known, so that they are read again.
func (l *List) Recall(s Sight, first bool) (n int, fresh bool) {
	n, fresh, _ = l.note(s, first)
	return n, fresh
}

// RecallPage takes down that a process before read a page of the first pass to its end.
func (l *List) RecallPage() { l.order.pages++ }

// Restart begins the first pass again. What is known stays known.
func (l *List) Restart() {
	l.order, l.borders, l.pass, l.loops = order{}, nil, 0, false
	for i := range l.seen {
		l.seen[i].passes = 0
	}
}

package listing

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"iter"
	"math"
	"os"
	"slices"
	"strings"
	"sync"

	"refload/api"
	"refload/internal/run"
	"refload/mapping"
)

// Entry is what memory holds of a listed referral: a hash, and where it is in the spool.
type Entry struct {
	Hash   uint64
	Offset int64
}

// Index is what the service listed, spooled to the run folder, with ways in by marker, by CRM IDs that are near,
// by id, by what look-alikes have in common, and, for the referrals that invite Microsoft, by
// engagement. It is made by listing, never by remembering.
type Index struct {
	spool     *os.File
	ByMarker  []Entry                 // by the key of the CRM ID or marker, of our own referrals
	ByNear    []Entry                 // by what near CRM IDs have in common, of our own
	ByID      []Entry                 // by IDHash
	ByLook    []Entry                 // by LookOf, of our own
	Invites   []Entry                 // by InviteKey, of the referrals that invite Microsoft
	joined    func() ([]Entry, error) // by engagement; made when a row names one
	Referrals int                     // that were listed, each once
	View      ViewCount
	Verdict   Verdict        // whether the list is complete
	replaced  map[int64]bool // offsets of versions of which a newer one was listed
	ids       mapping.IDs
}

// BuildIndex lists all referrals of the service into a spool file. account is the signed-in
// one, "" where it is not known.
func BuildIndex(ctx context.Context, client *api.Client, path, account string, ids mapping.IDs, progress func(int)) (*Index, error) {
	spool, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, &run.StateError{Path: path, Err: err}
	}
	ix := &Index{spool: spool, ids: ids, View: ViewCount{Account: account}, replaced: map[int64]bool{}}
	ix.joined = sync.OnceValues(ix.engagements)
	if err := ix.fill(ctx, client, progress); err != nil {
		spool.Close()
		return nil, err
	}
	for _, entries := range []*[]Entry{&ix.ByMarker, &ix.ByNear, &ix.ByID, &ix.ByLook, &ix.Invites} {
		*entries = slices.DeleteFunc(*entries, func(e Entry) bool { return ix.replaced[e.Offset] })
		SortEntries(*entries)
	}
	return ix, nil
}

// fill lists into the spool.
func (ix *Index) fill(ctx context.Context, client *api.Client, progress func(int)) (err error) {
	out := bufio.NewWriterSize(ix.spool, 64<<10)
	var offset int64
	list := New(Options{
		Client: client,
		Take: func(n int, fresh bool, referral *api.Referral) error {
			length, err := ix.add(out, n, fresh, referral, offset)
			if err != nil {
				return &run.StateError{Path: ix.spool.Name(), Err: err}
			}
			offset += length
			return nil
		},
		Page: func(string) error {
			progress(ix.Referrals)
			return nil
		},
	})
	if ix.Verdict, err = list.Whole(ctx); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return &run.StateError{Path: ix.spool.Name(), Err: err}
	}
	return nil
}

// SortEntries puts entries in the order in which they are looked up.
func SortEntries(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Offset, b.Offset))
	})
}

// add writes the n-th referral of the list, or a newer version of it.
func (ix *Index) add(out *bufio.Writer, n int, fresh bool, referral *api.Referral, offset int64) (int64, error) {
	line, err := referral.MarshalJSON()
	if err != nil {
		return 0, err
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return 0, err
	}
	if fresh {
		ix.Referrals++
		ix.View.Add(referral)
		ix.ByID = append(ix.ByID, Entry{IDHash(referral.ID()), offset})
	} else {
		ix.replaced[ix.ByID[n].Offset] = true
		ix.ByID[n].Offset = offset
	}
	if Invited(referral) {
		ix.Invites = append(ix.Invites, Entry{HashText(InviteKey(referral.EngagementID())), offset})
		return int64(len(line)) + 1, nil
	}
	if marker := referral.ExternalReferenceID(); marker != "" {
		ix.ByMarker = append(ix.ByMarker, Entry{HashText(ix.ids.Key(marker)), offset})
		ix.ByNear = append(ix.ByNear, Entry{HashText(ix.ids.Near(marker)), offset})
	}
	if look := LookOf(referral); look != 0 {
		ix.ByLook = append(ix.ByLook, Entry{look, offset})
	}
	return int64(len(line)) + 1, nil
}

// Invited reports whether a referral is the one that was made to invite Microsoft: it repeats
// the CRM ID of our own and is not ours to count.
//
// Source: the "Create a referral" page, shared referrals.
func Invited(referral *api.Referral) bool { return referral.TargetsMicrosoft() }

// InviteKey is by what the referral that invites Microsoft is known: there is one in an
// engagement.
func InviteKey(engagement string) string { return "invite:" + strings.ToLower(engagement) }

// IDHash is the hash by which a referral is found by its id.
func IDHash(id string) uint64 { return HashText(strings.ToLower(id)) }

// Has reports whether an entry with this hash may be there.
func Has(entries []Entry, hash uint64) bool {
	_, found := place(entries, hash)
	return found
}

// place returns where the entries with a hash begin, and whether there are any.
func place(entries []Entry, hash uint64) (int, bool) {
	return slices.BinarySearchFunc(entries, hash, func(e Entry, h uint64) int { return cmp.Compare(e.Hash, h) })
}

// EntriesOf returns the entries with a hash.
func EntriesOf(entries []Entry, hash uint64) []Entry {
	first, _ := place(entries, hash)
	last := first
	for last < len(entries) && entries[last].Hash == hash {
		last++
	}
	return entries[first:last]
}

// Marked yields the listed referrals of ours whose markers have the hashes of some rows.
func (ix *Index) Marked(rows []Entry) iter.Seq2[spooled, error] {
	return func(yield func(spooled, error) bool) {
		for _, row := range rows {
			for _, listed := range EntriesOf(ix.ByMarker, row.Hash) {
				if referral, err := ix.read(listed.Offset); !yield(spooled{referral, listed.Offset}, err) || err != nil {
					return
				}
			}
		}
	}
}

// WithMarker returns the listed referrals of ours that carry the marker.
func (ix *Index) WithMarker(marker string) ([]*api.Referral, error) {
	key := ix.ids.Key(marker)
	return ix.Find(ix.ByMarker, HashText(key), func(r *api.Referral) bool {
		return ix.ids.Key(r.ExternalReferenceID()) == key
	})
}

// NearTo returns the listed referrals of ours whose CRM ID is near to one and not the same.
func (ix *Index) NearTo(id string) ([]*api.Referral, error) {
	key, near := ix.ids.Key(id), ix.ids.Near(id)
	return ix.Find(ix.ByNear, HashText(near), func(r *api.Referral) bool {
		other := r.ExternalReferenceID()
		return ix.ids.Near(other) == near && ix.ids.Key(other) != key
	})
}

// WithID returns the listed referral with the id, nil where there is none.
func (ix *Index) WithID(id string) (*api.Referral, error) {
	list, err := ix.Find(ix.ByID, IDHash(id), func(r *api.Referral) bool {
		return strings.EqualFold(r.ID(), id)
	})
	return firstOf(list), err
}

// Invite returns the listed referral that invites Microsoft to an engagement, nil for none.
func (ix *Index) Invite(engagement string) (*api.Referral, error) {
	list, err := ix.Find(ix.Invites, HashText(InviteKey(engagement)), func(r *api.Referral) bool {
		return strings.EqualFold(r.EngagementID(), engagement)
	})
	return firstOf(list), err
}

// LookAlikes returns the listed referrals of ours that look like a document.
func (ix *Index) LookAlikes(document *api.Referral) ([]*api.Referral, error) {
	text := LookText(document)
	if text == "" {
		return nil, nil
	}
	return ix.Find(ix.ByLook, HashText(text), func(r *api.Referral) bool { return LookText(r) == text })
}

func firstOf(list []*api.Referral) *api.Referral {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// Find returns the listed referrals among entries that have a hash and are the same by what is asked.
func (ix *Index) Find(entries []Entry, hash uint64, same func(*api.Referral) bool) ([]*api.Referral, error) {
	i, _ := place(entries, hash)
	var list []*api.Referral
	for ; i < len(entries) && entries[i].Hash == hash; i++ {
		referral, err := ix.read(entries[i].Offset)
		if err != nil {
			return nil, err
		}
		if same(referral) {
			list = append(list, referral)
		}
	}
	return list, nil
}

func (ix *Index) read(offset int64) (*api.Referral, error) {
	info, err := ix.spool.Stat()
	if err != nil {
		return nil, &run.StateError{Path: ix.spool.Name(), Err: err}
	}
	line, err := bufio.NewReader(io.NewSectionReader(ix.spool, offset, info.Size()-offset)).ReadBytes('\n')
	if err != nil {
		return nil, &run.StateError{Path: ix.spool.Name(), Err: err}
	}
	return api.ParseReferral(line)
}

// spooled is a listed referral and where it is in the spool.
type spooled struct {
	*api.Referral
	offset int64
}

// All yields what was listed, in the order of the list.
func (ix *Index) All() iter.Seq2[spooled, error] {
	return func(yield func(spooled, error) bool) {
		in := bufio.NewReaderSize(io.NewSectionReader(ix.spool, 0, math.MaxInt64), 64<<10)
		for at := (spooled{}); ; {
			line, err := in.ReadBytes('\n')
			if err == io.EOF && len(line) == 0 {
				return
			}
			if err == nil && ix.replaced[at.offset] {
				at.offset += int64(len(line))
				continue
			}
			if err == nil {
				at.Referral, err = api.ParseReferral(line)
			}
			if !yield(at, err) || err != nil {
				return
			}
			at.offset += int64(len(line))
		}
	}
}

// engagements finds every listed referral by its engagement.
func (ix *Index) engagements() ([]Entry, error) {
	var list []Entry
	for referral, err := range ix.All() {
		if err != nil {
			return nil, err
		}
		list = append(list, Entry{HashText(strings.ToLower(referral.EngagementID())), referral.offset})
	}
	SortEntries(list)
	return list, nil
}

// Engagement returns the listed referrals of an engagement, each id once.
func (ix *Index) Engagement(id string) ([]*api.Referral, error) {
	entries, err := ix.joined()
	if err != nil {
		return nil, err
	}
	return ix.Find(entries, HashText(strings.ToLower(id)), func(r *api.Referral) bool { return strings.EqualFold(r.EngagementID(), id) })
}

// Close removes the spool.
func (ix *Index) Close() error {
	if ix == nil {
		return nil
	}
	ix.spool.Close()
	return os.Remove(ix.spool.Name())
}

package importer

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
	"refload/internal/listing"
	"refload/internal/run"
	"refload/mapping"
)

// entry is what memory holds of a listed referral: a hash, and where it is in the spool.
type entry struct {
	hash   uint64
	offset int64
}

// index is what the service listed, spooled to the run folder, with ways in by marker, by CRM IDs that are near,
// by id, by what look-alikes have in common, and, for the referrals that invite Microsoft, by
// engagement. It is made by listing, never by remembering.
type index struct {
	spool     *os.File
	byMarker  []entry
	byNear    []entry
	byID      []entry
	byLook    []entry
	invites   []entry
	joined    func() ([]entry, error) // by engagement; made when a row names one
	referrals int
	view      viewCount
	verdict   listing.Verdict // whether the list is complete
	replaced  map[int64]bool  // offsets of versions of which a newer one was listed
	ids       mapping.IDs
}

// buildIndex lists all referrals of the service into a spool file. account is the signed-in
// one, "" where it is not known.
func buildIndex(ctx context.Context, client *api.Client, path, account string, ids mapping.IDs, progress func(int)) (*index, error) {
	spool, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, &run.StateError{Path: path, Err: err}
	}
	ix := &index{spool: spool, ids: ids, view: viewCount{account: account}, replaced: map[int64]bool{}}
	ix.joined = sync.OnceValues(ix.engagements)
	if err := ix.fill(ctx, client, progress); err != nil {
		spool.Close()
		return nil, err
	}
	for _, entries := range []*[]entry{&ix.byMarker, &ix.byNear, &ix.byID, &ix.byLook, &ix.invites} {
		*entries = slices.DeleteFunc(*entries, func(e entry) bool { return ix.replaced[e.offset] })
		sortEntries(*entries)
	}
	return ix, nil
}

// fill lists into the spool.
func (ix *index) fill(ctx context.Context, client *api.Client, progress func(int)) (err error) {
	out := bufio.NewWriterSize(ix.spool, 64<<10)
	var offset int64
	list := listing.New(listing.Options{
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
			progress(ix.referrals)
			return nil
		},
	})
	if ix.verdict, err = list.Whole(ctx); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return &run.StateError{Path: ix.spool.Name(), Err: err}
	}
	return nil
}

// sortEntries puts entries in the order in which they are looked up.
func sortEntries(entries []entry) {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.offset, b.offset))
	})
}

// add writes the n-th referral of the list, or a newer version of it.
func (ix *index) add(out *bufio.Writer, n int, fresh bool, referral *api.Referral, offset int64) (int64, error) {
	line, err := referral.MarshalJSON()
	if err != nil {
		return 0, err
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return 0, err
	}
	if fresh {
		ix.referrals++
		ix.view.add(referral)
		ix.byID = append(ix.byID, entry{idHash(referral.ID()), offset})
	} else {
		ix.replaced[ix.byID[n].offset] = true
		ix.byID[n].offset = offset
	}
	if invited(referral) {
		ix.invites = append(ix.invites, entry{hashText(inviteKey(referral.EngagementID())), offset})
		return int64(len(line)) + 1, nil
	}
	if marker := referral.ExternalReferenceID(); marker != "" {
		ix.byMarker = append(ix.byMarker, entry{hashText(ix.ids.Key(marker)), offset})
		ix.byNear = append(ix.byNear, entry{hashText(ix.ids.Near(marker)), offset})
	}
	if look := lookOf(referral); look != 0 {
		ix.byLook = append(ix.byLook, entry{look, offset})
	}
	return int64(len(line)) + 1, nil
}

// invited reports whether a referral is the one that was made to invite Microsoft: it repeats
// the CRM ID of our own and is not ours to count.
//
// Source: the "Create a referral" page, shared referrals.
func invited(referral *api.Referral) bool { return referral.TargetsMicrosoft() }

// inviteKey is by what the referral that invites Microsoft is known: there is one in an
// engagement.
func inviteKey(engagement string) string { return "invite:" + strings.ToLower(engagement) }

// idHash is the hash by which a referral is found by its id.
func idHash(id string) uint64 { return hashText(strings.ToLower(id)) }

// has reports whether an entry with this hash may be there.
func has(entries []entry, hash uint64) bool {
	_, found := place(entries, hash)
	return found
}

// place returns where the entries with a hash begin, and whether there are any.
func place(entries []entry, hash uint64) (int, bool) {
	return slices.BinarySearchFunc(entries, hash, func(e entry, h uint64) int { return cmp.Compare(e.hash, h) })
}

// entriesOf returns the entries with a hash.
func entriesOf(entries []entry, hash uint64) []entry {
	first, _ := place(entries, hash)
	last := first
	for last < len(entries) && entries[last].hash == hash {
		last++
	}
	return entries[first:last]
}

// marked yields the listed referrals of ours whose markers have the hashes of some rows.
func (ix *index) marked(rows []entry) iter.Seq2[spooled, error] {
	return func(yield func(spooled, error) bool) {
		for _, row := range rows {
			for _, listed := range entriesOf(ix.byMarker, row.hash) {
				if referral, err := ix.read(listed.offset); !yield(spooled{referral, listed.offset}, err) || err != nil {
					return
				}
			}
		}
	}
}

// withMarker returns the listed referrals of ours that carry the marker.
func (ix *index) withMarker(marker string) ([]*api.Referral, error) {
	key := ix.ids.Key(marker)
	return ix.find(ix.byMarker, hashText(key), func(r *api.Referral) bool {
		return ix.ids.Key(r.ExternalReferenceID()) == key
	})
}

// nearTo returns the listed referrals of ours whose CRM ID is near to one and not the same.
func (ix *index) nearTo(id string) ([]*api.Referral, error) {
	key, near := ix.ids.Key(id), ix.ids.Near(id)
	return ix.find(ix.byNear, hashText(near), func(r *api.Referral) bool {
		other := r.ExternalReferenceID()
		return ix.ids.Near(other) == near && ix.ids.Key(other) != key
	})
}

// withID returns the listed referral with the id, nil where there is none.
func (ix *index) withID(id string) (*api.Referral, error) {
	list, err := ix.find(ix.byID, idHash(id), func(r *api.Referral) bool {
		return strings.EqualFold(r.ID(), id)
	})
	return firstOf(list), err
}

// invite returns the listed referral that invites Microsoft to an engagement, nil for none.
func (ix *index) invite(engagement string) (*api.Referral, error) {
	list, err := ix.find(ix.invites, hashText(inviteKey(engagement)), func(r *api.Referral) bool {
		return strings.EqualFold(r.EngagementID(), engagement)
	})
	return firstOf(list), err
}

// lookAlikes returns the listed referrals of ours that look like a document.
func (ix *index) lookAlikes(document *api.Referral) ([]*api.Referral, error) {
	text := lookText(document)
	if text == "" {
		return nil, nil
	}
	return ix.find(ix.byLook, hashText(text), func(r *api.Referral) bool { return lookText(r) == text })
}

func firstOf(list []*api.Referral) *api.Referral {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (ix *index) find(entries []entry, hash uint64, same func(*api.Referral) bool) ([]*api.Referral, error) {
	i, _ := place(entries, hash)
	var list []*api.Referral
	for ; i < len(entries) && entries[i].hash == hash; i++ {
		referral, err := ix.read(entries[i].offset)
		if err != nil {
			return nil, err
		}
		if same(referral) {
			list = append(list, referral)
		}
	}
	return list, nil
}

func (ix *index) read(offset int64) (*api.Referral, error) {
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

// all yields what was listed, in the order of the list.
func (ix *index) all() iter.Seq2[spooled, error] {
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
func (ix *index) engagements() ([]entry, error) {
	var list []entry
	for referral, err := range ix.all() {
		if err != nil {
			return nil, err
		}
		list = append(list, entry{hashText(strings.ToLower(referral.EngagementID())), referral.offset})
	}
	sortEntries(list)
	return list, nil
}

// engagement returns the listed referrals of an engagement, each id once.
func (ix *index) engagement(id string) ([]*api.Referral, error) {
	entries, err := ix.joined()
	if err != nil {
		return nil, err
	}
	return ix.find(entries, hashText(strings.ToLower(id)), func(r *api.Referral) bool { return strings.EqualFold(r.EngagementID(), id) })
}

// close removes the spool.
func (ix *index) close() error {
	if ix == nil {
		return nil
	}
	ix.spool.Close()
	return os.Remove(ix.spool.Name())
}

package exporter

import (
	"cmp"
	"iter"
	"slices"

	"refload/api"
	"refload/mapping"
)

// deals is what was listed, as rows: one a deal, the partner's own referral, in the order of
// creation; behind it Microsoft's, where both sides are wanted.
type deals struct {
	spool     *spool
	rows      []int32
	microsoft map[key]int32 // by engagement; where there are several, one that invites Microsoft
	leftOut   int           // referrals of Microsoft's side that are no rows
}

// newDeals puts the rows of a spool in order.
func newDeals(s *spool, bothSides bool) *deals {
	d := &deals{spool: s, microsoft: map[key]int32{}}
	theirs := map[key][]int32{}
	var own []int32
	for i := range s.entries {
		e := &s.entries[i]
		switch {
		case !e.kept():
		case e.microsoft:
			theirs[e.engagement] = append(theirs[e.engagement], int32(i))
			if known, there := d.microsoft[e.engagement]; !there || !s.entries[known].invites {
				d.microsoft[e.engagement] = int32(i)
			}
		case e.matches:
			own = append(own, int32(i))
		}
	}
	delete(d.microsoft, key{})
	d.sort(own)
	for _, i := range own {
		d.rows = append(d.rows, i)
		if engagement := s.entries[i].engagement; bothSides && engagement != (key{}) {
			d.rows = append(d.rows, theirs[engagement]...)
			delete(theirs, engagement)
		}
	}
	d.rest(theirs, bothSides)
	return d
}

func (d *deals) sort(rows []int32) {
	slices.SortStableFunc(rows, func(a, b int32) int {
		return cmp.Compare(d.spool.list.At(int(a)).Created, d.spool.list.At(int(b)).Created)
	})
}

// rest deals with Microsoft's referrals of deals whose own side is no row: they are rows if
// they are wanted and meet the filter themselves.
func (d *deals) rest(theirs map[key][]int32, bothSides bool) {
	var alone []int32
	for _, list := range theirs {
		for _, i := range list {
			if bothSides && d.spool.entries[i].matches {
				alone = append(alone, i)
			} else {
				d.leftOut++
			}
		}
	}
	slices.Sort(alone)
	d.sort(alone)
	d.rows = append(d.rows, alone...)
}

// row is a referral on its way into the file.
type row struct {
	mapping.Exported
	line []byte // as it stands in the spool; good until the next row
	// first is true for the first row of its deal, by which sums count a deal once.
	first bool
}

// all yields the rows, in order.
func (d *deals) all() iter.Seq2[*row, error] {
	return func(yield func(*row, error) bool) {
		var buffer []byte
		seen := make(map[key]struct{}, len(d.rows))
		for _, i := range d.rows {
			e := &d.spool.entries[i]
			line, err := d.spool.read(e, buffer)
			if err != nil {
				yield(nil, err)
				return
			}
			buffer = line
			r := &row{line: line, first: true}
			if e.engagement != (key{}) {
				_, before := seen[e.engagement]
				seen[e.engagement], r.first = struct{}{}, !before
			}
			if r.Exported, err = d.exported(e, line); err != nil {
				yield(nil, err)
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// exported reads a referral, and the one of Microsoft's side that belongs to it.
func (d *deals) exported(e *entry, line []byte) (mapping.Exported, error) {
	doc, err := api.ParseReferral(line)
	if err != nil {
		return mapping.Exported{}, spoolError(err)
	}
	other, known := d.microsoft[e.engagement]
	x := mapping.Exported{
		Doc: doc, OurSide: !e.microsoft, Unseen: d.spool.plan.Query.Filter != "",
		Invited: e.invites || known && d.spool.entries[other].invites,
	}
	if !known || e.microsoft {
		return x, nil
	}
	if line, err = d.spool.read(&d.spool.entries[other], nil); err == nil {
		x.Microsoft, err = api.ParseReferral(line)
	}
	if err != nil {
		return x, spoolError(err)
	}
	return x, nil
}

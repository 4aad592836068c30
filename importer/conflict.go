package importer

import (
	"slices"
	"strings"

	"refload/api"
	"refload/importer/journal"
	"refload/importer/outcome"
	"refload/internal/run"
	"refload/mapping"
)

// lookUp reads the referral after a change without a trustworthy answer, or one that met
// another version, and says what follows: it is done, it may be sent again, or somebody else
// was there.
func (c *changer) lookUp(e *api.Error, n int) (after *api.Referral, again bool, err error) {
	if err := c.answer(c.op, c.step, e, journal.Ambiguous); err != nil {
		return nil, false, err
	}
	now, err := c.client.Get(c.work, c.live.ID())
	if err != nil {
		return nil, false, c.unsure(e)
	}
	switch {
	case c.landed(now):
		c.op.others = c.op.others || len(contentDiff(c.after, now)) > 0
		return now, false, c.keepAfter(now)
	case now.ETag() == c.live.ETag() && c.sends < mostChangeSends:
		return nil, true, c.pause(n)
	case now.ETag() == c.live.ETag():
		return nil, false, c.unsure(e)
	}
	return c.others(now, n)
}

// landed reports whether a version has what the step wants, so that it was executed: the very values that were
// sent, or what the row as a whole takes for them, since a service may write a value in its own way.
func (c *changer) landed(now *api.Referral) bool {
	if c.op.restore == nil && len(api.Operations(now, c.wanted(now))) == 0 {
		return true
	}
	return len(api.Operations(now, c.laid(now))) == 0 && !c.gaveUp(now)
}

// gaveUp reports whether a version wants nothing more because part of the change has no place in
// it any more: somebody else has changed the same field, or it cannot be changed now.
func (c *changer) gaveUp(now *api.Referral) bool {
	if c.op.restore != nil {
		ours := api.Operations(c.live, c.after)
		return slices.ContainsFunc(contentDiff(c.after, now), func(t api.Change) bool { return touches(ours, t.Path) })
	}
	if !c.step.row {
		return false
	}
	merged := c.op.record.Merge(now)
	return len(merged.Clashes) > 0 || len(merged.Locked) > len(c.op.merged.Locked)
}

// others decides what becomes of a change when somebody else has changed the referral since it
// was compared. A deal that was closed meanwhile takes no more changes, whatever the service would let pass.
func (c *changer) others(now *api.Referral, n int) (after *api.Referral, again bool, err error) {
	theirs := contentDiff(c.live, now)
	ours := api.Operations(c.live, c.after)
	closed := now.State().Status == statusClosed && c.live.State().Status != statusClosed
	clash := closed || slices.ContainsFunc(theirs, func(t api.Change) bool { return touches(ours, t.Path) })
	switch {
	case len(theirs) > 0 && (clash || !c.options.MergeDisjoint || c.merges == mostMerges):
		return nil, false, c.conflict(now, theirs)
	case c.sends >= mostChangeSends:
		return nil, false, c.unsure(&api.Error{})
	case len(theirs) > 0:
		c.merges++
		c.op.others = true
	}
	c.live, c.after = now, c.wanted(now)
	return nil, true, c.pause(n)
}

// conflict settles a row whose referral somebody else has changed. Nothing was overwritten.
func (c *changer) conflict(now *api.Referral, theirs []api.Change) error {
	record := found(run.Conflict, outcome.ReasonChangedSince, now, c.op.tries)
	record.Step, record.Fields, record.Marker = c.step.kind, pathsOf(theirs), c.op.marker
	if c.op.begun() {
		record = c.op.halfDone(record)
	}
	c.rememberWords(c.op.record.Row, c.bothValues(theirs))
	return c.settle(c.op.n, record)
}

// bothValues shows what the others have made of properties, what the row wants there, and what it
// wants elsewhere.
func (c *changer) bothValues(theirs []api.Change) string {
	var clashes []mapping.Clash
	for _, change := range theirs {
		clash := mapping.Clash{Path: change.Path, Base: change.Old, Yours: change.Old, Theirs: change.New}
		if yours, there := c.after.Get(change.Path); there {
			clash.Yours = yours
		}
		clashes = append(clashes, clash)
	}
	return threeSides(clashes, contentDiff(c.live, c.after))
}

// threeSides shows base, theirs and yours: of what somebody else has changed, then of the other
// changes of the row.
func threeSides(clashes []mapping.Clash, yours []api.Change) string {
	var texts []string
	shown := map[string]bool{}
	for _, c := range clashes {
		shown[c.Path] = true
		text := mapping.HeaderOf(c.Path) + ": was " + mapping.ShowValue(c.Base) + ", is now " + mapping.ShowValue(c.Theirs)
		if !api.Equal(c.Yours, c.Base) {
			text += ", the row wants " + mapping.ShowValue(c.Yours)
		}
		texts = append(texts, text)
	}
	for _, change := range yours {
		if !shown[change.Path] {
			texts = append(texts, mapping.HeaderOf(change.Path)+": is "+mapping.ShowValue(change.Old)+", the row wants "+mapping.ShowValue(change.New))
		}
	}
	return strings.Join(texts, "; ")
}

// volatile are the properties that change with every write.
var volatile = []string{"eTag", "updatedDateTime", "links", "lastModifiedVia", "lastRunId"}

// contentDiff returns what differs between two versions besides what changes with every write.
func contentDiff(before, after *api.Referral) []api.Change {
	return slices.DeleteFunc(mapping.Changes(before, after), func(c api.Change) bool { return isVolatile(c.Path) })
}

// touches reports whether operations write a property, a part of it, or what it is a part of.
func touches(operations []api.Operation, path string) bool {
	pointer := "/" + strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(path)
	return slices.ContainsFunc(operations, func(o api.Operation) bool {
		written := strings.TrimSuffix(o.Path, "/-")
		return pointer == written || strings.HasPrefix(pointer, written+"/") || strings.HasPrefix(written, pointer+"/")
	})
}

// readWhole reads the referral for a change by the whole resource: a listing may give less of
// it. It reports whether the change is to be sent.
func (c *changer) readWhole() (send bool, err error) {
	now, err := c.client.Get(c.work, c.live.ID())
	if failed := refusedRead(err); failed != nil {
		return false, c.refused(c.op, failed)
	}
	if err != nil {
		c.stop(reasonOfRead(err), readDetail(err))
		return false, c.giveBack(c.op, reasonOfRead(err))
	}
	if now.ETag() == c.live.ETag() {
		c.live = now
		return true, nil
	}
	c.after = c.wanted(c.live)
	_, again, err := c.others(now, 0)
	return again, err
}

// staleConflict is the outcome of a row whose sheet was made from another version: with what it
// held then, where the sheet says it, and what it wants and what is there now.
func (o *op) staleConflict() decision {
	record := found(run.Conflict, outcome.ReasonStaleSheet, o.live, 0)
	record.Marker = o.marker
	clashes := append(slices.Clone(o.merged.Clashes), o.merged.Theirs...)
	if len(clashes) == 0 {
		record.Fields = pathsOf(o.merged.Changes)
		return decision{settled: record, words: valuesOf(o.merged.Changes)}
	}
	record.Reason = outcome.ReasonChangedSince
	for _, c := range clashes {
		record.Fields = append(record.Fields, c.Path)
	}
	return decision{settled: record, words: threeSides(clashes, o.merged.Changes)}
}

// mayMerge reports whether a row from an older version may be laid over a newer one: it carries
// what it held then, somebody else has changed other fields only, and that was asked for.
// Where it is not known what the row held, nobody can tell whose change it is.
func (r *runner) mayMerge(o *op) bool {
	moves := o.record.Destination() != (api.State{}) && o.record.BaseState() != o.live.State()
	return r.options.MergeDisjoint && o.record.Exported && !o.merged.Unsure && !moves
}

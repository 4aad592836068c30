package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// model is what a reader of the documentation expects of the service, in a few lines: the names
// and statuses of the referrals, in the order of their creation.
type model struct {
	w       *world
	options Options
	ids     []string
	names   map[string]string
	closed  map[string]bool
	etags   map[string]string
	stale   map[string][]string // versions that are gone
	created map[string]int
}

func (m *model) any(t *rapid.T) string {
	if len(m.ids) == 0 {
		t.Skip("nothing there yet")
	}
	return rapid.SampledFrom(m.ids).Draw(t, "id")
}

func (m *model) changed(id string, got answer) {
	m.stale[id] = append(m.stale[id], m.etags[id])
	m.etags[id] = got.header.Get("ETag")
}

// The sandbox does what the model does, over any course of creates, changes, refusals, lists and
// reopenings.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		options := stateOptions(t)
		m := &model{w: newWorld(t, options), options: options, names: map[string]string{}, closed: map[string]bool{},
			etags: map[string]string{}, stale: map[string][]string{}, created: map[string]int{}}
		rt.Repeat(map[string]func(*rapid.T){
			"create": m.create, "refused create": m.refusedCreate, "rename": m.rename, "rename by an old version": m.staleRename,
			"put": m.put, "close": m.close, "reopen": m.reopen, "": m.check,
		})
		m.w.Close()
	})
}

func (m *model) create(t *rapid.T) {
	marker, name := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "marker"), rapid.StringN(0, 20, -1).Draw(t, "name")
	got := m.w.create("externalReferenceId", string(encode(marker)), "name", string(encode(name)))
	id := text(got.doc, "id")
	if slices.Contains(m.ids, id) {
		t.Fatalf("the id %s is given twice", id)
	}
	m.ids = append(m.ids, id)
	m.names[id], m.etags[id] = name, text(got.doc, "eTag")
	m.created[marker]++
}

func (m *model) refusedCreate(t *rapid.T) {
	field := rapid.SampledFrom([]string{"type", "consent", "details", "customerProfile"}).Draw(t, "field")
	m.w.refused(400, field, "POST", collection, sample(field, "-"))
}

func (m *model) rename(t *rapid.T) {
	id, name := m.any(t), rapid.StringN(0, 20, -1).Draw(t, "name")
	header := rapid.SampledFrom([]string{"", m.etags[id]}).Draw(t, "If-Match")
	got := m.w.with("If-Match", header).do("PATCH", collection+"/"+id, patchOf(op("replace", "/name", string(encode(name)))))
	want := map[bool]int{false: 204, true: 400}[m.closed[id]]
	if got.status != want {
		t.Fatalf("status %d, want %d: %s", got.status, want, got.body)
	}
	if want == 204 {
		m.names[id] = name
		m.changed(id, got)
	}
}

func (m *model) staleRename(t *rapid.T) {
	id := m.any(t)
	if len(m.stale[id]) == 0 {
		t.Skip("no old version")
	}
	old := rapid.SampledFrom(m.stale[id]).Draw(t, "version")
	m.w.with("If-Match", old).want(412, "PATCH", collection+"/"+id, patchOf(op("replace", "/name", `"never"`)))
}

func (m *model) put(t *rapid.T) {
	id, name := m.any(t), rapid.StringN(0, 20, -1).Draw(t, "name")
	doc := m.w.want(200, "GET", collection+"/"+id, "").doc
	got := m.w.with("If-Match", m.etags[id]).do("PUT", collection+"/"+id, putBody(doc, "name", string(encode(name))))
	want := map[bool]int{false: 200, true: 400}[m.closed[id]]
	if got.status != want {
		t.Fatalf("status %d, want %d: %s", got.status, want, got.body)
	}
	if want == 200 {
		m.names[id] = name
		m.changed(id, got)
	}
}

func (m *model) close(t *rapid.T) {
	id := m.any(t)
	if m.closed[id] {
		t.Skip("closed already")
	}
	m.changed(id, m.w.want(204, "PATCH", collection+"/"+id, patchOf(op("replace", "/status", `"Closed"`), op("replace", "/substatus", `"Lost"`))))
	m.closed[id] = true
}

func (m *model) reopen(*rapid.T) { m.w = m.w.reopened(m.options) }

func (m *model) check(t *rapid.T) {
	if !maps.Equal(m.w.Created(), m.created) {
		t.Fatalf("created %v, want %v", m.w.Created(), m.created)
	}
	page := m.w.want(200, "GET", collection+"?$orderby=createdDateTime", "")
	values := elements(page.doc["value"])
	if len(values) != min(len(m.ids), pageSize) {
		t.Fatalf("%d listed, want %d", len(values), len(m.ids))
	}
	for i, value := range values {
		id := m.ids[i]
		if text(value, "id") != id || text(value, "name") != m.names[id] || text(value, "eTag") != m.etags[id] {
			t.Fatalf("number %d is %s, want the id %s, the name %q, the version %s", i, encode(value), id, m.names[id], m.etags[id])
		}
		if slices.Contains(m.stale[id], m.etags[id]) {
			t.Fatalf("%s has an old version again", id)
		}
	}
	closed := m.w.want(200, "GET", collection+"?$filter=status eq 'Closed'", "")
	if got := fmt.Sprint(closed.doc["@odata.count"]); len(m.ids) <= pageSize && got != fmt.Sprint(len(m.closed)) {
		t.Fatalf("%s closed, want %d", got, len(m.closed))
	}
}

package mapping

import (
	"regexp"
	"strings"
	"sync"
)

// place is a place in a referral, as far as the field table knows it.
type place struct {
	shown   bool // a column shows what stands here, with all that is below
	members map[string]*place
}

var bracket = regexp.MustCompile(`\[([^]]*)\]`)

// places is the tree of what columns show. "[]" stands for every element of an array.
var places = sync.OnceValue(func() *place {
	root := &place{}
	root.at("links").shown = true // addresses of the service, nothing of the deal
	for i := range table().fields {
		f := &table().fields[i]
		if f.Path[0] == '@' || f.Kind == Empty || len(parts[f.Kind]) > 0 {
			continue
		}
		path := bracket.ReplaceAllString(f.Path, ".[]")
		if chosen := chosenElement.FindStringSubmatch(f.Path); chosen != nil {
			root.at(path + "." + chosen[2]).shown = true
			path += ".id"
		}
		root.at(path).shown = true
	}
	return root
})

// at returns the place of a path, and makes it.
func (p *place) at(path string) *place {
	for name := range strings.SplitSeq(path, ".") {
		if p.members == nil {
			p.members = map[string]*place{}
		}
		if p.members[name] == nil {
			p.members[name] = &place{}
		}
		p = p.members[name]
	}
	return p
}

// unshown calls tell with the path of each value that no column shows.
func (p *place) unshown(value any, path string, tell func(path string)) {
	if p != nil && p.shown || blankValue(value) {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			p.below(name).unshown(member, path+"."+name, tell)
		}
	case []any:
		for _, element := range v {
			p.below("[]").unshown(element, path+"[]", tell)
		}
	default:
		tell(strings.TrimPrefix(path, "."))
	}
}

func (p *place) below(name string) *place {
	if p == nil {
		return nil
	}
	return p.members[name]
}

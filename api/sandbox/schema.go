package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// node is a property in the tree that the table of properties makes.
type node struct {
	Property
	children map[string]*node
	element  *node
}

var schema = newSchema(Properties())

func newSchema(properties []Property) *node {
	root := &node{Property: Property{Kind: Object, NotNull: true}}
	for _, property := range properties {
		place := root
		for _, name := range strings.Split(property.Path, ".") {
			place = place.descend(name)
		}
		place.Property = property
	}
	return root
}

// descend returns the child that a name of a path leads to, and makes it where it is missing.
func (n *node) descend(name string) *node {
	name, elements := strings.CutSuffix(name, "[]")
	child, ok := n.children[name]
	if !ok {
		if n.children == nil {
			n.children = map[string]*node{}
		}
		child = &node{}
		n.children[name] = child
	}
	if !elements {
		return child
	}
	if child.element == nil {
		child.element = &node{}
	}
	return child.element
}

// child returns the property of that name; nil where the table has none.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	return n.children[name]
}

// suggest names the property that differs from name in case only, or "".
func (n *node) suggest(name string) string {
	for _, known := range slices.Sorted(maps.Keys(n.children)) {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return ""
}

// requiredNames are the properties that a create must have.
var requiredNames = slices.DeleteFunc(slices.Sorted(maps.Keys(schema.children)), func(name string) bool {
	return !schema.children[name].Required
})

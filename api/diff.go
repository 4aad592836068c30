package api

import (
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two referrals. Old or New is nil where the value is null
// or absent.
type Change struct {
	Path string // JSON path of the smallest part that differs
	Old  any
	New  any
}

// Diff returns what has to change in r to make it other, in the order of the paths. Numbers
// are compared by value, so that 100 and 100.00 do not differ; null and absent are the same.
// Arrays of different length differ as a whole.
func (r *Referral) Diff(other *Referral) []Change {
	return diffValues("", r.root, other.root)
}

func diffValues(path string, old, new any) []Change {
	switch o := old.(type) {
	case map[string]any:
		if n, ok := new.(map[string]any); ok {
			return diffObjects(path, o, n)
		}
	case []any:
		if n, ok := new.([]any); ok && len(o) == len(n) {
			var changes []Change
			for i := range o {
				changes = append(changes, diffValues(path+"["+strconv.Itoa(i)+"]", o[i], n[i])...)
			}
			return changes
		}
	}
	if Equal(old, new) {
		return nil
	}
	return []Change{{path, old, new}}
}

func diffObjects(path string, old, new map[string]any) []Change {
	var changes []Change
	for _, name := range namesOfBoth(old, new) {
		changes = append(changes, diffValues(join(path, name), old[name], new[name])...)
	}
	return changes
}

// namesOfBoth returns the names of the properties of two objects, each once, in order.
func namesOfBoth(a, b map[string]any) []string {
	names := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Equal reports whether two JSON values are the same: numbers by value, objects by their
// properties whatever their order, arrays element by element, null the same as absent.
func Equal(a, b any) bool {
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		return ok && equalNumbers(x, y)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && len(diffObjects("", x, y)) == 0
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, Equal)
	case string, bool, nil:
		return a == b
	}
	return false
}

// longestNumber and largestNumber bound the numbers that are compared by value; beyond them
// only the same spelling is equal, because exact arithmetic would need as much memory as the
// exponent says.
const (
	longestNumber = 400
	largestNumber = 1e300
)

func equalNumbers(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, okX := rational(a)
	y, okY := rational(b)
	return okX && okY && x.Cmp(y) == 0
}

func rational(n json.Number) (*big.Rat, bool) {
	size, err := n.Float64()
	size = math.Abs(size)
	if err != nil || len(n) > longestNumber || size > largestNumber || size < 1/largestNumber && !isZero(n) {
		return nil, false
	}
	if isZero(n) {
		return new(big.Rat), true
	}
	return new(big.Rat).SetString(string(n))
}

// isZero reports whether every digit before the exponent is 0.
func isZero(n json.Number) bool {
	digits, _, _ := strings.Cut(strings.ToLower(string(n)), "e")
	return !strings.ContainsAny(digits, "123456789")
}

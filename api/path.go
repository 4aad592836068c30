package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// step is one part of a property path: a property name, or an index into an array.
type step struct {
	name  string
	index int
	array bool
}

// knownPaths are paths that were split before: those of the field table are asked for in every row.
// What is asked for after mostKnown others is split each time.
var (
	knownPaths sync.Map // path → []step, which nobody changes
	known      atomic.Int64
)

const mostKnown = 4096

// stepsOf is parsePath with a memory.
func stepsOf(path string) ([]step, error) {
	if steps, ok := knownPaths.Load(path); ok {
		return steps.([]step), nil
	}
	steps, err := parsePath(path)
	if err == nil && known.Add(1) <= mostKnown {
		knownPaths.Store(path, slices.Clip(steps))
	}
	return steps, err
}

// parsePath splits "customerProfile.team[0].email" into its steps.
// It refuses empty names, negative indexes and unbalanced brackets.
func parsePath(path string) ([]step, error) {
	var steps []step
	for part := range strings.SplitSeq(path, ".") {
		name, rest, indexed := strings.Cut(part, "[")
		if name == "" || indexed && rest == "" {
			return nil, fmt.Errorf("property path %q: a name or an index is empty", path)
		}
		steps = append(steps, step{name: name})
		indexes, err := parseIndexes(rest)
		if err != nil {
			return nil, fmt.Errorf("property path %q: %w", path, err)
		}
		steps = append(steps, indexes...)
	}
	return steps, nil
}

// parseIndexes reads what follows the first "[" of a part: "0]" or "0][1]".
func parseIndexes(rest string) ([]step, error) {
	var steps []step
	for rest != "" {
		digits, after, found := strings.Cut(rest, "]")
		index, err := strconv.Atoi(digits)
		if !found || err != nil || index < 0 {
			return nil, fmt.Errorf("%q is no array index", rest)
		}
		steps = append(steps, step{index: index, array: true})
		if after != "" && !strings.HasPrefix(after, "[") {
			return nil, fmt.Errorf("%q follows an array index", after)
		}
		rest = strings.TrimPrefix(after, "[")
	}
	return steps, nil
}

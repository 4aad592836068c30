package api

import "errors"

// HintOf returns what an error, or one that it wraps, advises to do next; "" where it advises nothing.
func HintOf(err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}

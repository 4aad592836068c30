package run

import (
	"fmt"
	"strings"
)

// Counted returns a number with its noun, which is given in the singular: "1 row", "2 rows", "2 copies".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ends := strings.CutSuffix(noun, "y"); ends {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

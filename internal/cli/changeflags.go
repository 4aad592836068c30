package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"refload/importer"
)

// changeFlags say how referrals are changed, and how much of what cannot be taken back a run
// may do. They are kept with the run.
type changeFlags struct {
	Method        string        `json:"update_method,omitempty"`
	MergeDisjoint bool          `json:"merge_disjoint,omitempty"`
	CloseAfter    time.Duration `json:"close_after_ns,omitempty"`
	MaxCreates    string        `json:"max_creates,omitempty"`
	MaxCloses     string        `json:"max_closes,omitempty"`
	MaxShares     string        `json:"max_shares,omitempty"`
	MinRows       string        `json:"min_rows,omitempty"`
}

func (f *changeFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.Method, "update-method", importer.UpdatePatch, "how a referral is updated: patch (the changed fields) or put (the whole resource)")
	flags.BoolVar(&f.MergeDisjoint, "merge-disjoint", false, "update a referral also when somebody else changed other fields of it meanwhile")
	flags.DurationVar(&f.CloseAfter, "close-after", 0, "leave deals open that are younger than this, such as 72h; a later import closes them")
}

// brakes reads the brakes.
func (f *changeFlags) brakes() (importer.Brakes, error) {
	var brakes importer.Brakes
	for _, brake := range []struct {
		flag, text string
		bound      *importer.Bound
	}{
		{"--max-creates", f.MaxCreates, &brakes.Creates}, {"--max-closes", f.MaxCloses, &brakes.Closes}, {"--max-shares", f.MaxShares, &brakes.Shares},
	} {
		bound, err := parseBound(brake.flag, brake.text)
		if err != nil {
			return brakes, err
		}
		*brake.bound = bound
	}
	if f.MinRows == "" {
		return brakes, nil
	}
	bound, err := parseBound("--min-rows", f.MinRows)
	if err == nil && bound.Percent == 0 {
		err = &UsageError{"--min-rows " + quote(f.MinRows) + " is no share", "a share of the rows of the last run, such as 80%"}
	}
	brakes.MinRows = bound.Percent
	return brakes, err
}

// parseBound reads "5", "2.5%", or "5%,50" for the larger of the two.
func parseBound(flag, text string) (importer.Bound, error) {
	var bound importer.Bound
	if text == "" {
		return bound, nil
	}
	for _, part := range strings.Split(text, ",") {
		share, percent := strings.CutSuffix(strings.TrimSpace(part), "%")
		number, err := strconv.ParseFloat(share, 64)
		whole := number == float64(int(number))
		if err != nil || number < 0 || percent && number > 100 || !percent && !whole {
			return importer.Bound{}, &UsageError{flag + " " + quote(text) + " is no bound", "a number of rows, such as 20, a share, such as 5%, or 5%,50 for the larger of the two"}
		}
		bound.Set = true
		if percent {
			bound.Percent = number
		} else {
			bound.Rows = int(number)
		}
	}
	return bound, nil
}

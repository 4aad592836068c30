package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ProfileInfo describes a profile of faults.
type ProfileInfo struct {
	Name string
	Help string // one line
}

type profile struct {
	ProfileInfo
	rules []Rule
}

var (
	onWrites  = []string{"POST", "PATCH", "PUT"}
	onChanges = []string{"PATCH", "PUT"}
)

// profiles is the table of profiles. The figures are per request.
var profiles = []profile{
	{ProfileInfo{"calm", "no faults at all"}, nil},
	{ProfileInfo{"nightly", "an ordinary night: about one request in a hundred goes wrong"}, []Rule{
		{Fault: "F25", P: 0.004, Delay: 2 * time.Second},
		{Fault: "F33", P: 0.002, Kind: "json", Delay: 2 * time.Second},
		{Fault: "F31", On: onWrites, P: 0.001},
		{Fault: "F08", P: 0.001},
		{Fault: "F32", P: 0.001, Kind: "executed"},
		{Fault: "F16", P: 0.001},
		{Fault: "F13", P: 0.01, Max: 2 * time.Second},
		{Fault: "F54", P: 0.1, Max: 5 * time.Second},
	}},
	{ProfileInfo{"bad-night", "about 30 % of the writes end without a clear answer, and lists are behind"}, []Rule{
		{Fault: "F08", On: onWrites, P: 0.06},
		{Fault: "F31", On: onWrites, P: 0.06},
		{Fault: "F30", On: onWrites, P: 0.04},
		{Fault: "F07", On: onWrites, P: 0.04},
		{Fault: "F32", On: onWrites, P: 0.05, Max: 30 * time.Second},
		{Fault: "F55", On: onWrites, P: 0.03, Kind: "reset", Max: 30 * time.Second},
		{Fault: "F10", On: onWrites, P: 0.02},
		{Fault: "F09", On: onWrites, P: 0.01},
		{Fault: "F45", On: []string{"POST"}, P: 0.01, Max: 10 * time.Second},
		{Fault: "F44", On: []string{"POST"}, P: 0.01},
		{Fault: "F25", P: 0.03, Delay: time.Second},
		{Fault: "F33", On: []string{"GET"}, P: 0.03, Kind: "json"},
		{Fault: "F10", On: []string{"GET"}, P: 0.02},
		{Fault: "F54", Max: 20 * time.Second},
		{Fault: "F17", On: onWrites, P: 0.02}, // which only clients of HTTP/2 meet
		{Fault: "F18", On: onWrites, P: 0.02},
	}},
	{ProfileInfo{"throttled", "eight requests a second at most, a write counts twice"}, []Rule{
		{Fault: "F29", Rate: 8, Burst: 8},
		{Fault: "F27", P: 0.005},
		{Fault: "F26", P: 0.01, Delay: 3 * time.Second},
		{Fault: "F28", P: 0.002, Kind: "1.5"},
	}},
	{ProfileInfo{"outage", "after ten seconds a minute of 503, half a minute without connections, then calm"}, []Rule{
		{Fault: "F33", At: 10 * time.Second, For: time.Minute, Kind: "html"},
		{Fault: "F01", At: 70 * time.Second, For: 30 * time.Second},
		{Fault: "F08", On: onWrites, P: 0.02},
	}},
	{ProfileInfo{"two-editors", "somebody else changes the same referrals"}, []Rule{
		{Fault: "F56", On: onChanges, P: 0.15},
		{Fault: "F56", On: []string{"READ"}, P: 0.05},
		{Fault: "F56", On: onChanges, P: 0.03, Field: "status"},
		{Fault: "F57", On: onChanges, P: 0.05},
		{Fault: "F08", On: onChanges, P: 0.03},
		{Fault: "F58", On: []string{"LIST"}, P: 0.2, Kind: "insert"},
	}},
	{ProfileInfo{"hostile", "answers that lead astray: redirects, strange links, dangerous text, broken and huge bodies"}, []Rule{
		{Fault: "F42", P: 0.03},
		{Fault: "F58", On: []string{"LIST"}, P: 0.2},
		{Fault: "F52", P: 0.1},
		{Fault: "F47", P: 0.02},
		{Fault: "F48", P: 0.02},
		{Fault: "F49", P: 0.02},
		{Fault: "F50", P: 0.05},
		{Fault: "F51", P: 0.005},
		{Fault: "F44", On: []string{"POST"}, P: 0.03},
		{Fault: "F28", P: 0.01},
		{Fault: "F53", P: 0.02},
	}},
	{ProfileInfo{"sign-in", "tokens wear out after 50 requests or a minute, and the authority is unreliable"}, []Rule{
		{Fault: "F34", Uses: 50, Delay: time.Minute},
		{Fault: "F66", P: 0.1, Kind: "503"},
		{Fault: "F66", P: 0.1, Kind: "429", Delay: 2 * time.Second},
		{Fault: "F66", P: 0.1, Kind: "slow", Max: 5 * time.Second},
		{Fault: "F66", P: 0.1, Kind: "expires_in 0"},
	}},
}

// Profiles returns the profiles that ParseProfile knows.
func Profiles() []ProfileInfo {
	list := make([]ProfileInfo, len(profiles))
	for i, p := range profiles {
		list[i] = p.ProfileInfo
	}
	return list
}

// ParseProfile returns the plan of a profile with a seed. The error is a *ProfileError that
// names the nearest profile.
func ParseProfile(name string, seed uint64) (*Plan, error) {
	i := slices.IndexFunc(profiles, func(p profile) bool { return p.Name == name })
	if i < 0 {
		return nil, &ProfileError{Name: name}
	}
	return &Plan{Name: name, Seed: seed, Rules: slices.Clone(profiles[i].rules)}, nil
}

// ProfileError says that there is no profile of that name.
type ProfileError struct{ Name string }

// Error names the profile.
func (e *ProfileError) Error() string { return fmt.Sprintf("there is no profile of faults %q", e.Name) }

// Hint names the profile that may be meant, and all there are.
func (e *ProfileError) Hint() string {
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return nearestOf("profiles", names, e.Name)
}

// nearestOf names what may be meant by a name that there is not, and all there are.
func nearestOf(what string, names []string, name string) string {
	nearest, least := "", 4
	for _, known := range names {
		if d := distance(strings.ToLower(name), known); d < least {
			nearest, least = known, d
		}
	}
	hint := "the " + what + " are " + strings.Join(names, ", ")
	if nearest != "" {
		hint = fmt.Sprintf("did you mean %q? %s", nearest, hint)
	}
	return hint
}

// distance counts the letters to add, drop or exchange between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"refload/api"
	"refload/internal/run"
)

// habitFindings say what imports have learned of how the service keeps CRM IDs, and forget it where that is asked.
func (a *app) habitFindings(recheck bool) []finding {
	const about = "CRM IDs"
	home, err := a.knownHome()
	if err != nil {
		return []finding{{about, stateWrong, err.Error(), api.HintOf(err), exitStorage}}
	}
	if home == nil {
		if recheck {
			return []finding{fine(about, "nothing was learned of how the service keeps them")}
		}
		return nil
	}
	habits, err := home.Habits()
	switch {
	case recheck:
		if err := home.Unlearn(); err != nil {
			return []finding{{about, stateWrong, err.Error(), api.HintOf(err), exitStorage}}
		}
		return []finding{fine(about, "what was learned of how the service keeps them is forgotten; the next first create shows it anew")}
	case err != nil:
		return []finding{{about, stateWrong, err.Error(), api.HintOf(err), exitStorage}}
	case habits == run.Habits{}:
		return nil
	}
	return []finding{note(about, habitsInWords(habits), "when the service has changed, 'refload doctor --recheck' for it")}
}

// knownHome is the state folder of the service that is named; nil where none is, or no run has made one.
func (a *app) knownHome() (*run.Home, error) {
	target, named := a.namedTarget()
	state, err := a.stateFolder()
	if !named || err != nil {
		return nil, nil // as other findings say
	}
	if _, err := os.Stat(filepath.Join(state, target.Folder())); err != nil {
		return nil, nil
	}
	return run.OpenTarget(state, target)
}

func habitsInWords(h run.Habits) string {
	var parts []string
	for _, part := range []struct {
		is   bool
		text string
	}{
		{h.Case, "it changes their case, so that case does not count"},
		{h.Padding, "it changes white space and zeros in them, so that those do not count"},
		{h.Keeps > 0, fmt.Sprintf("it keeps %d characters of them, so that rows with a longer one are held", h.Keeps)},
	} {
		if part.is {
			parts = append(parts, part.text)
		}
	}
	return "imports have learned of the service: " + strings.Join(parts, "; ")
}

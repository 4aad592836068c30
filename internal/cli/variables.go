package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/internal/config"
	"refload/internal/console"
)

// ours is how the names of our variables begin.
const ours = "REFLOAD_"

// variableOf returns the variable that stands for a flag.
func variableOf(flag string) string {
	return ours + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// ofKubernetes are how the variables begin that Kubernetes gives a container beside a service of our name.
var ofKubernetes = []string{ours + "SERVICE_", ours + "PORT"}

// checkVariables looks for variables that begin like ours and that nothing reads. One that is nearly the name of
// one that is read is refused: a brake that is spelled wrongly would let everything through.
func (a *app) checkVariables(root *cobra.Command) error {
	set := a.ourVariables()
	if len(set) == 0 {
		return nil
	}
	read, byHand := variables(root)
	var wrong, advice []string
	for _, name := range set {
		near, isNear := config.Near(name, read)
		switch {
		case slices.Contains(read, name):
		case slices.Contains(byHand, name):
			a.note(strings.ToUpper(name) + " is not read: that is said on the command line each time")
		case isNear:
			wrong = append(wrong, strings.ToUpper(name))
			advice = append(advice, strings.ToUpper(near))
		default:
			a.note(strings.ToUpper(name) + " is no variable of refload and is not read")
		}
	}
	if wrong == nil {
		return nil
	}
	return &UsageError{"nothing reads " + strings.Join(wrong, ", "), "did you mean " + strings.Join(advice, ", ") + "? correct or unset it"}
}

// ourVariables returns the names of the variables that are set and begin like ours, in lower case.
func (a *app) ourVariables() []string {
	if a.env.Environ == nil {
		return nil
	}
	var names []string
	for _, entry := range a.env.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		name = strings.ToUpper(name) // Windows knows no difference
		foreign := slices.ContainsFunc(ofKubernetes, func(start string) bool { return strings.HasPrefix(name, start) })
		if strings.HasPrefix(name, ours) && value != "" && !foreign {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	return names
}

// variables returns, in lower case, the names of the variables that some command reads, and of those that would stand
// for a flag which has none.
func variables(root *cobra.Command) (read, byHand []string) {
	for _, name := range []string{tokenVariable, refreshVariable, refreshFileVariable, debugVariable} {
		read = append(read, strings.ToLower(name))
	}
	take := func(flag *pflag.Flag) {
		name := strings.ToLower(variableOf(flag.Name))
		if noEnvironment[flag.Name] {
			byHand = append(byHand, name)
		} else {
			read = append(read, name)
		}
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(take)
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(root)
	return read, byHand
}

// note tells of what is no problem and should be known.
func (a *app) note(text string) {
	fmt.Fprintln(a.env.Stderr, "note: "+console.Escape(text, longestShown))
}

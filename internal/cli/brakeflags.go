package cli

import (
	"github.com/spf13/pflag"

	"refload/importer"
)

// addBrakes adds the flags that stop a run before its first write, when it is about to do more than was expected.
func (f *changeFlags) addBrakes(flags *pflag.FlagSet) {
	flags.StringVar(&f.MaxCreates, "max-creates", "", "send nothing when more referrals than this would be created, invitations too: N, P%, or P%,N for the larger")
	flags.StringVar(&f.MaxCloses, "max-closes", "", "send nothing when more deals than this would be closed: N, P%, or P%,N for the larger")
	flags.StringVar(&f.MaxShares, "max-shares", "", "send nothing when more deals than this would be opened to Microsoft's sellers, or Microsoft be invited to: N, P%, or P%,N for the larger")
	flags.StringVar(&f.MinRows, "min-rows", "", "send nothing when the file has fewer rows than this share of the last run's, by its name but for digits such as a date: P%")
}

// addBrakes adds those, and the one for rows that ended badly.
func (f *importFlags) addBrakes(flags *pflag.FlagSet) {
	f.changes.addBrakes(flags)
	flags.StringVar(&f.maxErrors, "max-errors", "", "stop when more rows than this ended badly after they were sent: N or P% (default: no bound)")
}

// brakeTexts are the brakes by the names of their flags.
func (f *importFlags) brakeTexts() map[string]*string {
	return map[string]*string{"max-creates": &f.changes.MaxCreates, "max-closes": &f.changes.MaxCloses, "max-shares": &f.changes.MaxShares,
		"min-rows": &f.changes.MinRows, "max-errors": &f.maxErrors}
}

// brakeToday lets brakes hold for a plan or a run that was started with brakes of its own. One on the command line goes before that of
// the plan; what a profile or a variable says now holds beside it.
func (a *app) brakeToday(f *importFlags, flags *pflag.FlagSet) {
	f.today = &importFlags{}
	today, recorded := f.today.brakeTexts(), f.brakeTexts()
	for name := range recorded {
		switch flag := flags.Lookup(name); {
		case flag == nil:
		case a.settings.origins[name].by == byFlag:
			*recorded[name] = flag.Value.String()
		default:
			*today[name] = flag.Value.String()
		}
	}
}

// brakes reads the brakes, and how many rows may end badly.
func (f *importFlags) brakes() (importer.Brakes, importer.Bound, error) {
	bound, err := parseBound("--max-errors", f.maxErrors)
	if err != nil {
		return importer.Brakes{}, bound, err
	}
	brakes, err := f.changes.brakes()
	if err != nil || f.today == nil {
		return brakes, bound, err
	}
	besides, most, err := f.today.brakes()
	return brakes.And(besides), bound.And(most), err
}

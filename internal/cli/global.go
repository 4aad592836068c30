package cli

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"refload/api"
	"refload/internal/console"
	"refload/internal/logs"
)

// globalFlags are the flags of every command.
type globalFlags struct {
	config      string
	profile     string
	baseURL     string
	caFile      string
	sandbox     bool
	rate        float64
	concurrency int
	state       string
	verbose     bool
	quiet       bool
	json        bool
	logFile     string
	logFormat   string
	debugBodies string

	rateGiven bool
}

// defaultConcurrency is how many requests are in flight at most.
const defaultConcurrency = 4

func (g *globalFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&g.config, "config", "", "a configuration file that you name: it counts before your own, and this folder's refload.yaml is not read")
	flags.StringVar(&g.profile, "profile", "", "a profile of refload.yaml: its service and its settings (default: the default-profile)")
	flags.StringVar(&g.baseURL, "base-url", "", "the service: https, or http to a loopback address")
	flags.StringVar(&g.caFile, "ca-file", "", "certificate authorities (PEM) to trust besides the system's")
	flags.BoolVar(&g.sandbox, "sandbox", false, "the embedded emulator of the service; no sign-in, data kept in the state folder, apart for each profile")
	flags.Float64Var(&g.rate, "rate", 0, "requests a second, never exceeded; 0: no pacing of ours (default: 5 at first, up to 10 as the service allows)")
	flags.IntVar(&g.concurrency, "concurrency", defaultConcurrency, "requests in flight at most")
	flags.StringVar(&g.state, "state", "", "folder for runs, locks and the sandbox's data (default: the user's state folder)")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "tell of every request on standard error")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "no progress and no notes, only errors and the result")
	flags.BoolVar(&g.json, "json", false, "JSON lines on standard output, the last one a summary")
	flags.StringVar(&g.logFile, "log-file", "", "write a log to this file, at its end, or with - to standard error: runs, rows, requests, ids, times; no names, no addresses, no token")
	flags.StringVar(&g.logFormat, "log-format", logs.Text, "text or json; without --log-file the log goes to standard error")
	flags.StringVar(&g.debugBodies, "debug-bodies", "", "write every request and answer with its body to this file, for finding a fault; it will hold personal data")
}

// noEnvironment are the flags that must be given by hand each time, or by a profile.
var noEnvironment = map[string]bool{
	"yes": true, "on-unknown": true, "help": true,
}

// neverEmpty are the flags that mean something else when they are left out than whoever gives them an empty value means: what they
// guard would be without a guard.
var neverEmpty = []string{"config", "profile", "state", "max-creates", "max-closes", "max-shares", "min-rows", "max-errors", "until", "rows"}

// fromEnvironment gives flags that were not set the value of REFLOAD_<FLAG>. The first wrong one is the error;
// the others count all the same, for telling how the command ended.
func (a *app) fromEnvironment(cmd *cobra.Command) error {
	var wrong error
	a.settings = settings{byHand: cmd.Flags().Changed("profile"), origins: map[string]origin{}}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		name := variableOf(flag.Name)
		value := a.env.Getenv(name)
		if flag.Changed {
			a.settings.origins[flag.Name] = origin{byFlag, "--" + flag.Name}
		}
		if flag.Changed || value == "" || noEnvironment[flag.Name] {
			return
		}
		if err := cmd.Flags().Set(flag.Name, value); err != nil && wrong == nil {
			wrong = &UsageError{fmt.Sprintf("environment variable %s: %v", name, err), "correct or unset it"}
		}
		a.settings.origins[flag.Name] = origin{byVariable, name}
	})
	a.global.rateGiven = cmd.Flags().Changed("rate")
	for _, name := range neverEmpty {
		if flag := cmd.Flags().Lookup(name); wrong == nil && flag != nil && flag.Changed && flag.Value.String() == "" {
			wrong = &UsageError{"--" + name + " says nothing", "give it a value, or leave it out; was a variable of the shell meant that is not set?"}
		}
	}
	if wrong == nil && a.global.concurrency < 1 {
		wrong = &UsageError{"--concurrency must be 1 or more", "leave it out for " + fmt.Sprint(defaultConcurrency)}
	}
	if wrong == nil && a.global.rate < 0 {
		wrong = &UsageError{"--rate must not be negative", "0 means no pacing"}
	}
	return wrong
}

// pacer returns the pace that the flags ask for.
func (g *globalFlags) pacer() *api.Pacer {
	if g.rateGiven {
		return api.NewPacer(api.FixedRate(g.rate))
	}
	if g.sandbox {
		return api.NewPacer(api.FixedRate(0))
	}
	return api.NewPacer(api.MovingRate(5, 10))
}

// stateFolder returns the folder for what refload keeps.
func (a *app) stateFolder() (string, error) {
	if a.global.state != "" {
		return a.global.state, nil
	}
	if folder := a.env.Getenv("XDG_STATE_HOME"); folder != "" && filepath.IsAbs(folder) {
		return filepath.Join(folder, "refload"), nil
	}
	if folder := a.env.Getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && folder != "" {
		return filepath.Join(folder, "refload"), nil
	}
	home := a.env.Getenv("HOME")
	switch {
	case home == "":
		return "", &UsageError{"there is no home folder to keep state in", "name a folder with --state"}
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Application Support", "refload"), nil
	}
	return filepath.Join(home, ".local", "state", "refload"), nil
}

// console returns how this command shows its events.
func (a *app) console() *console.Console {
	return console.New(console.Look{
		Out: a.env.Stdout, Err: console.Raw(a.env.Stderr), Terminal: isTerminal(a.env.Stderr),
		JSON: a.global.json, Quiet: a.global.quiet, Now: a.env.Now,
		Color: a.env.Getenv("NO_COLOR") == "" && isTerminal(a.env.Stderr), Also: a.logs.log.Observe,
	})
}

// logAttempt tells of a request with --verbose: no token, no body, no query.
func (a *app) logAttempt(attempt api.Attempt) {
	result := fmt.Sprint(attempt.Status)
	if attempt.Err != nil {
		result = console.Escape(attempt.Err.Error(), 300)
	}
	fmt.Fprintf(a.env.Stderr, "%s %s %s: %s in %s (client-request-id %s, request-id %s)\n", a.env.Now().Format("15:04:05.000"),
		attempt.Method, attempt.Path, result, attempt.Latency.Round(time.Millisecond), attempt.ClientRequestID, console.Escape(attempt.RequestID, 80))
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// nearFlag suggests a flag for one that does not exist.
func nearFlag(cmd *cobra.Command, err error) string {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return ""
	}
	best, distance := "", 3
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if d := levenshtein.ComputeDistance(flag.Name, missing.GetSpecifiedName()); d < distance {
			best, distance = flag.Name, d
		}
	})
	if best == "" {
		return ""
	}
	return "; did you mean --" + best + "?"
}

// parseBase reads a base URL from a flag.
func parseBase(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	if err != nil || base.Host == "" {
		return nil, &UsageError{fmt.Sprintf("--base-url %q is not a URL", text), "give scheme and host, such as " + api.DefaultBaseURL}
	}
	return base, nil
}

// host names this machine.
func host() string {
	name, err := os.Hostname()
	if err != nil {
		return "this machine"
	}
	return name
}

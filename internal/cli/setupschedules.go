package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// nightly are the words of a command that imports a folder each night. Every path is whole: a scheduler starts in a
// folder of its own and reads no other configuration than the named one.
func nightly(program, folder, file, profile, state string) []string {
	words := []string{program, "import", filepath.Join(folder, "inbox"), "--done", filepath.Join(folder, "done"),
		"--config", file, "--profile", profile, "--yes", "--allow-empty", "--until", "06:00"}
	if state != "" {
		words = append(words, "--state", absolute(state))
	}
	return words
}

// tellSchedules prints how the profile is used each night, in lines that work as they are.
func (a *app) tellSchedules(profile, file string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	words := nightly(program, folder, file, profile, a.global.state)
	fmt.Fprintf(a.env.Stderr, `To import, each night at two, what lies in the folder inbox here (make it first, and sign in as the job's user):
  cron             0 2 * * * %s
  systemd          ExecStart=%s
  Task Scheduler   Register-ScheduledTask -TaskName refload -Trigger (New-ScheduledTaskTrigger -Daily -At 02:00) -Action (New-ScheduledTaskAction -Execute %s -Argument %s)
`, forCron(words), forSystemd(words), forPowerShell(program), forPowerShell(forWindows(words[1:])))
	return nil
}

// plainWord reports whether a word means itself to every shell and scheduler.
func plainWord(word string) bool {
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@=", r)
	})
}

// each lays words side by side, those that are not plain as quote gives them.
func each(words []string, quote func(string) string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		if quoted[i] = word; !plainWord(word) {
			quoted[i] = quote(word)
		}
	}
	return strings.Join(quoted, " ")
}

// forCron is a command for a crontab, where a percent sign is a line break.
func forCron(words []string) string {
	return strings.ReplaceAll(each(words, func(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }), "%", `\%`)
}

// forSystemd is a command for ExecStart.
func forSystemd(words []string) string {
	return each(words, func(word string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "$", "$$").Replace(word) + `"`
	})
}

// forWindows are arguments as programs of Windows part them.
func forWindows(words []string) string {
	return each(words, func(word string) string {
		if strings.ContainsAny(word, " \t") {
			return `"` + strings.ReplaceAll(word, `"`, `\"`) + `"`
		}
		return word
	})
}

// forPowerShell is a text as PowerShell takes it literally.
func forPowerShell(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

package cli_test

import (
	"strings"
	"testing"
)

// A word that is no command, at any depth and behind help, is wrong usage that names what was meant.
func TestUnknownWordsAreNamed(t *testing.T) {
	for args, want := range map[string]string{
		"improt": "'refload import'", "help improt": "'refload import'", "runs lst": "'refload runs list'", "help runs lst": "'refload runs list'", "auth logn": "'refload auth login'",
		"config shw": "'refload config show'", "runs list all": "'refload runs list' takes no argument", "runs resume --yse": "'refload runs resume --help'", "help zzz": "'refload --help'",
	} {
		code, stdout, stderr := call(t, map[string]string{"REFLOAD_STATE": t.TempDir()}, strings.Fields(args)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d\n%s%s", args, code, stdout, stderr)
		}
	}
	for args, want := range map[string]string{"help import": "refload import FILE", "help runs find": "refload runs find ID", "help exit-codes": "143", "help": "More commands"} {
		if code, stdout, _ := call(t, nil, strings.Fields(args)...); code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("%s: exit %d\n%s", args, code, stdout)
		}
	}
}

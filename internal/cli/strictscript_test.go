package cli_test

import (
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// strictIn is the strict service of a script, once there is one.
type strictIn struct{ service *strictService }

// strictWays are the ways in which a strict service can be made to behave, by their names in scripts.
var strictWays = map[string]func(s *strictService, value string) error{
	// somebody else writes a text there before a referral is changed for the first time: colleague=/details/notes:TEXT
	"colleague": func(s *strictService, value string) error {
		pointer, text, _ := strings.Cut(value, ":")
		if s.colleague == nil {
			s.colleague = map[string]any{}
		}
		s.colleague[pointer] = text
		return nil
	},
	// so many referrals are made, then the token is not accepted any more: expires=2
	"expires": func(s *strictService, value string) (err error) { s.expires, err = strconv.Atoi(value); return err },
	// so many changes are answered 500 and not executed: refuse=1
	"refuse": func(s *strictService, value string) (err error) { s.refuse, err = strconv.Atoi(value); return err },
	// the first create of each CRM ID is executed and answered 500: loses
	"loses": func(s *strictService, _ string) error { s.loses = true; return nil },
	// times of creation are so far behind the service's clock: behind=1h
	"behind": func(s *strictService, value string) (err error) {
		s.behind, err = time.ParseDuration(value)
		return err
	},
	// others make so many referrals right after the first lost create: others=150
	"others": func(s *strictService, value string) (err error) { s.others, err = strconv.Atoi(value); return err },
	// another machine makes a referral with this CRM ID right after the first create: rival=CRM-2
	"rival": func(s *strictService, value string) error { s.rival = value; return nil },
	// the first create leaves of this file the header and one row: cuts=deals.csv
	"cuts": func(s *strictService, value string) error { s.cuts = value; return nil },
	// a create makes an engagement of its own, whatever it names: strays
	"strays": func(s *strictService, _ string) error { s.strays = true; return nil },
	// each token is one of another tenant: apart
	"apart": func(s *strictService, _ string) error { s.apart = true; return nil },
	// lists never show the referral with this CRM ID: hides=CRM-2
	"hides": func(s *strictService, value string) error { s.hides = value; return nil },
	// once it was changed, the account may not see the referral with this CRM ID any more: forbids=CRM-2
	"forbids": func(s *strictService, value string) error { s.forbids = value; return nil },
	// lists show a referral so long after it was made: lag=3s
	"lag": func(s *strictService, value string) (err error) { s.lag, err = time.ParseDuration(value); return err },
}

// strict starts a strict service with the referrals of a file, and puts its address into $SERVICE: strict FILE
// [WAY[=VALUE]…].
func strict(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: strict FILE [WAY[=VALUE]…]")
	}
	s, err := newStrict([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	for _, way := range args[1:] {
		name, value, _ := strings.Cut(way, "=")
		if strictWays[name] == nil {
			ts.Fatalf("the strict service knows no %q", name)
		}
		if name == "cuts" {
			value = ts.MkAbs(value)
		}
		ts.Check(strictWays[name](s, value))
	}
	server := httptest.NewServer(s)
	ts.Defer(server.Close)
	ts.Setenv("SERVICE", server.URL)
	ts.Value(strictIn{}).(*strictIn).service = s
}

// ledger writes the ledger of the strict service into a file, or the part of it that begins with some words: ledger
// FILE [WORD…]. Without any line the file is empty.
func ledger(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(strictIn{}).(*strictIn).service
	if neg || len(args) == 0 || s == nil {
		ts.Fatalf("usage: ledger FILE [WORD…], after strict")
	}
	text := ""
	for _, line := range s.lines(args[1:]...) {
		text += line + "\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

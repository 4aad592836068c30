package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"refload/importer"
	"refload/internal/console"
	"refload/internal/run"
)

// confirm shows what is about to be done and asks. With problems it offers to send the good
// rows and to leave the others for mending. No answer is a no.
func (a *app) confirm(_ importer.Source, p importer.Preview) (importer.Answer, error) {
	out := a.env.Stderr
	if p.Problems.Errors > 0 {
		fmt.Fprintf(out, "%d of %d rows have problems; they will be in the results file with their hints.\n", p.Problems.Rows, p.Rows)
	}
	fmt.Fprintln(out, console.Escape(p.String(), 0))
	if n := p.Planned[run.Created]; n > 0 {
		fmt.Fprintf(out, "%d referrals will be created. A referral cannot be deleted.\n", n)
	}
	question := "Go ahead? [y/N] "
	yes := importer.Go
	if p.Problems.Errors > 0 {
		question, yes = "Send the good rows and leave the others for mending? [y/N] ", importer.GoodOnly
	}
	fmt.Fprint(out, question)
	answer, err := bufio.NewReader(a.env.Stdin).ReadString('\n')
	if err != nil && err != io.EOF {
		return importer.Stop, fmt.Errorf("reading the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return yes, nil
	}
	return importer.Stop, nil
}

package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"refload/importer"
	"refload/internal/console"
)

// confirm shows what is about to be done and asks. With problems it offers to send the good
// rows and to leave the others for mending. No answer is a no.
func (a *app) confirm(_ importer.Source, p importer.Preview) (importer.Answer, error) {
	out := a.env.Stderr
	if p.Problems.Errors > 0 {
		fmt.Fprintf(out, "%d of %d rows have problems; they will be in the results file with their hints.\n", p.Problems.Rows, p.Rows)
	}
	fmt.Fprintln(out, console.Escape(p.String(), 0))
	if weight := p.Weight.String(); weight != "" {
		fmt.Fprintf(out, "What cannot be taken back: %s.\n", weight)
	}
	if p.View == importer.ViewPartial && p.Weight.Creates > 0 {
		fmt.Fprintln(out, "Every deal that is listed has your account in its team, so others may be hidden from it; a hidden deal would be made again.")
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

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"refload/importer"
	"refload/internal/console"
)

// confirm shows what is about to be done and asks. With problems it offers to send the good
// rows and to leave the others to be fixed. No answer is a no.
func (a *app) confirm(ctx context.Context, p importer.Preview) (importer.Answer, error) {
	out := a.env.Stderr
	if p.Problems.Errors > 0 {
		fmt.Fprintf(out, "Rows with problems: %d of %d; they will be in the results file with their hints.\n", p.Problems.Rows, p.Rows)
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
		question, yes = "Send the good rows and leave the others to be fixed? [y/N] ", importer.GoodOnly
	}
	answer, err := a.ask(ctx, question)
	if err != nil {
		return importer.Stop, err
	}
	switch strings.ToLower(answer) {
	case "y", "yes":
		return yes, nil
	}
	return importer.Stop, nil
}

// ask puts a question and returns the line that is answered. Whoever ends the program ends the question at once: it waits
// for no line then.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(a.env.Stderr, question)
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	if a.answers == nil {
		a.answers = bufio.NewReader(a.env.Stdin)
	}
	go func() {
		text, err := a.answers.ReadString('\n')
		read <- line{text, err}
	}()
	select {
	case answer := <-read:
		if answer.err != nil && !errors.Is(answer.err, io.EOF) {
			return "", fmt.Errorf("reading the answer: %w", answer.err)
		}
		return strings.TrimSpace(answer.text), nil
	case <-ctx.Done():
		fmt.Fprintln(a.env.Stderr)
		return "", &questionEnded{ctx.Err()}
	}
}

// questionEnded says that the program was told to end while it asked.
type questionEnded struct{ err error }

// Error says so.
func (*questionEnded) Error() string { return "stopped at a question, which nobody has answered" }

// Unwrap returns the context's error, by which the exit code is found.
func (e *questionEnded) Unwrap() error { return e.err }

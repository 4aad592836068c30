// Command refload moves referrals between spreadsheets and Microsoft Partner Center.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"refload/internal/cli"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		cancel(cli.Interrupted{Signal: <-signals})
		signal.Reset() // the next one ends the process at once
	}()
	os.Exit(cli.Main(ctx, cli.Env{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout,
		Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ, Now: time.Now, LimitMemory: debug.SetMemoryLimit}))
}

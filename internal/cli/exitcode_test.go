package cli_test

import (
	"errors"
	"fmt"
	"os/exec"
)

// exitCodeOf returns the exit code that an error of a finished command carries.
func exitCodeOf(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case errors.As(err, &exit):
		return fmt.Sprint(exit.ExitCode())
	}
	return err.Error()
}

//go:build unix

package cli_test

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// refusals are what a proxy may answer instead of a connection; "" is
// none at all.
var refusals = map[string]string{
	"wants a password": "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n",
	"refuses the host": "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
	"asks to sign in":  "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><form action=https://evil.example.com>password</form></html>",
	"hangs up":         "",
	"is down":          "",
}

// unhelpful is a proxy that answers everything alike, and the program that has to go through it.
func unhelpful(t *testing.T, answer string) *proxied {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				if _, err := http.ReadRequest(bufio.NewReader(client)); err == nil {
					io.WriteString(client, answer)
				}
			}()
		}
	}()
	w := newProxied(t, sandbox.Options{KeepLedger: true})
	w.proxy = &proxy{Listener: listener, t: t, hosts: map[string]bool{}}
	return w
}

// interrupted runs the program behind the proxy until its first attempt has failed, and interrupts it then:
// what it would repeat, it would repeat with pauses.
func (w *proxied) interrupted(args ...string) {
	w.t.Helper()
	cmd := exec.Command(w.program, append(args, "--verbose")...)
	cmd.Env = w.environment("REFLOAD_ACCESS_TOKEN=ready-token")
	reader, writer, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	writer.Close()
	attempted := false
	for lines := bufio.NewScanner(reader); lines.Scan(); {
		w.said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "GET /v1.0/engagements/referrals: ") && !attempted {
			attempted = true
			cmd.Process.Signal(os.Interrupt)
		}
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !attempted {
		w.t.Errorf("%v: exit %d, or nothing was attempted\n%s", args, code, w.said.String())
	}
}

// toldNothing holds what was printed and all that was written against the secrets.
func (w *proxied) toldNothing() {
	w.t.Helper()
	all := map[string]string{"what was printed": w.said.String()}
	err := filepath.WalkDir(w.folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			all[path] = read(w.t, path)
		}
		return err
	})
	if err != nil || len(all) < 2 {
		w.t.Errorf("%d files, %v", len(all)-1, err)
	}
	for name, text := range all {
		for _, secret := range w.secrets {
			if strings.Contains(text, secret) {
				w.t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

// Behind a proxy that gives no connection a command ends as where the service is out of reach; the password of
// the proxy and the token are written nowhere, and nothing reaches the service.
func TestAProxyThatGivesNoConnection(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	for name, answer := range refusals {
		t.Run(name, func(t *testing.T) {
			w := unhelpful(t, answer)
			if name == "is down" {
				w.proxy.Close()
			}
			service := []string{"--base-url", "https://" + serviceHost, "--log-file", filepath.Join(w.folder, "log")}
			w.run(7, []string{"REFLOAD_ACCESS_TOKEN=ready-token"}, append([]string{"doctor", "--verbose"}, service...)...)
			w.run(7, []string{"REFLOAD_ACCESS_TOKEN=ready-token"}, append([]string{"doctor", "--json"}, service...)...)
			w.interrupted(append([]string{"import", hostileSheet(t), "--yes", "--results", filepath.Join(w.folder, "out.csv")}, service...)...)
			w.interrupted(append([]string{"export", "-o", filepath.Join(w.folder, "all.csv"), "--json"}, service...)...)
			w.toldNothing()
			if n := len(w.emulator.Ledger()); n > 0 {
				t.Errorf("%d requests reached the service", n)
			}
		})
	}
}

// A password that is not written as an address wants it makes a wrong address, and Go takes such for others or
// shows them whole: it is refused before anything is asked, and no part of it is shown. Nor is a user name,
// which may be a token.
func TestTheProxyWithAWrongAddress(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newProxied(t, sandbox.Options{KeepLedger: true})
	w.secrets = append(w.secrets, "CANARY", "Q0FOQVJZ")
	log := filepath.Join(w.folder, "log")
	for user, good := range map[string]bool{
		"user:CANARYa/CANARYb": false, "user:CANARYa#CANARYb": false, "user:CANARYa?CANARYb": false, "user:1/CANARY": false, "user:1?CANARY": false, "user:1#CANARY": false,
		"user:CANARY100%x": false, "user:CANARY x": false, "CANARY/x": false, "user:CANARY\x7f": false, "CANARYtoken": true, "user:CANARY%2Fb": true, "CANARY:": true,
	} {
		proxied := fmt.Sprintf("http://%s@%s", user, w.Addr())
		environment := []string{"REFLOAD_ACCESS_TOKEN=ready-token", "HTTPS_PROXY=" + proxied, "https_proxy=" + proxied}
		service := []string{"--base-url", "https://" + serviceHost, "--verbose", "--log-file", log}
		codes := map[bool][3]int{true: {0, 0, 0}, false: {2, 2, 7}}[good]
		for i, args := range [][]string{{"import", hostileSheet(t), "--yes", "--rate", "0", "--results", filepath.Join(w.folder, "out.csv")}, {"export", "-o", filepath.Join(w.folder, "all.csv"), "--json"}, {"doctor", "--json"}} {
			said := w.run(codes[i], environment, append(args, service...)...)
			if good == strings.Contains(said, "the address of the proxy in HTTPS_PROXY or HTTP_PROXY cannot be used") {
				t.Errorf("%s: %v:\n%s", user, args, said)
			}
		}
		if asked := w.asked(); len(asked) > 0 != good {
			t.Errorf("%s: asked for %q", user, asked)
		}
	}
	w.toldNothing()
}

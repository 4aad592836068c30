package cli_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"refload/api/sandbox"
	"refload/internal/effort"
)

// The names that only the recording proxy knows. Go asks no proxy for loopback, so that it takes names.
const (
	serviceHost   = "service.example.com"
	authorityHost = "login.example.com"
	proxyPassword = "CANARY-of-the-proxy"
)

// proxy is a CONNECT proxy that notes all that it is told, and leads every name to one TLS server.
type proxy struct {
	net.Listener
	t      *testing.T
	target string

	mu    sync.Mutex
	hosts map[string]bool
	told  strings.Builder // requests as they came, but for the password
	knows bool            // whether somebody gave the password
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	p := &proxy{t: t, target: target, hosts: map[string]bool{}}
	p.Listener = accepting(t, p.serve)
	return p
}

// accepting listens on this machine until the test ends, and serves each connection.
func accepting(t *testing.T, serve func(net.Conn)) net.Listener {
	t.Helper()
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
			go serve(client)
		}
	}()
	return listener
}

func (p *proxy) serve(client net.Conn) {
	reader := bufio.NewReader(client)
	request, err := http.ReadRequest(reader)
	if err != nil {
		client.Close()
		return
	}
	p.note(request)
	if request.Method != http.MethodConnect {
		client.Close()
		return
	}
	io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	joinTo(client, reader, p.target)
}

func (p *proxy) note(request *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hosts[request.Method+" "+request.Host] = true
	_, password, _ := (&http.Request{Header: http.Header{"Authorization": request.Header["Proxy-Authorization"]}}).BasicAuth()
	p.knows = p.knows || password == proxyPassword
	request.Header.Del("Proxy-Authorization")
	request.Header.Write(&p.told)
	p.told.WriteString(request.RequestURI + "\n")
}

// asked returns what was asked for since the last call, sorted.
func (p *proxy) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Sorted(maps.Keys(p.hosts))
	p.hosts = map[string]bool{}
	return list
}

// proxied is a service and an authority that can be had through a proxy only, and the real program that has to.
type proxied struct {
	*proxy
	program  string
	folder   string
	emulator *sandbox.Sandbox
	caFile   string
	said     strings.Builder
	secrets  []string
}

func newProxied(t *testing.T, options sandbox.Options) *proxied {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatalf("%v: %s", err, program)
	}
	options.AnyHost = true // it is called by names of the real service's kind
	emulator, url, caFile := tlsSandbox(t, options, identityAt(t, time.Now(), serviceHost, authorityHost))
	w := &proxied{proxy: newProxy(t, strings.TrimPrefix(url, "https://")), program: program, folder: t.TempDir(), emulator: emulator, caFile: caFile}
	w.secrets = []string{proxyPassword, base64.StdEncoding.EncodeToString([]byte("user:" + proxyPassword)), "ready-token"}
	return w
}

// environment is that of the program behind the proxy, and more.
func (w *proxied) environment(more ...string) []string {
	own := append(os.Environ(), "HTTPS_PROXY=http://user:"+proxyPassword+"@"+w.Addr().String(), "HTTP_PROXY=http://"+w.Addr().String(), "NO_PROXY=",
		"XDG_CONFIG_HOME="+w.folder, "REFLOAD_STATE="+filepath.Join(w.folder, "state"), "REFLOAD_CA_FILE="+w.caFile)
	return append(own, more...)
}

// run runs the program behind the proxy.
func (w *proxied) run(want int, environment []string, args ...string) string {
	w.t.Helper()
	cmd := exec.Command(w.program, args...)
	cmd.Env = w.environment(environment...)
	said, _ := cmd.CombinedOutput()
	w.said.Write(said)
	if code := cmd.ProcessState.ExitCode(); code != want {
		w.t.Fatalf("%v: exit %d, expected %d\n%s", args, code, want, said)
	}
	return string(said)
}

// keepsNoSecret holds what was printed, told to the proxy and written against the secrets.
func (w *proxied) keepsNoSecret(where ...string) {
	w.t.Helper()
	written := map[string]string{"what was printed": w.said.String(), "what the proxy was told": w.told.String()}
	for _, path := range where {
		written[path] = read(w.t, path)
	}
	for path, text := range allOf(w.t, filepath.Join(w.folder, "state")) {
		written[path] = text
	}
	for name, text := range written {
		for _, secret := range w.secrets {
			if strings.Contains(text, secret) {
				w.t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

// hostileDeal names other hosts in everything that a deal says, and in what a service might call a link.
const hostileDeal = `{"id":"00000000-0000-4000-8000-00000000000a","name":"http://evil.example.com/name","type":"Independent","status":"Active","substatus":"Accepted",
	"externalReferenceId":"http://evil.example.com/crm","@odata.nextLink":"https://evil.example.com/next","links":{"self":{"uri":"https://evil.example.com/self","method":"GET"}},
	"customerProfile":{"name":"https://evil.example.com","address":{"addressLine1":"\\\\evil.example.com\\share","city":"evil.example.com","country":"US"}},
	"consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":100,"currency":"USD","notes":"<img src=http://evil.example.com/x.png>"},
	"team":[{"firstName":"http://evil.example.com","lastName":"Lee","email":"ann@evil.example.com"}]}`

// hostileSheet is a sheet whose texts name other hosts.
func hostileSheet(t *testing.T) string {
	text := strings.NewReplacer("VALUE", "2000", "Cloud move", "http://evil.example.com/deal", "Contoso", "https://evil.example.com", "CRM-2", "http://evil.example.com/2").Replace(twoDeals)
	return writeFile(t, t.TempDir(), "deals.csv", text)
}

// allCommands does all that a person does with a service.
func (w *proxied) allCommands(environment []string, target ...string) []string {
	w.t.Helper()
	log := filepath.Join(w.folder, "log")
	sheet := hostileSheet(w.t)
	out := filepath.Join(w.folder, "out.csv")
	for _, args := range [][]string{
		{"import", sheet, "--yes", "--rate", "0", "--results", out, "--log-file", log, "--verbose"},
		{"import", sheet, "--yes", "--rate", "0", "--results", out, "--json"},
		{"export", "-o", filepath.Join(w.folder, "all.csv")},
		{"verify", sheet, "-o", filepath.Join(w.folder, "verdict.xlsx")},
		{"plan", sheet, "-o", filepath.Join(w.folder, "plan.json")},
		{"apply", filepath.Join(w.folder, "plan.json"), "--yes", "--results", out},
		{"runs", "resume", "--yes"},
		{"runs", "undo", "RUN", "--dry-run"},
		{"doctor"},
		{"config", "show"},
		{"version"},
	} {
		if at := slices.Index(args, "RUN"); at >= 0 {
			args[at] = firstRun(w.t, filepath.Join(w.folder, "state"))
		}
		w.run(0, environment, append(args, target...)...)
	}
	return []string{log}
}

// Every byte goes through the proxy of the environment, which is asked for the service's name and no other,
// whatever names stand in sheets and answers; it is told no token, and its password is written nowhere.
func TestAllGoesThroughTheProxy(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newProxied(t, sandbox.Options{KeepLedger: true})
	if err := w.emulator.Seed(decode(t, []byte(hostileDeal))); err != nil {
		t.Fatal(err)
	}
	written := w.allCommands([]string{"REFLOAD_ACCESS_TOKEN=ready-token"}, "--base-url", "https://"+serviceHost)
	if got, want := w.asked(), []string{"CONNECT " + serviceHost + ":443"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
	if !w.knows {
		t.Error("nobody gave the proxy its password")
	}
	if len(w.emulator.Created()) < 2 {
		t.Errorf("created %v", w.emulator.Created())
	}
	w.keepsNoSecret(written...)
}

// With a sign-in the authority is asked for too, and neither token is told to the proxy.
func TestSignInGoesThroughTheProxy(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	w := newProxied(t, sandbox.Options{KeepLedger: true, RequireIssued: true})
	direct := httptest.NewServer(w.emulator)
	defer direct.Close()
	refresh := (&signInWorld{t: t, url: direct.URL}).refreshToken()
	if err := os.Mkdir(filepath.Join(w.folder, "refload"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(w.folder, "refload"), "refload.yaml", fmt.Sprintf("profiles:\n  contoso: {base-url: %q, authority: %q, tenant: %q, client-id: %q}\n",
		"https://"+serviceHost, "https://"+authorityHost, signInTenant, signInApp))
	tokens := filepath.Join(w.folder, "token")
	writeFile(t, w.folder, "token", refresh)
	written := w.allCommands([]string{"REFLOAD_REFRESH_TOKEN_FILE=" + tokens}, "--profile", "contoso")
	if got, want := w.asked(), []string{"CONNECT " + authorityHost + ":443", "CONNECT " + serviceHost + ":443"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
	w.secrets = append(w.secrets, refresh, strings.TrimSpace(read(t, tokens)), "sandbox-refresh-", "eyJ")
	w.keepsNoSecret(written...)
}

package cli

import (
	"context"
	"crypto/x509"
	"net"
	"net/url"

	"refload/api"
	"refload/api/entra"
	"refload/api/sandbox"
	"refload/internal/files"
	"refload/internal/run"
)

// service is the target of a command, ready to be spoken to.
type service struct {
	target  run.Target
	config  api.Config
	account string // the signed-in account, as far as it is known
	tenant  string // that the token names, as far as it can be read
	close   func()
}

// connect finds the target that the flags name. With --sandbox it starts the emulator inside
// this process, on a loopback port of its own.
func (a *app) connect(ctx context.Context) (*service, error) {
	switch {
	case a.global.sandbox && a.global.baseURL != "":
		return nil, &UsageError{"--sandbox and --base-url name two different services", "give one of them"}
	case a.global.sandbox:
		return a.startSandbox(ctx)
	case a.global.baseURL == "":
		return nil, a.noService()
	}
	base, err := parseBase(a.global.baseURL)
	if err != nil {
		return nil, err
	}
	roots, err := readRoots(a.global.caFile)
	if err != nil {
		return nil, err
	}
	config := a.apiConfig(a.global.baseURL, roots)
	if _, err := api.NewClient(config); err != nil {
		return nil, &UsageError{err.Error(), "https, or http to 127.0.0.1"}
	}
	if err := api.CheckProxy(base); err != nil {
		return nil, &UsageError{err.Error(), "correct the variable, or unset it; NO_PROXY names hosts that are asked directly"}
	}
	source, account, err := a.token(ctx)
	if err != nil {
		return nil, err
	}
	config.Token = source
	return &service{target: a.targetAt(base), config: config, account: account, tenant: a.tokenTenant(), close: func() {}}, nil
}

// targetAt is the service at a base URL, as the profile in force calls it. Where no profile names the tenant, a ready
// token may: one address serves all tenants, and the runs of one are none of another's.
func (a *app) targetAt(base *url.URL) run.Target {
	target := run.URLTarget(base)
	if profile := a.serviceProfile(); profile != nil {
		target = target.Of(profile.Name, profile.Text("tenant"))
	}
	if target.Tenant == "" {
		target.Tenant = a.tokenTenant()
	}
	return target
}

// tokenTenant is the tenant that a ready token names, as far as it can be read.
func (a *app) tokenTenant() string {
	claims, _ := entra.ReadClaims(a.env.Getenv(tokenVariable))
	return claims.Tenant
}

// apiConfig is what every client of a command has in common.
func (a *app) apiConfig(baseURL string, roots *x509.CertPool) api.Config {
	config := api.Config{
		BaseURL: baseURL, Pacer: a.global.pacer(), UserAgent: "refload/" + version(),
		Transport: api.NewTransport(a.global.concurrency+1, roots), OnAttempt: a.onAttempt(),
	}
	if a.logs.bodies != nil {
		a.rememberFile(run.Written{Path: a.global.debugBodies, What: run.WroteBodies})
		config.Transport = api.WriteBodies(config.Transport, a.logs.bodies)
	}
	return config
}

// rememberFile records a file that is not a run's, for whoever looks for a person later. It is no reason not to go on.
func (a *app) rememberFile(w run.Written) {
	state, err := a.stateFolder()
	if err == nil {
		err = run.Remember(state, w)
	}
	if err != nil {
		a.warn("'runs forget' will not know of " + w.Path + ": " + err.Error())
	}
}

// startSandbox serves the embedded emulator on a loopback port until the service is closed.
func (a *app) startSandbox(ctx context.Context) (*service, error) {
	state, err := a.stateFolder()
	if err != nil {
		return nil, err
	}
	if err := files.MkdirPrivate(state); err != nil {
		return nil, &run.StateError{Path: state, Err: err}
	}
	target := run.SandboxTarget().Holding(a.profileName())
	emulator, err := sandbox.Open(sandbox.Options{StateFile: target.DataFile(state), Now: a.env.Now})
	if err != nil {
		return nil, err
	}
	listener, err := sandbox.ListenLoopback("127.0.0.1:0", false)
	if err != nil {
		emulator.Close()
		return nil, err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sandbox.Serve(serving, listener, emulator)
	}()
	config := a.apiConfig("http://"+listener.Addr().(*net.TCPAddr).String(), nil)
	config.Token = api.StaticToken("sandbox")
	return &service{target: target, config: config, account: "sandbox", close: func() {
		stop()
		<-ended
		emulator.Close()
	}}, nil
}

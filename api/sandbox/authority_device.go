package sandbox

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The bounds of a device code.
//
// Source: the page on the device code flow; RFC 8628, section 3.5 for the slowing down.
const (
	deviceLife     = 15 * time.Minute
	usualPollEvery = 5 * time.Second
	slowDownBy     = 5 * time.Second
)

// device is a sign-in on another device.
type device struct {
	session
	userCode string
	expires  time.Time
	interval time.Duration
	polled   time.Time // when the client last asked
	said     *signInRefusal
}

// deviceCode begins a sign-in on another device.
func (s *Sandbox) deviceCode(c *call) (*reply, *refusal) {
	a := s.authority
	if bad := c.needs("client_id", "scope"); bad != nil {
		return s.denySignIn(c, bad), nil
	}
	who, bad := a.newSession(c)
	if bad != nil {
		return s.denySignIn(c, bad), nil
	}
	interval := cmp.Or(s.options.PollEvery, usualPollEvery)
	code, d := rand.Text(), &device{session: who, userCode: newUserCode(), interval: interval, expires: c.at.Add(deviceLife), said: pending}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.prune(c.at)
	a.devices[tokenID(code)] = d
	page := schemeOf(c.request) + c.request.Host + controlRoot + "approve"
	return newReply(http.StatusOK, encode(map[string]any{
		"device_code": code, "user_code": d.userCode, "verification_uri": page,
		"expires_in": seconds(deviceLife), "interval": seconds(interval),
		"message": fmt.Sprintf("To sign in to the sandbox, open %s and enter the code %s.", page, d.userCode),
	})), nil
}

func schemeOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://"
	}
	return "http://"
}

// newUserCode makes a code that is easy to type: eight consonants, so that it is no word.
//
// Source: RFC 8628, section 6.1.
func newUserCode() string {
	const letters = "BCDFGHJKLMNPQRSTVWXZ"
	code := make([]byte, 8)
	rand.Read(code)
	for i := range code {
		code[i] = letters[int(code[i])%len(letters)]
	}
	return string(code)
}

// redeemDevice exchanges a device code, once the person has said yes.
func (a *authority) redeemDevice(c *call) (session, *signInRefusal) {
	id := tokenID(c.form.Get("device_code"))
	d := a.devices[id]
	switch {
	case d == nil:
		return session{}, unknownDevice
	case d.client != c.form.Get("client_id"):
		return session{}, otherClient
	case !c.at.Before(d.expires):
		return session{}, deviceLate
	}
	early := !d.polled.IsZero() && c.at.Sub(d.polled) < d.interval
	d.polled = c.at
	switch {
	case early:
		d.interval += slowDownBy
		return session{}, slowDown
	case d.said != nil:
		return session{}, d.said
	}
	delete(a.devices, id)
	return d.session, nil
}

// decide lets the person say yes or no to the device with a user code, or with "" to all that
// wait. It returns how many there were.
func (a *authority) decide(userCode string, yes bool) int {
	userCode = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(userCode))
	a.mu.Lock()
	defer a.mu.Unlock()
	decided, now := 0, a.sandbox.now()
	for _, d := range a.devices {
		if d.said != pending || !now.Before(d.expires) || userCode != "" && userCode != d.userCode {
			continue
		}
		decided++
		if d.said = declined; yes {
			d.said = nil
		}
	}
	return decided
}

// approvePage asks for the code.
const approvePage = `<!DOCTYPE html><html lang="en"><head><title>Sandbox</title></head><body>
<h1>Sign in to the sandbox</h1>
<form><label>Code <input name="user_code" autofocus required></label>
<button>Approve</button> <button formaction="decline">Decline</button></form></body></html>
`

// decideDevice answers the control paths by which a person, or a test, approves or declines.
// A GET needs the code, and without it shows a page that asks for it; a POST without one means
// all that wait.
func (s *Sandbox) decideDevice(w http.ResponseWriter, r *http.Request, yes bool) {
	code := r.URL.Query().Get("user_code")
	if code == "" && r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, approvePage)
		return
	}
	decided := s.authority.decide(code, yes)
	if decided == 0 {
		w.WriteHeader(http.StatusNotFound)
	}
	fmt.Fprintf(w, "{\"decided\":%d}\n", decided)
}

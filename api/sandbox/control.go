package sandbox

import (
	"fmt"
	"net/http"
)

// controlRoot is where the sandbox's own paths begin. They need no token.
const controlRoot = "/__sandbox/"

// control answers the sandbox's own paths: the ledger and the violations as JSON lines, the
// number of referrals, the command to forget everything, and the person's answer to a sign-in.
func (s *Sandbox) control(w http.ResponseWriter, r *http.Request) {
	handlers := map[string]func(http.ResponseWriter){
		"GET ledger":          s.sendLedger,
		"GET violations":      s.sendViolations,
		"GET referrals/count": func(w http.ResponseWriter) { fmt.Fprintf(w, "{\"count\":%d}\n", s.Count()) },
		"POST reset":          s.sendReset,
		"GET approve":         func(w http.ResponseWriter) { s.decideDevice(w, r, true) },
		"POST approve":        func(w http.ResponseWriter) { s.decideDevice(w, r, true) },
		"GET decline":         func(w http.ResponseWriter) { s.decideDevice(w, r, false) },
		"POST decline":        func(w http.ResponseWriter) { s.decideDevice(w, r, false) },
	}
	handle, ok := handlers[r.Method+" "+r.URL.Path[len(controlRoot):]]
	if !ok {
		http.Error(w, "the sandbox has no "+r.Method+" here", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	handle(w)
}

func (s *Sandbox) sendLedger(w http.ResponseWriter) {
	for _, entry := range s.Ledger() {
		fmt.Fprintf(w, "%s\n", encode(entry))
	}
}

func (s *Sandbox) sendViolations(w http.ResponseWriter) {
	for _, violation := range s.Violations() {
		fmt.Fprintf(w, "%s\n", encode(violation))
	}
}

func (s *Sandbox) sendReset(w http.ResponseWriter) {
	if err := s.Reset(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

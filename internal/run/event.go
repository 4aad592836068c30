package run

import "time"

// EventKind says what an event tells.
type EventKind string

// The kinds of events.
const (
	Began        EventKind = "run"      // a run has its name; what follows belongs to it
	PhaseStarted EventKind = "phase"    // a part of the run began
	RowDone      EventKind = "row"      // a row has its outcome
	Progressed   EventKind = "progress" // a phase without outcomes went on
	Waiting      EventKind = "waiting"  // the service asked to wait
	Said         EventKind = "note"     // a decision or an observation, said once
)

// Event is one thing that happened in a run. It names no person and quotes no cell.
type Event struct {
	Kind    EventKind
	Run     string        // of Began
	Phase   string        // of PhaseStarted: "checking", "listing", "sending", "results"
	Total   int           // of PhaseStarted: how much there is to do, 0 where it is not known
	Done    int           // of Progressed: how much is done
	Row     int           // of RowDone
	Outcome Outcome       // of RowDone
	Wait    time.Duration // of Waiting
	Text    string        // of Said
}

// Observer is told of events as they happen, by many goroutines but one at a time. Nothing
// flows back from it.
type Observer func(Event)

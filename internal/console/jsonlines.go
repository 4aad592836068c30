package console

import (
	"encoding/json"
	"io"

	"refload/internal/run"
)

// jsonLines writes each event as one JSON object a line.
type jsonLines struct{ encoder *json.Encoder }

func newJSONLines(out io.Writer) jsonLines { return jsonLines{json.NewEncoder(out)} }

// line is an event as JSON.
type line struct {
	Event   run.EventKind `json:"event"`
	Run     string        `json:"run,omitempty"`
	Phase   string        `json:"phase,omitempty"`
	Total   int           `json:"total,omitempty"`
	Done    int           `json:"done,omitempty"`
	Row     int           `json:"row,omitempty"`
	Outcome run.Outcome   `json:"outcome,omitempty"`
	Seconds float64       `json:"seconds,omitempty"`
	Text    string        `json:"text,omitempty"`
}

func (j jsonLines) show(e run.Event) {
	j.encoder.Encode(line{e.Kind, e.Run, e.Phase, e.Total, e.Done, e.Row, e.Outcome, e.Wait.Seconds(), e.Text})
}

func (jsonLines) end() {}

package logs_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"refload/internal/logs"
)

// What is printed in pieces while a log is written comes out as whole lines; in JSON each is an object.
func TestStream(t *testing.T) {
	for _, format := range logs.Formats() {
		var out bytes.Buffer
		stream := logs.NewStream(&out, format, noon)
		log := logs.New(stream.Lines(), format, noon, nil)
		var all sync.WaitGroup
		all.Go(func() {
			for i := range 100 {
				fmt.Fprint(stream, "warning: piece ", i)
				fmt.Fprint(stream, " and its end\n\nhint: \x00\xff\n")
			}
		})
		all.Go(func() {
			for range 100 {
				log.Ended(3)
			}
		})
		all.Wait()
		fmt.Fprint(stream, "error: without an end")
		stream.Close()
		stream.Close()
		said, logged, last := 0, 0, ""
		for line := range strings.Lines(out.String()) {
			if strings.HasSuffix(line, " and its end\n") && strings.HasPrefix(line, "warning: piece ") || strings.Contains(line, `"level":"WARN","msg":"printed","text":"warning: piece `) {
				said++
			}
			if strings.Contains(line, "msg=ended exit_code=3\n") || strings.Contains(line, `"msg":"ended","exit_code":3}`) {
				logged++
			}
			last = line
		}
		if said != 100 || logged != 100 || !strings.Contains(last, "error: without an end") || !strings.HasSuffix(last, "\n") {
			t.Errorf("%s: %d printed, %d logged\n%s", format, said, logged, out.String())
		}
		if format == logs.JSON && len(lines(t, &out)) != 301 {
			t.Errorf("%d objects", len(lines(t, &out)))
		}
	}
}

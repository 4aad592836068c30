package importer

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"refload/internal/effort"
	"refload/internal/run"
)

// mostBytes is how much memory a row may cost between the passes over a file.
const mostBytes = 128

// TestMemoryOfARow compares what a checked file of 10,000 rows and one of 200,000 hold in
// memory.
func TestMemoryOfARow(t *testing.T) {
	effort.OnlyIf(t, "TEST_LONG", "it checks 210,000 rows")
	small, large := heldBy(t, 10_000), heldBy(t, 200_000)
	each := float64(large-small) / 190_000
	t.Logf("%.0f bytes a row", each)
	if each > mostBytes {
		t.Errorf("%.0f bytes a row, the bar is %d", each, mostBytes)
	}
}

// heldBy returns the heap that a checked file of so many rows holds.
func heldBy(t *testing.T, rows int) uint64 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deals.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriter(file)
	fmt.Fprintln(out, "Deal Name,Customer Name,Referral Type,Consent to share Customer/Partner contact,Estimated Deal Value,Currency,CRM ID")
	for i := range rows {
		fmt.Fprintf(out, "Deal %d,Contoso,Independent,Yes,%d,USD,BIG-%d\n", i, 100+i, i)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	in, header, err := open(Source{Path: path, Name: "deals.csv", Today: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	done, err := in.checkAll(context.Background(), run.SandboxTarget(), header, nil)
	if err != nil || len(done.states) != rows || done.problems.Errors > 0 {
		t.Fatalf("%v, %d rows, %d errors", err, len(done.states), done.problems.Errors)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := after.HeapAlloc - before.HeapAlloc
	runtime.KeepAlive(done)
	runtime.KeepAlive(in)
	return held
}

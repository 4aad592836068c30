package cli_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// strike is what happens to the n-th call that changes a file under a folder, counted over all
// threads of the process. Tools that count the calls of each thread for itself cannot strike
// a program of Go at a certain one.
type strike struct {
	what string
	when int // counted from 1; 0 strikes nothing
}

// The ways to strike a call.
const (
	killed     = "killed before"      // the process dies, the call is not made
	torn       = "killed within"      // half of the bytes are written, then the process dies
	diskFull   = "disk full"          // this call and every write after it fail
	diskFilled = "disk filled up"     // half of the bytes are written, every write after it fails
	diskFault  = "input/output error" // this call fails, once
)

func (s strike) String() string { return fmt.Sprintf("%s, call %d", s.what, s.when) }

// lasting reports whether no write succeeds any more once the strike came.
func (s strike) lasting() bool { return s.what == diskFull || s.what == diskFilled }

// storageCalls are the calls that change what is on the disk, by their numbers on this machine.
// Opening counts where it makes a file.
var storageCalls = map[uint64]string{
	syscall.SYS_WRITE: "write", syscall.SYS_PWRITE64: "pwrite64", syscall.SYS_FTRUNCATE: "ftruncate",
	syscall.SYS_FSYNC: "fsync", syscall.SYS_RENAMEAT: "renameat", syscall.SYS_OPENAT: "openat", syscall.SYS_MKDIRAT: "mkdirat",
	syscall.SYS_FCHMODAT: "fchmodat",
}

// traced is how a traced process ended.
type traced struct {
	calls  []string // the storage calls in their order, each with its file
	struck string   // the first one that was struck
	held   []string // calls that remove or rename what the process holds open, each with its file
	killed bool
	code   int
	output string
}

// tracer follows one process and all of its threads.
type tracer struct {
	folder  string
	strike  strike
	pid     int
	inside  map[int]bool // threads that are inside of a call
	pending map[int]int64
	result  traced
}

// entering is what the register of the return value holds before a call is made.
const entering = -int64(syscall.ENOSYS)

// trace runs a command under ptrace and strikes it. Only calls on files under folder count, so
// that what the runtime writes to wake its threads does not.
func trace(t *testing.T, cmd *exec.Cmd, folder string, s strike) traced {
	t.Helper()
	runtime.LockOSThread() // all of ptrace has to come from one thread
	defer runtime.UnlockOSThread()
	output, err := os.CreateTemp(t.TempDir(), "output")
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Skipf("processes cannot be traced here: %v", err)
	}
	tr := &tracer{folder: folder, strike: s, pid: cmd.Process.Pid, inside: map[int]bool{}, pending: map[int]int64{}}
	err = tr.follow()
	cmd.Process.Release()
	if err != nil {
		syscall.Kill(tr.pid, syscall.SIGKILL)
		t.Fatalf("tracing: %v", err)
	}
	text, err := os.ReadFile(output.Name())
	if err != nil {
		t.Fatal(err)
	}
	tr.result.output = string(text)
	return tr.result
}

// ptraceExitKill ends the process with its tracer.
const ptraceExitKill = 0x100000

// follow goes from stop to stop until the process has ended.
func (tr *tracer) follow() error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(tr.pid, &status, 0, nil); err != nil {
		return err
	}
	options := syscall.PTRACE_O_TRACESYSGOOD | syscall.PTRACE_O_TRACECLONE | ptraceExitKill
	if err := syscall.PtraceSetOptions(tr.pid, options); err != nil {
		return err
	}
	next, signal := tr.pid, 0
	for {
		if err := syscall.PtraceSyscall(next, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
		thread, err := syscall.Wait4(-tr.pid, &status, syscall.WALL, nil)
		if err != nil {
			return err
		}
		if thread == tr.pid && (status.Exited() || status.Signaled()) {
			tr.result.code, tr.result.killed = status.ExitStatus(), status.Signaled()
			return nil
		}
		if next, signal = thread, 0; status.Stopped() {
			signal = tr.stopped(thread, status)
		}
	}
}

// stopped handles one stop of a thread and returns the signal that it is to get.
func (tr *tracer) stopped(thread int, status syscall.WaitStatus) int {
	switch signal := status.StopSignal(); signal {
	case syscall.SIGTRAP | 0x80:
		tr.call(thread)
		return 0
	case syscall.SIGTRAP, syscall.SIGSTOP: // a new thread, and its first stop
		return 0
	default:
		return int(signal)
	}
}

// call handles the begin or the end of a call.
func (tr *tracer) call(thread int) {
	var regs syscall.PtraceRegs
	if syscall.PtraceGetRegs(thread, &regs) != nil {
		return // it has ended meanwhile
	}
	if !tr.inside[thread] && int64(regs.Rax) == entering {
		tr.inside[thread] = true
		tr.begin(thread, &regs)
		return
	}
	tr.inside[thread] = false
	answer, changed := tr.pending[thread]
	if !changed {
		return
	}
	delete(tr.pending, thread)
	if answer == dieAfter {
		syscall.Kill(tr.pid, syscall.SIGKILL)
		return
	}
	regs.Rax = uint64(answer)
	syscall.PtraceSetRegs(thread, &regs)
}

// dieAfter stands among the pending answers for a process that is killed after its call.
const dieAfter = 1

// begin counts a storage call and strikes where it is due: at the one that is meant and, on a
// full disk, at every write from then on.
func (tr *tracer) begin(thread int, regs *syscall.PtraceRegs) {
	tr.lookForHeld(thread, regs)
	name, counts := storageCalls[regs.Orig_rax]
	if !counts {
		return
	}
	if name == "openat" && regs.Rdx&syscall.O_CREAT == 0 {
		return
	}
	file := tr.fileOf(name, thread, regs)
	if !strings.HasPrefix(file, tr.folder) {
		return
	}
	call := name + " " + strings.TrimPrefix(file, tr.folder)
	tr.result.calls = append(tr.result.calls, call)
	writes := name == "write" || name == "pwrite64"
	switch {
	case len(tr.result.calls) == tr.strike.when:
		tr.result.struck = call
		tr.hit(thread, writes, regs)
	case tr.result.struck != "" && tr.strike.lasting() && writes:
		tr.fail(thread, regs, syscall.ENOSPC)
	}
}

// hit strikes a thread that is about to make a call. What cannot be done in half is done
// wholly before the process dies, and not at all on a full disk.
func (tr *tracer) hit(thread int, writes bool, regs *syscall.PtraceRegs) {
	half := writes && (tr.strike.what == torn || tr.strike.what == diskFilled)
	if half {
		regs.Rdx /= 2
		syscall.PtraceSetRegs(thread, regs)
	}
	switch tr.strike.what {
	case killed:
		syscall.Kill(tr.pid, syscall.SIGKILL)
	case torn:
		tr.pending[thread] = dieAfter
	case diskFault:
		tr.fail(thread, regs, syscall.EIO)
	default:
		if !half {
			tr.fail(thread, regs, syscall.ENOSPC)
		}
	}
}

// fail lets a call fail without being made.
func (tr *tracer) fail(thread int, regs *syscall.PtraceRegs, failure syscall.Errno) {
	regs.Orig_rax = ^uint64(0)
	tr.pending[thread] = -int64(failure)
	syscall.PtraceSetRegs(thread, regs)
}

// pathArguments are the calls that name their file by a path, and which argument that is.
var pathArguments = map[string]func(*syscall.PtraceRegs) uint64{
	"renameat": func(regs *syscall.PtraceRegs) uint64 { return regs.R10 },
	"openat":   func(regs *syscall.PtraceRegs) uint64 { return regs.Rsi },
	"mkdirat":  func(regs *syscall.PtraceRegs) uint64 { return regs.Rsi },
	"fchmodat": func(regs *syscall.PtraceRegs) uint64 { return regs.Rsi },
}

// movingCalls are the calls that take a file's name from it, and which of their arguments are the paths of those that lose
// one: what is renamed, and what it is renamed over.
var movingCalls = map[uint64]struct {
	name  string
	paths []func(*syscall.PtraceRegs) uint64
}{
	syscall.SYS_UNLINKAT: {"remove", []func(*syscall.PtraceRegs) uint64{func(r *syscall.PtraceRegs) uint64 { return r.Rsi }}},
	syscall.SYS_RENAMEAT: {"rename", []func(*syscall.PtraceRegs) uint64{func(r *syscall.PtraceRegs) uint64 { return r.Rsi }, func(r *syscall.PtraceRegs) uint64 { return r.R10 }}},
}

// lookForHeld notes what Windows would refuse: a file that the process holds open is neither removed nor renamed
// nor renamed over there.
func (tr *tracer) lookForHeld(thread int, regs *syscall.PtraceRegs) {
	call, moves := movingCalls[regs.Orig_rax]
	if !moves {
		return
	}
	var open []os.FileInfo
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", tr.pid))
	for _, entry := range entries {
		if info, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%s", tr.pid, entry.Name())); err == nil && info.Mode().IsRegular() {
			open = append(open, info)
		}
	}
	for _, argument := range call.paths {
		path := textAt(thread, argument(regs))
		if !filepath.IsAbs(path) {
			folder, _ := os.Readlink(fmt.Sprintf("/proc/%d/cwd", tr.pid))
			path = filepath.Join(folder, path)
		}
		info, err := os.Lstat(path)
		if err == nil && slices.ContainsFunc(open, func(held os.FileInfo) bool { return os.SameFile(held, info) }) {
			tr.result.held = append(tr.result.held, call.name+" "+strings.TrimPrefix(path, tr.folder))
		}
	}
}

// textAt reads a text of the traced process.
func textAt(thread int, address uint64) string {
	var text [4096]byte
	n, _ := syscall.PtracePeekData(thread, uintptr(address), text[:])
	path, _, _ := strings.Cut(string(text[:n]), "\x00")
	return path
}

// fileOf returns the path that a call changes: the one that it names, or that of its file descriptor.
func (tr *tracer) fileOf(name string, thread int, regs *syscall.PtraceRegs) string {
	argument, named := pathArguments[name]
	if !named {
		path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, regs.Rdi))
		return path
	}
	return textAt(thread, argument(regs))
}

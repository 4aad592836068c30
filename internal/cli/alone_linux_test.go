package cli_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"refload/internal/effort"
)

// aloneWord tells a test process that its network is its own.
const aloneWord = "REFLOAD_TEST_ALONE"

// raiseLoopback makes 127.0.0.1 usable in a network that was made just now.
func raiseLoopback(t *testing.T) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)
	request := struct { // struct ifreq
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}{flags: syscall.IFF_UP | syscall.IFF_RUNNING}
	copy(request.name[:], "lo")
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(socket), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); errno != 0 {
		t.Fatal(errno)
	}
}

// alone runs the test in a process of its own.
func alone(how *syscall.SysProcAttr) ([]byte, error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestAllWorksInANetworkOfItsOwn$", "-test.v")
	cmd.Env, cmd.SysProcAttr = append(os.Environ(), aloneWord+"=1"), how
	return cmd.CombinedOutput()
}

// In a network that holds nothing but loopback, without a resolver or a way out, all that a person does works as
// ever: nothing else is needed, and what would ask for more, and wait for it, would fail.
func TestAllWorksInANetworkOfItsOwn(t *testing.T) {
	effort.NotShort(t)
	t.Parallel()
	if os.Getenv(aloneWord) != "" {
		raiseLoopback(t)
		t.Run("ready token", TestAllGoesThroughTheProxy)
		t.Run("sign-in", TestSignInGoesThroughTheProxy)
		return
	}
	said, err := alone(&syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET})
	if err != nil && len(said) == 0 { // not root: whoever has users of their own may have a network of their own
		said, err = alone(&syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}})
	}
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSYS) {
		t.Skipf("this machine does not let the test make a network of its own: %v", err)
	}
	if err != nil || strings.Count(string(said), "--- PASS") != 3 {
		t.Errorf("%v\n%s", err, said)
	}
}

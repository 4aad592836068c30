package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// Holder is who holds a lock, for the one who has to wait.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
	What  string    `json:"what"` // the command: "import"
}

// ThisProcess returns the holder that this process is.
func ThisProcess(what string, now time.Time) Holder {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return Holder{PID: os.Getpid(), Host: host, Since: now, What: what}
}

// LockedError says that another run is at work on the same target.
type LockedError struct{ Holder Holder }

// Error says who holds the lock.
func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return "another run holds the lock of this target"
	}
	return fmt.Sprintf("another run holds the lock of this target: %s, process %d on %s, since %s",
		e.Holder.What, e.Holder.PID, e.Holder.Host, e.Holder.Since.Local().Format("2006-01-02 15:04:05"))
}

// Hint says what to do next.
func (e *LockedError) Hint() string {
	return "wait until it has ended; two runs against one target at the same time could create a deal twice"
}

// Lock is a lock of the operating system: it is free again when its holder has ended, however
// it ended.
type Lock struct {
	flock  *flock.Flock
	shared *flock.Flock // with other tenants of the same service; nil for none
}

// Lock takes the lock of the target, or returns a *LockedError at once.
func (h *Home) Lock(holder Holder) (*Lock, error) {
	path := filepath.Join(h.path, "lock")
	lock := flock.New(path, flock.SetPermissions(0o600))
	taken, err := tryLock(lock)
	if err != nil {
		return nil, &StateError{Path: path, Err: err}
	}
	who := filepath.Join(h.path, "holder.json")
	if !taken {
		return nil, &LockedError{readHolder(who)}
	}
	shared, err := h.lockService()
	if err != nil {
		lock.Unlock()
		return nil, err
	}
	data, err := json.Marshal(holder)
	if err == nil {
		err = files.WriteFile(who, data)
	}
	if err != nil {
		err = &StateError{Path: who, Err: err}
		return nil, errors.Join(err, (&Lock{lock, shared}).Release())
	}
	h.sweep(who, holder.Since)
	return &Lock{lock, shared}, nil
}

// glances is how often a lock is tried: who only looks whether it is held has it for a moment.
const glances = 5

func tryLock(lock *flock.Flock) (bool, error) {
	for n := 1; ; n++ {
		if taken, err := lock.TryLock(); taken || err != nil || n == glances {
			return taken, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Holder returns who holds the lock of the target now; false where nobody does, or nobody can tell.
func (h *Home) Holder() (Holder, bool) {
	path := filepath.Join(h.path, "lock")
	if _, err := os.Stat(path); err != nil {
		return Holder{}, false
	}
	lock := flock.New(path, flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return Holder{}, false
	}
	if free {
		lock.Unlock()
		return Holder{}, false
	}
	return readHolder(filepath.Join(h.path, "holder.json")), true
}

// sweep removes what killed runs left behind that nobody needs: the lock says that none of them
// is alive. What cannot be removed does no harm and stays for the next time.
func (h *Home) sweep(who string, now time.Time) {
	files.Sweep(who, now)
	files.Sweep(h.hashKey(), now)
	files.Sweep(h.LastRun(), now.Add(-time.Hour)) // it is written without the lock
	files.Sweep(h.LastExportRun(), now.Add(-time.Hour))
	folders, err := h.Folders()
	if err != nil {
		return
	}
	for _, folder := range folders {
		folder.ClearSpool()
		files.SweepFolder(folder.path, now)
		files.SweepFolder(folder.Path("prior"), now)
	}
}

// readHolder reads who holds the lock. The holder may not have written it yet: then it is
// nobody that can be named.
func readHolder(path string) Holder {
	var holder Holder
	if data, err := files.Read(path, mostKept); err == nil && json.Unmarshal(data, &holder) != nil {
		return Holder{}
	}
	return holder
}

// Release gives the lock back.
func (l *Lock) Release() error {
	err := l.flock.Unlock()
	if l.shared != nil {
		err = errors.Join(err, l.shared.Unlock())
	}
	return err
}

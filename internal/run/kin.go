package run

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"refload/internal/files"
)

// A service has one home for each tenant that a profile names, and one for runs that do not say
// whose token they have. A run of the latter kind may be in any tenant: it runs beside none of
// the others, and what any of them left open binds it, as what it left open binds them.

// Folder returns the name of the target's folder in the state folder: readable, and unique
// by a hash of the service, with one of the tenant behind it where that is known.
func (t Target) Folder() string {
	name := t.service()
	if t.Tenant != "" {
		name += "-" + t.TenantHash()
	}
	return name
}

// TenantHash is a short hash of the tenant, by which a run says whose it is and names nobody; ""
// where the tenant is not known.
func (t Target) TenantHash() string { return HashTenant(t.Tenant) }

// HashTenant returns a tenant as files name it that may be handed on; "" for "".
func HashTenant(tenant string) string {
	if tenant == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.ToLower(tenant)))
	return fmt.Sprintf("%x", sum[:4])
}

// service is the name of the folder for runs that do not know their tenant.
func (t Target) service() string {
	readable := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '.', r == '-':
			return r
		}
		return '_'
	}, strings.TrimPrefix(strings.TrimPrefix(t.ID, "https://"), "http://"))
	sum := sha256.Sum256([]byte(t.ID))
	return fmt.Sprintf("%.40s-%x", readable, sum[:4])
}

// OpenTarget returns the home of a target under the state folder, and makes it where it is
// missing.
func OpenTarget(state string, t Target) (*Home, error) {
	home, err := OpenHome(state, t.Folder())
	if err != nil {
		return nil, err
	}
	home.service = filepath.Join(state, t.service())
	return home, nil
}

// Binding returns the folders of all runs whose open rows bind a run of this home: its own, and
// those that may have been in the same tenant.
func (h *Home) Binding() ([]*Folder, error) {
	folders, err := h.Folders()
	if err != nil || h.service == "" {
		return folders, err
	}
	kin := []string{h.service}
	if h.service == h.path {
		kin, err = filepath.Glob(globQuote(h.service) + "-????????")
		if err != nil {
			return nil, &StateError{Path: h.state, Err: err}
		}
	}
	for _, path := range kin {
		if _, err := os.Stat(filepath.Join(path, "runs")); err != nil {
			continue
		}
		more, err := (&Home{state: h.state, path: path}).Folders()
		if err != nil {
			return nil, err
		}
		folders = append(folders, more...)
	}
	sortFolders(folders)
	return folders, nil
}

// globQuote lets a path stand for itself in a pattern.
func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// lockService keeps runs that know their tenant apart from those of the same service that do
// not: the former share a lock that the latter take for themselves. It returns nil where there is
// nothing to share.
func (h *Home) lockService() (*flock.Flock, error) {
	if h.service == "" || h.service == h.path {
		return nil, nil
	}
	path := filepath.Join(h.service, "lock")
	if err := files.MkdirPrivate(h.service); err != nil {
		return nil, &StateError{Path: h.service, Err: err}
	}
	shared := flock.New(path, flock.SetPermissions(0o600))
	taken, err := shared.TryRLock()
	if err != nil {
		return nil, &StateError{Path: path, Err: err}
	}
	if !taken {
		return nil, &LockedError{readHolder(filepath.Join(h.service, "holder.json"))}
	}
	return shared, nil
}

// Of reports whether a home is that of a target, wherever its state folder is.
func (h *Home) Of(t Target) bool { return filepath.Base(h.path) == t.Folder() }

// May reports whether a home may be that of a target of which the tenant may not be known.
func (h *Home) May(t Target) bool {
	name := filepath.Base(h.path)
	return name == t.Folder() || t.Tenant == "" && strings.HasPrefix(name, t.service()+"-")
}

// Moved returns the home of the same target in the state folder that another home of it is in.
func (h *Home) Moved(to *Home) *Home {
	moved := *to
	if h.service != "" {
		moved.service = filepath.Join(to.state, filepath.Base(h.service))
	}
	return &moved
}

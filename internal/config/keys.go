package config

import "slices"

// Kind says what the value of a key looks like.
type Kind string

// The kinds of values.
const (
	Text     Kind = "text"
	Word     Kind = "word" // one of Allowed
	YesNo    Kind = "yes or no"
	Number   Kind = "number"
	Count    Kind = "whole number"
	Duration Kind = "duration"
	Bound    Kind = "number or share"
	Share    Kind = "share"
	Address  Kind = "URL"
	Path     Kind = "path" // seen from the folder of its file
	Texts    Kind = "list"
	Hosts    Kind = "list of hosts"
	Tenant   Kind = "tenant"
	GUID     Kind = "GUID"
)

// Key is one setting. This table is what files are read by, what `config show`
// prints, what the reference lists, and what tests go through.
type Key struct {
	Name    string
	Kind    Kind
	Flag    string   // the flag that says the same on the command line; "" where there is none
	Default string   // as shown
	Help    string   // one line
	Allowed []string // of a Word
	Service bool     // it belongs to the service, and is not taken when another one is named

	// Reading says that it is about how a file is read, and nothing else. Only such a key may stand in the
	// file of a folder, which anybody may have put there, and outside of profiles. A key that does not say
	// so says where data and tokens go, or guards them.
	Reading bool
}

// keys is the table of keys, in the order in which they are shown.
var keys = []Key{
	{Name: "base-url", Kind: Address, Flag: "base-url", Service: true,
		Help: "the service: https, or http to a loopback address; a profile with a tenant has the real one by default"},
	{Name: "tenant", Kind: Tenant, Service: true,
		Help: "the tenant to sign in to: its GUID or one of its domains; runs, locks and earlier sends are kept apart by it"},
	{Name: "client-id", Kind: GUID, Service: true, Help: "the application to sign in with"},
	{Name: "authority", Kind: Address, Default: "https://login.microsoftonline.com", Service: true,
		Help: "where to sign in: https, or http to a loopback address"},
	{Name: "production", Kind: YesNo, Default: "no", Service: true,
		Help: "writing to it without a person to ask needs --yes and --profile on the command line"},
	{Name: "partial-view", Kind: Word, Default: "refused", Allowed: []string{"refused", "accepted"}, Service: true,
		Help: "whether creates are allowed although the account may not see all referrals"},
	{Name: "list-hides", Kind: Word, Default: "refused", Allowed: []string{"refused", "accepted"}, Service: true,
		Help: "whether creates are allowed although the list of the service is not shown to be complete"},
	{Name: "other-customer", Kind: Word, Default: "hold", Allowed: []string{"hold", "note"}, Service: true,
		Help: "what becomes of a row that is matched by an id and whose customer is not the referral's"},
	{Name: "ca-file", Kind: Path, Flag: "ca-file", Service: true,
		Help: "certificate authorities (PEM) to trust besides the system's, as behind a proxy that inspects TLS"},
	{Name: "rate", Kind: Number, Flag: "rate", Default: "5 at first, up to 10 as the service allows", Service: true,
		Help: "requests a second, never exceeded; 0: no pacing of ours"},
	{Name: "concurrency", Kind: Count, Flag: "concurrency", Default: "4", Help: "requests in flight at most"},
	{Name: "mapping", Kind: Path, Flag: "mapping", Reading: true, Help: "mapping file: which column is which field, constants, defaults, dates"},
	{Name: "sheet", Kind: Text, Flag: "sheet", Reading: true, Help: "the sheet of a workbook to read"},
	{Name: "header-row", Kind: Count, Flag: "header-row", Reading: true, Help: "the row with the headers"},
	{Name: "encoding", Kind: Text, Flag: "encoding", Reading: true, Help: "encoding of a CSV that is not UTF-8, such as windows-1252"},
	{Name: "delimiter", Kind: Word, Flag: "delimiter", Allowed: []string{"comma", "semicolon", "tab", "pipe"}, Reading: true,
		Help: "what separates the fields of a CSV"},
	{Name: "dates", Kind: Text, Flag: "dates", Reading: true, Help: "how dates are written for which the mapping file has no rule: dmy, mdy or ymd"},
	{Name: "decimal", Kind: Word, Flag: "decimal", Allowed: []string{"comma", "point"}, Reading: true, Help: "what separates the fraction of a number"},
	{Name: "mode", Kind: Word, Flag: "mode", Default: "upsert", Allowed: []string{"upsert", "create", "update"},
		Help: "what an import may do with a row"},
	{Name: "key", Kind: Texts, Flag: "key", Default: "Deal Name, Customer Name", Help: "columns that tell rows without CRM ID apart"},
	{Name: "on-unknown", Kind: Word, Flag: "on-unknown", Default: "next-run", Allowed: []string{"next-run", "resend", "hold"},
		Help: "what a create without a trustworthy answer may do that no listing shows"},
	{Name: "settle", Kind: Duration, Flag: "settle", Default: "5m0s", Help: "how long after a send a listing is not yet believed"},
	{Name: "resend-after", Kind: Duration, Flag: "resend-after", Default: "30m0s", Help: "how long after a send it may be sent again"},
	{Name: "results-folder", Kind: Path, Default: "beside the input", Help: "where results files are written when --results names none"},
	{Name: "retention", Kind: Duration, Default: "90d", Help: "how long the folders of finished runs are kept; each import removes older ones; 0d for ever"},
	{Name: "max-creates", Kind: Bound, Flag: "max-creates", Help: "more creates than this stop a run before its first write: N or P%"},
	{Name: "max-closes", Kind: Bound, Flag: "max-closes", Help: "more closed deals than this stop a run before its first write: N or P%"},
	{Name: "max-shares", Kind: Bound, Flag: "max-shares", Help: "more deals opened to Microsoft than this stop a run before its first write: N or P%"},
	{Name: "min-rows", Kind: Share, Flag: "min-rows", Help: "fewer rows than this share of the last run's, of the same name but for digits, stop a run before its first write: P%"},
	{Name: "share-closed", Kind: YesNo, Default: "no", Help: "whether deals that are created closed may be shared with Microsoft as their rows say"},
	{Name: "notify-hosts", Kind: Hosts, Help: "hosts that notifications may be sent to; one without a port stands for each of its ports"},
}

// Keys returns the table of keys.
func Keys() []Key { return slices.Clone(keys) }

// Lookup returns the key of a name.
func Lookup(name string) (Key, bool) {
	for _, key := range keys {
		if key.Name == name {
			return key, true
		}
	}
	return Key{}, false
}

// ReadingNames returns the names of the keys that say how files are read.
func ReadingNames() []string {
	var list []string
	for _, key := range keys {
		if key.Reading {
			list = append(list, key.Name)
		}
	}
	return list
}

// names returns the names of all keys.
func names() []string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = key.Name
	}
	return list
}

package importer

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"

	"refload/internal/run"
	"refload/internal/sheet"
	"refload/mapping"
)

// markerAlphabet is base32 in lower case without padding.
var markerAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// markerOf returns the externalReferenceId by which the row's referral is recognised: its
// CRM ID, or 128 bits of a hash of target and key cells. The same row against the same
// service has the same marker on every machine and in every run.
func markerOf(target run.Target, columns *mapping.Columns, record *mapping.Record, row sheet.Row) string {
	if crm := record.Doc.ExternalReferenceID(); crm != "" {
		return crm
	}
	key, err := json.Marshal(append([]string{target.ID}, columns.Key(row)...))
	if err != nil {
		panic(err) // strings always marshal
	}
	sum := sha256.Sum256(key)
	return mapping.MadePrefix + markerAlphabet.EncodeToString(sum[:16])
}

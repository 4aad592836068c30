package importer

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// takeKey takes the key with which the journal's hashes are made. Where there is none and none
// can be made, nothing is sent.
func (r *runner) takeKey() error {
	var err error
	r.hashKey, err = r.options.Home.HashKey()
	return err
}

// hashOf returns the hash of a request's body for the journal. It says which sends were alike, and
// nothing of what was sent: a plain hash of a change of one mail address would be found by trying.
func (r *runner) hashOf(body []byte) string {
	mac := hmac.New(sha256.New, r.hashKey)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Package sandbox emulates the referrals API of Microsoft Partner Center: an http.Handler that
// keeps referrals, is as strict as the documentation and stricter where that is silent, and
// notes in a ledger what it executed.
//
// It is written from the documentation and shares nothing with the client, so that a
// misreading cannot hide in both. Its documents are plain decoded JSON, its tables (properties,
// enums, transitions, defaults) its own.
//
// Over TLS (ServeTLS) it offers HTTP/2 too, with as much of it as its faults F17 and F18 need; those
// two never strike a client that speaks HTTP/1.1.
//
// Beside the API it plays the authority, Microsoft Entra ID v2, under /{tenant}/oauth2/v2.0/:
// device codes, authorization codes with PKCE, refresh tokens that rotate. Any word is a token
// still, unless Options.RequireIssued is set.
package sandbox

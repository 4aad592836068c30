// Package sandbox emulates the referrals API of Microsoft Partner Center: an http.Handler that
// keeps referrals, is as strict as the documentation and stricter where that is silent, and
// notes in a ledger what it executed.
//
// It is written from the documentation and shares nothing with the client, so that a
// misreading cannot hide in both. Its documents are plain decoded JSON, its tables (properties,
// enums, transitions, defaults) its own.
//
// Beside the API it plays the authority, Microsoft Entra ID v2, under /{tenant}/oauth2/v2.0/:
// device codes, authorization codes with PKCE, refresh tokens that rotate. Any word is a token
// still, unless Options.RequireIssued is set.
package sandbox

package data

import (
	"crypto/sha256"
	"time"
)

// APIKey is the key of a machine, as it is kept: what its holder shows is not
// in it.
type APIKey struct {
	// ID names the key, is part of it, and is no secret.
	ID string
	// Secret is the SHA-256 of the other part. That part is 256 random bits, so
	// nobody can guess it, and no slow hash is needed as for passwords.
	Secret [sha256.Size]byte
	Roles  Roles
	// Source is the only one whose records the key may send; empty for any.
	Source string
	// Purpose says to people what the key is for.
	Purpose string
	Created time.Time
	// Expires is when it is not good any more.
	Expires time.Time
	// Revoked is when it was taken back; zero where it was not.
	Revoked time.Time
	// LastUsed is the day, in UTC, on which it was last shown; 0 for never. A day
	// will do to find keys that nobody uses.
	LastUsed Date
}

// Good reports whether the key is good at a time.
func (k APIKey) Good(now time.Time) bool { return k.Revoked.IsZero() && now.Before(k.Expires) }

// Session is what a browser's cookie stands for, as it is kept.
type Session struct {
	// Content is known to package api/signin alone.
	Content []byte
	// Until is when it ends in any case.
	Until time.Time
	// Seen is when it was last used, to the minute or so.
	Seen time.Time
}

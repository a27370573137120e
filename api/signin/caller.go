// Package signin finds out who asks: people by their sign-in, machines by
// their key, and on one's own machine, for a demonstration, whoever one says to
// be.
package signin

import (
	"net/http"

	"commonground/data"
)

// Caller is who asks. The zero value is the public: someone not signed in.
type Caller struct {
	// ID names the caller in the audit log, for good: "oidc:ISSUER#SUBJECT",
	// "key:ID" or "demo:ROLE".
	ID string
	// Name is for people to read.
	Name  string
	Roles data.Roles
	// Source is the only one whose records the caller may send; empty for any.
	Source string
	// Why is the reason that the caller gave for looking at incidents; empty
	// before there is one.
	Why string
}

// SignedIn reports whether the caller is known.
func (c Caller) SignedIn() bool { return c.ID != "" }

// Finder says who sends a request. One that shows a sign-in or a key that is
// not good, or not any more, is the public: only a fault of ours is an error. Any
// number of goroutines may use it.
type Finder interface {
	Caller(r *http.Request) (Caller, error)
	// GiveReason keeps the reason of a caller who is signed in, until that
	// sign-in ends.
	GiveReason(w http.ResponseWriter, r *http.Request, why string) error
}

// Package signin finds out who asks: people by their sign-in, machines by
// their key, and on one's own machine, for a demonstration, whoever one says to
// be.
package signin

import (
	"errors"
	"net/http"
	"strings"

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

// Errors of a Finder that are the caller's; compare with errors.Is.
var (
	// ErrBadKey says that a request shows a key that is not good, or not any more.
	// It is to be refused, even where the public would be answered: else a machine
	// whose key expired would not find out.
	ErrBadKey = errors.New("signin: the API key is not good, or not any more")
	// ErrNotSignedIn says that there is no sign-in to keep a reason with.
	ErrNotSignedIn = errors.New("signin: nobody is signed in")
	// ErrBadReason says what a reason must be.
	ErrBadReason = errors.New("signin: a reason has 1 to 200 characters, all of which print")
)

// Finder says who sends a request. One that shows a sign-in that is not good, or
// not any more, is the public; one that shows a bad key is ErrBadKey. Any other
// error is a fault of ours. Any number of goroutines may use it.
type Finder interface {
	Caller(r *http.Request) (Caller, error)
	// GiveReason keeps the reason of a person who is signed in, until that sign-in
	// ends, or returns ErrNotSignedIn or ErrBadReason. A key's reason is its
	// purpose.
	GiveReason(w http.ResponseWriter, r *http.Request, why string) error
}

// CheckReason returns ErrBadReason where a text is none.
func CheckReason(why string) error {
	if !prints(strings.TrimSpace(why), maxPurpose) {
		return ErrBadReason
	}
	return nil
}

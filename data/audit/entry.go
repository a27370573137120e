package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Entry is one line of the log. Texts may hold anything; what is not UTF-8 in
// them is replaced when the entry is appended, and so is U+0000, which not every
// engine can keep.
type Entry struct {
	// Number is from 1 without a gap. The log gives it.
	Number int64
	// At is when it happened: Required. Kept in UTC, to the millisecond.
	At time.Time
	// Who is "oidc:ISSUER#SUBJECT", "key:ID", "demo:ROLE" or "cli:LOGIN NAME":
	// Required.
	Who string
	// Name is who that is, for people to read.
	Name string
	// Roles are those that they had, with commas.
	Roles string
	// Action is one of Actions: Required.
	Action Action
	// Subject is the one record or place that it was about, as a record's key or
	// a square's name; empty where there were several or none.
	Subject string
	// What is the route with its filter, or the command.
	What string
	// Records is how many records were shown, changed or taken out; 0 where it
	// isn't known.
	Records int64
	// Why is the reason given.
	Why string
}

// Action is what was done.
type Action string

// The actions.
const (
	// Begin is the first entry of a log; the log makes it.
	Begin Action = "begin"
	// Start is the start of a server or a command that goes on.
	Start Action = "start"
	// Stop is its end.
	Stop Action = "stop"
	// SignIn is someone's sign-in.
	SignIn Action = "sign_in"
	// SignOut is someone's sign-out.
	SignOut Action = "sign_out"
	// Refused is something that someone was not allowed.
	Refused Action = "refused"
	// Look is a reading of records, counts, maps or the log itself.
	Look Action = "look"
	// Preview is a look at what a change would do.
	Preview Action = "preview"
	// Export is a taking out of records for other software or people.
	Export Action = "export"
	// Collect is the taking in of records.
	Collect Action = "collect"
	// Correct is a record's correction.
	Correct Action = "correct"
	// Delete is a record's deletion.
	Delete Action = "delete"
	// Combine is the joining of records with those of another source.
	Combine Action = "combine"
	// ChangeBoundary is a boundary put in or taken back.
	ChangeBoundary Action = "boundary"
	// ChangeScheme is a change of the scheme.
	ChangeScheme Action = "scheme"
	// ChangeKey is an API key made or taken back.
	ChangeKey Action = "key"
	// Release is something done to an edition for the public.
	Release Action = "release"
	// Retention is the destruction of records at the end of their time.
	Retention Action = "retention"
)

// Actions lists the actions, in the order of tables.
var Actions = []Action{
	Begin, Start, Stop, SignIn, SignOut, Refused, Look, Preview, Export, Collect, Correct, Delete, Combine,
	ChangeBoundary, ChangeScheme, ChangeKey, Release, Retention,
}

// check returns what is wrong with an entry that is to be appended.
func (e *Entry) check() error {
	switch {
	case e.At.IsZero():
		return errors.New("audit: an entry needs its time")
	case e.Who == "":
		return errors.New("audit: an entry needs who it was")
	case !slices.Contains(Actions, e.Action) || e.Action == Begin:
		return fmt.Errorf("audit: %q is no action to append", e.Action)
	}
	return nil
}

// kept is the entry as the log keeps it.
func (e Entry) kept() Entry {
	e.At = time.UnixMilli(e.At.UnixMilli()).UTC()
	for _, text := range []*string{&e.Who, &e.Name, &e.Roles, &e.Subject, &e.What, &e.Why} {
		*text = strings.ReplaceAll(strings.ToValidUTF8(*text, "\ufffd"), "\x00", "\ufffd")
	}
	return e
}

// Hash is a link of the chain.
type Hash [32]byte

// Sealed is an entry with its hash. The zero value stands for what comes
// before the first entry.
type Sealed struct {
	Entry
	Hash Hash
}

// Store is where the log is kept. Several stores, in several processes, may be
// open on one log; all methods may be called by many goroutines at once.
type Store interface {
	// AppendAudit calls seal with the last entry of the log, the zero value
	// where there is none, and stores what it returns: all or none, and durable
	// when AppendAudit returns nil. Nobody else, in any process, can append or
	// call seal meanwhile. seal may read by Audit; its error is returned.
	AppendAudit(ctx context.Context, seal func(last Sealed) ([]Sealed, error)) error

	// Audit returns up to limit entries after a number, in the order of their
	// numbers, as they are stored: it checks nothing.
	Audit(ctx context.Context, after int64, limit int) ([]Sealed, error)
}

package data

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// Errors that every Store returns where it says so; compare with errors.Is.
var (
	// ErrNoScheme says that no scheme was put into the store yet.
	ErrNoScheme = errors.New("data: the store has no scheme yet")
	// ErrStale says that the settings changed since the caller read them.
	ErrStale = errors.New("data: the settings changed meanwhile")
	// ErrTooMany says that an answer would be larger than the caller's limit.
	ErrTooMany = errors.New("data: more records than asked for at most")
	// ErrAway says that the store can't be reached at the moment, as while its
	// server starts again. What a call that writes was to store may be stored or
	// not; to call it once more is harmless.
	ErrAway = errors.New("data: the store can't be reached at the moment")
)

// Settings is what the answers for records depend on: the scheme and every
// version of the boundary.
type Settings struct {
	// Revision grows by one with each change of the scheme or the boundaries.
	Revision   int64
	SchemeText string
	// Boundaries in the order of their versions, from 1 without a gap; those
	// that were withdrawn are among them and say so.
	Boundaries []geo.Boundary
}

// Receipt says what became of one record.
type Receipt uint8

// The receipts.
const (
	// Added is a new record; it is durable.
	Added Receipt = iota + 1
	// Unchanged is a record that was there already and says the same.
	Unchanged
	// Conflict is a record refused because its source and reference are there
	// already with other content.
	Conflict
	// Corrected is a record that replaces the one of its source and reference,
	// which had other content.
	Corrected
	// Gone is a record of which nothing is stored, because the one of its source
	// and reference was deleted, or destroyed at the end of its retention.
	Gone
)

// Placer answers again for records when the settings change: it writes the
// place of each position at its time to places. All three slices are of one
// length. It keeps none of them, and no position's Point.
type Placer func(places []geo.Place, positions []Position, times []When)

// Span is the half-open span of time [From, To). A zero To is no end.
type Span struct {
	From, To time.Time
}

// Sort is a sort of record.
type Sort uint8

// The sorts of record whose place goes by the settings.
const (
	PickupSort Sort = iota + 1
	IncidentSort
)

// Move is a record for which a change of the settings gives another answer.
type Move struct {
	Sort Sort
	// When is what its week goes by: At of a pickup, Received of an incident.
	When When
	// Found is what a pickup found.
	Found         []Quantity
	Before, After geo.Place
}

// Past is an answer for a record that a change of the settings replaced.
type Past struct {
	// Place is the answer, with the version of the boundary that was in force
	// for the record's time just before the change.
	Place geo.Place
	// Revision is that of the settings from which on another answer held.
	Revision int64
}

// Version is an earlier version of a record.
type Version struct {
	// Number is 1 for the record's first version, and grows by one.
	Number int
	// Until is when another took its place, or the record was deleted.
	Until time.Time
	// Deleted says that it ended by a deletion.
	Deleted bool
	// Pickup or Incident is the version, with the place that it had at last; the
	// other one is nil.
	Pickup   *Pickup
	Incident *Incident
}

// Change is one entry of the change feed: a record was added, corrected or
// deleted, the settings changed, or records were destroyed. A version that was replaced or deleted since
// has the place that it had at last, any other the one that it has now.
type Change struct {
	// Position grows from entry to entry, not always by one.
	Position int64
	// Trace is what Store.Trace returns for the position.
	Trace string
	// PickupBefore is the version that ended and Pickup the one that took its
	// place: the former is nil where the record was added, the latter where it was
	// deleted, both where the change is of another sort.
	PickupBefore, Pickup *Pickup
	// IncidentBefore and Incident are the same of an incident.
	IncidentBefore, Incident *Incident
	// Settings is set where the scheme or a boundary changed, and with them
	// the places of records: counts must be made anew.
	Settings bool
	// Destroyed is set where records were destroyed at the end of their retention,
	// and in the place of each entry about one of them: all must be read anew.
	Destroyed bool
}

// Store keeps everything. It has two engines and one suite of tests, package
// datatest, that says what each call promises by example. All methods may be
// called by many goroutines at once. What a call has acknowledged, by
// returning without an error, survives a crash of the process and a power cut.
type Store interface {
	RetentionStore
	ReleaseStore
	ReturnStore

	// Settings returns the scheme and the boundaries, or ErrNoScheme. Areas
	// come back in their order, rounded to the lattice; times are kept to the
	// millisecond.
	Settings(ctx context.Context) (Settings, error)

	// PutScheme replaces the scheme's text. revision is that of the settings
	// it was checked against, 0 for none; ErrStale where they are others by
	// now. Every record is asked of place again, in the same transaction. Once an
	// edition was sealed, ErrSealed for a scheme that does not divide time and
	// ground as the one before, by Scheme.DividesAs.
	PutScheme(ctx context.Context, revision int64, text string, place Placer) error

	// PutBoundary adds a version of the boundary; its Version must be one
	// more than the last, and its Withdrawn 0. Revision is as in PutScheme;
	// place is asked for the records in the boundary's span only: pickups by
	// At, incidents by Happened. An empty span and an area id there twice are
	// refused. Answers that it replaces are kept; see Before.
	PutBoundary(ctx context.Context, revision int64, b geo.Boundary, place Placer) error

	// WithdrawBoundary takes a version of the boundary back: it is never in
	// force from then on, and its number is not given again. Revision and
	// place are as in PutBoundary. A version that is not there, or was
	// withdrawn already, is refused.
	WithdrawBoundary(ctx context.Context, revision, version int64, place Placer) error

	// Moves yields, in an order of its own and from one consistent view, the
	// records in a span for which place gives another answer than the one
	// stored: what a change of the settings would do. Nothing is stored. A
	// place that differs in its version only is the same answer. ErrStale
	// where the settings are not those of revision. The sequence is as that
	// of Pickups.
	Moves(ctx context.Context, revision int64, in Span, place Placer) (iter.Seq2[Move, error], error)

	// Before returns the answers for the present version of a record that changes
	// of the settings replaced, the oldest first; none where there was no other
	// answer, or no such record.
	Before(ctx context.Context, sort Sort, key Key) ([]Past, error)

	// PutPickups stores a batch, all or none, and returns one receipt for
	// each in order. Places were worked out with the settings of revision;
	// ErrStale where they are others by now, ErrNoScheme where there are none
	// yet, and nothing is stored. The version in a place need not be kept with
	// the record: it follows from its time and the boundaries. Found must be
	// in the order of the kinds' ids, each there once. A record that was deleted
	// does not come back so: its receipt is Gone.
	PutPickups(ctx context.Context, revision int64, batch []Pickup) ([]Receipt, error)

	// PutIncidents is PutPickups for incidents.
	PutIncidents(ctx context.Context, revision int64, batch []Incident) ([]Receipt, error)

	// ReplacePickup stores a pickup whatever its source and reference had before:
	// the receipt is Added where there was none or it was deleted, Corrected where
	// there was other content, Unchanged where it says the same, and Gone where it
	// was destroyed. The version
	// that it replaces goes into the history, with at as its end; at must not be
	// zero. Revision, place and Found are as in PutPickups.
	ReplacePickup(ctx context.Context, revision int64, p Pickup, at time.Time) (Receipt, error)

	// ReplaceIncident is ReplacePickup for an incident.
	ReplaceIncident(ctx context.Context, revision int64, i Incident, at time.Time) (Receipt, error)

	// Delete takes a record out of all counts and reads. Its last version goes
	// into the history, with at as its end; at must not be zero. False says that
	// there is no such record, or none any more.
	Delete(ctx context.Context, sort Sort, key Key, at time.Time) (bool, error)

	// History returns the earlier versions of a record, the oldest first, without
	// the present one; none where there was none.
	History(ctx context.Context, sort Sort, key Key) ([]Version, error)

	// Pickups yields every pickup in an order of its own, and is one
	// consistent view. The position returned is that of the change feed at
	// which the view was taken. The sequence may be ranged over once, and
	// must be: until then, or until ctx ends, it holds the view open. If it
	// yields an error, that is the last.
	Pickups(ctx context.Context) (position int64, all iter.Seq2[Pickup, error], err error)

	// Visits yields every pickup as a Visit, many at a time, in no order that is
	// promised; none of the batches is empty. Those that were destroyed are among
	// them: as many for each PickupSum as it has visits, each Settled and one of
	// them with all that was found. View, position and ranging are as
	// in Pickups. A batch and what is in it is good until the next one is asked
	// for; only strings may be kept.
	Visits(ctx context.Context) (position int64, all iter.Seq2[[]Visit, error], err error)

	// PickupsIn returns the pickups whose point lies in the half-open box,
	// in the order in which their present versions came, and ErrTooMany where
	// there are more than limit: a part is never passed off as the whole.
	PickupsIn(ctx context.Context, box orb.Bound, limit int) ([]Pickup, error)

	// Incidents is as Pickups.
	Incidents(ctx context.Context) (position int64, all iter.Seq2[Incident, error], err error)

	// Changes returns up to limit entries of the change feed after a
	// position, in order; none where there is nothing new. Who has a view and
	// applies the changes after it has what the store has. (Of incidents from
	// before they were in the feed, a store has no entries: they are in the views.)
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)

	// Wait returns nil once the feed holds an entry after a position, also
	// one that another process wrote, or an error when ctx ends.
	Wait(ctx context.Context, after int64) error

	// Position returns the end of the change feed.
	Position(ctx context.Context) (int64, error)

	// Trace returns a text that stands for the change feed up to a position: no
	// other store has it, nor has this one if it was put back to an earlier state
	// and went on from there, though all records be the same. Empty where the
	// feed has no entry at the position.
	Trace(ctx context.Context, position int64) (string, error)

	// Close releases the store. Calls under way end with an error. Closing
	// twice is harmless.
	Close() error
}

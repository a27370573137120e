// Package archive says, row by row, what a store keeps, so that all of it can be
// copied into a store of any engine.
package archive

import (
	"context"
	"errors"
	"iter"
	"time"

	"commonground/data"
	"commonground/geo"
)

// ErrNotEmpty says that a store to be filled keeps something already; compare
// with errors.Is.
var ErrNotEmpty = errors.New("archive: the store is not empty")

// Store is a store whose contents can be copied. Both engines are.
type Store interface {
	// Dump yields all that the store keeps, but sessions, from one consistent view:
	// first the Beginning and then the rows of each type, in the order of the types
	// in this file. The sequence is as that of data.Store's Pickups.
	Dump(ctx context.Context) (iter.Seq2[Row, error], error)

	// Load fills an empty store with what another one dumped: all or nothing, and
	// durable when it returns nil. Ids of versions, positions and marks of the feed,
	// hashes and the key of what was destroyed stay what they were. ErrNotEmpty where
	// the store keeps anything but sessions; an error of the sequence is returned.
	Load(ctx context.Context, rows iter.Seq2[Row, error]) error
}

// Row is one of the types below, or, after them and in this order, a
// data.PickupSum, data.IncidentSum, Destroyed, Certificate, data.Hold, data.Epoch,
// data.Signature, data.Sealing, data.Return, data.APIKey or audit.Sealed.
type Row any

// Beginning is the first row.
type Beginning struct {
	// Revision and SchemeText are as in data.Settings; zero where there is none.
	Revision   int64
	SchemeText string
	// DestroyedKey is the store's own secret by which it knows what was destroyed.
	DestroyedKey []byte
	// LastPickup and LastIncident are the highest ids that were given to versions,
	// though they may be gone.
	LastPickup, LastIncident int64
}

// Boundary is a version of the boundary. Added is the revision of the settings
// that put it in.
type Boundary struct {
	geo.Boundary
	Added int64
}

// Version is a version of a record, by its id. Number is 0 for a present one;
// those of pickups come first, of each sort the present ones, and all in the
// order of their ids.
type Version struct {
	ID int64
	data.Version
}

// Move is an answer that a change of the settings replaced: the version of
// Record had it until Revision. Those of pickups come first; they are in the order
// of the records, and of each the last comes first.
type Move struct {
	Sort             data.Sort
	Record, Revision int64
	Before           geo.Place // without its version
}

// Change is an entry of the feed, with the ids of versions; 0 is none.
type Change struct {
	Position      int64
	Sort          data.Sort // 3 is a change of the settings, 4 a destruction
	Before, After int64
	Mark          int64
}

// The sorts of entries that are about no sort of record.
const (
	SettingsSort  data.Sort = 3
	DestroyedSort data.Sort = 4
)

// Destroyed is the hash by which a destroyed record is known.
type Destroyed struct{ Hash []byte }

// Certificate is a certificate as it is kept. Scrubbed is as in
// data.SignedCertificate.
type Certificate struct {
	Number       int64
	Text, SHA256 string
	Scrubbed     time.Time
}

package data

import (
	"context"
	"errors"
	"time"
)

// ErrSealed says that a period was sealed or passed over, and is never released
// again; compare with errors.Is.
var ErrSealed = errors.New("data: the period was sealed or passed over already")

// Policy is what the scheme says about public releases. DefaultPolicy has the
// values that may not be made weaker without saying so.
type Policy struct {
	// DelayDays is how long after its end a period may be sealed at the earliest.
	DelayDays int `json:"delay_days" toml:"delay_days"`
	// EpochWeeks is how long one partition of the ground lasts at least.
	EpochWeeks int `json:"epoch_weeks" toml:"epoch_weeks"`
	// FinestM is the side of the smallest squares: 250, 500 or 1000.
	FinestM int `json:"finest_m" toml:"finest_m"`
	// MinAddresses is how many addresses each child of a square must hold for the
	// square to be split.
	MinAddresses int `json:"min_addresses" toml:"min_addresses"`
	// A square is shown with MinItems items, found on MinDays days, of which no
	// day has more than MaxDayPercent of them.
	MinItems      int `json:"min_items" toml:"min_items"`
	MinDays       int `json:"min_days" toml:"min_days"`
	MaxDayPercent int `json:"max_day_percent" toml:"max_day_percent"`
	// MinSquares is how many squares are shown at least, and how many the highest
	// band has, else it is merged with the one below, again and again.
	MinSquares int `json:"min_squares" toml:"min_squares"`
	// Cuts are where the second and the third band begin, in items for each
	// 250 m × 250 m.
	Cuts [2]int `json:"cuts" toml:"cuts"`
	// In tables a number below TableMin is hidden, others are rounded to
	// TableStep, and totals to TotalStep.
	TableMin  int `json:"table_min" toml:"table_min"`
	TableStep int `json:"table_step" toml:"table_step"`
	TotalStep int `json:"total_step" toml:"total_step"`
	// MinSearchHectares is the least area that must be searched, in the order of
	// the map, to meet half of the finds of the next period.
	MinSearchHectares int `json:"min_search_hectares" toml:"min_search_hectares"`
	// Override names the values that are weaker than the default, on purpose.
	Override []string `json:"override" toml:"override"`
}

// DefaultPolicy returns the policy of a scheme that says nothing about it.
func DefaultPolicy() Policy {
	return Policy{
		DelayDays: 28, EpochWeeks: 52, FinestM: 250, MinAddresses: 20, MinItems: 10, MinDays: 3, MaxDayPercent: 50, MinSquares: 3,
		Cuts: [2]int{25, 75}, TableMin: 10, TableStep: 5, TotalStep: 25, MinSearchHectares: 50, Override: []string{},
	}
}

// Epoch is a span of periods with one partition of the ground into squares. It
// lasts until the next one begins.
type Epoch struct {
	// From is the first day of its first period.
	From Date
	// Partition is JSON, as package release writes it, and SHA256 its hash in
	// hexadecimal.
	Partition, SHA256 string
	At                time.Time
	Who               string
}

// Signature says that someone looked at the draft of a period's edition and
// stands for it.
type Signature struct {
	Period Date
	// Draft is the SHA-256 of the draft, in hexadecimal. Of a draft that is other
	// by now, a signature is worth nothing.
	Draft string
	// Who is as in the audit log, and Name for people to read.
	Who, Name string
	At        time.Time
}

// Sealing is a link of the chain of editions: an edition sealed, or one
// withdrawn.
type Sealing struct {
	// Number is from 1 without a gap.
	Number int64
	// Period is the first day of the edition's period.
	Period Date
	// Withdrawn takes the edition of the period back. What it published goes on
	// counting.
	Withdrawn bool
	// Manifest is JSON, the same to the byte as what the public gets, and SHA256
	// its hash in hexadecimal. It names the hash of the one before.
	Manifest, SHA256 string
	// Published is JSON with every number that was published, as package release
	// writes it; empty for a withdrawal.
	Published string
	// Revision is that of the settings by which the edition was made; 0 for a
	// withdrawal.
	Revision int64
	At       time.Time
	Who      string
	// Why is the reason for a withdrawal; the public does not get it.
	Why string
}

// ReleaseStore is the part of a Store that knows what was released. The files
// of editions are not in it, and it is no part of the change feed. Times are
// kept to the millisecond and come back in UTC.
type ReleaseStore interface {
	// PutEpoch stores an epoch. One whose first day is not after that of every
	// epoch and of every sealed period is refused with ErrSealed.
	PutEpoch(ctx context.Context, epoch Epoch) error

	// Epochs returns all epochs in order.
	Epochs(ctx context.Context) ([]Epoch, error)

	// PutSignature stores a signature. Who signed the same draft of a period
	// already changes nothing. ErrSealed where the period was sealed or passed
	// over.
	PutSignature(ctx context.Context, signature Signature) error

	// Signatures returns the signatures for a period, the oldest first.
	Signatures(ctx context.Context, period Date) ([]Signature, error)

	// PutSealing appends a link to the chain, in one transaction. ErrStale where
	// its number is not the next, or the settings of its revision, unless that is
	// 0, are others by now; ErrSealed for an edition whose period is not after
	// every sealed one, and for a withdrawal of what is not sealed, or withdrawn
	// already. A link without a manifest, its hash or who it is by is refused, and
	// an edition without what it published, or a withdrawal with it.
	PutSealing(ctx context.Context, sealing Sealing) error

	// Sealings returns the whole chain in order.
	Sealings(ctx context.Context) ([]Sealing, error)
}

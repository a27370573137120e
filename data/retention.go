package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"commonground/geo"
)

// ErrInUse says that a file can't be scrubbed while others read it; compare
// with errors.Is.
var ErrInUse = errors.New("data: the store is being read")

// PickupSum is what is left of pickups at the end of their retention: how many
// there were in a week, a square, a class and an area, and what they found.
type PickupSum struct {
	// Time is the first day of the week, or the month of those that were known to
	// the month only.
	Time When
	// Centre is the middle of the square of level 0, nil where they had none.
	Centre *geo.Point
	Class  geo.Class
	Area   string
	// Found has an entry for each kind of which there was something, in the order
	// of ids.
	Found  []Quantity
	Visits int64
}

// IncidentSum is what is left of incidents: how many came in in a week, of a
// class, category and outcome. It has no place.
type IncidentSum struct {
	Time      When // as in PickupSum
	Class     geo.Class
	Category  Category
	Outcome   string
	Incidents int64
}

// Destroyed is what a destruction did, or would do, to one sort of record.
type Destroyed struct {
	Cut
	// Records that counted, and those that had been deleted before.
	Records, Deleted int64
	// Versions are earlier ones of both.
	Versions int64
	// From and To are the half-open range of days that holds the weeks, or months,
	// of the Records; both are zero where there are none.
	From, To Date
	// Held are those kept by a hold though their time is over, Undated those kept
	// because they have no time.
	Held, Undated int64
}

// Certificate says what was destroyed. It is not changed after that.
type Certificate struct {
	// Number is from 1 without a gap; 0 where nothing was destroyed.
	Number int64
	// At is when, to the millisecond in UTC, and Who by whom.
	At  time.Time
	Who string
	// Date is the day that the run was for.
	Date Date
	// Revision is that of the settings.
	Revision  int64
	Pickups   Destroyed
	Incidents Destroyed
	// Counts is the SHA-256, in hexadecimal, of all counts by week, class and
	// kind, and of incidents by week, class, category and outcome. It was the
	// same before and after, else nothing would have been destroyed.
	Counts string
}

// Destroyed returns how many records were destroyed in all.
func (c *Certificate) Destroyed() int64 {
	return c.Pickups.Records + c.Pickups.Deleted + c.Incidents.Records + c.Incidents.Deleted
}

// Text is the certificate as JSON in one line, always the same to the byte.
func (c *Certificate) Text() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // it holds numbers, texts and times of this millennium
	}
	return string(text)
}

// SignedCertificate is a certificate as it is kept.
type SignedCertificate struct {
	Certificate
	// SHA256 is that of Text, in hexadecimal.
	SHA256 string
	// Scrubbed is when the file was freed of what was destroyed; zero where it
	// was not yet.
	Scrubbed time.Time
}

// Sign returns a certificate with the hash of its text.
func (c Certificate) Sign() SignedCertificate {
	sum := sha256.Sum256([]byte(c.Text()))
	return SignedCertificate{Certificate: c, SHA256: hex.EncodeToString(sum[:])}
}

// Hold keeps records from being destroyed, as for a case before a court. It
// holds a record if the time of any of its versions meets the span.
type Hold struct {
	Number int64 // from 1; the store gives it
	// Name is Required, and no other hold that stands has it.
	Name string
	// Sort is that of the records held; 0 for both.
	Sort Sort
	// From and To are a half-open span of days. An incident is in it by when it
	// was received or when it happened.
	From, To Date
	// Reason and Who are Required, and when it began.
	Reason, Who string
	Began       time.Time
	// Ended is when it was released, and EndedBy by whom; zero while it stands.
	Ended   time.Time
	EndedBy string
}

// Holds reports whether a hold stands for a sort of record.
func (h *Hold) Holds(sort Sort) bool { return h.Ended.IsZero() && (h.Sort == 0 || h.Sort == sort) }

// RetentionStore is the part of a Store that ends records for good.
type RetentionStore interface {
	// Destroy makes sums of the records whose time is over by a plan and destroys
	// them: all their versions, the answers for them that were replaced, and what
	// the feed says of them, in one transaction, with a certificate. A record goes
	// as a whole, by the time of its present version, or of its last one where it
	// was deleted. No count of any week, class, area, kind or square changes; a
	// record that was destroyed does not come back: its receipt is Gone. Where
	// nothing is due nothing is stored, and the certificate has the number 0.
	// ErrStale where the settings are not those of the plan's revision.
	Destroy(ctx context.Context, plan Destruction) (SignedCertificate, error)

	// Due returns what Destroy would do now, and stores nothing.
	Due(ctx context.Context, plan Destruction) (Certificate, error)

	// Scrub rewrites what the store keeps so that nothing is left in it of what
	// was destroyed, and notes that with the certificates. ErrInUse where others
	// read: then it is to be called again. Where there is nothing to do it does
	// nothing.
	Scrub(ctx context.Context, at time.Time) error

	// Certificates returns all of them in order.
	Certificates(ctx context.Context) ([]SignedCertificate, error)

	// IncidentSums returns the sums of incidents, and the position of the feed at
	// which they are taken. Those of pickups are among the Visits.
	IncidentSums(ctx context.Context) (position int64, sums []IncidentSum, err error)

	// Settled returns how many pickups and incidents whose week meets a span are
	// left as sums only, so that their class can't change any more.
	Settled(ctx context.Context, in Span) (pickups, incidents int64, err error)

	// PutHold stores a hold and returns its number. A name that stands already, an
	// empty span, and one without name, reason or who are refused.
	PutHold(ctx context.Context, hold Hold) (int64, error)

	// EndHold releases the hold of a name that stands, or returns false where
	// there is none.
	EndHold(ctx context.Context, name, who string, at time.Time) (bool, error)

	// Holds returns all holds, those released too, in the order of their numbers.
	Holds(ctx context.Context) ([]Hold, error)
}

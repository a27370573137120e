package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"commonground/data"
)

// StartCertificate returns the certificate of a destruction that begins. A plan
// without the time at which it is carried out is refused.
func StartCertificate(plan *data.Destruction) (data.Certificate, error) {
	if plan.At.IsZero() {
		return data.Certificate{}, errors.New("it has no time at which it is done")
	}
	return data.Certificate{
		At: time.UnixMilli(plan.At.UnixMilli()).UTC(), Who: plan.Who, Date: plan.Date, Revision: plan.Revision,
	}, nil
}

// Planned returns where a sort of record is planned, and where a certificate notes
// what is done to it.
func Planned(plan *data.Destruction, certificate *data.Certificate, sort data.Sort) (data.Cut, *data.Destroyed) {
	if sort == data.PickupSort {
		return plan.Pickups, &certificate.Pickups
	}
	return plan.Incidents, &certificate.Incidents
}

// AddDays has the days of what is destroyed hold the weeks of two times, or their
// months where the precision is that.
func AddDays(found *data.Destroyed, plan *data.Destruction, precision data.Precision, first, last time.Time) {
	from, _ := plan.Days(plan.SumTime(data.When{At: first, Precision: precision}))
	_, to := plan.Days(plan.SumTime(data.When{At: last, Precision: precision}))
	if found.From == found.To {
		found.From, found.To = from, to
	}
	found.From, found.To = min(found.From, from), max(found.To, to)
}

// ReadCertificate reads the certificate of a number as it was stored. One whose
// text is not as its hash says, or of another number, is an error.
func ReadCertificate(number int64, text, hash string) (data.SignedCertificate, error) {
	var c data.Certificate
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return data.SignedCertificate{}, fmt.Errorf("certificate %d: %w", number, err)
	}
	signed := c.Sign()
	if signed.Number != number || signed.Text() != text || signed.SHA256 != hash {
		return data.SignedCertificate{}, fmt.Errorf("certificate %d is not as it was written", number)
	}
	return signed, nil
}

// CheckHold refuses a hold that says too little, holds nothing or has ended.
func CheckHold(hold *data.Hold) error {
	switch {
	case hold.Name == "" || hold.Reason == "" || hold.Who == "" || hold.Began.IsZero():
		return errors.New("it needs a name, a reason, who it is by and when it began")
	case hold.To <= hold.From:
		return errors.New("its span is empty: the end is not after the start")
	case !hold.Ended.IsZero():
		return errors.New("it is released already")
	}
	return nil
}

// ErrNameTaken says that a hold of the name stands already.
var ErrNameTaken = errors.New("there is a hold of that name")

// SettledVisits puts the visits of sums of pickups into batches.
type SettledVisits struct {
	// Do takes a batch, which is good until it returns, and says whether it wants
	// more. Required.
	Do func([]data.Visit) bool
	// AtOnce is how many visits a batch has at most. Required.
	AtOnce int

	batch []data.Visit
	words Words
}

// Add adds the visits of a sum: one of them has all that was found. It reports
// whether more are wanted.
func (v *SettledVisits) Add(sum data.PickupSum) (more bool) {
	if v.batch == nil {
		v.batch, v.words = make([]data.Visit, 0, v.AtOnce), Words{}
	}
	for i := range sum.Found {
		sum.Found[i].Kind = v.words.Shared(sum.Found[i].Kind)
	}
	visit := data.Visit{Class: sum.Class, Area: v.words.Shared(sum.Area), At: sum.Time, Found: sum.Found, Settled: true}
	if sum.Centre != nil {
		visit.Point, visit.Located = *sum.Centre, true
	}
	for range sum.Visits {
		v.batch = append(v.batch, visit)
		visit.Found = nil
		if len(v.batch) == v.AtOnce && !v.send() {
			return false
		}
	}
	return true
}

// End sends what is left; not to be called where no more is wanted.
func (v *SettledVisits) End() {
	if len(v.batch) > 0 {
		v.send()
	}
}

func (v *SettledVisits) send() (more bool) {
	more = v.Do(v.batch)
	v.batch = v.batch[:0]
	return more
}

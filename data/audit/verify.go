package audit

import (
	"context"
	"fmt"
	"io"
)

// FaultKind is what is wrong with a log or with its heads.
type FaultKind uint8

// The faults. The Number of a fault is that of an entry, or of a head where it
// is the heads that are wrong.
const (
	// ChangedEntry is an entry that isn't as it was appended: changed, swapped
	// with another, put in, or the one after others that were taken out.
	ChangedEntry FaultKind = iota + 1
	// RemovedEntry is a number that is missing.
	RemovedEntry
	// CutTail is a log that was longer once, as a head says.
	CutTail
	// Rebuilt is a log in which no entry was made with the key, though the heads
	// were.
	Rebuilt
	// Rewritten is an entry that is another one than when its head was written,
	// and was made with the key all the same.
	Rewritten
	// OtherLog is a log whose heads are those of another one.
	OtherLog
	// OtherKey is a log of which nothing was made with the key.
	OtherKey
	// ChangedHead is a line of the heads that was not written with the key.
	ChangedHead
	// RemovedHead is a number that is missing where it should be among the heads.
	RemovedHead
	// MovedHead is a head that stands where another should, or another log's.
	MovedHead
)

// faultWords says each fault in a sentence.
var faultWords = [...]string{
	ChangedEntry: "it was changed, or is not the entry that was appended here",
	RemovedEntry: "it was removed",
	CutTail:      "the end of the log was cut off: a head says that there were more entries",
	Rebuilt:      "the log was made anew without the key: no entry was made with it, but the heads were",
	Rewritten:    "it was made anew with the key: a head says that it was another",
	OtherLog:     "this is another log than the one whose heads these are",
	OtherKey:     "this is another key, or the log was made anew without it: no entry and no head was made with it",
	ChangedHead:  "the heads file was changed: the line was not written with this key",
	RemovedHead:  "the heads file was changed: the line is not there, or not in its place",
	MovedHead:    "the heads file was changed: the line is not in its place",
}

// String returns what is wrong, in a sentence about the entry or the head.
func (k FaultKind) String() string {
	if k == 0 || int(k) >= len(faultWords) {
		return fmt.Sprintf("FaultKind(%d)", uint8(k))
	}
	return faultWords[k]
}

// OfHeads reports whether it is the heads that are wrong.
func (k FaultKind) OfHeads() bool { return k >= ChangedHead }

// Fault is the first place at which something is wrong.
type Fault struct {
	Kind   FaultKind
	Number int64
}

// Report says what of a log is proven.
type Report struct {
	// Log is the id that the first entry gives the log.
	Log string
	// Entries is how many there are.
	Entries int64
	// Heads is how many heads were good, before the first that was not.
	Heads int
	// Proven is the number up to which nothing was changed or removed: that of
	// the last good head that the log agrees with. 0 for none.
	Proven int64
	// By is the head that proves it.
	By Head
	// Faults are the first fault of the log, if there is one, and the first of
	// the heads. None: all entries are unbroken, which proves nothing about the
	// end of the log after Proven.
	Faults []Fault
}

// Verify checks every entry of a log against the key and against its heads, or
// a copy of them; a nil reader is no heads. The error is for what can't be read,
// or a key too short; what is wrong with the log is in the report. Entries may
// be appended meanwhile.
func Verify(ctx context.Context, store Store, key []byte, heads io.Reader) (Report, error) {
	chain, err := newChain(key)
	if err != nil {
		return Report{}, err
	}
	v := verifier{chain: chain}
	if heads != nil { // before the entries, so that none is of an entry yet to come
		if v.heads, v.headFault, err = chain.readHeads(heads); err != nil {
			return Report{}, err
		}
	}
	v.Heads = len(v.heads)
	for entry, err := range All(ctx, store, 0) {
		if err != nil {
			return Report{}, err
		}
		v.see(&entry)
	}
	v.end()
	return v.Report, nil
}

// verifier goes through a log.
type verifier struct {
	Report
	chain     chain
	heads     []Head // that are still to come
	headFault *Fault
	fault     *Fault // the first of the log
	last      Sealed
	made      int // entries made with the key
}

func (v *verifier) see(entry *Sealed) {
	good := v.chain.hash(&entry.Entry, v.last.Hash) == entry.Hash
	if good {
		v.made++
	}
	if v.Entries == 0 {
		v.Log = logID(&entry.Entry)
	}
	if v.fault == nil {
		switch {
		case entry.Number != v.last.Number+1:
			v.fail(RemovedEntry, v.last.Number+1)
		case !good:
			v.fail(ChangedEntry, entry.Number)
		default:
			v.compare(entry)
		}
	}
	v.last = *entry
	v.Entries++
}

func (v *verifier) fail(kind FaultKind, number int64) { v.fault = &Fault{kind, number} }

// compare holds an entry against the next head, where that is of the entry.
func (v *verifier) compare(entry *Sealed) {
	if len(v.heads) == 0 {
		return
	}
	head := v.heads[0]
	switch {
	case head.Log != v.Log:
		v.fail(OtherLog, entry.Number)
	case head.Count != entry.Number:
	case head.Hash != entry.Hash:
		v.fail(Rewritten, entry.Number)
	default:
		v.Proven, v.By = head.Count, head
		v.heads = v.heads[1:]
	}
}

// end says what shows only when all is seen.
func (v *verifier) end() {
	if v.fault == nil && len(v.heads) > 0 {
		v.fail(CutTail, v.last.Number+1)
	}
	if v.made == 0 && v.fault != nil && *v.fault == (Fault{ChangedEntry, 1}) {
		v.fault.Kind = Rebuilt
		if v.Heads == 0 {
			v.fault.Kind = OtherKey
			v.headFault = nil // it is the same again
		}
	}
	for _, fault := range []*Fault{v.fault, v.headFault} {
		if fault != nil {
			v.Faults = append(v.Faults, *fault)
		}
	}
}

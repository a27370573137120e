package audit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// MinKey is the least length of a key, in bytes: that of the hash, below which
// RFC 2104 (section 3) calls a key weak.
const MinKey = sha256.Size

// ErrOtherKey says that a log was not made with the key given.
var ErrOtherKey = errors.New("audit: the log was not made with this key")

// chain makes and checks hashes with a key.
type chain struct{ key []byte }

func newChain(key []byte) (chain, error) {
	if len(key) < MinKey {
		return chain{}, fmt.Errorf("audit: a key has at least %d bytes, this one %d", MinKey, len(key))
	}
	return chain{append([]byte(nil), key...)}, nil
}

// What is hashed begins with what it is, so that no hash of one sort is one of
// the other, and with the version of the encoding.
const (
	entryMark = "commonground audit entry 1"
	headMark  = "commonground audit head 1"
)

// hash is that of an entry after the one with the hash before. Each text stands
// behind its length, each number in eight bytes, so that no two entries are
// encoded alike.
func (c chain) hash(e *Entry, before Hash) Hash {
	content := appendText(nil, entryMark)
	content = append(content, before[:]...)
	content = binary.BigEndian.AppendUint64(content, uint64(e.Number))
	content = binary.BigEndian.AppendUint64(content, uint64(e.At.UnixMilli()))
	content = binary.BigEndian.AppendUint64(content, uint64(e.Records))
	for _, text := range []string{e.Who, e.Name, e.Roles, string(e.Action), e.Subject, e.What, e.Why} {
		content = appendText(content, text)
	}
	return c.sum(content)
}

func appendText(content []byte, text string) []byte {
	content = binary.BigEndian.AppendUint64(content, uint64(len(text)))
	return append(content, text...)
}

func (c chain) sum(content []byte) (sum Hash) {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(content)
	mac.Sum(sum[:0])
	return sum
}

// seal gives entries their numbers and hashes, after the last. Where there is
// none, the log's first entry goes before them.
func (c chain) seal(last Sealed, entries []Entry) []Sealed {
	sealed := make([]Sealed, 0, len(entries)+1)
	if last.Number == 0 && len(entries) > 0 {
		entries = append([]Entry{begin(entries[0])}, entries...)
	}
	for _, entry := range entries {
		entry.Number = last.Number + 1
		last = Sealed{entry, c.hash(&entry, last.Hash)}
		sealed = append(sealed, last)
	}
	return sealed
}

// logPrefix is what comes before the log's id in the Who of its first entry.
const logPrefix = "log:"

// begin is the first entry of a log.
func begin(next Entry) Entry {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // it never fails
	return Entry{At: next.At, Who: logPrefix + hex.EncodeToString(id), Action: Begin, What: "the log begins"}
}

// logID is the log's, by its first entry; empty where that has none.
func logID(first *Entry) string {
	id, _ := strings.CutPrefix(first.Who, logPrefix)
	return id
}

// made reports whether the first or the last entry was made with the key, or
// there is none. Either will do: one of them may have been changed since, and
// that is for Verify to say.
func (c chain) made(ctx context.Context, store Store, last Sealed) (bool, error) {
	if last.Number == 0 {
		return true, nil
	}
	var before Hash
	for _, after := range []int64{0, last.Number - 2} {
		some, err := store.Audit(ctx, max(after, 0), 2)
		if err != nil {
			return false, err
		}
		for _, entry := range some {
			if (entry.Number == 1 || entry.Number == last.Number) && c.hash(&entry.Entry, before) == entry.Hash {
				return true, nil
			}
			before = entry.Hash
		}
		before = Hash{}
	}
	return false, nil
}

// page is how many entries are read at once.
const page = 1000

// All yields the entries of a store after a number, in order, those too that
// are appended meanwhile. If it yields an error, that is the last.
func All(ctx context.Context, store Store, after int64) iter.Seq2[Sealed, error] {
	return func(yield func(Sealed, error) bool) {
		for {
			some, err := store.Audit(ctx, after, page)
			if err != nil {
				yield(Sealed{}, err)
				return
			}
			for _, entry := range some {
				if !yield(entry, nil) {
					return
				}
				after = entry.Number
			}
			if len(some) < page {
				return
			}
		}
	}
}

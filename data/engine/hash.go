package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"commonground/data"
)

// HashKey is by what a record that was destroyed is known again: half the
// HMAC-SHA-256 of sort, source and ref, with a secret of the store's own. 2^64
// records would have to be destroyed before two of them meet.
func HashKey(secret []byte, sort data.Sort, key data.Key) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(binary.BigEndian.AppendUint64([]byte{byte(sort)}, uint64(len(key.Source))))
	h.Write([]byte(key.Source))
	h.Write([]byte(key.Ref))
	return h.Sum(nil)[:16]
}

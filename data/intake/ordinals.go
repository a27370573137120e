package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// rowHash stands for what a row says: the first bytes of a SHA-256.
type rowHash [12]byte

// maxFew is how many different rows are counted in memory, some 2 MB.
const maxFew = 1 << 16

// ordinals counts rows by what they say, in memory that does not grow with their
// number: where there are many, they are counted in a file. The zero value has
// none. It is for one goroutine.
type ordinals struct {
	few  map[rowHash]uint32
	many *tallies // nil for few
	err  error    // why the file can't be used
}

// next returns which this row is, from 1, among those that say the same. After an
// error of the file, which is kept, it returns 0.
func (o *ordinals) next(hash rowHash) int {
	if o.many == nil && len(o.few) < maxFew {
		if o.few == nil {
			o.few = map[rowHash]uint32{}
		}
		o.few[hash]++
		return int(o.few[hash])
	}
	if o.many == nil && o.err == nil {
		o.err = o.spill()
	}
	if o.err != nil {
		return 0
	}
	n, err := o.many.add(hash, 1)
	if err != nil {
		o.err = fmt.Errorf("counting rows that say the same: %w", err)
		return 0
	}
	return int(n)
}

// spill moves what was counted to a file.
func (o *ordinals) spill() error {
	many, err := newTallies(firstPageBits)
	if err != nil {
		return err
	}
	for hash, n := range o.few { // a table has no order
		if _, err := many.add(hash, n); err != nil {
			return errors.Join(err, many.Close())
		}
	}
	o.few, o.many = nil, many
	return nil
}

// Close gives the room on disc back.
func (o *ordinals) Close() error {
	if o.many == nil {
		return nil
	}
	return o.many.Close()
}

// tallies is a hash table in a file: pages of slots, each with a hash and a count,
// filled from their start.
//
//	page 0                  page 1
//	┌────────┬───┬────────┬───┬─────┬────────┬───┬──
//	│ hash 12│n 4│ hash 12│n 4│ 0 … │ hash 12│n 4│ …
//	└────────┴───┴────────┴───┴─────┴────────┴───┴──
//
// A hash stands in the page that its first bits number or, where that is full, in the
// next one with room. The pages are made twice as many when half of the slots
// are taken.
type tallies struct {
	*spool
	bits  uint // of the number of a page
	taken int64
	page  [pageBytes]byte
}

const (
	slotBytes     = 16
	pageBytes     = 4096
	firstPageBits = 10 // 4 MB, for 128 Ki hashes
)

func newTallies(bits uint) (*tallies, error) {
	file, err := newSpool(bytes.NewReader(nil))
	if err != nil {
		return nil, err
	}
	if err := file.Truncate(pageBytes << bits); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &tallies{spool: file, bits: bits}, nil
}

// add counts so many more of a hash, and returns how many there are.
func (t *tallies) add(hash rowHash, more uint32) (uint32, error) {
	at, n, err := t.find(hash)
	if err != nil {
		return 0, err
	}
	var slot [slotBytes]byte
	copy(slot[:], hash[:])
	binary.LittleEndian.PutUint32(slot[len(hash):], n+more)
	if _, err := t.WriteAt(slot[:], at); err != nil {
		return 0, err
	}
	if n > 0 {
		return n + more, nil
	}
	if t.taken++; t.taken > pageBytes/slotBytes/2<<t.bits {
		err = t.grow()
	}
	return more, err
}

// find returns where the slot of a hash is, or is to be, and its count.
func (t *tallies) find(hash rowHash) (at int64, n uint32, err error) {
	number := int64(binary.BigEndian.Uint64(hash[:]) >> (64 - t.bits))
	for ; ; number = (number + 1) & (1<<t.bits - 1) {
		if _, err := t.ReadAt(t.page[:], number*pageBytes); err != nil {
			return 0, 0, err
		}
		for at := 0; at < pageBytes; at += slotBytes {
			slot := t.page[at : at+slotBytes]
			n := binary.LittleEndian.Uint32(slot[len(hash):])
			if n == 0 || rowHash(slot[:len(hash)]) == hash {
				return number*pageBytes + int64(at), n, nil
			}
		}
	}
}

// grow moves all to a file with twice the pages.
func (t *tallies) grow() error {
	next, err := newTallies(t.bits + 1)
	if err != nil {
		return err
	}
	for number := range int64(1) << t.bits {
		if _, err := t.ReadAt(t.page[:], number*pageBytes); err != nil {
			return errors.Join(err, next.Close())
		}
		for at := 0; at < pageBytes; at += slotBytes {
			hash := rowHash(t.page[at : at+len(rowHash{})])
			n := binary.LittleEndian.Uint32(t.page[at+len(hash):])
			if n == 0 {
				break
			}
			if _, err := next.add(hash, n); err != nil {
				return errors.Join(err, next.Close())
			}
		}
	}
	old := t.spool
	t.spool, t.bits = next.spool, next.bits
	return old.Close()
}

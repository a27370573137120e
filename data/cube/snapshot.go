package cube

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// A snapshot is a file from which a cube is there again in seconds:
//
//	snapshotMark
//	uint32 length of the head, the head as JSON
//	of each set of visits
//		visits, 32 bytes each: at, lon, lat, week, place, square, items
//		items, 4 bytes each: kind, n
//	uint64 xxHash of all before it
//
// all little-endian. A visit's square is its place in the head's list, from 1;
// 0 is none. A set is a part of the cube, in its order, or what was in none. It
// says where people were, as the store does: only its owner may read it.
const snapshotMark = "CGCUBE02"

// snapshotHead says what a snapshot is of.
type snapshotHead struct {
	Of      snapshotOf
	Sets    []setSize
	Areas   []string
	Squares []grid.Key
}

// setSize is of how many visits and items a set is.
type setSize struct{ Visits, Items int }

func (s setSize) bytes() int64 { return int64(s.Visits)*visitSize + int64(s.Items)*itemSize }

// snapshotOf are the things that must be as they were for a snapshot to be good.
type snapshotOf struct {
	SchemeText string
	Revision   int64
	Position   int64
	// Trace is the store's of that position.
	Trace string
}

// errDoubt says that a snapshot isn't to be used, and why.
type errDoubt struct{ reason string }

func (e errDoubt) Error() string { return e.reason }

func doubt(format string, args ...any) error { return errDoubt{fmt.Sprintf(format, args...)} }

// writeSnapshot writes a file that is there whole or not at all.
func (c *Cube) writeSnapshot(path string, of snapshotOf) error {
	// One name, for its owner only: what a process that was killed left behind
	// is written over.
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // where it was not renamed
	hash := xxhash.New()
	out := bufio.NewWriterSize(io.MultiWriter(file, hash), 1<<20)
	if err = c.encode(out, of); err == nil {
		err = out.Flush()
	}
	if err == nil {
		_, err = file.Write(binary.LittleEndian.AppendUint64(nil, hash.Sum64()))
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// sets are the visits of a cube, with the items that they are about. Those that
// were removed are in none: a snapshot says nothing of them.
func (c *Cube) sets() []recent {
	var sets []recent
	if c.gone.empty() {
		for _, p := range c.parts {
			sets = append(sets, recent{p.visits, p.items})
		}
		sets = append(sets, c.recent)
	} else {
		sets = append(sets, c.all().without(c.gone.all()))
	}
	return slices.DeleteFunc(sets, func(set recent) bool { return len(set.visits) == 0 })
}

func (c *Cube) encode(out *bufio.Writer, of snapshotOf) error {
	sets := c.sets()
	head := snapshotHead{Of: of, Areas: c.areas.all()}
	numbers := make([]uint32, len(c.shapes.list)) // of squares, in the head's list
	for _, set := range sets {
		size := setSize{Visits: len(set.visits), Items: 1}
		for i := range set.visits {
			square := set.visits[i].square
			if from := set.visits[i].items; from != 0 {
				size.Items += set.items.size(from)
			}
			if square != noSquare && numbers[square] == 0 {
				head.Squares = append(head.Squares, c.shapes.list[square].Key)
				numbers[square] = uint32(len(head.Squares))
			}
		}
		head.Sets = append(head.Sets, size)
	}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(binary.LittleEndian.AppendUint32([]byte(snapshotMark), uint32(len(text))), text...)); err != nil {
		return err
	}
	for _, set := range sets {
		set.encode(out, numbers)
	}
	return nil
}

// encode writes a set. Flush tells of an error.
func (r recent) encode(out *bufio.Writer, numbers []uint32) {
	var bytes []byte
	next := uint32(1) // place of the items that come next; the first are none
	for i := range r.visits {
		v := r.visits[i]
		if from := v.items; from != 0 {
			v.items = next
			next += uint32(r.items.size(from))
		}
		bytes = v.append(bytes[:0], numbers[v.square])
		_, _ = out.Write(bytes)
	}
	none := items{{kind: last}}
	_, _ = out.Write(none.append(bytes[:0]))
	// In the order of their visits, so that reading them goes along memory.
	for i := range r.visits {
		if from := r.visits[i].items; from != 0 {
			bytes = r.items[from : int(from)+r.items.size(from)].append(bytes[:0])
			_, _ = out.Write(bytes)
		}
	}
}

// size returns how many items a visit has whose items begin at a place.
func (all items) size(from uint32) int {
	n := 1
	for all[int(from)+n-1].kind&last == 0 {
		n++
	}
	return n
}

func (all items) append(b []byte) []byte {
	for _, item := range all {
		b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, item.kind), item.n)
	}
	return b
}

// visitSize and itemSize are in bytes.
const visitSize, itemSize = 32, 4

// append appends a visit with a number for its square.
func (v *visit) append(b []byte, square uint32) []byte {
	order := binary.LittleEndian
	b = order.AppendUint64(b, uint64(v.at))
	b = order.AppendUint32(order.AppendUint32(b, uint32(v.point.Lon)), uint32(v.point.Lat))
	b = order.AppendUint32(order.AppendUint32(b, uint32(v.week)), uint32(v.place))
	return order.AppendUint32(order.AppendUint32(b, square), v.items)
}

// readSnapshot reads a snapshot of which check says that it is good. Where the
// file isn't whole the error is an errDoubt.
func readSnapshot(path string, scheme *data.Scheme, check func(snapshotOf) error) (*Cube, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	in := &counting{file, xxhash.New()}
	head, err := readHead(in, info.Size())
	if err != nil {
		return nil, err
	}
	if err := check(head.Of); err != nil {
		return nil, err
	}
	c, sets, err := head.decode(in, scheme)
	if err != nil {
		return nil, err
	}
	sum := in.hash.Sum64()
	var tail [8]byte
	if _, err := io.ReadFull(in, tail[:]); err != nil || binary.LittleEndian.Uint64(tail[:]) != sum {
		return nil, doubt("its content is not what was written")
	}
	c.part(sets...)
	return c, nil
}

// counting reads and hashes what is read.
type counting struct {
	io.Reader
	hash *xxhash.Digest
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	_, _ = c.hash.Write(b[:n]) // never fails
	return n, err
}

func readHead(in io.Reader, size int64) (head snapshotHead, err error) {
	var start [len(snapshotMark) + 4]byte
	if _, err := io.ReadFull(in, start[:]); err != nil || string(start[:len(snapshotMark)]) != snapshotMark {
		return head, doubt("it is no snapshot of this version of the program")
	}
	length := int64(binary.LittleEndian.Uint32(start[len(snapshotMark):]))
	if length > size {
		return head, doubt("it is cut off")
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(in, text); err != nil {
		return head, doubt("it is cut off")
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return head, doubt("its head can't be read: %v", err)
	}
	rest := size - int64(len(start)) - length - 8
	for _, set := range head.Sets {
		if set.Visits < 1 || int64(set.Visits) > size/visitSize || set.Items < 1 || int64(set.Items) > size/itemSize {
			return head, doubt("it has a set of %d visits and %d items", set.Visits, set.Items)
		}
		rest -= set.bytes()
	}
	if rest != 0 {
		return head, doubt("it is not as long as it says")
	}
	return head, nil
}

// decode returns a cube without visits, and its visits.
func (head *snapshotHead) decode(in io.Reader, scheme *data.Scheme) (*Cube, []recent, error) {
	c := New(scheme)
	for n, id := range head.Areas {
		if c.areas.number(id) != int32(n) {
			return nil, nil, doubt("it has the area %q twice", id)
		}
	}
	for _, key := range head.Squares {
		if square, ok := key.Square(); !ok || square.Level != 0 {
			return nil, nil, doubt("it has the square %d", key)
		}
	}
	c.shapes = shapesOf(scheme.Grid, head.Squares)
	squares := []uint32{noSquare}
	for _, key := range head.Squares {
		squares = append(squares, c.shapes.numbers[key])
		c.extendTo(c.shapes.numbers[key])
	}
	var sets []recent
	for _, size := range head.Sets {
		set, err := c.decode(in, size, squares)
		if err != nil {
			return nil, nil, err
		}
		sets = append(sets, set)
	}
	return c, sets, nil
}

// decode reads a set of visits. squares are the numbers of those in the head.
func (c *Cube) decode(in io.Reader, size setSize, squares []uint32) (recent, error) {
	set := recent{make([]visit, size.Visits), make(items, size.Items)}
	areas := len(c.areas.all())
	err := eachRecord(in, size.Visits, visitSize, func(i int, b []byte) error {
		v := decodeVisit(b)
		if v.week != data.Undated && (v.week < -farthestWeek || v.week > farthestWeek) {
			return doubt("it has a visit in week %d", v.week)
		}
		if int(v.square) >= len(squares) || int(v.items) >= size.Items || int(v.place.area()) >= areas || int(v.place.class()) >= classes {
			return doubt("it has a visit that can't be")
		}
		v.square = squares[v.square]
		set.visits[i] = v
		return nil
	})
	if err != nil {
		return set, err
	}
	err = eachRecord(in, size.Items, itemSize, func(i int, b []byte) error {
		found := item{binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])}
		if int(found.kind&^last) >= len(c.scheme.Kinds) {
			return doubt("it has items of an unknown kind")
		}
		set.items[i] = found
		return nil
	})
	if err == nil && (set.items[0] != item{kind: last} || set.items[size.Items-1].kind&last == 0) {
		err = doubt("its items don't begin or end as they should")
	}
	return set, err
}

// farthestWeek is two hundred years from 1970.
const farthestWeek = 200 * 53

// decodeVisit returns a visit with the number that its square has in the file.
func decodeVisit(b []byte) visit {
	order := binary.LittleEndian
	return visit{
		at:    int64(order.Uint64(b)),
		point: geo.Point{Lon: int32(order.Uint32(b[8:])), Lat: int32(order.Uint32(b[12:]))},
		week:  data.Week(int32(order.Uint32(b[16:]))), place: place(order.Uint32(b[20:])),
		square: order.Uint32(b[24:]), items: order.Uint32(b[28:]),
	}
}

// eachRecord calls do for each of n records of a size, on all processors.
func eachRecord(in io.Reader, n, size int, do func(i int, record []byte) error) error {
	const atOnce = 1 << 15
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	blocks := sync.Pool{New: func() any { return new([atOnce * visitSize]byte) }}
	for from := 0; from < n; from += atOnce {
		block := blocks.Get().(*[atOnce * visitSize]byte)
		records := block[:min(n-from, atOnce)*size]
		if _, err := io.ReadFull(in, records); err != nil {
			_ = group.Wait()
			return doubt("it is cut off")
		}
		group.Go(func() error {
			defer blocks.Put(block)
			i := from
			for record := range slices.Chunk(records, size) {
				if err := do(i, record); err != nil {
					return err
				}
				i++
			}
			return nil
		})
	}
	return group.Wait()
}

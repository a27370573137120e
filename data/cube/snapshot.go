package cube

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/cespare/xxhash/v2"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// A snapshot is a file from which a cube is there again in seconds:
//
//	snapshotMark
//	uint32 length of the head, the head as JSON
//	visits, 32 bytes each: at, lon, lat, week, place, square, items
//	items, 4 bytes each: kind, n
//	uint64 xxHash of all before it
//
// all little-endian. A visit's square is its place in the head's list, from 1;
// 0 is none. It says where people were, as the store does: only its owner may
// read it.
const snapshotMark = "CGCUBE01"

// snapshotHead says what a snapshot is of.
type snapshotHead struct {
	Of      snapshotOf
	Visits  int
	Items   int
	Areas   []string
	Squares []grid.Key
}

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
	if !c.gone.empty() {
		return []recent{c.all().without(c.gone.all())}
	}
	var sets []recent
	for _, p := range c.parts {
		sets = append(sets, recent{p.visits, p.items})
	}
	return append(sets, c.recent)
}

func (c *Cube) encode(out *bufio.Writer, of snapshotOf) error {
	sets := c.sets()
	head := snapshotHead{Of: of, Areas: c.areas.all(), Items: 1}
	numbers := make([]uint32, len(c.shapes.list)) // of squares, in the head's list
	for _, set := range sets {
		head.Visits += len(set.visits)
		for i := range set.visits {
			square := set.visits[i].square
			if from := set.visits[i].items; from != 0 {
				head.Items += set.items.size(from)
			}
			if square != noSquare && numbers[square] == 0 {
				head.Squares = append(head.Squares, c.shapes.list[square].Key)
				numbers[square] = uint32(len(head.Squares))
			}
		}
	}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	order := binary.LittleEndian
	bytes := append(order.AppendUint32([]byte(snapshotMark), uint32(len(text))), text...)
	if _, err := out.Write(bytes); err != nil {
		return err
	}
	next := uint32(1) // place of the items that come next; the first are none
	for _, set := range sets {
		for i := range set.visits {
			v := set.visits[i]
			n := set.items.size(v.items)
			if v.items != 0 {
				v.items = next
				next += uint32(n)
			}
			bytes = v.append(bytes[:0], numbers[v.square])
			_, _ = out.Write(bytes) // Flush tells of an error
		}
	}
	none := items{{kind: last}}
	_, _ = out.Write(none.append(bytes[:0]))
	// In the order of their visits, so that reading them goes along memory.
	for _, set := range sets {
		for i := range set.visits {
			if from := set.visits[i].items; from != 0 {
				_, _ = out.Write(set.items[from : int(from)+set.items.size(from)].append(bytes[:0]))
			}
		}
	}
	return nil
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
	hash := xxhash.New()
	in := &counting{Reader: bufio.NewReaderSize(file, 1<<20), hash: hash}
	head, err := readHead(in, info.Size())
	if err != nil {
		return nil, err
	}
	if err := check(head.Of); err != nil {
		return nil, err
	}
	c, err := head.decode(in, scheme)
	if err != nil {
		return nil, err
	}
	sum := hash.Sum64()
	var tail [8]byte
	if _, err := io.ReadFull(in, tail[:]); err != nil || binary.LittleEndian.Uint64(tail[:]) != sum {
		return nil, doubt("its content is not what was written")
	}
	c.arrange()
	c.seal()
	return c, nil
}

// counting reads and hashes what is read.
type counting struct {
	*bufio.Reader
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
	if head.Visits < 0 || int64(head.Visits) > size/visitSize || head.Items < 1 || int64(head.Items) > size/itemSize || size != int64(len(start))+length+int64(head.Visits)*visitSize+int64(head.Items)*itemSize+8 {
		return head, doubt("it is not as long as it says")
	}
	return head, nil
}

// decode reads visits and items into a cube.
func (head *snapshotHead) decode(in io.Reader, scheme *data.Scheme) (*Cube, error) {
	c := New(scheme)
	for n, id := range head.Areas {
		if c.areas.number(id) != int32(n) {
			return nil, doubt("it has the area %q twice", id)
		}
	}
	squares := []uint32{noSquare}
	for _, key := range head.Squares {
		square, ok := key.Square()
		if !ok || square.Level != 0 {
			return nil, doubt("it has the square %d", key)
		}
		squares = append(squares, c.shapes.number(square))
	}
	c.recent.visits = make([]visit, 0, head.Visits)
	c.recent.items = make(items, 0, head.Items)
	err := eachRecord(in, head.Visits, visitSize, func(b []byte) error {
		v, err := decodeVisit(b, squares, head)
		if err != nil {
			return err
		}
		c.recent.visits = append(c.recent.visits, v)
		c.extend(&v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRecord(in, head.Items, itemSize, func(b []byte) error {
		i := item{binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])}
		if int(i.kind&^last) >= len(scheme.Kinds) {
			return doubt("it has items of an unknown kind")
		}
		c.recent.items = append(c.recent.items, i)
		return nil
	})
	if all := c.recent.items; err == nil && (all[0] != item{kind: last} || all[len(all)-1].kind&last == 0) {
		err = doubt("its items don't begin or end as they should")
	}
	return c, err
}

// farthestWeek is two hundred years from 1970.
const farthestWeek = 200 * 53

func decodeVisit(b []byte, squares []uint32, head *snapshotHead) (visit, error) {
	order := binary.LittleEndian
	v := visit{
		at:    int64(order.Uint64(b)),
		point: geo.Point{Lon: int32(order.Uint32(b[8:])), Lat: int32(order.Uint32(b[12:]))},
		week:  data.Week(int32(order.Uint32(b[16:]))), place: place(order.Uint32(b[20:])), items: order.Uint32(b[28:]),
	}
	square := order.Uint32(b[24:])
	if v.week != data.Undated && (v.week < -farthestWeek || v.week > farthestWeek) {
		return v, doubt("it has a visit in week %d", v.week)
	}
	if int(square) >= len(squares) || int(v.items) >= head.Items || int(v.place.area()) >= len(head.Areas) || int(v.place.class()) >= classes {
		return v, doubt("it has a visit that can't be")
	}
	v.square = squares[square]
	return v, nil
}

// eachRecord calls do for each of n records of a size.
func eachRecord(in io.Reader, n, size int, do func([]byte) error) error {
	const atOnce = 4096
	buffer := make([]byte, atOnce*size)
	for ; n > 0; n -= atOnce {
		some := buffer[:min(n, atOnce)*size]
		if _, err := io.ReadFull(in, some); err != nil {
			return doubt("it is cut off")
		}
		for record := range slices.Chunk(some, size) {
			if err := do(record); err != nil {
				return err
			}
		}
	}
	return nil
}

package tiles

import (
	"encoding/binary"
	"math"
	"math/bits"
	"sync"

	"github.com/paulmach/orb"
)

// layer is a layer of a vector tile in the making, written straight into bytes
// (Mapbox Vector Tile 2.1, section 4). Keys and values are numbered in the order
// in which they first come up, so the same content is the same bytes.
//
// Make one with newLayer and give it back with done.
type layer struct {
	name     string
	features []byte
	keys     []byte
	values   []byte
	keyOf    map[string]uint32
	textOf   map[string]uint32
	small    [4096]uint32 // 1 + the value's number, of whole numbers below
	numberOf map[uint64]uint32
	nValues  uint32
	isTrue   uint32 // 1 + the number of the value true

	tags, geometry []byte // of the feature in the making
}

var layerPool = sync.Pool{New: func() any {
	return &layer{keyOf: map[string]uint32{}, textOf: map[string]uint32{}, numberOf: map[uint64]uint32{}}
}}

func newLayer(name string) *layer {
	l := layerPool.Get().(*layer)
	l.name, l.nValues, l.isTrue = name, 0, 0
	l.features, l.keys, l.values, l.tags, l.geometry = l.features[:0], l.keys[:0], l.values[:0], l.tags[:0], l.geometry[:0]
	clear(l.keyOf)
	clear(l.textOf)
	clear(l.numberOf)
	clear(l.small[:])
	return l
}

// done gives the memory of a layer back, which must not be used any more. One
// that met very many values is left to the garbage: to clear it for each next
// tile would take too long.
func (l *layer) done() {
	if len(l.textOf)+len(l.numberOf) <= len(l.small) {
		layerPool.Put(l)
	}
}

// Types of geometry, and commands.
const (
	pointType   = 1
	polygonType = 3

	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// Protocol buffers: the tag of a field is its number and its wire type.
const (
	varint = 0
	eight  = 1
	length = 2
)

func appendTag(b []byte, field, wire uint64) []byte {
	return binary.AppendUvarint(b, field<<3|wire)
}

func appendText(b []byte, field uint64, text string) []byte {
	b = binary.AppendUvarint(appendTag(b, field, length), uint64(len(text)))
	return append(b, text...)
}

// sizeOf returns how many bytes a number takes as a varint.
func sizeOf(n uint64) int { return (bits.Len64(n|1) + 6) / 7 }

// sizeOfBytes returns how many bytes a field takes that is some bytes long and
// has a number below 16.
func sizeOfBytes(n int) int { return 1 + sizeOf(uint64(n)) + n }

// key returns the number of a key.
func (l *layer) key(name string) uint32 {
	n, ok := l.keyOf[name]
	if !ok {
		n = uint32(len(l.keyOf))
		l.keyOf[name] = n
		l.keys = appendText(l.keys, 3, name)
	}
	return n
}

// whole returns the number of a value that is a whole number, not negative.
func (l *layer) whole(value uint64) uint32 {
	if value < uint64(len(l.small)) && l.small[value] != 0 {
		return l.small[value] - 1
	}
	return l.seldom(value)
}

// seldom is whole for a value that is large, or new.
func (l *layer) seldom(value uint64) uint32 {
	n, ok := l.numberOf[value]
	if !ok {
		l.beginValue(1 + sizeOf(value))
		l.values = binary.AppendUvarint(append(l.values, 5<<3|varint), value)
		n = l.nValues - 1
	}
	if value < uint64(len(l.small)) {
		l.small[value] = n + 1
	} else {
		l.numberOf[value] = n
	}
	return n
}

// fraction returns the number of a value that is one number by another. known is
// where that is kept, 1 more than it, 0 before there is one; nil where the value
// is not looked for.
func (l *layer) fraction(of, by int64, known *uint32) uint32 {
	if known != nil && *known != 0 {
		return *known - 1
	}
	l.beginValue(9)
	l.values = binary.LittleEndian.AppendUint64(append(l.values, 3<<3|eight), math.Float64bits(float64(of)/float64(by)))
	if known != nil {
		*known = l.nValues
	}
	return l.nValues - 1
}

// truth returns the number of the value true.
func (l *layer) truth() uint32 {
	if l.isTrue == 0 {
		l.beginValue(2)
		l.values = append(l.values, 7<<3|varint, 1)
		l.isTrue = l.nValues
	}
	return l.isTrue - 1
}

// text returns the number of a value that is text.
func (l *layer) text(value string) uint32 {
	n, ok := l.textOf[value]
	if !ok {
		n = l.distinct(value)
		l.textOf[value] = n
	}
	return n
}

// distinct returns the number of a value that is text which no other feature
// has.
func (l *layer) distinct(value string) uint32 {
	l.beginValue(sizeOfBytes(len(value)))
	l.values = appendText(l.values, 1, value)
	return l.nValues - 1
}

// beginValue begins a value of so many bytes.
func (l *layer) beginValue(size int) {
	l.values = appendSmall(append(l.values, 4<<3|length), uint32(size))
	l.nValues++
}

// tag gives the feature in the making a property: the numbers of its key and of
// its value.
func (l *layer) tag(key, value uint32) { l.tags = appendPair(l.tags, key, value) }

// appendPair appends two numbers, the first mostly below 128 and the second
// below 16,384.
func appendPair(b []byte, key, value uint32) []byte {
	if key < 1<<7 && value < 1<<14 {
		if value < 1<<7 {
			return append(b, byte(key), byte(value))
		}
		return append(b, byte(key), byte(value)|1<<7, byte(value>>7))
	}
	return appendSmall(appendSmall(b, key), value)
}

// appendSmall is binary.AppendUvarint, quicker for numbers below 16,384.
func appendSmall(b []byte, n uint32) []byte {
	switch {
	case n < 1<<7:
		return append(b, byte(n))
	case n < 1<<14:
		return append(b, byte(n)|1<<7, byte(n>>7))
	}
	return binary.AppendUvarint(b, uint64(n))
}

// zigzag writes a number so that small ones stay small, negative or not.
func zigzag(n int32) uint32 { return uint32(n<<1) ^ uint32(n>>31) }

// ring ends a feature with a polygon of one ring, of at least three corners;
// that it closes goes without saying.
func (l *layer) ring(id uint64, corners []position) {
	b := append(l.geometry[:0], 1<<3|moveTo)
	b = appendSmall(appendSmall(b, zigzag(corners[0][0])), zigzag(corners[0][1]))
	b = appendSmall(b, uint32(len(corners)-1)<<3|lineTo)
	for i := 1; i < len(corners); i++ {
		step := corners[i].from(corners[i-1])
		b = appendSmall(appendSmall(b, zigzag(step[0])), zigzag(step[1]))
	}
	l.geometry = append(b, 1<<3|closePath)
	l.end(id, polygonType)
}

// point ends a feature with a point, whose coordinates are whole numbers.
func (l *layer) point(p orb.Point) {
	b := append(l.geometry[:0], 1<<3|moveTo)
	l.geometry = binary.AppendVarint(binary.AppendVarint(b, int64(p[0])), int64(p[1]))
	l.end(0, pointType)
}

// end adds the feature in the making. An id of 0 is none.
func (l *layer) end(id uint64, geometryType byte) {
	size := sizeOfBytes(len(l.tags)) + 2 + sizeOfBytes(len(l.geometry))
	if id != 0 {
		size += 1 + sizeOf(id)
	}
	b := appendSmall(append(l.features, 2<<3|length), uint32(size))
	if id != 0 {
		b = binary.AppendUvarint(append(b, 1<<3|varint), id)
	}
	b = appendSmall(append(b, 2<<3|length), uint32(len(l.tags)))
	b = append(append(b, l.tags...), 3<<3|varint, geometryType)
	b = appendSmall(append(b, 4<<3|length), uint32(len(l.geometry)))
	l.features = append(b, l.geometry...)
	l.tags = l.tags[:0]
}

// tile returns a tile of this layer alone; one without features is empty.
func (l *layer) tile() []byte {
	if len(l.features) == 0 {
		return []byte{}
	}
	size := 2 + sizeOfBytes(len(l.name)) + len(l.features) + len(l.keys) + len(l.values) + 1 + sizeOf(Extent)
	b := make([]byte, 0, sizeOfBytes(size))
	b = binary.AppendUvarint(appendTag(b, 3, length), uint64(size))
	b = binary.AppendUvarint(appendTag(b, 15, varint), 2)
	b = appendText(b, 1, l.name)
	b = append(append(append(b, l.features...), l.keys...), l.values...)
	return binary.AppendUvarint(appendTag(b, 5, varint), Extent)
}

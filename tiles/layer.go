package tiles

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"commonground/data/cube"
)

// layer is a layer of a vector tile in the making, written straight into bytes
// (Mapbox Vector Tile 2.1, section 4). Keys and values are numbered in the order
// in which they first come up, so the same content is the same bytes.
//
// Make one with newLayer and give it back with done. A feature begins with
// begin, its tags are appended to that, and one of its geometries ends it:
//
//	b := l.begin(id)
//	b = appendPair(b, l.key("n"), l.whole(3))
//	l.ring(b, corners)
//
// So what is written last is where the processor has it at hand.
type layer struct {
	name     string
	features []byte
	keys     []byte
	values   []byte
	keyOf    map[string]number
	textOf   map[string]number
	small    [4096]number // of whole numbers below
	nValues  uint32
	isTrue   number // of the value true

	tags int // where the length of the tags of the feature in the making is to stand
}

// number is that of a key or a value, as tags have it: the bytes of a varint, the
// first the lowest, and in the highest byte how many they are. 0 is none.
type number uint32

// newNumber makes one. No layer comes near 2,097,152 values: a tile has at most 4,096
// squares or 50,000 pickups, with a few values each, and of incidents there are few.
func newNumber(n uint32) number {
	switch {
	case n < 1<<7:
		return number(n | 1<<24)
	case n < 1<<14:
		return number(n&0x7f | 0x80 | n>>7<<8 | 2<<24)
	case n < 1<<21:
		return number(n&0x7f | 0x80 | (n>>7&0x7f|0x80)<<8 | n>>14<<16 | 3<<24)
	}
	panic("tiles: a layer of more values than it can number")
}

// appendPair appends the numbers of a key and of its value.
func appendPair(b []byte, key, value number) []byte {
	both := uint64(key&0xffffff) | uint64(value&0xffffff)<<(8*(key>>24)&31)
	b = binary.LittleEndian.AppendUint64(b, both)
	return b[:len(b)-8+int(key>>24+value>>24)]
}

var layerPool = sync.Pool{New: func() any {
	return &layer{keyOf: map[string]number{}, textOf: map[string]number{}}
}}

func newLayer(name string) *layer {
	l := layerPool.Get().(*layer)
	l.name, l.nValues, l.isTrue = name, 0, 0
	l.features, l.keys, l.values = l.features[:0], l.keys[:0], l.values[:0]
	clear(l.keyOf)
	clear(l.textOf)
	clear(l.small[:])
	return l
}

// done gives the memory of a layer back, which must not be used any more. One
// that met very many values is left to the garbage: to clear it for each next
// tile would take too long.
func (l *layer) done() {
	if len(l.textOf) <= len(l.small) {
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

func appendText[T string | []byte](b []byte, field uint64, text T) []byte {
	b = binary.AppendUvarint(appendTag(b, field, length), uint64(len(text)))
	return append(b, text...)
}

// sizeOf returns how many bytes a number takes as a varint.
func sizeOf(n uint64) int { return (bits.Len64(n|1) + 6) / 7 }

// sizeOfBytes returns how many bytes a field takes that is some bytes long and
// has a number below 16.
func sizeOfBytes(n int) int { return 1 + sizeOf(uint64(n)) + n }

// key returns the number of a key.
func (l *layer) key(name string) number {
	n, ok := l.keyOf[name]
	if !ok {
		n = newNumber(uint32(len(l.keyOf)))
		l.keyOf[name] = n
		l.keys = appendText(l.keys, 3, name)
	}
	return n
}

// whole returns the number of a value that is a whole number, not negative. Large
// ones, which are seldom the same, are not looked for.
func (l *layer) whole(value uint64) number {
	if value < uint64(len(l.small)) && l.small[value] != 0 {
		return l.small[value]
	}
	return l.newWhole(value)
}

func (l *layer) newWhole(value uint64) number {
	n := l.newValue(1 + sizeOf(value))
	l.values = binary.AppendUvarint(append(l.values, 5<<3|varint), value)
	if value < uint64(len(l.small)) {
		l.small[value] = n
	}
	return n
}

// decimal returns the number of the value n / scale. known keeps those of small n,
// 0 before there is one.
func (l *layer) decimal(n int64, scale float64, known []number) number {
	if uint64(n) < uint64(len(known)) && known[n] != 0 {
		return known[n]
	}
	return l.newDecimal(n, scale, known)
}

func (l *layer) newDecimal(n int64, scale float64, known []number) number {
	value := l.newValue(9)
	l.values = binary.LittleEndian.AppendUint64(append(l.values, 3<<3|eight), math.Float64bits(float64(n)/scale))
	if uint64(n) < uint64(len(known)) {
		known[n] = value
	}
	return value
}

// truth returns the number of the value true.
func (l *layer) truth() number {
	if l.isTrue == 0 {
		l.isTrue = l.newValue(2)
		l.values = append(l.values, 7<<3|varint, 1)
	}
	return l.isTrue
}

// text returns the number of a value that is text.
func (l *layer) text(value string) number {
	n, ok := l.textOf[value]
	if !ok {
		n = l.distinct([]byte(value))
		l.textOf[value] = n
	}
	return n
}

// distinct returns the number of a value that is text which no other feature
// has.
func (l *layer) distinct(value []byte) number {
	n := l.newValue(sizeOfBytes(len(value)))
	l.values = appendText(l.values, 1, value)
	return n
}

// newValue begins a value of so many bytes and returns its number.
func (l *layer) newValue(size int) number {
	l.values = appendSmall(append(l.values, 4<<3|length), uint32(size))
	l.nValues++
	return newNumber(l.nValues - 1)
}

// begin begins a feature, to whose bytes its tags are to be appended. An id of 0
// is none.
func (l *layer) begin(id uint64) []byte {
	b := append(l.features, 2<<3|length, 0)
	switch {
	case id >= 1<<49 && id < 1<<56: // as of squares above level 0
		b = binary.LittleEndian.AppendUint64(append(b, 1<<3|varint), eightBytes(id))
	case id != 0:
		b = binary.AppendUvarint(append(b, 1<<3|varint), id)
	}
	b = append(b, 2<<3|length, 0)
	l.tags = len(b) - 1
	return b
}

// eightBytes returns the varint of a number of 50 to 56 bits, the first byte lowest:
// its groups of seven bits each move into a byte of their own, half as many at a time.
func eightBytes(n uint64) uint64 {
	n = n&0x0fffffff | n&^0x0fffffff<<4
	n = n&0x00003fff_00003fff | n&0x0fffc000_0fffc000<<2
	n = n&0x007f007f_007f007f | n&0x3f803f80_3f803f80<<1
	return n | 0x00808080_80808080
}

// sized sets the length of what begins after a byte that was left for it, and
// makes room for a longer one where it must.
func sized(b []byte, at int) []byte {
	n := uint32(len(b) - at - 1)
	if n < 1<<7 {
		b[at] = byte(n)
		return b
	}
	more := sizeOf(uint64(n)) - 1
	b = slices.Insert(b, at, make([]byte, more)...)
	binary.PutUvarint(b[at:], uint64(n))
	return b
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

// short returns the varint of a number that takes two bytes at most, the first byte
// lowest, and how many bytes it has more than one. Nothing in it depends on how many
// they are, which a processor could not foresee.
func short(n int32) (bytes, more uint32) {
	z := zigzag(n)
	more = (z + (1<<14 - 1<<7)) >> 14
	return z&0x7f | more<<7 | z>>7<<8, more
}

// outline is ring for a square whose steps were worked out before and whose first
// corner lies on the tile: only that is to be put there, away from the tile's own
// north-west corner. Most of what is drawn is such squares, so it writes eight bytes
// at once.
func (l *layer) outline(b []byte, west, north int32, u *cube.Units) {
	x, longX := short(u.X - west)
	y, longY := short(u.Y - north)
	n := longX + longY
	b = sized(b, l.tags)
	size := 5 + n + uint32(u.Bytes)
	b = binary.LittleEndian.AppendUint32(b, 3<<3|varint|polygonType<<8|(4<<3|length)<<16|size<<24)
	b = binary.LittleEndian.AppendUint64(b, 1<<3|moveTo|uint64(x)<<8|uint64(y)<<((16+8*longX)&63)|(3<<3|lineTo)<<((24+8*n)&63))
	end := len(b) - 4 + int(n) + int(u.Bytes)
	b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b[:len(b)-4+int(n)], u.Steps[0]), u.Steps[1])
	l.features = sized(append(b[:end], 1<<3|closePath), len(l.features)+1)
}

func appendStep(b []byte, p position) []byte {
	return appendSmall(appendSmall(b, zigzag(p[0])), zigzag(p[1]))
}

// ring ends a feature with a polygon of one ring, of at least three corners;
// that it closes goes without saying.
func (l *layer) ring(b []byte, corners []position) {
	b, at := l.geometry(b, polygonType)
	b = appendStep(append(b, 1<<3|moveTo), corners[0])
	b = appendSmall(b, uint32(len(corners)-1)<<3|lineTo)
	for i := 1; i < len(corners); i++ {
		b = appendStep(b, corners[i].from(corners[i-1]))
	}
	l.end(append(b, 1<<3|closePath), at)
}

// point ends a feature with a point, whose coordinates are whole numbers.
func (l *layer) point(b []byte, p orb.Point) {
	b, at := l.geometry(b, pointType)
	b = append(b, 1<<3|moveTo)
	l.end(binary.AppendVarint(binary.AppendVarint(b, int64(p[0])), int64(p[1])), at)
}

// geometry ends the tags and begins a geometry, whose length is to stand at a place.
func (l *layer) geometry(b []byte, kind byte) (begun []byte, at int) {
	b = append(sized(b, l.tags), 3<<3|varint, kind, 4<<3|length, 0)
	return b, len(b) - 1
}

// end ends the feature in the making, and its geometry that began after a place.
func (l *layer) end(b []byte, at int) { l.features = sized(sized(b, at), len(l.features)+1) }

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

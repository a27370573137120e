package tiles

import (
	"encoding/binary"

	"github.com/paulmach/orb"
)

// layer is a layer of a vector tile in the making, written straight into bytes
// (Mapbox Vector Tile 2.1, section 4). Keys and values are numbered in the order
// in which they first come up, so the same content is the same bytes.
type layer struct {
	name     string
	features []byte
	keys     []byte
	values   []byte
	keyOf    map[string]uint32
	numberOf map[uint64]uint32
	textOf   map[string]uint32
	nValues  uint32

	tags, geometry, body []byte // of the feature in the making
}

func newLayer(name string) *layer {
	return &layer{name: name, keyOf: map[string]uint32{}, numberOf: map[uint64]uint32{}, textOf: map[string]uint32{}}
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
	length = 2
)

func appendTag(b []byte, field, wire uint64) []byte {
	return binary.AppendUvarint(b, field<<3|wire)
}

func appendBytes(b []byte, field uint64, content []byte) []byte {
	b = binary.AppendUvarint(appendTag(b, field, length), uint64(len(content)))
	return append(b, content...)
}

func appendText(b []byte, field uint64, text string) []byte {
	b = binary.AppendUvarint(appendTag(b, field, length), uint64(len(text)))
	return append(b, text...)
}

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

// number adds a property that is a whole number, not negative.
func (l *layer) number(key uint32, value uint64) {
	n, ok := l.numberOf[value]
	if !ok {
		n = l.value(binary.AppendUvarint(appendTag(nil, 5, varint), value))
		l.numberOf[value] = n
	}
	l.tag(key, n)
}

// text adds a property that is text.
func (l *layer) text(key uint32, value string) {
	n, ok := l.textOf[value]
	if !ok {
		n = l.value(appendText(nil, 1, value))
		l.textOf[value] = n
	}
	l.tag(key, n)
}

func (l *layer) value(content []byte) uint32 {
	l.values = appendBytes(l.values, 4, content)
	l.nValues++
	return l.nValues - 1
}

func (l *layer) tag(key, value uint32) {
	l.tags = binary.AppendUvarint(binary.AppendUvarint(l.tags, uint64(key)), uint64(value))
}

// square ends a feature with a quadrangle, whose corners are whole numbers.
func (l *layer) square(id uint64, corners [4]orb.Point) {
	at := cursor{}
	l.geometry = at.command(l.geometry[:0], moveTo, corners[0])
	l.geometry = at.command(l.geometry, lineTo, corners[1], corners[2], corners[3])
	l.geometry = binary.AppendUvarint(l.geometry, 1<<3|closePath)
	l.end(id, polygonType)
}

// point ends a feature with a point, whose coordinates are whole numbers.
func (l *layer) point(p orb.Point) {
	l.geometry = (&cursor{}).command(l.geometry[:0], moveTo, p)
	l.end(0, pointType)
}

// cursor is where the pen is; coordinates are written as steps from there.
type cursor struct {
	x, y int64
}

func (c *cursor) command(b []byte, command uint64, points ...orb.Point) []byte {
	b = binary.AppendUvarint(b, uint64(len(points))<<3|command)
	for _, p := range points {
		x, y := int64(p[0]), int64(p[1])
		b = binary.AppendVarint(binary.AppendVarint(b, x-c.x), y-c.y)
		c.x, c.y = x, y
	}
	return b
}

func (l *layer) end(id, geometryType uint64) {
	b := l.body[:0]
	if id != 0 {
		b = binary.AppendUvarint(appendTag(b, 1, varint), id)
	}
	b = appendBytes(b, 2, l.tags)
	b = binary.AppendUvarint(appendTag(b, 3, varint), geometryType)
	l.body = appendBytes(b, 4, l.geometry)
	l.features = appendBytes(l.features, 2, l.body)
	l.tags = l.tags[:0]
}

// tile returns a tile of this layer alone; one without features is empty.
func (l *layer) tile() []byte {
	if len(l.features) == 0 {
		return []byte{}
	}
	b := make([]byte, 0, len(l.features)+len(l.keys)+len(l.values)+len(l.name)+16)
	b = binary.AppendUvarint(appendTag(b, 15, varint), 2)
	b = appendText(b, 1, l.name)
	b = append(append(append(b, l.features...), l.keys...), l.values...)
	b = binary.AppendUvarint(appendTag(b, 5, varint), Extent)
	return appendBytes(make([]byte, 0, len(b)+8), 3, b)
}

package tiles

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"
)

// entry is a line of a directory: a run of tiles with one content, or, where
// run is 0, a further directory for the tiles from id on.
type entry struct {
	id     uint64
	offset uint64 // of the content among all, or of the directory
	length uint32
	run    uint32
}

// goesOn reports whether a tile with a content is the next of the run.
func (e entry) goesOn(id uint64, content entry) bool {
	return id == e.id+uint64(e.run) && content.offset == e.offset
}

const (
	headerLength = 127
	magic        = "PMTiles\x03"
	gzipped      = 2 // of directories, metadata and tiles
	vectorTiles  = 1 // of tiles
	// maxRoot is how long the first directory may be: with the header it must
	// be under 16,384 bytes, which readers fetch at once.
	maxRoot = 16_384 - 1 - headerLength
	// leafEntries is the number of lines that further directories start with.
	// It is that of the format's own tools.
	leafEntries = 4096
)

// directories returns the first directory and, where not everything finds room
// in it, further ones, their lengths in one, and how many they are.
func (a *Archive) directories() (root, leaves []byte, n int, err error) {
	root, err = a.directory(a.entries)
	for size := leafEntries; err == nil && len(root) > maxRoot; size *= 2 {
		var pointers []entry
		leaves = nil
		for from := 0; from < len(a.entries) && err == nil; from += size {
			var leaf []byte
			leaf, err = a.directory(a.entries[from:min(from+size, len(a.entries))])
			pointers = append(pointers, entry{id: a.entries[from].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if err == nil {
			n = len(pointers)
			root, err = a.directory(pointers)
		}
	}
	return root, leaves, n, err
}

// directory writes lines column by column, compressed. An offset is 0 where the
// content follows that of the line before, else it is one more than it is.
func (a *Archive) directory(entries []entry) ([]byte, error) {
	text := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		text = binary.AppendUvarint(text, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		text = binary.AppendUvarint(text, uint64(e.run))
	}
	for _, e := range entries {
		text = binary.AppendUvarint(text, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			text = append(text, 0)
			continue
		}
		text = binary.AppendUvarint(text, e.offset+1)
	}
	packed, err := a.pack(text)
	return bytes.Clone(packed), err
}

// parts are what stands between header and tiles, in this order.
type parts struct {
	root, metadata, leaves []byte
}

// header writes the fixed part of the file.
func (a *Archive) header(bound orb.Bound, s Summary, p parts) []byte {
	const clustered = 1
	number := binary.LittleEndian.AppendUint64
	b := append(make([]byte, 0, headerLength), magic...)
	offset := uint64(headerLength)
	for _, length := range []uint64{uint64(len(p.root)), uint64(len(p.metadata)), uint64(len(p.leaves)), a.length} {
		b = number(number(b, offset), length)
		offset += length
	}
	b = number(number(number(b, s.Tiles), uint64(len(a.entries))), s.Contents)
	b = append(b, clustered, gzipped, gzipped, vectorTiles, byte(s.MinZoom), byte(s.MaxZoom))
	bound = spread(bound)
	b = appendPosition(appendPosition(b, bound.Min), bound.Max)
	b = append(b, byte(wholeAt(bound, s)))
	return appendPosition(b, bound.Center())
}

// spread returns a box, with a width and a height where it has none: some
// readers show nothing of an archive without.
func spread(bound orb.Bound) orb.Bound {
	const leastDegrees = 1e-6
	for axis := range 2 {
		if bound.Max[axis]-bound.Min[axis] < leastDegrees {
			bound.Min[axis] -= leastDegrees / 2
			bound.Max[axis] += leastDegrees / 2
		}
	}
	return bound
}

// appendPosition writes longitude and latitude in units of 1e-7 degree.
func appendPosition(b []byte, p orb.Point) []byte {
	for _, degrees := range p {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(degrees*1e7))))
	}
	return b
}

// wholeAt returns the highest zoom of an archive at which a box is no wider and
// no higher than a tile: the one to open a map at.
func wholeAt(bound orb.Bound, s Summary) int {
	for zoom := s.MaxZoom; zoom > s.MinZoom; zoom-- {
		low, high := outermost(bound, zoom)
		if max(high[0]-low[0], high[1]-low[1]) <= Extent {
			return zoom
		}
	}
	return s.MinZoom
}

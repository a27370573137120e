package ostn15

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// The file: four bytes, little endian, say how long the part for east is; then
// the parts for east and for north, each compressed with DEFLATE (RFC 1951).
// Inside a part each corner is how much more it differs from the corner south of
// it than its western neighbour does from its own; outside the lattice all is 0.
// So in a plane all is 0 too. The sign is in the lowest bit: one byte below 255,
// or 255 and two bytes, little endian.
const (
	head = 4
	wide = 255
)

// Pack returns the file of a table. It refuses a table of another size.
func Pack(t Table) ([]byte, error) {
	if len(t.East) != Columns*Rows || len(t.North) != Columns*Rows {
		return nil, fmt.Errorf("ostn15: %d and %d shifts are not %d × %d", len(t.East), len(t.North), Columns, Rows)
	}
	east, err := deflate(differences(t.East))
	if err != nil {
		return nil, err
	}
	north, err := deflate(differences(t.North))
	if err != nil {
		return nil, err
	}
	packed := binary.LittleEndian.AppendUint32(nil, uint32(len(east)))
	return append(append(packed, east...), north...), nil
}

func differences(corners []uint16) []byte {
	var out []byte
	south := make([]uint16, Columns)
	for row := range slices.Chunk(corners, Columns) {
		var last uint16
		for i, value := range row {
			rise := value - south[i]
			more := int16(rise - last)
			last = rise
			signed := uint16(more<<1) ^ uint16(more>>15)
			if signed < wide {
				out = append(out, byte(signed))
			} else {
				out = binary.LittleEndian.AppendUint16(append(out, wide), signed)
			}
		}
		south = row
	}
	return out
}

func deflate(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack is the inverse of Pack, both parts at once. It panics on a broken
// file, which only a broken build can hold.
func unpack(packed string) Table {
	split := head + int(binary.LittleEndian.Uint32([]byte(packed[:head])))
	var t Table
	var parts sync.WaitGroup
	parts.Go(func() { t.East = sums(inflate(packed[head:split])) })
	parts.Go(func() { t.North = sums(inflate(packed[split:])) })
	parts.Wait()
	return t
}

func inflate(part string) []byte {
	var out bytes.Buffer
	out.Grow(Columns*Rows + 1<<16)
	if _, err := out.ReadFrom(flate.NewReader(strings.NewReader(part))); err != nil {
		panic(fmt.Sprintf("ostn15: the embedded model is broken: %v", err))
	}
	return out.Bytes()
}

// sums is the inverse of differences. Numbers wrap around here as there.
func sums(part []byte) []uint16 {
	corners := make([]uint16, Columns*Rows)
	south := make([]uint16, Columns)
	for row := range slices.Chunk(corners, Columns) {
		var rise uint16
		for i := range row {
			signed := uint16(part[0])
			part = part[1:]
			if signed == wide {
				signed = binary.LittleEndian.Uint16(part)
				part = part[2:]
			}
			rise += signed>>1 ^ -(signed & 1)
			row[i] = south[i] + rise
		}
		south = row
	}
	return corners
}

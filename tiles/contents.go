package tiles

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Contents is what a file of PMTiles says of itself.
type Contents struct {
	// Head is its first part, as it is.
	Head []byte
	// Vector is whether it has vector tiles, not pictures.
	Vector bool
	// Layers are the ids of its vector layers. None where it doesn't say, or not in a way that is known here.
	Layers []string
}

// What a header says, beside what those of our own archives do.
const (
	lastType  = 5 // of tiles; those after vector tiles are pictures
	notPacked = 1
)

// maxMetadata bounds what is read of a file that says of itself how long its
// parts are.
const maxMetadata = 4 << 20

// ReadContents reads and checks the head of a file of PMTiles 3, of whoever made
// it. An error goes on a sentence that begins with the file.
func ReadContents(file io.ReaderAt, size int64) (Contents, error) {
	head := make([]byte, headerLength)
	if _, err := file.ReadAt(head, 0); err != nil || !bytes.HasPrefix(head, []byte(magic)) {
		return Contents{}, errors.New("is no file of PMTiles, version 3; such a file is made by pmtiles extract, or tippecanoe")
	}
	for at := 8; at < 72; at += 16 { // directory, metadata, leaves, tiles
		offset, length := binary.LittleEndian.Uint64(head[at:]), binary.LittleEndian.Uint64(head[at+8:])
		if length > uint64(size) || offset > uint64(size)-length {
			return Contents{}, fmt.Errorf("is cut off: it has %d bytes, and lacks the last of its parts; copy it again", size)
		}
	}
	kind := head[99]
	if kind == 0 || kind > lastType {
		return Contents{}, fmt.Errorf("has tiles of type %d, which is not known; it may have vector tiles, PNG, JPEG, WebP or AVIF", kind)
	}
	about := Contents{Head: head, Vector: kind == vectorTiles}
	if !about.Vector {
		return about, nil
	}
	var err error
	about.Layers, err = layersOf(file, head)
	return about, err
}

// layersOf reads the ids of the vector layers from the metadata.
func layersOf(file io.ReaderAt, head []byte) ([]string, error) {
	offset, length := binary.LittleEndian.Uint64(head[24:]), binary.LittleEndian.Uint64(head[32:])
	var metadata io.Reader = io.NewSectionReader(file, int64(offset), int64(length))
	switch head[97] {
	case notPacked:
	case gzipped:
		unpacked, err := gzip.NewReader(metadata)
		if err != nil {
			return nil, fmt.Errorf("has metadata that can't be read: %w", err)
		}
		metadata = unpacked
	default:
		return nil, nil
	}
	var said struct {
		Layers []struct {
			ID string `json:"id"`
		} `json:"vector_layers"`
	}
	if err := json.NewDecoder(io.LimitReader(metadata, maxMetadata)).Decode(&said); err != nil {
		return nil, fmt.Errorf("has metadata that can't be read: %w", err)
	}
	var layers []string
	for _, layer := range said.Layers {
		layers = append(layers, layer.ID)
	}
	return layers, nil
}

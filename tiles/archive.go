package tiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
)

// Archive gathers the tiles of a layer for one file of the format PMTiles 3.1
// (github.com/protomaps/PMTiles, spec/v3/spec.md), which GIS software reads as
// it reads a server. The same tiles are the same bytes. It is for one goroutine.
type Archive struct {
	spool    io.ReadWriteSeeker
	entries  []entry
	contents map[[sha256.Size]byte]entry // where each content lies
	length   uint64                      // of what is in the spool
	tiles    uint64
	packed   bytes.Buffer // of the tile in hand
	packer   *gzip.Writer
}

// NewArchive returns an archive without tiles. Their content waits in the
// spool, which must be empty, until Finish.
func NewArchive(spool io.ReadWriteSeeker) *Archive {
	packer, err := gzip.NewWriterLevel(nil, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is one
	}
	return &Archive{spool: spool, contents: map[[sha256.Size]byte]entry{}, packer: packer}
}

// Add puts a tile in, compressed; an empty one is left out. Tiles come in the
// order of Over, the zooms from low to high: any other is refused. After an
// error the archive can't be used any more.
func (a *Archive) Add(tile Tile, content []byte) error {
	if len(content) == 0 {
		return nil
	}
	if err := tile.Check(); err != nil {
		return err
	}
	id, last := tile.id(), len(a.entries)-1
	if last >= 0 && id < a.entries[last].id+uint64(a.entries[last].run) {
		return fmt.Errorf("tiles: %v comes too late for the order of an archive", tile)
	}
	at, err := a.put(content)
	if err != nil {
		return err
	}
	a.tiles++
	if last >= 0 && a.entries[last].goesOn(id, at) {
		a.entries[last].run++
		return nil
	}
	a.entries = append(a.entries, entry{id: id, offset: at.offset, length: at.length, run: 1})
	return nil
}

// put writes a content to the spool if it isn't there yet, and returns where it
// lies.
func (a *Archive) put(content []byte) (entry, error) {
	sum := sha256.Sum256(content)
	if at, ok := a.contents[sum]; ok {
		return at, nil
	}
	packed, err := a.pack(content)
	if err != nil {
		return entry{}, err
	}
	if _, err := a.spool.Write(packed); err != nil {
		return entry{}, fmt.Errorf("keeping a tile for the archive: %w", err)
	}
	at := entry{offset: a.length, length: uint32(len(packed))}
	a.length += uint64(len(packed))
	a.contents[sum] = at
	return at, nil
}

// pack compresses; what it returns is good until the next call.
func (a *Archive) pack(content []byte) ([]byte, error) {
	a.packed.Reset()
	a.packer.Reset(&a.packed)
	if _, err := a.packer.Write(content); err != nil {
		return nil, err
	}
	err := a.packer.Close()
	return a.packed.Bytes(), err
}

// About is what an archive says of itself.
type About struct {
	// Name, Description and Attribution are for people; maps show the last.
	Name, Description, Attribution string
	// Filter is the filter under which the tiles were drawn. Default: none.
	Filter string
	// Layer is Required. The archive says which of its zooms it has.
	Layer VectorLayer
	// Bound is the box around what is drawn, in degrees. Required.
	Bound orb.Bound
}

// Summary is what is in an archive.
type Summary struct {
	Tiles    uint64 // each at its own place
	Contents uint64 // that differ
	Leaves   int    // directories besides the first
	// MinZoom and MaxZoom are those of the first and the last tile.
	MinZoom, MaxZoom int
	Bytes            uint64
}

// Finish writes the archive as one file: header, directory, metadata, further
// directories, tiles. An archive without tiles is refused: the format has none.
func (a *Archive) Finish(out io.Writer, about About) (Summary, error) {
	if len(a.entries) == 0 {
		return Summary{}, fmt.Errorf("tiles: an archive without a tile")
	}
	last := a.entries[len(a.entries)-1]
	s := Summary{
		Tiles: a.tiles, Contents: uint64(len(a.contents)),
		MinZoom: tileOf(a.entries[0].id).Z, MaxZoom: tileOf(last.id + uint64(last.run) - 1).Z,
	}
	metadata, err := a.metadata(about, s)
	if err != nil {
		return s, err
	}
	parts := parts{metadata: metadata}
	if parts.root, parts.leaves, s.Leaves, err = a.directories(); err != nil {
		return s, err
	}
	for _, part := range [][]byte{a.header(about.Bound, s, parts), parts.root, parts.metadata, parts.leaves} {
		if _, err := out.Write(part); err != nil {
			return s, fmt.Errorf("writing the archive: %w", err)
		}
		s.Bytes += uint64(len(part))
	}
	s.Bytes += a.length
	return s, a.unspool(out)
}

// unspool copies the tiles.
func (a *Archive) unspool(out io.Writer) error {
	if _, err := a.spool.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading the kept tiles: %w", err)
	}
	n, err := io.Copy(out, a.spool)
	if err == nil && uint64(n) != a.length {
		err = fmt.Errorf("there are %d bytes of %d", n, a.length)
	}
	if err != nil {
		return fmt.Errorf("copying the tiles into the archive: %w", err)
	}
	return nil
}

// metadata returns the compressed JSON, with the names that readers of PMTiles
// look for and, besides, the filter.
func (a *Archive) metadata(about About, s Summary) ([]byte, error) {
	about.Layer.MinZoom, about.Layer.MaxZoom = s.MinZoom, s.MaxZoom
	text, err := json.Marshal(struct {
		Name         string        `json:"name"`
		Description  string        `json:"description"`
		Attribution  string        `json:"attribution,omitempty"`
		Type         string        `json:"type"`
		Filter       string        `json:"filter,omitempty"`
		Generator    string        `json:"generator"`
		VectorLayers []VectorLayer `json:"vector_layers"`
	}{about.Name, about.Description, about.Attribution, "overlay", about.Filter, "commonground", []VectorLayer{about.Layer}})
	if err != nil {
		return nil, err
	}
	packed, err := a.pack(text)
	return bytes.Clone(packed), err
}

package basemap

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"commonground/api/plain"
)

// Path is where the files of maps are below.
const Path = "/basemap/"

// archive is a file of PMTiles, which stays open: what takes its place on the
// disk is served from the next start on.
type archive struct {
	name    string // with its folder
	address string
	file    *os.File
	size    int64
	changed time.Time
}

// File returns the map of a file of PMTiles 3, with vector tiles that have the
// layers of Protomaps, or with pictures. Any other file is refused. The file
// stays open as long as the program runs.
func File(name, by string) (m Map, err error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return Map{}, fmt.Errorf("the basemap: there is no file %s; an address is written in full, such as https://maps.example/town.pmtiles", name)
	}
	if err != nil {
		return Map{}, fmt.Errorf("the basemap: %w", err)
	}
	defer func() {
		if err != nil {
			_ = file.Close() // it was only read
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return Map{}, fmt.Errorf("the basemap: %w", err)
	}
	head, err := readHeader(file, info.Size())
	if err != nil {
		return Map{}, fmt.Errorf("the basemap %s %w", name, err)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%x %d %d", head, info.Size(), info.ModTime().UnixNano())
	a := &archive{name: filepath.Clean(name), file: file, size: info.Size(), changed: info.ModTime()}
	a.address = Path + hex.EncodeToString(sum.Sum(nil))[:16] + ".pmtiles"
	return Map{said: said{Archive: a.address, By: by}, archive: a}, nil
}

// The header of PMTiles (github.com/protomaps/PMTiles, spec/v3/spec.md).
const (
	headerLen   = 127
	magic       = "PMTiles\x03"
	vectorTiles = 1 // the type of tiles; higher ones are pictures
	lastType    = 5
	notPacked   = 1
	gzipped     = 2
)

// maxMetadata bounds what is read of a file that says of itself how long its
// parts are.
const maxMetadata = 4 << 20

// readHeader reads and checks the first part of a file.
func readHeader(file io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, headerLen)
	if _, err := file.ReadAt(head, 0); err != nil || !bytes.HasPrefix(head, []byte(magic)) {
		return nil, errors.New("is no file of PMTiles, version 3; such a file is made by pmtiles extract, or tippecanoe")
	}
	for at := 8; at < 72; at += 16 { // directory, metadata, leaves, tiles
		offset, length := binary.LittleEndian.Uint64(head[at:]), binary.LittleEndian.Uint64(head[at+8:])
		if length > uint64(size) || offset > uint64(size)-length {
			return nil, fmt.Errorf("is cut off: it has %d bytes, and lacks the last of its parts; copy it again", size)
		}
	}
	switch kind := head[99]; {
	case kind == 0 || kind > lastType:
		return nil, fmt.Errorf("has tiles of type %d, which is not known; it may have vector tiles, PNG, JPEG, WebP or AVIF", kind)
	case kind == vectorTiles:
		return head, drawable(file, head)
	}
	return head, nil
}

// protomaps are the layers without which a page would draw nothing.
var protomaps = []string{"earth", "water", "roads"}

// drawable returns an error where vector tiles have none of the layers that the
// pages know how to draw. A file that doesn't say what it has is let through.
func drawable(file io.ReaderAt, head []byte) error {
	offset, length := binary.LittleEndian.Uint64(head[24:]), binary.LittleEndian.Uint64(head[32:])
	var metadata io.Reader = io.NewSectionReader(file, int64(offset), int64(length))
	switch head[97] {
	case notPacked:
	case gzipped:
		unpacked, err := gzip.NewReader(metadata)
		if err != nil {
			return fmt.Errorf("has metadata that can't be read: %w", err)
		}
		metadata = unpacked
	default:
		return nil
	}
	var said struct {
		Layers []struct {
			ID string `json:"id"`
		} `json:"vector_layers"`
	}
	if err := json.NewDecoder(io.LimitReader(metadata, maxMetadata)).Decode(&said); err != nil {
		return fmt.Errorf("has metadata that can't be read: %w", err)
	}
	var has []string
	for _, layer := range said.Layers {
		if slices.Contains(protomaps, layer.ID) {
			return nil
		}
		has = append(has, layer.ID)
	}
	if len(has) == 0 {
		return nil
	}
	return fmt.Errorf("has the layers %s, which can't be drawn here: vector tiles must have those of Protomaps, such as %s",
		strings.Join(has, ", "), strings.Join(protomaps, ", "))
}

// Handler serves the files of maps by ranges, under their own addresses alone.
func Handler(maps ...Map) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, m := range maps {
			if m.archive != nil && m.archive.address == r.URL.Path {
				m.archive.serve(w, r)
				return
			}
		}
		plain.Problem(w, http.StatusNotFound, "there is nothing at this address")
	}
}

// serve sends the file, or the parts that are asked for. Its address changes
// with its content.
func (a *archive) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "application/vnd.pmtiles")
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("ETag", `"`+strings.TrimSuffix(strings.TrimPrefix(a.address, Path), ".pmtiles")+`"`)
	http.ServeContent(w, r, "", a.changed, io.NewSectionReader(a.file, 0, a.size))
}

package basemap

import (
	"crypto/sha256"
	"encoding/hex"
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
	"commonground/tiles"
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
	about, err := tiles.ReadContents(file, info.Size())
	if err == nil {
		err = drawable(about)
	}
	if err != nil {
		return Map{}, fmt.Errorf("the basemap %s %w", name, err)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%x %d %d", about.Head, info.Size(), info.ModTime().UnixNano())
	a := &archive{name: filepath.Clean(name), file: file, size: info.Size(), changed: info.ModTime()}
	a.address = Path + hex.EncodeToString(sum.Sum(nil))[:16] + ".pmtiles"
	return Map{said: said{Archive: a.address, By: by}, archive: a}, nil
}

// protomaps are the layers without which a page would draw nothing.
var protomaps = []string{"earth", "water", "roads"}

// drawable returns an error where vector tiles have none of the layers that the
// pages know how to draw. A file that doesn't say what it has is let through.
func drawable(about tiles.Contents) error {
	known := slices.ContainsFunc(about.Layers, func(layer string) bool { return slices.Contains(protomaps, layer) })
	if !about.Vector || len(about.Layers) == 0 || known {
		return nil
	}
	return fmt.Errorf("has the layers %s, which can't be drawn here: vector tiles must have those of Protomaps, such as %s",
		strings.Join(about.Layers, ", "), strings.Join(protomaps, ", "))
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

package api

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"commonground/data"
	"commonground/data/cube"
	"commonground/tiles"
)

// tileCache keeps tiles as they are sent. A tile that is kept is given out only
// while it is what would be drawn anew; see fresh.
type tileCache struct {
	kept     *otter.Cache[tileKey, *keptTile] // nil where none are kept
	flights  singleflight.Group
	versions tiles.Versions
}

// tileKey is what the bytes of a tile depend on besides the records.
type tileKey struct {
	layer string
	tiles.Tile
	filter string // as in the address
	// restricted are the kinds of a caller who sees no others; empty for one
	// who sees all.
	restricted string
	// boundary is the version of the boundary that is drawn; 0 for other
	// layers.
	boundary int64
	// scores is the number of the scores that are drawn; 0 for none. It changes with them.
	scores uint64
	gzip   bool
}

// keptTile is a tile as it is sent.
type keptTile struct {
	body     []byte
	gzip     bool // the body is compressed
	etag     string
	position int64      // of the feed, up to which it counts
	total    data.Count // of the filter: a square's share depends on it
}

// longestFilter is how long a filter may be for its tiles to be kept.
const longestFilter = 1000

func newTileCache(bytes int) *tileCache {
	if bytes <= 0 {
		return &tileCache{}
	}
	return &tileCache{kept: otter.Must(&otter.Options[tileKey, *keptTile]{
		MaximumWeight: uint64(bytes),
		// What the cache does after a tile was put in takes less than to wake another
		// goroutine for it, which would be one a tile.
		Executor: func(task func()) { task() },
		Weigher: func(key tileKey, t *keptTile) uint32 {
			const besides = 300 // bytes, about, of a key and what the cache needs for it
			return uint32(min(len(t.body)+len(key.filter)+besides, math.MaxUint32))
		},
	})}
}

// follow has the cache told of every change.
func (c *tileCache) follow(live *cube.Live) {
	if c.kept != nil {
		live.Watch(c.versions.Touch)
	}
}

// fresh reports whether a tile that was kept is what would be drawn now: nothing
// was written since; or nothing in its squares, and what the filter selects in
// all is as much as it was.
func (c *tileCache) fresh(key *tileKey, t *keptTile, now cube.Moment, q data.Query) bool {
	if t.position == now.Position {
		return true
	}
	if c.versions.Since(key.Tile) > t.position {
		return false
	}
	return key.layer != "hotspots" || now.Cube.Total(q) == t.total
}

// get returns a tile as of now or later, kept or drawn. Of several callers who
// want the same at once, one draws it; where that one goes away, another does.
func (c *tileCache) get(ctx context.Context, key tileKey, now cube.Moment, q data.Query, draw func() ([]byte, error)) (*keptTile, error) {
	if c.kept != nil {
		if t, ok := c.kept.GetIfPresent(key); ok && c.fresh(&key, t, now, q) {
			return t, nil
		}
	}
	for {
		drawn, err, shared := c.flights.Do(key.flight(now.Position), func() (any, error) {
			content, err := draw()
			if err != nil {
				return nil, err
			}
			return c.keep(key, now, q, content), nil
		})
		if err == nil {
			return drawn.(*keptTile), nil
		}
		if !shared || !errors.Is(err, context.Canceled) || ctx.Err() != nil {
			return nil, err
		}
	}
}

// flight names the drawing of a tile. The position is part of it: a tile of
// before is of no use to who comes after a write.
func (k *tileKey) flight(position int64) string {
	b := make([]byte, 0, 96+len(k.filter))
	for _, n := range [...]int64{position, int64(k.Z), int64(k.X), int64(k.Y), k.boundary, int64(k.scores)} {
		b = append(strconv.AppendInt(b, n, 10), ' ')
	}
	b = strconv.AppendBool(b, k.gzip)
	b = append(append(append(b, ' '), k.layer...), ' ')
	b = append(append(b, k.restricted...), ' ')
	return string(append(b, k.filter...))
}

func (c *tileCache) keep(key tileKey, now cube.Moment, q data.Query, content []byte) *keptTile {
	t := newKeptTile(content, key.gzip)
	if c.kept == nil || len(key.filter) > longestFilter {
		return t
	}
	t.position = now.Position
	if key.layer == "hotspots" {
		t.total = now.Cube.Total(q)
	}
	c.kept.Set(key, t)
	return t
}

// worthCompressing is the size in bytes from which on a tile is compressed:
// less goes into one packet anyway.
const worthCompressing = 1200

func newKeptTile(content []byte, compress bool) *keptTile {
	t := &keptTile{body: content, etag: contentTag(mvtType, content)}
	if compress && len(content) >= worthCompressing {
		t.body, t.gzip = compressed(content), true
	}
	return t
}

var compressors = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is ours
	}
	return w
}}

func compressed(content []byte) []byte {
	w := compressors.Get().(*gzip.Writer)
	defer compressors.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	_, _ = w.Write(content) // into memory
	_ = w.Close()
	return bytes.Clone(out.Bytes())
}

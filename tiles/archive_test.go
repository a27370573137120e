package tiles_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"commonground/tiles"
)

// about is what the archives of the tests say of themselves.
var about = tiles.About{
	Name: "Millbeck: hotspots", Description: "Squares", Attribution: "Staff data", Filter: "kinds=needle",
	Layer: tiles.VectorLayer{ID: "hotspots", MaxZoom: tiles.MaxZoom, Fields: map[string]string{"n": "Items", "level": "Level"}},
	Bound: orb.Bound{Min: orb.Point{-2.5, 54.6}, Max: orb.Point{-2.3, 54.8}},
}

// filed is a tile with its content.
type filed struct {
	tiles.Tile
	content string
}

// archived puts tiles in an archive and reads the file.
func archived(t testing.TB, all []filed) (read, tiles.Summary) {
	t.Helper()
	return archivedAs(t, about, all)
}

func archivedAs(t testing.TB, about tiles.About, all []filed) (read, tiles.Summary) {
	t.Helper()
	var out bytes.Buffer
	archive := tiles.NewArchive(newSpool(t))
	for _, tile := range all {
		check(t, archive.Add(tile.Tile, []byte(tile.content)))
	}
	summary, err := archive.Finish(&out, about)
	check(t, err)
	if summary.Bytes != uint64(out.Len()) {
		t.Errorf("%+v of %d bytes", summary, out.Len())
	}
	return readArchive(t, out.Bytes()), summary
}

func newSpool(t testing.TB) *os.File {
	t.Helper()
	spool, err := os.Create(filepath.Join(t.TempDir(), "spool"))
	check(t, err)
	t.Cleanup(func() { _ = spool.Close() }) // nobody reads it any more
	return spool
}

// read is a file taken apart, by the words of the specification and no code of
// the writer's. Numbers are those of the header in their order.
type read struct {
	file     []byte
	numbers  [11]uint64
	metadata map[string]any
	lines    []line // of all directories, in their order, without pointers
	leaves   int
}

type line struct {
	id, offset, length, run uint64
}

func readArchive(t testing.TB, file []byte) read {
	t.Helper()
	r := read{file: file}
	if len(file) < 127 || string(file[:8]) != "PMTiles\x03" {
		t.Fatalf("it begins with %q", file[:min(len(file), 8)])
	}
	for i := range r.numbers {
		r.numbers[i] = binary.LittleEndian.Uint64(file[8+8*i:])
	}
	check(t, json.Unmarshal(unzipped(t, r.section(2)), &r.metadata))
	root := readDirectory(t, r.section(0))
	if r.numbers[0]+r.numbers[1] >= 16_384 {
		t.Errorf("header and first directory take %d bytes", r.numbers[0]+r.numbers[1])
	}
	for _, l := range root {
		if l.run > 0 {
			r.lines = append(r.lines, l)
			continue
		}
		r.leaves++
		leaf := readDirectory(t, r.section(4)[l.offset:l.offset+l.length])
		if leaf[0].id != l.id {
			t.Errorf("the directory for %d begins with %d", l.id, leaf[0].id)
		}
		r.lines = append(r.lines, leaf...)
	}
	return r
}

// section is what an offset and a length of the header delimit.
func (r *read) section(number int) []byte {
	return r.file[r.numbers[number]:][:r.numbers[number+1]]
}

func unzipped(t testing.TB, packed []byte) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	check(t, err)
	content, err := io.ReadAll(reader)
	check(t, err)
	return content
}

func readDirectory(t testing.TB, packed []byte) []line {
	t.Helper()
	text := bytes.NewReader(unzipped(t, packed))
	next := func() uint64 {
		n, err := binary.ReadUvarint(text)
		check(t, err)
		return n
	}
	lines := make([]line, next())
	id := uint64(0)
	for i := range lines {
		id += next()
		lines[i].id = id
	}
	for i := range lines {
		lines[i].run = next()
	}
	for i := range lines {
		lines[i].length = next()
	}
	for i := range lines {
		if offset := next(); offset > 0 {
			lines[i].offset = offset - 1
		} else {
			lines[i].offset = lines[i-1].offset + lines[i-1].length
		}
	}
	if text.Len() > 0 || len(lines) == 0 {
		t.Errorf("a directory of %d lines goes on for %d bytes", len(lines), text.Len())
	}
	return lines
}

// tiles returns the content by the number of the tile.
func (r *read) tiles(t testing.TB) map[uint64]string {
	t.Helper()
	content := map[uint64]string{}
	for _, l := range r.lines {
		for id := l.id; id < l.id+l.run; id++ {
			content[id] = string(unzipped(t, r.section(6)[l.offset:l.offset+l.length]))
		}
	}
	return content
}

// everywhere are the tiles of the whole world, in the order of an archive, and
// their numbers by counting.
func everywhere(t testing.TB, zoom int) []tiles.Tile {
	t.Helper()
	world := []orb.Bound{{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}}
	over, err := tiles.Over(world, zoom)
	check(t, err)
	if len(over) != 1<<(2*zoom) {
		t.Fatalf("zoom %d has %d tiles", zoom, len(over))
	}
	return over
}

func TestArchiveHoldsEachTileThatWasPutIn(t *testing.T) {
	var world []tiles.Tile
	for zoom := range 5 {
		world = append(world, everywhere(t, zoom)...)
	}
	rapid.Check(t, func(rt *rapid.T) {
		want, contents := map[uint64]string{}, map[string]bool{}
		var all []filed
		for id, tile := range world {
			// Few contents, so that some come again, next to each other and not.
			if n := rapid.IntRange(0, 5).Draw(rt, "content"); n > 0 {
				want[uint64(id)] = strings.Repeat(fmt.Sprint(n), 10*n)
				contents[want[uint64(id)]] = true
			}
			all = append(all, filed{tile, want[uint64(id)]})
		}
		if len(want) == 0 {
			return
		}
		r, summary := archived(t, all)
		got := r.tiles(t)
		for id, content := range want {
			if got[id] != content {
				rt.Fatalf("tile %d is %q, want %q", id, got[id], content)
			}
		}
		if len(got) != len(want) || summary.Tiles != uint64(len(want)) || summary.Contents != uint64(len(contents)) {
			rt.Fatalf("%d tiles, want %d with %d contents: %+v", len(got), len(want), len(contents), summary)
		}
		if n := r.numbers[8:]; n[0] != summary.Tiles || n[1] != uint64(len(r.lines)) || n[2] != summary.Contents {
			rt.Fatalf("the header counts %v; there are %d lines and %+v", n, len(r.lines), summary)
		}
		checkClustered(rt, r)
	})
}

// checkClustered holds the lines against what the header promises: each content
// follows the one before, or was there already; runs that could be one are one.
func checkClustered(t *rapid.T, r read) {
	end := uint64(0)
	for i, l := range r.lines {
		if l.offset == end {
			end += l.length
		} else if l.offset > end {
			t.Fatalf("line %d leaves a gap before %d", i, l.offset)
		}
		if i > 0 {
			before := r.lines[i-1]
			if l.id < before.id+before.run || l.id == before.id+before.run && l.offset == before.offset {
				t.Fatalf("after the line %+v comes %+v", before, l)
			}
		}
	}
	if end != r.numbers[7] || r.numbers[6]+end != uint64(len(r.file)) {
		t.Fatalf("the tiles end at %d of %d bytes; the header says %v", end, len(r.file), r.numbers)
	}
}

func TestArchiveOfManyTilesHasFurtherDirectories(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	var all []filed
	for zoom := range 8 {
		for _, tile := range everywhere(t, zoom) {
			noise := make([]byte, dice.IntN(300)) // else the lengths are one like another and take no room
			for i := range noise {
				noise[i] = byte(dice.Uint32())
			}
			all = append(all, filed{tile, fmt.Sprintf("%v %s", tile, noise)})
		}
	}
	r, summary := archived(t, all)
	if r.leaves < 2 || r.leaves != summary.Leaves || len(r.lines) != len(all) {
		t.Errorf("%d directories with %d lines for %d tiles: %+v", r.leaves, len(r.lines), len(all), summary)
	}
	for id, content := range r.tiles(t) {
		if content != all[id].content {
			t.Fatalf("tile %d is %q, want %q", id, content, all[id].content)
		}
	}
}

func TestArchiveSaysWhatItIs(t *testing.T) {
	r, summary := archived(t, []filed{{tiles.Tile{Z: 3, X: 3, Y: 2}, "a"}, {tiles.Tile{Z: 12, X: 2020, Y: 1300}, "b"}, {tiles.Tile{Z: 14}, ""}})
	want := []byte{1, 2, 2, 1, 3, 12} // clustered, gzip twice, MVT, zooms
	for _, degrees := range []int32{-25_000_000, 546_000_000, -23_000_000, 548_000_000} {
		want = binary.LittleEndian.AppendUint32(want, uint32(degrees))
	}
	want = append(want, 10) // the box is 0.2 degrees wide, a tile of zoom 10 is 0.35
	for _, degrees := range []int32{-24_000_000, 547_000_000} {
		want = binary.LittleEndian.AppendUint32(want, uint32(degrees))
	}
	if got := r.file[96:127]; !bytes.Equal(got, want) {
		t.Errorf("the header ends with %v, want %v", got, want)
	}
	if want := (tiles.Summary{Tiles: 2, Contents: 2, MinZoom: 3, MaxZoom: 12, Bytes: summary.Bytes}); summary != want {
		t.Errorf("%+v, want %+v", summary, want)
	}
	if got, want := fmt.Sprint(r.metadata), "map[attribution:Staff data description:Squares filter:kinds=needle generator:commonground "+
		"name:Millbeck: hotspots type:overlay vector_layers:[map[description: fields:map[level:Level n:Items] id:hotspots maxzoom:12 minzoom:3]]]"; got != want {
		t.Errorf("metadata %s, want %s", got, want)
	}
}

func TestArchiveOfOnePointHasABoxWithRoomInIt(t *testing.T) {
	of := about
	of.Bound = orb.Point{-2.4, 54.7}.Bound()
	r, _ := archivedAs(t, of, []filed{{tiles.Tile{Z: 15, X: 16165, Y: 10447}, "a"}})
	var box [4]int32
	_, err := binary.Decode(r.file[102:], binary.LittleEndian, &box)
	check(t, err)
	if want := [4]int32{-24_000_005, 546_999_995, -23_999_995, 547_000_005}; box != want {
		t.Errorf("the box is %v, want %v", box, want)
	}
}

func TestArchiveRefusesWhatItCantHold(t *testing.T) {
	archive := tiles.NewArchive(newSpool(t))
	check(t, archive.Add(tiles.Tile{Z: 2, X: 1, Y: 1}, nil))
	if _, err := archive.Finish(io.Discard, about); err == nil {
		t.Error("an archive without a tile was written")
	}
	check(t, archive.Add(tiles.Tile{Z: 2, X: 1, Y: 1}, []byte("a")))
	check(t, archive.Add(tiles.Tile{Z: 2, X: 0, Y: 1}, []byte("a")))
	for _, tile := range []tiles.Tile{{2, 1, 1}, {2, 0, 1}, {1, 1, 0}, {17, 0, 0}, {3, 8, 0}} {
		if archive.Add(tile, []byte("b")) == nil {
			t.Errorf("%v was put in", tile)
		}
	}
}

// A disk that is full fails the archive, wherever that happens.
func TestArchiveFailsWithItsFile(t *testing.T) {
	whole, _ := archived(t, []filed{{tiles.Tile{}, "a"}})
	for room := range len(whole.file) {
		archive := tiles.NewArchive(newSpool(t))
		check(t, archive.Add(tiles.Tile{}, []byte("a")))
		if _, err := archive.Finish(&full{room: room}, about); err == nil {
			t.Fatalf("it was written into %d bytes", room)
		}
	}
	spool := newSpool(t)
	check(t, spool.Close())
	if tiles.NewArchive(spool).Add(tiles.Tile{}, []byte("a")) == nil {
		t.Error("a tile was put into a file that is closed")
	}
}

type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	n := min(len(b), f.room)
	f.room -= n
	if n < len(b) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

func TestSameTilesAreTheSameArchive(t *testing.T) {
	all := []filed{{tiles.Tile{}, "a"}, {tiles.Tile{Z: 1}, "b"}, {tiles.Tile{Z: 2}, "a"}}
	one, _ := archived(t, all)
	other, _ := archived(t, slices.Clone(all))
	if !bytes.Equal(one.file, other.file) {
		t.Error("they differ")
	}
}

package tiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"commonground/data/release"
)

// Editions draws the maps of editions; it is a release.Renderer. Any number of
// goroutines may use it, and it does not change an edition.
//
// Which tiles there are, what is drawn on each and how long each is follow from
// the partition of the ground alone. Of a band there is one byte in the feature
// of its square; the rest of a tile is the same whatever the bands are, for each
// tile lists all four, in their order, whether they come up or not. The archive
// is compressed, so that its length does follow from the bands, and from them
// alone.
type Editions struct{}

// bands is how many values a square may have.
const bands = 4

// Render returns the tiles of zooms 0 to release.MaxZoom that the inside of a
// square meets, the zooms from low to high and each in the order of Over, and
// last the archive of them. A tile has one layer, squares, with each square that
// it meets, in the order of the map. Its inside is taken for that of the
// quadrangle of its corners, which its true sides leave by up to 4 cm far from
// the middle of a grid.
//
// A square is drawn whole on each of its tiles, clockwise on the screen, its
// corners rounded to the lattice of the zoom. Where smaller squares lie along a
// side, it has their corners too: neighbours share their sides to the last unit,
// with neither a gap nor an overlap. That ends below the zoom at which the
// smallest square is 1.5 units wide (for 250 m mostly 6): there squares are drawn
// by their own corners, up to a unit apart or over each other, and one that
// rounds to nothing as the unit that holds its middle.
//
// An edition without a map has no files. An error is a map with no square, with
// a place in two squares or beyond where there are tiles (180 degrees east and
// west, 85 north and south), or with a band that there is not.
func (Editions) Render(edition *release.Edition) ([]release.File, error) {
	if edition.Map.Why != "" {
		return nil, nil
	}
	m, err := checkedMosaic(edition)
	if err != nil {
		return nil, err
	}
	archive := NewArchive(&memory{})
	var files []release.File
	for zoom := range release.MaxZoom + 1 {
		for _, drawn := range m.sheets(zoom) {
			content := drawn.tile(edition.Map.Squares)
			if err := archive.Add(drawn.Tile, content); err != nil {
				return nil, err
			}
			files = append(files, release.File{Path: fmt.Sprintf("tiles/%d/%d/%d.mvt", drawn.Z, drawn.X, drawn.Y), Content: content})
		}
	}
	var whole bytes.Buffer
	if _, err := archive.Finish(&whole, aboutEdition(edition, m)); err != nil {
		return nil, err
	}
	return append(files, release.File{Path: "map.pmtiles", Content: whole.Bytes()}), nil
}

// checkedMosaic refuses what Render says.
func checkedMosaic(edition *release.Edition) (*mosaic, error) {
	if err := checkMap(edition.Map.Squares); err != nil {
		return nil, err
	}
	m := newMosaic(edition.Grid, edition.Map.Squares)
	if world := (Tile{}).Bound(); !world.Contains(m.bound.Min) || !world.Contains(m.bound.Max) {
		return nil, fmt.Errorf("tiles: the map of the edition reaches to %v, beyond where there are tiles", m.bound)
	}
	return m, nil
}

// checkMap refuses squares that are no partition, and bands that are none.
func checkMap(squares []release.Square) error {
	if len(squares) == 0 {
		return errors.New("tiles: the map of the edition has no square")
	}
	keys := squaresByKey(squares)
	for _, s := range squares {
		if s.Band < 0 || s.Band >= bands {
			return fmt.Errorf("tiles: the square %s has the band %d: there are 0 to %d", s.Name, s.Band, bands-1)
		}
		if n := keys.around(s.Square); n != 1 {
			return fmt.Errorf("tiles: the square %s lies in %d squares of the map, itself among them", s.Name, n)
		}
	}
	return nil
}

// tile writes what is drawn on a tile.
func (s *sheet) tile(squares []release.Square) []byte {
	l := newLayer("squares")
	defer l.done()
	name, band := l.key("square"), l.key("band")
	for value := range uint64(bands) {
		l.whole(value)
	}
	for i, number := range s.squares {
		square := &squares[number]
		b := l.begin(0)
		b = appendPair(b, name, l.distinct([]byte(square.Name)))
		b = appendPair(b, band, l.whole(uint64(square.Band)))
		l.ring(b, s.rings[i])
	}
	return l.tile()
}

// aboutEdition says what the archive is, so that who finds the file knows.
func aboutEdition(edition *release.Edition, m *mosaic) About {
	note := ""
	if edition.Synthetic {
		note = " Made-up town and made-up data."
	}
	var legend []string
	for _, band := range edition.Map.Legend {
		legend = append(legend, fmt.Sprintf("%d: %s", band.Band, band.Text))
	}
	period := edition.Period.From + "/" + edition.Period.To
	return About{
		Name: fmt.Sprintf("%s: squares of %s", edition.Place, period),
		Description: fmt.Sprintf("Litter removed in %s, as bands by square of %d to %d m, in items for each 250 m × 250 m.%s",
			period, edition.Map.SmallestM, edition.Map.LargestM, note),
		Layer: VectorLayer{
			ID: "squares", Description: "Every square of the map, shown or not",
			Fields: map[string]string{"square": "Name of the square", "band": strings.Join(legend, "; ")},
		},
		Bound: m.bound,
	}
}

// memory keeps the tiles of an archive until it is finished. It is read once,
// after all was written.
type memory struct{ bytes.Buffer }

// Seek goes to the start, where reading begins anyway.
func (*memory) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, errors.ErrUnsupported
	}
	return 0, nil
}

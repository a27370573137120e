package tiles

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"pgregory.net/rapid"
)

// What is written byte by byte is what another decoder reads.
func TestALayerReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{float64(rapid.IntRange(-5000, 9000).Draw(t, "x")), float64(rapid.IntRange(-5000, 9000).Draw(t, "y"))}
		})
		l := newLayer("hotspots")
		n := rapid.IntRange(1, 20).Draw(t, "features")
		type want struct {
			corners [4]orb.Point
			number  uint64
			text    string
		}
		var wanted []want
		known := make([]number, 4)
		for i := range n {
			largest := rapid.SampledFrom([]uint64{3, 4096, 1 << 50}).Draw(t, "largest")
			w := want{number: rapid.Uint64Max(largest).Draw(t, "n"), text: rapid.String().Draw(t, "text")}
			x, y := coordinate.Draw(t, "corner"), float64(rapid.IntRange(1, 300).Draw(t, "side"))
			w.corners = [4]orb.Point{x, {x[0] + y, x[1]}, {x[0] + y, x[1] + y}, {x[0], x[1] + y}}
			b := l.begin(uint64(i + 1))
			b = appendPair(b, l.key("name"), l.text(w.text))
			b = appendPair(b, l.key("n"), l.whole(w.number))
			b = appendPair(b, l.key(fmt.Sprintf("only-%d", i%3)), l.whole(w.number))
			b = appendPair(b, l.key("own"), l.distinct([]byte(w.text)))
			b = appendPair(b, l.key("share"), l.decimal(int64(w.number), 3, known))
			var corners [4]position
			for k, corner := range w.corners {
				corners[k] = position{int32(corner[0]), int32(corner[1])}
			}
			l.ring(b, corners[:])
			wanted = append(wanted, w)
		}
		layers, err := mvt.Unmarshal(l.tile())
		l.done()
		if err != nil || len(layers) != 1 || layers[0].Name != "hotspots" || layers[0].Version != 2 || layers[0].Extent != Extent {
			t.Fatalf("%v %+v", err, layers)
		}
		if len(layers[0].Features) != n {
			t.Fatalf("%d features, want %d", len(layers[0].Features), n)
		}
		for i, f := range layers[0].Features {
			w := wanted[i]
			ring := orb.Ring{w.corners[0], w.corners[1], w.corners[2], w.corners[3], w.corners[0]}
			if !orb.Equal(f.Geometry, orb.Polygon{ring}) || f.ID != float64(i+1) || f.Properties["name"] != w.text ||
				f.Properties["n"] != float64(w.number) || f.Properties[fmt.Sprintf("only-%d", i%3)] != float64(w.number) ||
				f.Properties["own"] != w.text || f.Properties["share"] != float64(w.number)/3 || len(f.Properties) != 5 {
				t.Fatalf("feature %d is %+v, want %+v", i, f, w)
			}
		}
	})
}

func TestALayerOfNothingIsAnEmptyTile(t *testing.T) {
	if tile := newLayer("pickups").tile(); tile == nil || len(tile) != 0 {
		t.Errorf("%v", tile)
	}
}

func TestVarintsOfEightBytesAreThoseOfTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1<<49, 1<<56-1).Draw(t, "n")
		got := binary.LittleEndian.AppendUint64(nil, eightBytes(n))
		if want := binary.AppendUvarint(nil, n); !bytes.Equal(got, want) {
			t.Fatalf("%d is % x, want % x", n, got, want)
		}
	})
}

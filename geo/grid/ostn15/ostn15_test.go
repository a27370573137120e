package ostn15

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// published reads one of the two arrays as Ordnance Survey's numbers were first
// packed.
func published(t testing.TB, name string) []uint16 {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "osgb-ostn15", name))
	if err != nil {
		t.Skipf("this test reads real data that is not part of the repository: %v", err)
	}
	corners := make([]uint16, len(content)/2)
	if _, err := binary.Decode(content, binary.LittleEndian, corners); err != nil {
		t.Fatal(err)
	}
	return corners
}

func TestEmbeddedModelEqualsThePublishedArrays(t *testing.T) {
	if !slices.Equal(table().East, published(t, "ostn15-east-shift-mm-base82140.u16le")) {
		t.Error("the shifts east differ")
	}
	if !slices.Equal(table().North, published(t, "ostn15-north-shift-mm-base-84180.u16le")) {
		t.Error("the shifts north differ")
	}
}

// The sums are those of the files ostn_east_shift_82140 and
// ostn_north_shift_-84180 in libgeo-coordinates-osgb-perl 2.20-2.
func TestEmbeddedModelHasTheSumsOfDebiansArrays(t *testing.T) {
	for _, test := range []struct {
		name    string
		corners []uint16
		want    string
	}{
		{"east", table().East, "2f19f318b3c72569983a43e9e19a83011d39edad68f506d7ac268370ef448b96"},
		{"north", table().North, "dc1d2c94a15cca4493013072a8c8fbc2b6a054e11337671b9f972782a7450e7f"},
	} {
		content, err := binary.Append(nil, binary.LittleEndian, test.corners)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != test.want {
			t.Errorf("%s: the sum is %x", test.name, sum)
		}
	}
}

func TestAnyTableIsPackedAndBack(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 2015))
	wild, calm := make([]uint16, Columns*Rows), make([]uint16, Columns*Rows)
	for i := range wild {
		wild[i], calm[i] = uint16(random.Uint32()), uint16(i/Columns+random.IntN(300))
	}
	packed, err := Pack(Table{East: wild, North: calm})
	if err != nil {
		t.Fatal(err)
	}
	back := unpack(string(packed))
	if !slices.Equal(back.East, wild) || !slices.Equal(back.North, calm) {
		t.Error("it came back as another")
	}
}

func TestTableOfAnotherSizeIsNotPacked(t *testing.T) {
	whole := make([]uint16, Columns*Rows)
	for _, table := range []Table{{}, {East: whole}, {North: whole}, {East: whole, North: whole[1:]}} {
		if _, err := Pack(table); err == nil {
			t.Errorf("%d and %d shifts were packed", len(table.East), len(table.North))
		}
	}
}

func TestShiftIsThatOfTheCornersAndBetweenThem(t *testing.T) {
	// The corners around TP09 of Ordnance Survey's test points, and its shift
	// as they interpolate it.
	for _, test := range []struct {
		name                        string
		eastM, northM               float64
		wantEast, wantNorth, within float64
	}{
		{"south-west corner", 530_000, 178_000, 98.555, -78.581, 1e-9},
		{"south-east corner", 531_000, 178_000, 98.565, -78.588, 1e-9},
		{"north-east corner", 531_000, 179_000, 98.569, -78.577, 1e-9},
		{"north-west corner", 530_000, 179_000, 98.557, -78.571, 1e-9},
		{"middle", 530_500, 178_500, (98.555 + 98.565 + 98.569 + 98.557) / 4, (-78.581 - 78.588 - 78.577 - 78.571) / 4, 1e-9},
		{"TP09", 530_526.4123, 178_467.0438, 98.56169, -78.57977, 5e-6},
	} {
		east, north := Shift(test.eastM, test.northM)
		if math.Abs(east-test.wantEast) > test.within || math.Abs(north-test.wantNorth) > test.within {
			t.Errorf("%s: %v, %v, want %v, %v", test.name, east, north, test.wantEast, test.wantNorth)
		}
	}
}

func TestShiftOutsideIsThatOfTheNearestPlaceInside(t *testing.T) {
	for _, test := range []struct{ eastM, northM, nearestEastM, nearestNorthM float64 }{
		{-1, -1, 0, 0},
		{-1e9, 600_500, 0, 600_500},
		{350_250, -5e5, 350_250, 0},
		{2e6, 3e6, EastM, NorthM},
		{math.Inf(1), math.Inf(-1), EastM, 0},
		{EastM, NorthM, math.Nextafter(EastM, 0), math.Nextafter(NorthM, 0)},
	} {
		east, north := Shift(test.eastM, test.northM)
		wantEast, wantNorth := Shift(test.nearestEastM, test.nearestNorthM)
		if math.Abs(east-wantEast) > 1e-9 || math.Abs(north-wantNorth) > 1e-9 {
			t.Errorf("%v, %v: %v, %v, want %v, %v", test.eastM, test.northM, east, north, wantEast, wantNorth)
		}
	}
}

func BenchmarkUnpack(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		unpack(file)
	}
}

func BenchmarkShift(b *testing.B) {
	random := rand.New(rand.NewPCG(15, 2015))
	var places [1024][2]float64
	for i := range places {
		places[i] = [2]float64{random.Float64() * EastM, random.Float64() * NorthM}
	}
	table()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		Shift(places[i%len(places)][0], places[i%len(places)][1])
		i++
	}
}

package geotest

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/geo"
)

//go:embed testdata/geos.c
var geosSource []byte

// geosAnswer is what the GEOS program says.
type geosAnswer struct {
	prepared time.Duration
	bytes    int64 // of what is prepared, without the polygons
	invalid  int
	batches  []geosBatch
}

type geosBatch struct {
	took  time.Duration
	ranks []int32
}

// geosProgram compiles the GEOS program into a folder of the test.
func geosProgram(t testing.TB) string {
	t.Helper()
	config, err := exec.LookPath("geos-config")
	if err != nil {
		missing(t, "GEOS is not installed: apt-get install libgeos-dev")
	}
	compiler, err := exec.LookPath("cc")
	if err != nil {
		missing(t, "there is no C compiler: apt-get install gcc libc6-dev")
	}
	dir := t.TempDir()
	source, program := filepath.Join(dir, "geos.c"), filepath.Join(dir, "geos")
	check(t, os.WriteFile(source, geosSource, 0o600))
	flags, err := exec.Command(config, "--cflags", "--clibs").Output()
	check(t, err)
	arguments := append([]string{"-O2", "-o", program, source}, strings.Fields(string(flags))...)
	if out, err := exec.Command(compiler, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("compiling: %v\n%s", err, out)
	}
	return program
}

// askGEOS has the program answer each batch of points; ranks are indexes of
// ranked.
func askGEOS(t testing.TB, program string, ranked []geo.Area, batches ...[]geo.Point) geosAnswer {
	t.Helper()
	var question, out, complaint bytes.Buffer
	writePolygons(&question, ranked)
	writeWord(&question, len(batches))
	for _, points := range batches {
		writePoints(&question, points)
	}
	command := exec.Command(program)
	command.Stdin, command.Stdout, command.Stderr = &question, &out, &complaint
	if err := command.Run(); err != nil {
		t.Fatalf("GEOS: %v\n%s", err, complaint.Bytes())
	}
	return readGEOS(t, &out, batches)
}

func readGEOS(t testing.TB, out io.Reader, batches [][]geo.Point) geosAnswer {
	read := func() (n int64) {
		check(t, binary.Read(out, binary.NativeEndian, &n))
		return n
	}
	a := geosAnswer{prepared: time.Duration(read()), bytes: read(), invalid: int(read())}
	for _, points := range batches {
		b := geosBatch{took: time.Duration(read()), ranks: make([]int32, len(points))}
		ranks := make([]int64, len(points))
		check(t, binary.Read(out, binary.NativeEndian, ranks))
		for i, rank := range ranks {
			b.ranks[i] = int32(rank)
		}
		a.batches = append(a.batches, b)
	}
	return a
}

func writePolygons(to *bytes.Buffer, ranked []geo.Area) {
	polygons := polygonsOf(ranked)
	writeWord(to, len(polygons))
	for _, p := range polygons {
		writeWord(to, p.rank)
		writeWord(to, len(p.rings))
		for _, ring := range p.rings {
			writePoints(to, ring)
		}
	}
}

func writePoints(to *bytes.Buffer, points []geo.Point) {
	writeWord(to, len(points))
	for _, p := range points {
		writeWord(to, int(p.Lon))
		writeWord(to, int(p.Lat))
	}
}

func writeWord(to *bytes.Buffer, n int) {
	to.Write(binary.NativeEndian.AppendUint32(nil, uint32(int32(n))))
}

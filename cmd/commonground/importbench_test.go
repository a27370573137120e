package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/geotest"
)

// BenchmarkImport takes a month of police.uk and all areas of England and Wales
// in, with the program and with ogr2ogr and PostGIS, and prints a table:
//
//	go test ./cmd/commonground -run '^$' -bench '^BenchmarkImport$' -benchtime 1x
//
// Ours checks and classifies each row and keeps it through a loss of power.
// PostGIS copies rows as they are and classifies them after, with one statement,
// on a server that is spared the disk (fsync is off). Wanted are the real data,
// GDAL and PostGIS.
func BenchmarkImport(b *testing.B) {
	reports := geotest.RealData(b, "police-uk-scale", "uk-street-2021-08-part-a.csv.gz")
	areas := geotest.RealData(b, "police-uk-scale", "lsoa2011-england-wales.geojsonl.gz")
	for b.Loop() {
		ours, found := importedHere(b, areas, reports)
		theirs, same := importedThere(b, areas, reports)
		if found != same {
			b.Errorf("rows in an area, in none, without a place: %v here, %v in PostGIS", found, same)
		}
		printSteps(found, append(ours, theirs...))
	}
}

// placedRows counts rows in an area, in none, and without a place.
type placedRows struct{ in, outside, unlocated int }

func (p placedRows) all() int { return p.in + p.outside + p.unlocated }

// importStep is one part of the work, as a process did it.
type importStep struct {
	what   string
	took   time.Duration
	peakKB int // resident, of the process or of the server's that works for it
}

func printSteps(rows placedRows, steps []importStep) {
	var out strings.Builder
	fmt.Fprintf(&out, "\n%d rows: %d in an area, %d in none, %d without a place, on both sides\n\n", rows.all(), rows.in, rows.outside, rows.unlocated)
	out.WriteString("| step | wall time | rows/s | peak MB |\n|---|---|---|---|\n")
	for _, s := range steps {
		fmt.Fprintf(&out, "| %s | %v | %.0f | %d |\n", s.what, s.took.Round(10*time.Millisecond),
			float64(rows.all())/s.took.Seconds(), s.peakKB/1024)
	}
	fmt.Fprintln(os.Stdout, out.String()) // the log of a benchmark is cut
}

// importedHere imports with the program as a process of its own.
func importedHere(b *testing.B, areas, reports string) ([]importStep, placedRows) {
	b.Helper()
	folder := b.TempDir()
	store, scheme := filepath.Join(folder, "town.db"), filepath.Join(folder, "scheme.toml")
	measured(b, "", asProcess("init", scheme))
	measured(b, "", asProcess("--store="+store, "import", "scheme", scheme))
	steps := []importStep{
		measured(b, "the program: areas", asProcess("--store="+store, "import", "boundaries", areas,
			"--from=2021-01-01", "--class-property=LAD", "--class=residential=*", "--id-property=LSOA11CD")),
		measured(b, "the program: rows, classified and kept", asProcess("--store="+store, "import", "incidents", reports,
			"--source=police.uk", "--category=nuisance")),
	}
	return append(steps, inAll("the program, in all", steps)), rowsHere(b, store)
}

// rowsHere counts the rows that the store has.
func rowsHere(b *testing.B, path string) (rows placedRows) {
	b.Helper()
	store, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	_, all, err := store.Incidents(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for i, err := range all {
		switch {
		case err != nil:
			b.Fatal(err)
		case i.Place.Class == geo.Unlocated:
			rows.unlocated++
		case i.Place.Area == "":
			rows.outside++
		default:
			rows.in++
		}
	}
	return rows
}

// asProcess is a command of the program that runs by itself.
func asProcess(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// importedThere copies both files into a database with ogr2ogr, which makes the
// indexes, and classifies the points with one statement.
func importedThere(b *testing.B, areas, reports string) ([]importStep, placedRows) {
	b.Helper()
	tool, source := need(b, "ogr2ogr"), geotest.Postgres(b)
	connection, err := pgx.Connect(b.Context(), source)
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close(context.Background())
	c := connection.Config()
	database := fmt.Sprintf("PG:host=%s port=%d user=%s password=%s dbname=%s", c.Host, c.Port, c.User, c.Password, c.Database)
	into := func(what string, args ...string) importStep {
		cmd := exec.Command(tool, append([]string{"-q", "-f", "PostgreSQL", database}, args...)...)
		cmd.Env = append(os.Environ(), "PG_USE_COPY=YES")
		return measured(b, what, cmd)
	}
	steps := []importStep{
		into("ogr2ogr: areas", "/vsigzip/"+areas, "-nln", "area", "-nlt", "PROMOTE_TO_MULTI"),
		into("ogr2ogr: rows", "/vsigzip/"+reports, "-nln", "report", "-a_srs", "EPSG:4326",
			"-oo", "X_POSSIBLE_NAMES=longitude", "-oo", "Y_POSSIBLE_NAMES=latitude"),
		classifiedBy(b, connection),
	}
	var rows placedRows
	err = connection.QueryRow(b.Context(), `SELECT count(area), count(*) FILTER (WHERE area IS NULL AND place IS NOT NULL),
		count(*) FILTER (WHERE place IS NULL) FROM placed`).Scan(&rows.in, &rows.outside, &rows.unlocated)
	if err != nil {
		b.Fatal(err)
	}
	return append(steps, inAll("ogr2ogr and PostGIS, in all", steps)), rows
}

// classifyAll gives each point the area that has the lowest id of those that
// cover it.
const classifyAll = `CREATE TABLE placed AS
	SELECT r.ogc_fid, r.wkb_geometry AS place, a.lsoa11cd AS area FROM report r LEFT JOIN LATERAL (
		SELECT lsoa11cd FROM area WHERE ST_Covers(area.wkb_geometry, r.wkb_geometry)
		ORDER BY lsoa11cd COLLATE "C" LIMIT 1) a ON true`

func classifiedBy(b *testing.B, connection *pgx.Conn) importStep {
	b.Helper()
	if _, err := connection.Exec(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
	step := importStep{what: "PostGIS: one statement that classifies"}
	started := time.Now()
	if _, err := connection.Exec(b.Context(), classifyAll); err != nil {
		b.Fatal(err)
	}
	step.took = time.Since(started)
	var backend int
	if err := connection.QueryRow(b.Context(), "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		b.Fatal(err)
	}
	step.peakKB = peakKB(backend)
	return step
}

// inAll is the sum of steps that follow each other.
func inAll(what string, steps []importStep) importStep {
	all := importStep{what: what}
	for _, s := range steps {
		all.took += s.took
		all.peakKB = max(all.peakKB, s.peakKB)
	}
	return all
}

// measured runs a command, and watches how much memory it takes.
func measured(b *testing.B, what string, cmd *exec.Cmd) importStep {
	b.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	step := importStep{what: what}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatalf("%v: %v\n%s", cmd.Args, err, said.Bytes())
			}
			step.took = time.Since(started)
			return step
		case <-time.After(5 * time.Millisecond):
			step.peakKB = max(step.peakKB, peakKB(cmd.Process.Pid))
		}
	}
}

// peakKB is how much memory a process has held at most, 0 where it has ended.
func peakKB(process int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	n, _ := strconv.Atoi(string(bytes.TrimSpace(line)))
	return n
}

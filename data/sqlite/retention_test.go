package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// crashRetention names, in the environment, the file from which this test binary
// destroys records until it is killed.
const crashRetention = "COMMONGROUND_CRASH_RETENTION"

// firstWeek is a Wednesday, on which weeks of these tests start.
var firstWeek = time.Date(2019, 4, 24, 0, 0, 0, 0, time.UTC)

// planOf is a plan by which records of the first weeks are due.
func planOf(weeks int) data.Destruction {
	local, err := grid.NewLocal(-1.54, 53.79)
	if err != nil {
		panic(err)
	}
	cut := data.Cut{Months: 1, Before: data.DateOf(firstWeek) + data.Date(7*weeks)}
	cut.MonthsBefore = cut.Before
	return data.Destruction{
		Scheme:   &data.Scheme{Location: time.UTC, FirstWeekday: time.Wednesday, Grid: local},
		Revision: 1, Date: cut.Before + 100, At: firstWeek.AddDate(1, 0, 0), Who: "cli:clerk", Pickups: cut, Incidents: cut,
	}
}

// duePickup is one of ten in a week, with numbers that are nowhere else.
func duePickup(n int) data.Pickup {
	return data.Pickup{
		Key: data.Key{Source: "crew", Ref: fmt.Sprintf("reference-%07d", n)},
		Position: data.Position{
			Point: &geo.Point{Lon: -15_400_000 - int32(n)*37, Lat: 537_900_001 + int32(n%977)*41},
			Place: geo.Place{Class: geo.Residential, Area: fmt.Sprint("area ", n%5)},
		},
		At:    data.InstantOf(firstWeek.Add(time.Duration(n/10)*7*24*time.Hour + time.Duration(n%10)*11*time.Hour + 12345*time.Millisecond)),
		Found: []data.Quantity{{Kind: "condom", Items: n % 3}, {Kind: "needle", Items: n % 70_000}},
	}
}

func dueIncident(n int) data.Incident {
	p := duePickup(n)
	p.Point.Lon -= 1_000_003
	return data.Incident{
		Key: data.Key{Source: "line", Ref: "call-" + p.Ref}, Position: p.Position, Received: p.At,
		Happened: data.InstantOf(p.At.At.Add(-time.Hour)), Category: data.Harm, Outcome: "seen",
	}
}

// filledForRetention fills a store with n pickups and n incidents of which some were
// corrected, deleted and given another answer, and returns all versions.
func filledForRetention(t *testing.T, s *Store, n int) (pickups []data.Pickup, incidents []data.Incident) {
	t.Helper()
	withScheme(t, s)
	for i := range n {
		pickups, incidents = append(pickups, duePickup(i)), append(incidents, dueIncident(i))
	}
	_, err := s.PutPickups(t.Context(), 1, pickups)
	must(t, err)
	_, err = s.PutIncidents(t.Context(), 1, incidents)
	must(t, err)
	for i := 0; i < n; i += 7 {
		p := duePickup(i)
		p.Point = &geo.Point{Lon: p.Point.Lon + 5_000_011, Lat: p.Point.Lat}
		_, err := s.ReplacePickup(t.Context(), 1, p, firstWeek)
		must(t, err)
		pickups = append(pickups, p)
		_, err = s.Delete(t.Context(), data.IncidentSort, incidents[i].Key, firstWeek)
		must(t, err)
	}
	return pickups, incidents
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// traces are what says where and when a record was, and its reference, as SQLite
// and people write them.
func traces(key data.Key, p *geo.Point, when data.When) [][]byte {
	order := binary.BigEndian
	lon, lat := order.AppendUint32(nil, uint32(p.Lon)), order.AppendUint32(nil, uint32(p.Lat))
	return [][]byte{
		slices.Concat(lon, lat), slices.Concat(lat, lon), []byte(key.Ref),
		order.AppendUint64(nil, uint64(when.At.UnixMilli()))[2:], // SQLite's integer of six bytes
		fmt.Append(nil, p.Lon), fmt.Append(nil, p.Lat),
		fmt.Appendf(nil, "%.7f", p.Orb().Lon()), fmt.Appendf(nil, "%.7f", p.Orb().Lat()),
	}
}

// tracesIn counts traces in a store's files.
func tracesIn(t *testing.T, path string, of [][]byte) (n int) {
	t.Helper()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		content, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		must(t, err)
		for _, trace := range of {
			n += bytes.Count(content, trace)
		}
	}
	return n
}

func TestNoByteOfWhatWasDestroyedIsLeftInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	pickups, incidents := filledForRetention(t, s, 100)
	plan := planOf(5)
	var gone, kept [][]byte
	for _, p := range pickups {
		if p.At.At.Before(firstWeek.AddDate(0, 0, 35)) {
			gone = append(gone, traces(p.Key, p.Point, p.At)...)
		} else {
			kept = append(kept, traces(p.Key, p.Point, p.At)[:4]...)
		}
	}
	for _, i := range incidents {
		if i.Received.At.Before(firstWeek.AddDate(0, 0, 35)) {
			gone = append(gone, traces(i.Key, i.Point, i.Received)...)
			gone = append(gone, traces(i.Key, i.Point, i.Happened)...)
		} else {
			kept = append(kept, traces(i.Key, i.Point, i.Received)[:4]...)
		}
	}
	if n := tracesIn(t, path, gone); n < len(gone)/2 {
		t.Fatalf("before, the search finds only %d of %d traces", n, len(gone))
	}
	certificate, err := s.Destroy(t.Context(), plan)
	must(t, err)
	if certificate.Pickups.Records != 50 || certificate.Incidents.Records+certificate.Incidents.Deleted != 50 {
		t.Fatalf("%+v", certificate)
	}
	t.Logf("between destroying and scrubbing there are %d traces", tracesIn(t, path, gone))
	must(t, s.Scrub(t.Context(), firstWeek))
	if n := tracesIn(t, path, gone); n > 0 {
		t.Errorf("%d traces are left", n)
	}
	if n := tracesIn(t, path, kept); n < len(kept)/2 {
		t.Errorf("of what is kept only %d of %d traces are found", n, len(kept))
	}
	shut(t, s)
	if n := tracesIn(t, path, gone); n > 0 {
		t.Errorf("%d traces are left once the store is closed", n)
	}
}

// dump writes every row of every table.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	tx, err := s.reader.BeginTx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback()
	var tables []string
	must(t, rowsIn(tx, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`, nil, func(row *columns) error {
		tables = append(tables, row.text())
		return nil
	}))
	var lines []string
	for _, table := range tables {
		must(t, rowsIn(tx, `SELECT * FROM `+table, nil, func(row *columns) error {
			lines = append(lines, fmt.Sprintln(table, row.values))
			return nil
		}))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func TestDestroyingTwiceLeavesTheSameStore(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	filledForRetention(t, s, 100)
	for _, weeks := range []int{3, 6} {
		_, err := s.Destroy(t.Context(), planOf(weeks))
		must(t, err)
		must(t, s.Scrub(t.Context(), firstWeek))
		want := dump(t, s)
		again, err := s.Destroy(t.Context(), planOf(weeks))
		must(t, err)
		must(t, s.Scrub(t.Context(), firstWeek.AddDate(0, 0, 1)))
		if got := dump(t, s); got != want || again.Number != 0 {
			t.Errorf("the second time changed something, and has certificate %d", again.Number)
		}
	}
}

func TestInTwoRunsIsAsInOne(t *testing.T) {
	var sums []string
	for _, runs := range [][]int{{6}, {2, 6}} {
		s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
		filledForRetention(t, s, 100)
		for _, weeks := range runs {
			_, err := s.Destroy(t.Context(), planOf(weeks))
			must(t, err)
		}
		text := ""
		for line := range strings.Lines(dump(t, s)) {
			if strings.HasPrefix(line, "pickup_sum") || strings.HasPrefix(line, "incident_sum") {
				text += line
			}
		}
		sums = append(sums, text)
	}
	if sums[0] != sums[1] || sums[0] == "" {
		t.Error("the sums differ")
	}
}

func TestFileThatIsReadIsNotScrubbedAndSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s, other := openFile(t, path), openFile(t, path)
	filledForRetention(t, s, 20)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, all, err := other.Pickups(ctx) // holds a view open
	must(t, err)
	_, err = s.Destroy(t.Context(), planOf(1))
	must(t, err)
	if err := s.Scrub(t.Context(), firstWeek); !errors.Is(err, data.ErrInUse) {
		t.Fatalf("error is %v", err)
	}
	for range all {
	}
	must(t, s.Scrub(t.Context(), firstWeek))
	certificates, err := other.Certificates(t.Context())
	must(t, err)
	if len(certificates) != 1 || !certificates[0].Scrubbed.Equal(firstWeek) {
		t.Errorf("%+v", certificates)
	}
}

func TestCertificatesAreNeverChanged(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	filledForRetention(t, s, 20)
	_, err := s.Destroy(t.Context(), planOf(1))
	must(t, err)
	for _, statement := range []string{
		`UPDATE certificate SET text = '{}'`, `DELETE FROM certificate`,
		`REPLACE INTO certificate (number, text, hash) VALUES (1, '{}', '')`, `INSERT INTO certificate (number, text, hash) VALUES (3, '{}', '')`,
	} {
		if _, err := s.writer.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s was done", statement)
		}
	}
	for _, statement := range []string{`DROP TRIGGER certificate_unchanged`, `UPDATE certificate SET text = replace(text, '"Records":1', '"Records":2')`} {
		_, err := s.writer.ExecContext(t.Context(), statement)
		must(t, err)
	}
	if _, err := s.Certificates(t.Context()); err == nil {
		t.Error("a certificate that was changed is given out")
	}
}

// destroyOnce says that it is ready, destroys, and says that it has.
func destroyOnce(path string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	certificate, err := s.Destroy(context.Background(), planOf(1000))
	if err == nil {
		fmt.Println("done", certificate.Number)
		err = s.Scrub(context.Background(), firstWeek)
	}
	time.Sleep(time.Minute) // until it is killed
	return err
}

func TestKilledDestructionIsWholeOrNotAtAll(t *testing.T) {
	const killed = 600 // so many that some of the processes have time enough, and some don't
	base := filepath.Join(t.TempDir(), "base.db")
	s := openFile(t, base)
	filledForRetention(t, s, killed)
	shut(t, s)
	content, err := os.ReadFile(base)
	must(t, err)
	whole := map[int64]int{}
	for range 8 {
		path := filepath.Join(t.TempDir(), "records.db")
		must(t, os.WriteFile(path, content, 0o600))
		said := killWhileWriting(t, crashRetention, path)
		s := openFile(t, path)
		certificates, err := s.Certificates(t.Context())
		must(t, err)
		destroyed := int64(len(certificates))
		var there, visits int64
		must(t, s.reader.QueryRow(`SELECT (SELECT count(*) FROM pickup), (SELECT coalesce(sum(visits), 0) FROM pickup_sum)`).Scan(&there, &visits))
		if there != killed*(1-destroyed) || visits != killed*destroyed {
			t.Errorf("with %d certificates there are %d pickups and sums of %d", destroyed, there, visits)
		}
		if len(said) > 1 && destroyed == 0 {
			t.Error("what was acknowledged is not there")
		}
		whole[destroyed]++
		_, err = s.Destroy(t.Context(), planOf(1000))
		must(t, err)
		must(t, s.Scrub(t.Context(), firstWeek))
		shut(t, s)
	}
	t.Logf("by number of certificates when it was killed: %v", whole)
}

func TestManyRecordsTakeBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	path := filepath.Join(t.TempDir(), "records.db")
	s, err := open(t.Context(), path, "off")
	must(t, err)
	defer s.Close()
	withScheme(t, s)
	const n = 200_000
	for from := 0; from < n; from += 10_000 {
		var batch []data.Pickup
		for i := from; i < from+10_000; i++ {
			p := duePickup(i)
			p.At = data.InstantOf(firstWeek.Add(time.Duration(i) * 10 * time.Minute))
			batch = append(batch, p)
		}
		_, err := s.PutPickups(t.Context(), 1, batch)
		must(t, err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	certificate, err := s.Destroy(t.Context(), planOf(150))
	must(t, err)
	destroyed := time.Since(began)
	runtime.ReadMemStats(&after)
	must(t, s.Scrub(t.Context(), firstWeek))
	t.Logf("%d of %d destroyed in %v, then scrubbed in %v; memory from the system %d MB more",
		certificate.Pickups.Records, n, destroyed.Round(time.Millisecond), (time.Since(began) - destroyed).Round(time.Millisecond), int64(after.Sys-before.Sys)>>20)
}

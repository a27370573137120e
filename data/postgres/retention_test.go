package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/geotest"
	"commonground/geo/grid"
)

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

// fillForRetention fills a new store with n pickups and n incidents of which some
// were corrected and deleted, and returns all versions.
func fillForRetention(t *testing.T, s data.Store, n int) (pickups []data.Pickup, incidents []data.Incident) {
	t.Helper()
	must(t, s.PutScheme(t.Context(), 0, "name = 'Town'", unplaced))
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

// traces are what a record leaves in a file: its reference, its place and its time.
func traces(key data.Key, p *geo.Point, when data.When) [][]byte {
	at := p.Orb()
	place := binary.LittleEndian.AppendUint64(nil, math.Float64bits(at.Lon()))
	return [][]byte{
		[]byte(key.Ref), binary.LittleEndian.AppendUint64(place, math.Float64bits(at.Lat())),
		binary.LittleEndian.AppendUint64(nil, uint64(when.At.UnixMicro()-postgresEpoch)),
	}
}

// tracesIn counts the traces that are in any file of a database, catalogs and
// indexes too.
func tracesIn(t *testing.T, s *Store, of [][]byte) (found int) {
	t.Helper()
	var folder string
	var database uint32
	must(t, s.writer.QueryRow(t.Context(), `SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()`).Scan(&folder, &database))
	_, err := s.writer.Exec(t.Context(), `CHECKPOINT`)
	must(t, err)
	left := slices.Clone(of)
	err = filepath.WalkDir(filepath.Join(folder, "base", fmt.Sprint(database)), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		left = slices.DeleteFunc(left, func(trace []byte) bool { return bytes.Contains(content, trace) })
		return err
	})
	must(t, err)
	return len(of) - len(left)
}

// dump writes every row of every table of a store.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	texts := func(query string) []string {
		rows, err := s.writer.Query(t.Context(), query)
		must(t, err)
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		return all
	}
	var lines strings.Builder
	for _, table := range texts(`SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'commonground'::regnamespace AND relkind = 'r' ORDER BY 1`) {
		for _, row := range texts(`SELECT t::text FROM ` + table + ` AS t ORDER BY 1`) {
			fmt.Fprintln(&lines, table, row)
		}
	}
	return lines.String()
}

func TestNoByteOfWhatWasDestroyedIsLeftInTheFiles(t *testing.T) {
	s := openAt(t, geotest.Postgres(t))
	pickups, incidents := fillForRetention(t, s, 100)
	_, err := s.writer.Exec(t.Context(), `ANALYZE`) // which keeps samples of columns
	must(t, err)
	var gone, kept [][]byte
	for _, p := range pickups {
		if p.At.At.Before(firstWeek.AddDate(0, 0, 35)) {
			gone = append(gone, traces(p.Key, p.Point, p.At)...)
		} else {
			kept = append(kept, traces(p.Key, p.Point, p.At)...)
		}
	}
	for _, i := range incidents {
		if i.Received.At.Before(firstWeek.AddDate(0, 0, 35)) {
			gone = append(gone, traces(i.Key, i.Point, i.Received)...)
			gone = append(gone, traces(i.Key, i.Point, i.Happened)...)
		} else {
			kept = append(kept, traces(i.Key, i.Point, i.Received)...)
		}
	}
	if n := tracesIn(t, s, gone); n < len(gone) {
		t.Fatalf("before, the search finds only %d of %d traces", n, len(gone))
	}
	certificate, err := s.Destroy(t.Context(), planOf(5))
	must(t, err)
	if certificate.Pickups.Records != 50 || certificate.Incidents.Records+certificate.Incidents.Deleted != 50 {
		t.Fatalf("%+v", certificate)
	}
	for line := range strings.Lines(dump(t, s)) {
		for _, trace := range gone {
			if bytes.HasPrefix(trace, []byte("reference-")) && strings.Contains(line, string(trace)) {
				t.Errorf("a row is left: %s", line)
			}
		}
	}
	t.Logf("between destroying and scrubbing there are %d of %d traces", tracesIn(t, s, gone), len(gone))
	must(t, s.Scrub(t.Context(), firstWeek))
	if n := tracesIn(t, s, gone); n > 0 {
		t.Errorf("%d of %d traces are left", n, len(gone))
	}
	if n := tracesIn(t, s, kept); n < len(kept) {
		t.Errorf("of what is kept only %d of %d traces are found", n, len(kept))
	}
}

func TestDestroyingTwiceLeavesTheSameStore(t *testing.T) {
	s := openAt(t, geotest.Postgres(t))
	fillForRetention(t, s, 100)
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
		s := openAt(t, geotest.Postgres(t))
		fillForRetention(t, s, 100)
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

func TestSumsGrowByWhatComesLater(t *testing.T) {
	s := openAt(t, geotest.Postgres(t))
	must(t, s.PutScheme(t.Context(), 0, "name = 'Town'", unplaced))
	for i := range 3 { // three of one square and week
		p := duePickup(3)
		p.Ref = fmt.Sprint(i)
		_, err := s.PutPickups(t.Context(), 1, []data.Pickup{p})
		must(t, err)
		_, err = s.Destroy(t.Context(), planOf(5))
		must(t, err)
	}
	if text := dump(t, s); strings.Count(text, "pickup_sum ") != 1 || !strings.Contains(text, `{""needle"":9}",3)`) {
		t.Error(text)
	}
}

func TestBothEnginesCertifyTheSame(t *testing.T) {
	file, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	must(t, err)
	defer file.Close()
	var certificates []string
	for _, s := range []data.Store{openAt(t, geotest.Postgres(t)), file} {
		fillForRetention(t, s, 100)
		undated, monthly := duePickup(200), dueIncident(201)
		undated.At, monthly.Received = data.When{}, data.MonthOf(2019, time.March, time.UTC)
		_, err := s.PutPickups(t.Context(), 1, []data.Pickup{undated})
		must(t, err)
		_, err = s.PutIncidents(t.Context(), 1, []data.Incident{monthly})
		must(t, err)
		for _, weeks := range []int{3, 6} {
			certificate, err := s.Destroy(t.Context(), planOf(weeks))
			must(t, err)
			certificates = append(certificates, certificate.Text())
		}
	}
	if !slices.Equal(certificates[:2], certificates[2:]) {
		t.Errorf("the certificates are\n%s", strings.Join(certificates, "\n"))
	}
}

func TestDatabaseThatIsReadIsNotScrubbedAndSaysSo(t *testing.T) {
	address := geotest.Postgres(t)
	s, other := openAt(t, address), openAt(t, address)
	fillForRetention(t, s, 20)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, all, err := other.Pickups(ctx) // holds a view open
	must(t, err)
	stranger, err := pgx.Connect(t.Context(), address) // sees an old state, and looks at no table of ours
	must(t, err)
	defer stranger.Close(context.Background())
	_, err = stranger.Exec(t.Context(), `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class`)
	must(t, err)
	_, err = s.Destroy(t.Context(), planOf(1))
	must(t, err)
	for _, leave := range []func(){
		func() {
			for range all {
			}
		},
		func() {
			_, err := stranger.Exec(t.Context(), `COMMIT`)
			must(t, err)
		},
	} {
		if err := s.Scrub(t.Context(), firstWeek); !errors.Is(err, data.ErrInUse) {
			t.Fatalf("error is %v", err)
		}
		leave()
	}
	must(t, s.Scrub(t.Context(), firstWeek))
	certificates, err := other.Certificates(t.Context())
	must(t, err)
	if len(certificates) != 1 || !certificates[0].Scrubbed.Equal(firstWeek) {
		t.Errorf("%+v", certificates)
	}
}

func TestTableThatIsReadIsNotScrubbedAndSaysSo(t *testing.T) {
	address := geotest.Postgres(t)
	s := openAt(t, address)
	fillForRetention(t, s, 20)
	_, err := s.Destroy(t.Context(), planOf(1))
	must(t, err)
	stranger, err := pgx.Connect(t.Context(), address)
	must(t, err)
	defer stranger.Close(context.Background())
	_, err = stranger.Exec(t.Context(), `BEGIN; LOCK TABLE commonground.pickup_2019 IN ACCESS SHARE MODE`)
	must(t, err)
	if err := s.Scrub(t.Context(), firstWeek); !errors.Is(err, data.ErrInUse) {
		t.Fatalf("error is %v", err)
	}
	must(t, stranger.Close(t.Context()))
	must(t, s.Scrub(t.Context(), firstWeek))
	var timeout string
	must(t, s.writer.QueryRow(t.Context(), `SHOW lock_timeout`).Scan(&timeout))
	if timeout != "0" {
		t.Errorf("a connection that scrubbed goes on with a lock_timeout of %s", timeout)
	}
}

func TestCertificatesAreNeverChanged(t *testing.T) {
	s := openAt(t, geotest.Postgres(t))
	fillForRetention(t, s, 20)
	_, err := s.Destroy(t.Context(), planOf(1))
	must(t, err)
	for _, statement := range []string{
		`UPDATE certificate SET text = '{}'`, `DELETE FROM certificate`, `TRUNCATE certificate CASCADE`,
		`INSERT INTO certificate (number, text, hash) VALUES (1, '{}', '') ON CONFLICT (number) DO UPDATE SET text = '{}'`,
		`INSERT INTO certificate (number, text, hash) VALUES (3, '{}', '')`,
	} {
		if _, err := s.writer.Exec(t.Context(), statement); err == nil {
			t.Errorf("%s was done", statement)
		}
	}
	for _, statement := range []string{`DROP TRIGGER certificate_unchanged ON certificate`, `UPDATE certificate SET text = replace(text, '"Records":1', '"Records":2')`} {
		_, err := s.writer.Exec(t.Context(), statement)
		must(t, err)
	}
	if _, err := s.Certificates(t.Context()); err == nil {
		t.Error("a certificate that was changed is given out")
	}
}

func TestDestructionCutOffIsWholeOrNotAtAll(t *testing.T) {
	const records = 600
	whole := map[int64]int{}
	for round := range 6 {
		s := openAt(t, geotest.Postgres(t))
		fillForRetention(t, s, records)
		ended := make(chan error)
		go func() {
			_, err := s.Destroy(t.Context(), planOf(1000))
			ended <- err
		}()
		time.Sleep(time.Duration(round*round) * 10 * time.Millisecond)
		_, err := s.writer.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND query !~ 'LISTEN' AND state <> 'idle'`)
		must(t, err)
		err = <-ended
		certificates, errCertificates := s.Certificates(t.Context())
		for tries := 0; errors.Is(errCertificates, data.ErrAway) && tries < 10; tries++ { // another of its connections was cut
			certificates, errCertificates = s.Certificates(t.Context())
		}
		must(t, errCertificates)
		destroyed := int64(len(certificates))
		if err == nil && destroyed == 0 {
			t.Error("what was acknowledged is not there")
		}
		if err != nil && !errors.Is(err, data.ErrAway) {
			t.Errorf("error is %v", err)
		}
		var there, visits int64
		must(t, s.writer.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM pickup), (SELECT coalesce(sum(visits), 0)::bigint FROM pickup_sum)`).Scan(&there, &visits))
		if there != records*(1-destroyed) || visits != records*destroyed {
			t.Errorf("with %d certificates there are %d pickups and sums of %d", destroyed, there, visits)
		}
		whole[destroyed]++
		_, err = s.Destroy(t.Context(), planOf(1000))
		must(t, err)
		must(t, s.Scrub(t.Context(), firstWeek))
	}
	t.Logf("by number of certificates after it was cut off: %v", whole)
}

func TestRecordsThatComeMeanwhileAreCountedOnce(t *testing.T) {
	const writers, records = 3, 200
	address := geotest.Postgres(t)
	s := openAt(t, address)
	must(t, s.PutScheme(t.Context(), 0, "name = 'Town'", unplaced))
	var group sync.WaitGroup
	for w := range writers {
		node := openAt(t, address)
		group.Go(func() {
			for i := range records {
				p := duePickup(i)
				p.Source = fmt.Sprint("crew ", w)
				if _, err := node.PutPickups(t.Context(), 1, []data.Pickup{p}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	runs := 0
	for going := true; going; runs++ {
		select {
		case <-done:
			going = false
		default:
		}
		_, err := s.Destroy(t.Context(), planOf(15))
		must(t, err)
		if _, err := s.Due(t.Context(), planOf(15)); err != nil {
			t.Error(err)
		}
	}
	var there, visits int64
	must(t, s.writer.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM pickup), (SELECT coalesce(sum(visits), 0)::bigint FROM pickup_sum)`).Scan(&there, &visits))
	if there != writers*(records-150) || visits != writers*150 {
		t.Errorf("after %d runs there are %d pickups and sums of %d", runs, there, visits)
	}
}

func TestManyRecordsTakeBoundedMemory(t *testing.T) {
	if testing.Short() || slow {
		t.Skip("it takes some seconds")
	}
	s := openAt(t, geotest.Postgres(t))
	must(t, s.PutScheme(t.Context(), 0, "name = 'Town'", unplaced))
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

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/sample"
	"commonground/data/sqlite"
)

// retainedStore is a made-up town of 2022 to 2024 that keeps pickups for six
// months and incidents for three.
func retainedStore(t *testing.T, flags ...string) string {
	t.Helper()
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	mustRun(t, append([]string{"--store=" + store, "sample", "--seal=0", "--until=2024-06-05"}, flags...)...)
	text := regexp.MustCompile(`pickup_months *= *\d+`).ReplaceAllString(sample.SchemeText(), "pickup_months = 6")
	text = regexp.MustCompile(`incident_months *= *\d+`).ReplaceAllString(text, "incident_months = 3")
	mustRun(t, "--store="+store, "import", "scheme", write(t, filepath.Join(folder, "scheme.toml"), text))
	return store
}

// oldPoints are the points of pickups before a day, as the store's snapshot and
// its tables have them.
func oldPoints(t *testing.T, path string, before string) (points [][]byte) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, all, err := store.Pickups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		if p.Point == nil || len(points) > 400 || data.DateOf(p.At.At).String() >= before {
			continue
		}
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			points = append(points, order.AppendUint32(order.AppendUint32(nil, uint32(p.Point.Lon)), uint32(p.Point.Lat)))
		}
	}
	return points
}

// found counts, file by file, how many of some bytes are there.
func found(t *testing.T, store string, some [][]byte) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, suffix := range []string{"", "-wal", "-shm", ".counts", ".counts.new"} {
		content, err := os.ReadFile(store + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, bytesOf := range some {
			if bytes.Contains(content, bytesOf) {
				n[suffix]++
			}
		}
	}
	return n
}

func (s serving) stop(t *testing.T) {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestRetentionDestroysBesideAServerThatCountsOn(t *testing.T) {
	store := retainedStore(t)
	points := oldPoints(t, store, "2023-06-01")
	startServing(t, store).stop(t) // leaves a snapshot
	if n := found(t, store, points); n[""] == 0 || n[".counts"] == 0 {
		t.Fatalf("before, the search finds nothing: %v", n)
	}
	server := startServing(t, store)
	paths := []string{
		"/v1/counts?by=week,class,kind,area", "/v1/counts?by=square&level=0", "/v1/counts?by=square&level=3",
		"/v1/locations?limit=10000", "/v1/incidents/counts?by=week,class,outcome", "/v1/tiles/hotspots/12/2020/1301.mvt",
		"/v1/tiles/hotspots/10/505/325.mvt",
	}
	answers := func() (all []string) {
		for _, path := range paths {
			// Whether the flags of places are known yet goes by how long a server runs.
			all = append(all, strings.Replace(string(server.get(t, path)), `,"flagsKnown":true`, "", 1))
		}
		return all
	}
	list := func() string { return string(server.get(t, "/v1/incidents?weeks=2023-01-04/2023-03-01&limit=10")) }
	before, listed := answers(), list()
	for i, answer := range before {
		if len(answer) < 200 {
			t.Errorf("%s says next to nothing: %q", paths[i], answer)
		}
	}
	preview := mustRun(t, "--store="+store, "retention", "preview", "--date=2024-06-10")
	if !strings.Contains(preview, "would be destroyed") || !strings.Contains(preview, "Nothing was stored") {
		t.Errorf("preview: %s", preview)
	}
	said := mustRun(t, "--store="+store, "retention", "run", "--date=2024-06-10")
	for _, want := range []string{"Certificate 1, SHA-256", "written anew", "Backups"} {
		if !strings.Contains(said, want) {
			t.Errorf("run says %s\nwithout %s", said, want)
		}
	}
	if n := found(t, store, points); len(n) > 0 {
		t.Errorf("beside the server there are traces: %v", n)
	}
	for began := time.Now(); list() == listed; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("the server goes on listing %s", listed)
		}
	}
	for i, answer := range answers() {
		if answer != before[i] {
			t.Errorf("%s is another answer now, of %d bytes and not %d", paths[i], len(answer), len(before[i]))
		}
	}
	server.stop(t)
	if n := found(t, store, points); len(n) > 0 {
		t.Errorf("the server leaves traces: %v", n)
	}
	if said := mustRun(t, "--store="+store, "retention", "run", "--date=2024-06-10"); strings.Contains(said, "Certificate") {
		t.Errorf("a second run says %s", said)
	}
}

func TestRetentionIsHeldListedAndLogged(t *testing.T) {
	store := retainedStore(t)
	run := func(args ...string) string {
		return mustRun(t, append([]string{"--store=" + store, "retention"}, args...)...)
	}
	if said := run("list"); !strings.Contains(said, "Nothing was destroyed yet") {
		t.Errorf("list: %s", said)
	}
	run("hold", "case-7", "--from=2022-01-01", "--to=2023-03-01", "--sort=pickups", "--reason=a court asked")
	if said := run("preview", "--date=2024-06-10"); !strings.Contains(said, "kept because of a hold") || !strings.Contains(said, "case-7") {
		t.Errorf("preview: %s", said)
	}
	if said := run("run", "--date=2024-06-10"); !strings.Contains(said, "pickups kept because of a hold") {
		t.Errorf("run: %s", said)
	}
	run("release-hold", "case-7", "--reason=the case is closed")
	run("run", "--date=2024-06-10")
	if said := run("list"); !strings.Contains(said, "a court asked") || strings.Count(said, "cli:") < 4 {
		t.Errorf("list: %s", said)
	}
	lines := strings.Split(strings.TrimSpace(run("list", "--json")), "\n")
	for _, line := range lines {
		var certificate struct {
			Certificate data.Certificate
			SHA256      string
			Scrubbed    time.Time
		}
		if err := json.Unmarshal([]byte(line), &certificate); err != nil {
			t.Fatal(err)
		}
		if c := certificate.Certificate; c.Sign().SHA256 != certificate.SHA256 || c.Pickups.Records == 0 || certificate.Scrubbed.IsZero() {
			t.Errorf("%s", line)
		}
	}
	if len(lines) != 2 {
		t.Errorf("there are %d certificates", len(lines))
	}
	logged := mustRun(t, "--store="+store, "audit", "list", "--action=retention")
	for _, want := range []string{"retention hold", "case-7", "certificate 1, SHA-256", "certificate 2, SHA-256", "the case is closed"} {
		if !strings.Contains(logged, want) {
			t.Errorf("the audit log lacks %s: %s", want, logged)
		}
	}
	mustRun(t, "--store="+store, "audit", "verify")
}

func TestRetentionWaitsForEditions(t *testing.T) {
	path := retainedStore(t)
	preview := func() string {
		return mustRun(t, "--store="+path, "retention", "preview", "--date=2024-06-10")
	}
	const waits = "kept only because their period is not sealed yet"
	if said := preview(); strings.Contains(said, waits) {
		t.Errorf("without editions: %s", said)
	}
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	period, err := data.ParseDate("2023-04-19")
	if err != nil {
		t.Fatal(err)
	}
	if err := store.PutSealing(t.Context(), data.Sealing{
		Number: 1, Period: period, Manifest: "{}", SHA256: "aa", Published: "{}", At: time.UnixMilli(0), Who: "oidc:a",
	}); err != nil {
		t.Fatal(err)
	}
	said := preview()
	if !regexp.MustCompile(`(?m)^[1-9][\d,]* pickups and [1-9][\d,]* incidents `+waits).MatchString(said) || strings.Count(said, "all weeks before 2023-05-17") != 2 {
		t.Errorf("with one edition: %s", said)
	}
}

func TestRetentionThatCantBeDone(t *testing.T) {
	store := "--store=" + retainedStore(t)
	for _, test := range []struct {
		name string
		args []string
		says string
	}{
		{"a day that is none", []string{"run", "--date=soon"}, "no date"},
		{"a day to come", []string{"run", "--date=2999-01-01"}, "yet to come"},
		{"a hold of no days", []string{"hold", "a", "--from=2024-01-02", "--to=2024-01-02", "--reason=x"}, "span is empty"},
		{"a hold that isn't there", []string{"release-hold", "a", "--reason=x"}, "no hold of that name"},
	} {
		if status, _, stderr := command(t, append([]string{store, "retention"}, test.args...)...); status != 1 || !strings.Contains(stderr, test.says) {
			t.Errorf("%s: status %d, %s", test.name, status, stderr)
		}
	}
}

func TestPreviewOfABoundaryCountsWhatIsKeptAsItIs(t *testing.T) {
	store := "--store=" + retainedStore(t)
	mustRun(t, store, "retention", "run", "--date=2024-06-10")
	if said := mustRun(t, store, "boundaries", "undo", "--preview"); !strings.Contains(said, "what is left of them is kept as it is") {
		t.Errorf("preview: %s", said)
	}
	folder := t.TempDir()
	text := strings.Replace(sample.SchemeText(), `first_weekday = "Wednesday"`, `first_weekday = "Monday"`, 1)
	text = strings.Replace(text, "period_anchor = 2019-04-24", "period_anchor = 2019-04-22", 1)
	status, _, stderr := command(t, store, "import", "scheme", write(t, filepath.Join(folder, "scheme.toml"), text))
	if status != 1 || !strings.Contains(stderr, "can't change any more") {
		t.Errorf("another first day of the week: status %d, %s", status, stderr)
	}
}

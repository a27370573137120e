package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"commonground/tiles"
)

// The test binary is the program itself where this is set, so that tests can
// run it as a process and kill it.
const asProgram = "COMMONGROUND_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	if os.Getenv(asNothing) != "" {
		answerNothing()
		return
	}
	os.Exit(m.Run())
}

// command runs the program in this process and returns what it said.
func command(t testing.TB, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

func mustRun(t testing.TB, args ...string) string {
	t.Helper()
	status, stdout, stderr := command(t, args...)
	if status != 0 {
		t.Fatalf("commonground %s: status %d\n%s%s", strings.Join(args, " "), status, stdout, stderr)
	}
	return stdout
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const areasFile = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"A1","use":"R1"},"geometry":{"type":"Polygon","coordinates":[[[-1.56,53.78],[-1.54,53.78],[-1.54,53.8],[-1.56,53.8],[-1.56,53.78]]]}},
{"type":"Feature","properties":{"code":"A2","use":"IND"},"geometry":{"type":"Polygon","coordinates":[[[-1.58,53.78],[-1.56,53.78],[-1.56,53.8],[-1.58,53.8],[-1.58,53.78]]]}},
{"type":"Feature","properties":{"code":"A3","use":"water"},"geometry":{"type":"Polygon","coordinates":[[[-1.6,53.78],[-1.58,53.78],[-1.58,53.8],[-1.6,53.8],[-1.6,53.78]]]}}]}`

const pickupsFile = "\ufeffDate,Longitude,Latitude,Needles,Crew leader\r\n" +
	"2026-11-02,-1.55,53.79,3,A. Person\r\n" +
	"2026-11-03,-1.57,53.79,0,A. Person\r\n" +
	"yesterday,-1.57,53.79,2,A. Person\r\n" +
	"2026-11-05,,,1,A. Person\r\n" +
	"2026-11-05,53.79,153.79,1,A. Person\r\n"

func TestFirstFiveMinutes(t *testing.T) {
	folder := t.TempDir()
	store := "--store=" + filepath.Join(folder, "town.db")
	scheme := filepath.Join(folder, "scheme.toml")

	if status, _, stderr := command(t, store, "serve"); status != 1 || !strings.Contains(stderr, "commonground init") {
		t.Errorf("serving nothing: status %d, %s", status, stderr)
	}
	mustRun(t, "init", scheme)
	if status, _, stderr := command(t, "init", scheme); status != 1 || !strings.Contains(stderr, "left as it is") {
		t.Errorf("writing over a scheme: status %d, %s", status, stderr)
	}
	mustRun(t, store, "import", "scheme", scheme)

	areas := write(t, filepath.Join(folder, "areas.geojson"), areasFile)
	boundaries := []string{store, "import", "boundaries", areas, "--from=2026-01-01", "--class-property=use", "--id-property=code"}
	_, _, stderr := command(t, boundaries...)
	for _, want := range []string{`"IND" (1)`, `"R1" (1)`, `"water" (1)`, "--class"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("values without a class: %s does not say %s", stderr, want)
		}
	}
	out := mustRun(t, append(boundaries, "--class=residential=R1", "--class=non_residential=IND,OFF", "--ignore=water")...)
	if !strings.Contains(out, "2 areas (0 managed, 1 residential, 1 non-residential), 1 features ignored") {
		t.Errorf("boundaries: %s", out)
	}

	pickups := write(t, filepath.Join(folder, "crew.csv"), pickupsFile)
	out = mustRun(t, store, "import", "pickups", pickups)
	for _, want := range []string{
		"5 rows: 3 added, 0 there already, 2 refused; 1 of those in have no usable place",
		"nothing is kept: Crew leader", `row 4, Date: "yesterday"`, "row 6, Latitude: 153.79 is no latitude; longitude and latitude look swapped",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("pickups: %s\ndoes not say %s", out, want)
		}
	}
	refused, err := os.ReadFile(pickups + ".refused.csv")
	if err != nil {
		t.Fatal(err)
	}
	// As they came: with the mark by which spreadsheets know the encoding.
	if want := "\ufeffDate,Longitude,Latitude,Needles,Crew leader\r\nyesterday,-1.57,53.79,2,A. Person\r\n2026-11-05,53.79,153.79,1,A. Person\r\n"; string(refused) != want {
		t.Errorf("refused rows %q, want %q", refused, want)
	}
	mended := strings.NewReplacer("yesterday", "2026-11-04", "53.79,153.79", "-1.55,53.79").Replace(string(refused))
	out = mustRun(t, store, "import", "pickups", write(t, filepath.Join(folder, "mended.csv"), mended))
	if !strings.Contains(out, "2 rows: 2 added") {
		t.Errorf("mended: %s", out)
	}
	if out = mustRun(t, store, "import", "pickups", pickups); !strings.Contains(out, "0 added, 3 there already, 2 refused") {
		t.Errorf("sent again: %s", out)
	}
}

func TestCommandsThatCantBeDone(t *testing.T) {
	folder := t.TempDir()
	store := "--store=" + filepath.Join(folder, "town.db")
	mustRun(t, store, "sample", "--seal=0", "--until=2026-11-23")
	bad := write(t, filepath.Join(folder, "bad.toml"), "name = \"x\"\ncolour = 3\n")
	for _, test := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"a sample into a full store", []string{store, "sample"}, 1, "not empty"},
		{"a listener for others", []string{store, "serve", "--listen=0.0.0.0:0"}, 1, "needs TLS"},
		{"everyone as they like, for others", []string{store, "serve", "--listen=0.0.0.0:0", "--demo-roles", "--tls-cert=a", "--tls-key=b", "--origin=https://x.example"}, 1, "this machine alone"},
		{"everyone as they like, by a proxy", []string{store, "serve", "--demo-roles", "--behind-proxy"}, 1, "this machine alone"},
		{"a proxy that is not declared", []string{store, "serve", "--origin=https://x.example"}, 1, "--behind-proxy"},
		{"half a certificate", []string{store, "serve", "--tls-cert=a"}, 1, "go together"},
		{"a listener that is none", []string{store, "serve", "--listen=8080"}, 1, "write it as"},
		{"a basemap that is not there", []string{store, "serve", "--listen=127.0.0.1:0", "--basemap=town.pmtiles"}, 1, "no file town.pmtiles"},
		{"a basemap that is none", []string{store, "serve", "--listen=127.0.0.1:0", "--basemap=" + bad}, 1, "PMTiles"},
		{"another server's map beneath staff pages", []string{store, "serve", "--listen=127.0.0.1:0", "--basemap=https://maps.example/style.json"}, 1, "where staff look"},
		{"no such command", []string{"fly"}, 2, "fly"},
		{"a file that is not there", []string{store, "import", "pickups", "nowhere.csv"}, 2, "nowhere.csv"},
		{"a scheme with an unknown setting", []string{store, "import", "scheme", bad}, 1, "line 2: colour"},
		{"a store that is no store", []string{"--store=" + bad, "serve"}, 1, "bad.toml"},
		{"a class that is none", []string{store, "import", "boundaries", bad, "--from=2026-01-01", "--class=posh=A"}, 1, "write it as managed="},
		{"a day that is none", []string{store, "import", "boundaries", bad, "--from=tomorrow"}, 1, "--from"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := command(t, test.args...)
			if status != test.status || !strings.Contains(stderr, test.says) {
				t.Errorf("status %d\n%s%s", status, stdout, stderr)
			}
		})
	}
}

// serving is the program as a process of its own.
type serving struct {
	*exec.Cmd
	origin string
}

func startServing(t testing.TB, store string, flags ...string) serving {
	t.Helper()
	return startServingAs(t, store, append([]string{"--demo-roles", "--rate=0"}, flags...)...)
}

// startServingAs is startServing without roles that everyone may choose.
func startServingAs(t testing.TB, store string, flags ...string) serving {
	t.Helper()
	s := launch(t, store, flags...)
	for range 24_000 { // ten minutes, for ten million records
		if response, err := http.Get(s.origin + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return s
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the program does not get ready")
	return s
}

// launch starts the program as a server, which listens when launch returns.
func launch(t testing.TB, store string, flags ...string) serving {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"--store", store, "serve", "--listen=127.0.0.1:0"}, flags...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it may have ended already
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the program said nothing: %v", err)
	}
	return serving{cmd, strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(line, "Staff pages: ")), "/staff/")}
}

// everyRole is the cookie of someone who has every role, and has said why they
// look at incidents.
const everyRole = "demo=role=crew&role=sender&role=planner&role=police&role=steward&why=test"

// allRoles asks as someone who has every role.
var allRoles = &http.Client{Transport: asEveryone{http.DefaultTransport}}

type asEveryone struct{ http.RoundTripper }

func (a asEveryone) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", everyRole)
	return a.RoundTripper.RoundTrip(r)
}

func (s serving) get(t testing.TB, path string) []byte {
	t.Helper()
	response, err := allRoles.Get(s.origin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", path, response.Status, err, body)
	}
	return body
}

func (s serving) total(t *testing.T) (total struct{ Items, Visits int }) {
	t.Helper()
	var counts struct{ Total struct{ Items, Visits int } }
	if err := json.Unmarshal(s.get(t, "/v1/counts"), &counts); err != nil {
		t.Fatal(err)
	}
	return counts.Total
}

func TestWhatWasAcknowledgedSurvivesKill(t *testing.T) {
	store := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	acknowledged := 0
	s := startServing(t, store)
	before := s.total(t)
	for round := range 3 {
		end := time.Now().Add(150 * time.Millisecond)
		for n := 0; time.Now().Before(end); n++ {
			body := fmt.Sprintf(`{"source":"crew","ref":"%d-%d","at":"2026-11-20T09:00","lon":-2.42,"lat":54.72,"found":{"needle":2}}`, round, n)
			response, err := allRoles.Post(s.origin+"/v1/pickups", "application/json", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusCreated {
				t.Fatal(response.Status)
			}
			acknowledged++
		}
		if err := s.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = s.Wait() // it was killed
		s = startServing(t, store)
		got := s.total(t)
		if got.Visits != before.Visits+acknowledged || got.Items != before.Items+2*acknowledged {
			t.Fatalf("round %d: %+v after %d acknowledged, %+v before", round, got, acknowledged, before)
		}
	}
	t.Logf("%d pickups acknowledged, all there after three kills", acknowledged)
}

func TestServerSeesWhatAnImportBesideItStores(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store)
	before := s.total(t)
	file := write(t, filepath.Join(folder, "crew.csv"), "date,lon,lat,needle\n2026-11-19,-2.42,54.72,5\n")
	mustRun(t, "--store="+store, "import", "pickups", file)
	for range 100 {
		if got := s.total(t); got.Items == before.Items+5 && got.Visits == before.Visits+1 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("still %+v, five seconds after the import", s.total(t))
}

func TestStopsWhenAsked(t *testing.T) {
	store := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store)
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// need finds a program that a test cannot do without. In CI it must be there.
func need(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", name)
	}
	if err != nil {
		t.Skipf("%s is not installed; make test installs it on Debian", name)
	}
	return path
}

func TestGDALReadsTheSameTile(t *testing.T) {
	ogr2ogr := need(t, "ogr2ogr")
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store)
	at := maptile.At([2]float64{-2.412, 54.714}, tiles.NamedFrom)
	for _, layer := range []string{"hotspots", "boundaries"} {
		content := s.get(t, fmt.Sprintf("/v1/tiles/%s/%d/%d/%d.mvt", layer, at.Z, at.X, at.Y))
		layers, err := mvt.Unmarshal(content)
		if err != nil {
			t.Fatal(err)
		}
		var ours []string
		for _, feature := range layers[0].Features {
			if layer == "hotspots" {
				ours = append(ours, fmt.Sprintf("%v %v", feature.Properties["square"], feature.Properties["n"]))
			} else {
				ours = append(ours, fmt.Sprintf("%v %v", feature.Properties["id"], feature.Properties["class"]))
			}
		}
		path := filepath.Join(folder, layer, strconv.Itoa(int(at.Z)), strconv.Itoa(int(at.X)), strconv.Itoa(int(at.Y))+".mvt")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, string(content))
		theirs := gdalFeatures(t, ogr2ogr, path, layer)
		if len(ours) < 10 || strings.Join(ours, "\n") != strings.Join(theirs, "\n") {
			t.Errorf("%s: %d features, GDAL reads %d:\n%.500s\n---\n%.500s", layer, len(ours), len(theirs),
				strings.Join(ours, "\n"), strings.Join(theirs, "\n"))
		}
	}
}

func gdalFeatures(t *testing.T, ogr2ogr, path, layer string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, ogr2ogr, "-f", "CSV", "/vsistdout/", "MVT:"+path, layer, "-oo", "CLIP=NO").Output()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]int{}
	for i, name := range rows[0] {
		columns[name] = i
	}
	first, second := "square", "n"
	if layer == "boundaries" {
		first, second = "id", "class"
	}
	var features []string
	for _, row := range rows[1:] {
		features = append(features, row[columns[first]]+" "+row[columns[second]])
	}
	return features
}

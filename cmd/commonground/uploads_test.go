package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"commonground/geo/geotest"
)

// imported is an import as it is answered.
type imported struct {
	ID, State, Error                 string
	Bytes                            int64
	Rows, Added, Unchanged, Refused  int
	Created, Ended, Mapping, Expires string
}

// upload uploads a file while it is being made, and returns the answer.
func (s serving) upload(t testing.TB, content io.Reader) (int, imported) {
	t.Helper()
	in, out := io.Pipe()
	form := multipart.NewWriter(out)
	go func() {
		part, err := form.CreateFormFile("file", "crew.csv")
		if err == nil {
			_, err = io.Copy(part, content)
		}
		if err == nil {
			err = form.Close()
		}
		_ = out.CloseWithError(err) // it returns nil always
	}()
	request, err := http.NewRequest(http.MethodPost, s.origin+"/v1/imports?sort=pickups", in)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.ContentLength = -1
	return s.imported(t, request)
}

// imported sends a request and reads the import that is the answer.
func (s serving) imported(t testing.TB, request *http.Request) (status int, i imported) {
	t.Helper()
	response, err := allRoles.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &i); err != nil {
		t.Fatalf("%s: %v: %s", response.Status, err, body)
	}
	return response.StatusCode, i
}

func (s serving) begin(t testing.TB, id string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.origin+"/v1/imports/"+id+"/start", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if status, i := s.imported(t, request); status != http.StatusAccepted {
		t.Fatalf("start: %d %+v", status, i)
	}
}

func (s serving) of(t testing.TB, id string) (i imported) {
	t.Helper()
	if err := json.Unmarshal(s.get(t, "/v1/imports/"+id), &i); err != nil {
		t.Fatal(err)
	}
	return i
}

// until waits for an import to be as it should be.
func (s serving) until(t testing.TB, id string, as func(imported) bool) imported {
	t.Helper()
	for range 12_000 {
		if i := s.of(t, id); as(i) {
			return i
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("it stays %+v", s.of(t, id))
	return imported{}
}

func hasEnded(i imported) bool { return i.State == "done" || i.State == "failed" }

// alike is a file of pickups without references, of which every two say the same.
func alike(rows int) string {
	var b strings.Builder
	b.WriteString("date,lon,lat,needle\n")
	for n := range rows {
		fmt.Fprintf(&b, "2026-11-%02d,-2.42%04d,54.72,1\n", n/20_000+1, n%20_000/2)
	}
	return b.String()
}

func TestAnImportSurvivesKill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { importSurvivesKill(t, filepath.Join(t.TempDir(), "town.db")) })
	t.Run("postgres", func(t *testing.T) { importSurvivesKill(t, geotest.Postgres(t)) })
}

func importSurvivesKill(t *testing.T, store string) {
	const rows, kills = 30_000, 3
	files := "--files=" + t.TempDir()
	mustRun(t, "--store="+store, files, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store, files)
	before := s.total(t)
	_, i := s.upload(t, strings.NewReader(alike(rows)))
	s.begin(t, i.ID)
	for kill := range kills {
		s.until(t, i.ID, func(i imported) bool { return i.Rows >= (kill+1)*rows/(kills+1) || hasEnded(i) })
		time.Sleep(time.Duration(kill) * 3 * time.Millisecond) // in another part of a batch
		if err := s.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = s.Wait() // it was killed
		s = startServing(t, store, files)
	}
	i = s.until(t, i.ID, hasEnded)
	if i.State != "done" || i.Rows != rows || i.Added+i.Unchanged != rows || i.Unchanged > kills*1000 {
		t.Errorf("%+v", i)
	}
	s.counts(t, before.Visits+rows)
	t.Logf("%d rows, each in once after %d kills; %d told as added, %d as there already", rows, kills, i.Added, i.Unchanged)
	_, again := s.upload(t, strings.NewReader(alike(rows)))
	s.begin(t, again.ID)
	if again = s.until(t, again.ID, hasEnded); again.Unchanged != rows || again.Added != 0 {
		t.Errorf("sent again: %+v", again)
	}
	s.counts(t, before.Visits+rows)
}

// counts waits until the counts have followed the store, and checks them.
func (s serving) counts(t testing.TB, visits int) {
	t.Helper()
	for range 1000 {
		if s.visits(t) == visits {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d visits, not %d", s.visits(t), visits)
}

func (s serving) visits(t testing.TB) int {
	t.Helper()
	var counts struct{ Total struct{ Visits int } }
	if err := json.Unmarshal(s.get(t, "/v1/counts"), &counts); err != nil {
		t.Fatal(err)
	}
	return counts.Total.Visits
}

// limitFiles lets no file of the program grow beyond so many bytes, as on a disk
// that is full; 0 takes the limit away.
func (s serving) limitFiles(t *testing.T, most int64) {
	t.Helper()
	limit := "unlimited"
	if most > 0 {
		limit = strconv.FormatInt(most, 10)
	}
	if said, err := exec.Command(need(t, "prlimit"), "--pid", strconv.Itoa(s.Process.Pid), "--fsize="+limit+":unlimited").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
}

func TestAFullDiskEndsAnImportAndNotTheServer(t *testing.T) {
	const rows = 60_000
	store := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store)
	before := s.total(t)
	s.limitFiles(t, 1<<20)
	if status, _ := s.upload(t, strings.NewReader(alike(rows))); status != http.StatusInsufficientStorage {
		t.Errorf("an upload that the disk can't take: %d", status)
	}
	if left, err := os.ReadDir(store + ".uploads"); err != nil || len(left) != 1 {
		t.Errorf("it left %v %v", left, err)
	}
	s.limitFiles(t, 0)
	_, i := s.upload(t, strings.NewReader(alike(rows)))
	s.limitFiles(t, largest(t, store)+2<<20)
	s.begin(t, i.ID)
	i = s.until(t, i.ID, hasEnded)
	if i.State != "failed" || i.Rows == 0 || i.Rows == rows || i.Added != i.Rows || !strings.Contains(i.Error, "and no row is put in twice") || strings.Contains(i.Error, "SQL") {
		t.Errorf("%+v", i)
	}
	s.counts(t, before.Visits+i.Added)
	s.limitFiles(t, 0)
	s.begin(t, i.ID)
	if again := s.until(t, i.ID, hasEnded); again.State != "done" || again.Unchanged != i.Added || again.Added != rows-i.Added {
		t.Errorf("again: %+v, before %+v", again, i)
	}
	s.counts(t, before.Visits+rows)
	t.Logf("failed after %d rows: %s", i.Rows, i.Error)
}

// largest is the size of the largest file of a store.
func largest(t *testing.T, store string) (bytes int64) {
	t.Helper()
	for _, path := range []string{store, store + "-wal"} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		bytes = max(bytes, info.Size())
	}
	return bytes
}

// repeated is a text again and again, up to so many bytes.
type repeated struct {
	text []byte
	left int64
}

func (r *repeated) Read(buffer []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(buffer, r.text)
	r.left -= int64(n)
	return n, nil
}

func TestALargeUploadTakesNoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 300 MB")
	}
	const most = 40 << 10 // kB
	store := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	s := startServing(t, store)
	before := residentKB(t, s.Process)
	text := bytes.Repeat([]byte("yesterday,-2.42,54.72,3,A. Person\n"), 1000)
	done := make(chan imported, 1)
	go func() {
		_, i := s.upload(t, &repeated{text: text, left: 300 << 20})
		done <- i
	}()
	highest := before
	for {
		select {
		case i := <-done:
			if i.Bytes < 300<<20 {
				t.Errorf("%+v", i)
			}
			t.Logf("%d bytes up: %d kB resident before, at most %d kB while they came", i.Bytes, before, highest)
			if highest > before+most {
				t.Errorf("memory grew by %d kB", highest-before)
			}
			return
		case <-time.After(20 * time.Millisecond):
			highest = max(highest, residentKB(t, s.Process))
		}
	}
}

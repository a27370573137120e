package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/api"
	"commonground/data"
	"commonground/data/imports"
)

// imported is an import as it is answered.
type imported struct {
	ID, Name, Sort, State, Mapping, Error, Created, Ended, Expires string
	Bytes, Read                                                    int64
	Rows, Added, Unchanged, Gone, Refused, Unlocated               int
	Dropped                                                        []string
	FirstRefusals                                                  []string `json:"first_refusals"`
}

// form is a body of multipart with one part.
func form(part, name, content string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	p, err := w.CreateFormFile(part, name)
	if err == nil {
		_, err = io.WriteString(p, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // it is written to memory
	}
	return b.String(), w.FormDataContentType()
}

// upload uploads a file and returns its import.
func (s server) upload(cookie, sort, name, content string) imported {
	s.t.Helper()
	body, contentType := form("file", name, content)
	response, answer := s.do(http.MethodPost, "/v1/imports?sort="+sort, body, "Content-Type", contentType, "Cookie", cookie)
	if response.StatusCode != http.StatusCreated {
		s.t.Fatalf("upload: %s %s", response.Status, answer)
	}
	return s.imported(answer)
}

func (s server) imported(answer []byte) (i imported) {
	s.t.Helper()
	if err := json.Unmarshal(answer, &i); err != nil {
		s.t.Fatalf("%v: %.300s", err, answer)
	}
	return i
}

// begin starts an import.
func (s server) begin(cookie, id, body string) {
	s.t.Helper()
	if response, answer := s.do(http.MethodPost, "/v1/imports/"+id+"/start", body, "Cookie", cookie); response.StatusCode != http.StatusAccepted {
		s.t.Fatalf("start: %s %s", response.Status, answer)
	}
}

// end follows the events of an import to its end.
func (s server) end(cookie, id string) imported {
	s.t.Helper()
	response, answer := s.do(http.MethodGet, "/v1/imports/"+id+"/events", "", "Cookie", cookie, "Accept-Encoding", "gzip")
	if response.Header.Get("Content-Type") != "text/event-stream" || response.Header.Get("Content-Encoding") != "" {
		s.t.Fatalf("events: %s %v", response.Status, response.Header)
	}
	events := strings.Split(strings.TrimSpace(string(answer)), "\n\n")
	last, is := strings.CutPrefix(events[len(events)-1], "event: progress\ndata: ")
	if !is {
		s.t.Fatalf("the last event: %s", last)
	}
	return s.imported([]byte(last))
}

const crewFile = "\ufeffDate,Longitude,Latitude,Needles,Crew leader\r\n" +
	"2026-11-02,-2.42,54.72,3,A. Person\r\n" +
	"yesterday,-2.42,54.72,2,A. Person\r\n" +
	"2026-11-05,,,1,A. Person\r\n" +
	"2026-11-06,-2.42,,1,A. Person\r\n"

func TestAFileIsUploadedLookedAtImportedAndItsRefusalsHandedBack(t *testing.T) {
	s := start(t, empty)
	planner := as(data.Planner)
	i := s.upload(planner, "pickups", "crew.csv", crewFile)
	if i.State != "uploaded" || i.Name != "crew.csv" || i.Bytes != int64(len(crewFile)) || i.Expires <= i.Created || i.Rows != 0 {
		t.Errorf("uploaded: %+v", i)
	}
	path := "/v1/imports/" + i.ID
	_, preview := s.do(http.MethodGet, path+"/preview?map=needle:Needles", "", "Cookie", planner)
	for _, want := range []string{
		`"rows":[{"line":2,"texts":["2026-11-02","-2.42","54.72","3","A. Person"],"point":[-2.42,54.72],"class":"`, `"at":"2026-11-02","items":3,"refusal":""}`,
		`"point":null,"class":"","area":"","at":"","items":null,"refusal":"Date: `, `"dropped":["Crew leader"],"problem":""`, `{"field":"lon","title":"Longitude","needed":true,"column":"Longitude"}`,
		`"point":null,"class":"unlocated"`,
	} {
		if !strings.Contains(string(preview), want) {
			t.Errorf("the preview has no %s:\n%s", want, preview)
		}
	}
	if _, problem := s.do(http.MethodGet, path+"/preview?map=at:Day&map=lon:Longitude", "", "Cookie", planner); !strings.Contains(string(problem), `the file has no column \"Day\"`) || !strings.Contains(string(problem), `"texts":["2026-11-02"`) {
		t.Errorf("a column that is not there: %s", problem)
	}
	var c counts
	if s.get("/v1/counts", &c); c.Total.Visits != 0 {
		t.Errorf("a preview stored %+v", c)
	}
	s.begin(planner, i.ID, `{"map":{"needle":"Needles"}}`)
	i = s.end(planner, i.ID)
	if i.State != "done" || i.Rows != 4 || i.Added != 2 || i.Refused != 2 || i.Unlocated != 1 || i.Read != i.Bytes || i.Ended == "" || len(i.FirstRefusals) != 2 || len(i.Dropped) != 1 || !strings.Contains(i.Mapping, "lon=Longitude") {
		t.Errorf("done: %+v", i)
	}
	_, refused := s.do(http.MethodGet, path+"/refused.csv", "", "Cookie", planner)
	lines := strings.SplitAfter(crewFile, "\n")
	if want := lines[0] + lines[2] + lines[4]; strings.TrimPrefix(string(refused), "\ufeff") != want[3:] {
		t.Errorf("refused:\n%s", refused)
	}
	response, reasons := s.do(http.MethodGet, path+"/reasons.csv", "", "Cookie", planner)
	if !strings.HasPrefix(string(reasons), "line,field,reason\n3,Date,") || response.Header.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v\n%s", response.Header, reasons)
	}
	for s.get("/v1/counts", &c); c.Total.Visits < 2; s.get("/v1/counts", &c) {
		time.Sleep(10 * time.Millisecond) // counts follow the store
	}
	if response, _ := s.do(http.MethodDelete, path, "", "Cookie", planner); response.StatusCode != http.StatusNoContent {
		t.Errorf("deleted with %s", response.Status)
	}
	s.logsTheImport(i)
}

// logsTheImport checks what the audit log says of an import.
func (s server) logsTheImport(i imported) {
	s.t.Helper()
	var all strings.Builder
	for _, e := range s.audited() {
		fmt.Fprintf(&all, "%s %s %s\n", e.Action, e.Who, e.What)
	}
	for _, want := range []string{
		"collect demo:planner POST /v1/imports?sort=pickups\n", "collect demo:planner POST /v1/imports/" + i.ID + "/start\n",
		fmt.Sprintf("collect demo:planner import %s: pickups, the source that each row names, %d bytes\n", i.ID, i.Bytes),
		"look demo:planner GET /v1/imports/" + i.ID + "/refused.csv\n", "look demo:planner GET /v1/imports/" + i.ID + "/reasons.csv\n",
		"collect demo:planner DELETE /v1/imports/" + i.ID + "\n", "preview demo:planner GET /v1/imports/" + i.ID + "/preview?map=needle:Needles\n",
	} {
		if !strings.Contains(all.String(), want) {
			s.t.Errorf("the log does not say %q:\n%s", want, all.String())
		}
	}
}

func TestAnImportIsThereForItsSenderAlone(t *testing.T) {
	s := start(t, empty)
	mine, other := as(data.Planner), as(data.Planner, data.Steward)
	i := s.upload(mine, "pickups", "crew.csv", crewFile)
	s.begin(mine, i.ID, "{}")
	s.end(mine, i.ID)
	for _, route := range [][2]string{
		{"GET", ""}, {"GET", "/preview"}, {"POST", "/start"}, {"GET", "/events"}, {"GET", "/refused.csv"}, {"GET", "/reasons.csv"}, {"DELETE", ""},
	} {
		for _, id := range []string{i.ID, "nothing", "..%2f" + i.ID, strings.ToUpper(i.ID)} {
			if response, body := s.do(route[0], "/v1/imports/"+id+route[1], "{}", "Cookie", other); response.StatusCode != http.StatusNotFound {
				t.Errorf("%v %s: %s %s", route, id, response.Status, body)
			}
		}
	}
	if _, body := s.do(http.MethodGet, "/v1/imports", "", "Cookie", other); string(body) != `{"imports":[]}` {
		t.Errorf("another sees %s", body)
	}
	if _, body := s.do(http.MethodGet, "/v1/imports", "", "Cookie", mine); !strings.Contains(string(body), i.ID) {
		t.Errorf("the sender sees %s", body)
	}
	if response, _ := s.do(http.MethodDelete, "/v1/imports/"+i.ID, "", "Cookie", mine); response.StatusCode != http.StatusNoContent {
		t.Errorf("deleted with %s", response.Status)
	}
	if response, _ := s.do(http.MethodGet, "/v1/imports/"+i.ID, "", "Cookie", mine); response.StatusCode != http.StatusNotFound {
		t.Errorf("there after it was deleted: %s", response.Status)
	}
}

func TestWhoMayImportWhat(t *testing.T) {
	s := start(t, empty)
	key := as(data.Sender) + "&source=app"
	body, contentType := form("file", "a.csv", "date,lon,lat,needle,source\n2026-11-02,-2.42,54.72,3,other\n")
	for _, test := range []struct {
		cookie, sort string
		status       int
	}{
		{as(data.Planner), "pickups", 201}, {as(data.Planner), "incidents", 403}, {as(data.Police), "pickups", 403}, {as(data.Police), "incidents", 201},
		{key, "pickups", 201}, {key, "incidents", 201}, {as(data.Crew), "pickups", 403}, {as(data.Steward), "pickups", 403}, {as(data.Planner), "boundaries", 422}, {as(data.Planner), "", 422},
		{as(data.Sender, data.Crew), "pickups", 422}, // a person, without a source of their own
	} {
		if response, said := s.do(http.MethodPost, "/v1/imports?sort="+test.sort, body, "Content-Type", contentType, "Cookie", test.cookie); response.StatusCode != test.status {
			t.Errorf("%s, %s: %s %s", test.cookie, test.sort, response.Status, said)
		}
	}
	// A key's rows are of its own source, whatever the file or the request says.
	i := s.upload(key, "pickups", "a.csv", "ref,date,lon,lat,needle,source\n1,2026-11-02,-2.42,54.72,3,other\n")
	if response, _ := s.do(http.MethodPost, "/v1/imports/"+i.ID+"/start", `{"source":"other"}`, "Cookie", key); response.StatusCode != 422 {
		t.Errorf("as another source: %s", response.Status)
	}
	s.begin(key, i.ID, "{}")
	if i = s.end(key, i.ID); i.Added != 1 || strings.Contains(i.Mapping, "source") {
		t.Errorf("%+v", i)
	}
	if response, answer := s.do(http.MethodPost, "/v1/pickups", `{"source":"app","ref":"1","at":"2026-11-02","lon":-2.42,"lat":54.72,"found":{"needle":3}}`); response.StatusCode != 200 || !strings.Contains(string(answer), "unchanged") {
		t.Errorf("it is not of the source app: %s %s", response.Status, answer)
	}
}

func TestUploadsThatAreNone(t *testing.T) {
	s := start(t, empty)
	_, contentType := form("file", "a", "a")
	whole, _ := form("file", "a.csv", "date\n")
	wrong, wrongType := form("photo", "a.csv", "date\n")
	none, noneType := form("file", "a.csv", "")
	for _, test := range []struct {
		name, body, contentType string
		status                  int
	}{
		{"JSON", "{}", "application/json", 415}, {"nothing", "", contentType, 400}, {"cut short", whole[:len(whole)-70], contentType, 400},
		{"another part", wrong, wrongType, 422}, {"an empty file", none, noneType, 422},
	} {
		if response, body := s.do(http.MethodPost, "/v1/imports?sort=pickups", test.body, "Content-Type", test.contentType); response.StatusCode != test.status {
			t.Errorf("%s: %s %s", test.name, response.Status, body)
		}
	}
	for _, body := range []string{"", "[]", `{"colour":1}`, `{"dates":"ymd"}`, `{"category":"other"}`} {
		i := s.upload(everyRole, "pickups", "a.csv", "x\n")
		if response, said := s.do(http.MethodPost, "/v1/imports/"+i.ID+"/start", body); response.StatusCode != 400 && response.StatusCode != 422 {
			t.Errorf("start with %s: %s %s", body, response.Status, said)
		}
		s.do(http.MethodDelete, "/v1/imports/"+i.ID, "")
	}
	i := s.upload(everyRole, "pickups", "a.csv", "x\n1\n")
	s.begin(everyRole, i.ID, "{}")
	if i = s.end(everyRole, i.ID); i.State != "failed" || !strings.Contains(i.Error, "no column says when") {
		t.Errorf("a file without the columns: %+v", i)
	}
	s.begin(everyRole, i.ID, `{"map":{"at":"y"}}`) // it can be started again
	if i = s.end(everyRole, i.ID); i.State != "failed" || !strings.Contains(i.Error, `no column "y"`) {
		t.Errorf("again: %+v", i)
	}
}

// A connection that is dropped half way, and a file that says it is too large,
// leave nothing.
func TestWhatDoesNotComeWholeLeavesNothing(t *testing.T) {
	var folder string
	s := startWith(t, empty, func(c *api.Config) { folder = c.Imports.Folder })
	body, contentType := form("file", "a.csv", strings.Repeat("2026-11-02,-2.42,54.72,3\n", 100_000))
	head := "POST /v1/imports?sort=pickups HTTP/1.1\r\nHost: " + strings.TrimPrefix(s.URL, "http://") + "\r\nCookie: " + everyRole + "\r\nContent-Type: " + contentType + "\r\nContent-Length: %d\r\n\r\n"
	connection := s.dial(t)
	fmt.Fprintf(connection, head+"%s", len(body), body[:len(body)/2])
	for entries(t, folder) == 1 {
		time.Sleep(5 * time.Millisecond) // until the file begins to come
	}
	connection.Close()
	for n := 0; entries(t, folder) > 1; n++ {
		if n > 2000 {
			t.Fatal("half a file is still there")
		}
		time.Sleep(5 * time.Millisecond)
	}
	connection = s.dial(t)
	fmt.Fprintf(connection, head, imports.MaxBytes*2)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil || response.StatusCode != http.StatusRequestEntityTooLarge || entries(t, folder) > 1 {
		t.Errorf("too large: %v %v", response, err)
	}
	if _, body := s.do(http.MethodGet, "/v1/imports", ""); string(body) != `{"imports":[]}` {
		t.Errorf("there is %s", body)
	}
}

func (s server) dial(t *testing.T) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

// entries counts what is in a folder: of uploads, the lock is always there.
func entries(t *testing.T, folder string) int {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestAFileNameIsTextAndNeverAPath(t *testing.T) {
	var folder string
	s := startWith(t, empty, func(c *api.Config) { folder = c.Imports.Folder })
	for name, want := range map[string]string{
		"../../x.csv": "x.csv", `..\..\x.csv`: `..\..\x.csv`, "/etc/passwd": "passwd", "a%0Ab.csv": "a%0Ab.csv", strings.Repeat("ü", 300): strings.Repeat("ü", 200),
		"<script>.csv": "<script>.csv", ".": ".",
	} {
		if i := s.upload(everyRole, "pickups", name, "x\n"); i.Name != want {
			t.Errorf("%q became %q", name, i.Name)
		}
	}
	body, contentType := form("file", "NAME", "x\n")
	body = strings.Replace(body, `filename="NAME"`, `filename*=UTF-8''a%0Ab%00%1B%5B31m`, 1)
	_, answer := s.do(http.MethodPost, "/v1/imports?sort=pickups", body, "Content-Type", contentType)
	if i := s.imported(answer); i.Name != "a\ufffdb\ufffd\ufffd[31m" {
		t.Errorf("a line end in a name: %q", i.Name)
	}
	err := filepath.WalkDir(filepath.Dir(folder), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !strings.Contains("uploads lock upload state.json", entry.Name()) && len(entry.Name()) != 26 && path != filepath.Dir(folder) {
			t.Errorf("a file of its own: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v %v", info.Mode(), err)
	}
}

func TestNoMoreThanTwentyImportsOfOneSenderWait(t *testing.T) {
	s := start(t, empty)
	var last imported
	for range 20 {
		last = s.upload(as(data.Planner), "pickups", "a.csv", "x\n")
	}
	body, contentType := form("file", "a.csv", "x\n")
	again := func() int {
		response, _ := s.do(http.MethodPost, "/v1/imports?sort=pickups", body, "Content-Type", contentType, "Cookie", as(data.Planner))
		return response.StatusCode
	}
	if status := again(); status != http.StatusConflict {
		t.Errorf("the twenty-first: %d", status)
	}
	s.upload(everyRole, "pickups", "a.csv", "x\n") // another's
	s.do(http.MethodDelete, "/v1/imports/"+last.ID, "", "Cookie", as(data.Planner))
	if status := again(); status != http.StatusCreated {
		t.Errorf("after one was deleted: %d", status)
	}
}

func TestTwoImportsOfTheSameReferencesAtOnceStoreEachOnce(t *testing.T) {
	s := start(t, empty)
	file := rowsOf(5000, "ref")
	a, b := s.upload(as(data.Planner), "pickups", "a.csv", file), s.upload(everyRole, "pickups", "b.csv", file)
	s.begin(as(data.Planner), a.ID, "{}")
	s.begin(everyRole, b.ID, "{}")
	// And a machine that sends some of them meanwhile.
	added := 0
	for n := 0; n < 5000; n += 500 {
		body := fmt.Sprintf(`{"source":"import","ref":"%d","at":"2026-11-%02d","lon":-2.42%03d,"lat":54.72,"found":{"needle":%d}}`, n, n%20+1, n%1000, n%7)
		response, answer := s.do(http.MethodPost, "/v1/pickups", body)
		if response.StatusCode == http.StatusCreated {
			added++
		} else if response.StatusCode != http.StatusOK {
			t.Errorf("%s %s", response.Status, answer)
		}
	}
	a, b = s.end(as(data.Planner), a.ID), s.end(everyRole, b.ID)
	if a.Added+b.Added+added != 5000 || a.Refused+b.Refused > 0 || a.State != "done" || b.State != "done" {
		t.Errorf("%d and\n%+v\n%+v", added, a, b)
	}
	s.has(5000)
}

package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// rowsOf makes a file of pickups of some rows; every row says something else.
func rowsOf(rows int, column string) string {
	var b strings.Builder
	b.WriteString(column + ",date,lon,lat,needle\n")
	for n := range rows {
		fmt.Fprintf(&b, "%d,2026-11-%02d,-2.42%03d,54.72,%d\n", n, n%20+1, n%1000, n%7)
	}
	return b.String()
}

func TestFiftyListenersHearTheEndAndACancelledImportKeepsWhatIsIn(t *testing.T) {
	s := start(t, empty)
	i := s.upload(everyRole, "pickups", "a.csv", rowsOf(50_000, "ref"))
	var listening sync.WaitGroup
	ends, hear := make(chan imported, 50), make(chan bool, 50)
	for range 50 {
		listening.Go(func() { ends <- s.listen(i.ID, hear) })
	}
	for n := range 50 { // each is told at once where it stands
		select {
		case <-hear:
		case <-time.After(20 * time.Second):
			t.Fatalf("only %d hear anything", n)
		}
	}
	s.begin(everyRole, i.ID, "{}")
	for n := 0; s.now(i.ID).Rows == 0; n++ {
		if n > 2000 {
			t.Fatal("it does not begin")
		}
		time.Sleep(2 * time.Millisecond)
	}
	if response, body := s.do(http.MethodPost, "/v1/imports/"+i.ID+"/start", "{}"); response.StatusCode != http.StatusConflict {
		t.Errorf("started twice: %s %s", response.Status, body)
	}
	if response, _ := s.do(http.MethodGet, "/v1/imports/"+i.ID+"/refused.csv", ""); response.StatusCode != http.StatusConflict {
		t.Errorf("refusals of a running import: %s", response.Status)
	}
	if response, _ := s.do(http.MethodDelete, "/v1/imports/"+i.ID, ""); response.StatusCode != http.StatusAccepted {
		t.Errorf("cancelled with %s", response.Status)
	}
	listening.Wait()
	close(ends)
	for end := range ends {
		if end.State != "cancelled" || end.Rows == 0 || end.Rows == 50_000 || end.Rows%1000 != 0 || end.Added != end.Rows {
			t.Fatalf("%+v", end)
		}
		i = end
	}
	s.has(i.Added)
	s.begin(everyRole, i.ID, "{}") // and the rest, without a row twice
	if end := s.end(everyRole, i.ID); end.State != "done" || end.Unchanged != i.Added || end.Added != 50_000-i.Added {
		t.Errorf("again: %+v", end)
	}
	s.has(50_000)
}

// listen follows the events of an import to its end, as a browser does.
func (s server) listen(id string, hears chan<- bool) (last imported) {
	request, err := http.NewRequest(http.MethodGet, s.URL+"/v1/imports/"+id+"/events", nil)
	if err != nil {
		s.t.Error(err)
		return last
	}
	request.Header.Set("Accept-Encoding", "gzip, br")
	response, err := s.Client().Do(request)
	if err != nil {
		s.t.Error(err)
		return last
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for heard := false; lines.Scan(); {
		text, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		if err := json.Unmarshal([]byte(text), &last); err != nil {
			s.t.Error(err)
		}
		if !heard {
			heard = true
			hears <- true
		}
	}
	return last
}

// The server ends requests that take long, but for those who send a file slowly
// or listen.
func TestASlowUploadAndAListenerOutliveTheServersPatience(t *testing.T) {
	s := start(t, empty)
	hasty := httptest.NewUnstartedServer(s.Config.Handler)
	hasty.Config.ReadTimeout, hasty.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
	hasty.Start()
	t.Cleanup(hasty.Close)
	hasty.Client().Transport = asEveryone{hasty.Client().Transport}
	slow := server{Server: hasty, t: t}
	body, contentType := form("file", "a.csv", rowsOf(100, "ref"))
	response, err := hasty.Client().Post(hasty.URL+"/v1/imports?sort=pickups", contentType, &trickle{text: body, pause: 60 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusCreated {
		t.Fatalf("%s %v %s", response.Status, err, answer)
	}
	i, ended, hear := slow.imported(answer), make(chan imported), make(chan bool, 1)
	go func() { ended <- slow.listen(i.ID, hear) }()
	<-hear
	time.Sleep(600 * time.Millisecond)
	s.begin(everyRole, i.ID, "{}")
	if i = <-ended; i.State != "done" || i.Added != 100 {
		t.Errorf("%+v", i)
	}
}

// trickle is a text that comes slowly, in ten parts.
type trickle struct {
	text  string
	at    int
	pause time.Duration
}

func (r *trickle) Read(buffer []byte) (int, error) {
	if r.at == len(r.text) {
		return 0, io.EOF
	}
	time.Sleep(r.pause)
	n := copy(buffer, r.text[r.at:min(len(r.text), r.at+len(r.text)/10+1)])
	r.at += n
	return n, nil
}

func (s server) now(id string) (i imported) {
	s.t.Helper()
	s.get("/v1/imports/"+id, &i)
	return i
}

// has waits until so many visits are counted, and sees that no more are stored.
func (s server) has(visits int) {
	s.t.Helper()
	_, stored, err := s.store.Pickups(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, err := range stored {
		if err != nil {
			s.t.Fatal(err)
		}
		n++
	}
	if n != visits {
		s.t.Errorf("%d visits are stored, not %d", n, visits)
	}
}

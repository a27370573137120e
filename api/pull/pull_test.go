package pull_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/api/pull"
	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
)

// town is a store into which requests are pulled.
type town struct {
	t       *testing.T
	store   *sqlite.Store
	door    *intake.Door
	path    string
	client  pull.Client
	options pull.Options
	sum     intake.RequestSummary
	refused []string
	waits   []time.Duration
}

func newTown(t *testing.T, c *city) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	store, err := sqlite.Open(t.Context(), path)
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	w := &town{t: t, store: store, door: intake.New(store), path: path}
	_, err = w.door.PutScheme(t.Context(), sample.SchemeText())
	check(t, err)
	endpoint, err := pull.ParseEndpoint(c.URL + "/open311/v2/")
	check(t, err)
	w.client = pull.Client{Timeout: 10 * time.Second, Sleep: func(_ context.Context, pause time.Duration) error {
		w.waits = append(w.waits, pause)
		return nil
	}}
	w.options = pull.Options{
		Endpoint: endpoint, Codes: []string{"needle"}, From: start, To: start.AddDate(0, 6, 0), Location: time.UTC,
		Store: func(ctx context.Context, requests []intake.Request) error {
			sum, err := w.door.Requests(ctx, requests, intake.RequestOptions{Source: "city", Kinds: map[string]string{"needle": "needle"},
				Refusal: func(_ intake.Request, refusal intake.Refusal) { w.refused = append(w.refused, refusal.Error()) }})
			w.sum.Add(sum)
			return err
		},
	}
	return w
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pull pulls, and sums up anew.
func (w *town) pull() (pull.Result, error) {
	w.sum, w.refused, w.waits = intake.RequestSummary{}, nil, nil
	return w.client.Pull(w.t.Context(), w.options)
}

func (w *town) mustPull() pull.Result {
	w.t.Helper()
	result, err := w.pull()
	check(w.t, err)
	return result
}

// refs are the references in the store, sorted.
func (w *town) refs() []string {
	w.t.Helper()
	_, all, err := w.store.Pickups(w.t.Context())
	check(w.t, err)
	var refs []string
	for p, err := range all {
		check(w.t, err)
		refs = append(refs, p.Ref)
	}
	slices.Sort(refs)
	return refs
}

// hasAll fails where the store has not every request of a city once.
func (w *town) hasAll(c *city) {
	w.t.Helper()
	var want []string
	for _, r := range c.requests {
		want = append(want, fmt.Sprint(r.ID))
	}
	slices.Sort(want)
	if got := w.refs(); !slices.Equal(got, want) {
		w.t.Errorf("there are %d of %d requests", len(got), len(want))
	}
}

func TestEveryRequestComesInOnceWhateverPagesTheServerHas(t *testing.T) {
	for name, test := range map[string]struct {
		pages paging
		limit int
		apart time.Duration
	}{
		"pages from 1":                     {fromOne, 50, 7 * time.Hour},
		"pages from 0":                     {fromZero, 50, 7 * time.Hour},
		"an error past the last page":      {notFoundAtEnd, 50, 7 * time.Hour},
		"the last page again":              {lastAgain, 50, 7 * time.Hour},
		"pages of a crowd":                 {fromOne, 50, time.Second},
		"no pages":                         {ignored, 50, 7 * time.Hour},
		"no pages and twenty in an answer": {ignored, 20, 3 * time.Hour},
		"no pages and a crowd":             {ignored, 20, 10 * time.Second},
		"no pages and room for all":        {ignored, 1000, 7 * time.Hour},
		"pages that are just full":         {fromOne, 100, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCity(t, spread(400, test.apart)...)
			c.pages, c.limit = test.pages, test.limit
			w := newTown(t, c)
			result := w.mustPull()
			w.hasAll(c)
			if w.sum.Added != 400 || w.sum.Refused != 0 || result.Cut != 0 || !result.Next.Equal(w.options.To.Add(-24*time.Hour)) {
				t.Errorf("%+v, %+v", w.sum, result)
			}
			t.Logf("%d questions for 400 requests", result.Asked)
			w.mustPull()
			if w.hasAll(c); w.sum.Added != 0 || w.sum.Refused != 0 || w.sum.Unchanged < 400 {
				t.Errorf("pulled again: %+v", w.sum)
			}
		})
	}
}

func TestAMinuteWithMoreThanTheServerGivesIsTold(t *testing.T) {
	c := newCity(t, spread(100, 100*time.Millisecond)...)
	c.limit = 20
	w := newTown(t, c)
	if result := w.mustPull(); result.Cut == 0 || len(w.refs()) >= 100 {
		t.Errorf("%+v with %d of 100", result, len(w.refs()))
	}
}

func TestNothingOfPeopleIsKept(t *testing.T) {
	w := newTown(t, newCity(t, spread(30, time.Hour)...))
	w.mustPull()
	paths, err := filepath.Glob(w.path + "*")
	check(t, err)
	var kept []byte
	for _, path := range paths {
		content, err := os.ReadFile(path)
		check(t, err)
		kept = append(kept, content...)
	}
	if !bytes.Contains(kept, []byte("case-1")) {
		t.Fatal("not even the references are found: the search is broken")
	}
	for _, secret := range []string{"Notesecret", "Descriptionsecret", "Addresssecret", "media.example"} {
		if bytes.Contains(kept, []byte(secret)) {
			t.Errorf("%s is kept", secret)
		}
	}
}

func TestBrokenRequestsComeBackWithAReason(t *testing.T) {
	all := spread(7, time.Hour)
	all[0].ID = nil
	all[1].Lat = "north"
	all[2].Lat = 154.7
	all[3].Lon = nil
	all[4].Lat, all[4].Lon = nil, nil // no place is no fault
	all[5].Requested = "yesterday"
	all[6].ID = []int{1}
	w := newTown(t, newCity(t, all...))
	w.options.To = start.AddDate(0, 0, 20)
	w.mustPull()
	if w.sum.Added != 1 || w.sum.Unlocated != 1 || w.sum.Refused != 6 || len(w.refused) != 6 {
		t.Errorf("%+v %q", w.sum, w.refused)
	}
	said := strings.Join(w.refused, "\n")
	for _, want := range []string{"ref: is missing", `"north"`, "154.7", "one is empty", "yesterday", "no request as the standard"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q:\n%s", want, said)
		}
	}
}

func TestOpenRequestsAreAskedForAgain(t *testing.T) {
	all := spread(40, 24*time.Hour)
	all[15].Status = "open"
	c := newCity(t, all...)
	w := newTown(t, c)
	w.options.To = start.AddDate(0, 0, 45)
	result := w.mustPull()
	if want := start.AddDate(0, 0, 15); result.Open != 1 || w.sum.Added != 39 || !result.Next.Equal(want) {
		t.Errorf("%+v %+v, want next %v", result, w.sum, want)
	}
	c.requests[15].Status = "Closed"
	w.options.From = result.Next
	if w.mustPull(); w.sum.Added != 1 {
		t.Errorf("once it is closed: %+v", w.sum)
	}
	w.hasAll(c)
}

func TestWhatIsNotAskedForIsLeft(t *testing.T) {
	all := spread(30, time.Hour)
	all[3].Service = "pothole"
	all[4].Requested = "2019-01-01T00:00:00Z"
	c := newCity(t, all...)
	c.trouble = func(_ int, w http.ResponseWriter, _ *http.Request) bool { // one that reads no parameters
		fmt.Fprintf(w, `[{"service_request_id":"a","service_code":"pothole","status":"closed","requested_datetime":"2026-01-02T00:00:00Z","lat":1,"long":1},
			{"service_request_id":"b","service_code":"needle","status":"closed","requested_datetime":"2019-01-02T00:00:00Z","lat":1,"long":1},
			{"service_request_id":"c","service_code":"","status":"closed","requested_datetime":"2026-01-02T00:00:00Z","lat":1,"long":1}]`)
		return true
	}
	w := newTown(t, c)
	w.options.To = start.AddDate(0, 0, 20)
	if result := w.mustPull(); result.Other != 1 || result.Outside != 1 || !slices.Equal(w.refs(), []string{"c"}) {
		t.Errorf("%+v, stored %v", result, w.refs())
	}
}

func TestTroubleThatPassesIsSatOut(t *testing.T) {
	for name, test := range map[string]struct {
		trouble func(w http.ResponseWriter)
		least   time.Duration // waited in all
	}{
		"429 with a time to wait": {func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "90")
			w.WriteHeader(http.StatusTooManyRequests)
		}, 90 * time.Second},
		"503 with a date": {func(w http.ResponseWriter) {
			now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
			w.Header().Set("Date", now.Format(http.TimeFormat))
			w.Header().Set("Retry-After", now.Add(2*time.Minute).Format(http.TimeFormat))
			w.WriteHeader(http.StatusServiceUnavailable)
		}, 2 * time.Minute},
		"500":                    {func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }, time.Second},
		"a list that is cut off": {func(w http.ResponseWriter) { fmt.Fprint(w, `[{"service_request_id":"x","lat":`) }, time.Second},
		"a list without its end": {func(w http.ResponseWriter) { fmt.Fprint(w, `[{"service_request_id":"x"}`) }, time.Second},
		"a list that goes on":    {func(w http.ResponseWriter) { fmt.Fprint(w, `[] []`) }, time.Second},
		"a connection that is cut": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `[{"service_request_id":"half","service_code":"needle"},`)
			panic(http.ErrAbortHandler)
		}, time.Second},
		"a connection that is cut at once": {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCity(t, spread(120, time.Hour)...)
			c.limit, c.pages = 50, fromOne
			c.trouble = func(n int, w http.ResponseWriter, _ *http.Request) bool {
				if n%2 == 1 {
					test.trouble(w)
					return true
				}
				return false
			}
			w := newTown(t, c)
			w.mustPull()
			w.hasAll(c)
			if len(w.waits) == 0 || slices.Min(w.waits) < test.least {
				t.Errorf("waited %v", w.waits)
			}
		})
	}
}

func TestAPullThatIsGivenUpGoesOnFromThere(t *testing.T) {
	c := newCity(t, spread(150, 24*time.Hour)...)
	down := true
	c.trouble = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if down && r.URL.Query().Get("start_date") >= "2026-03-01" {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	}
	w := newTown(t, c)
	var saved time.Time
	w.options.Done = func(next time.Time) error { saved = next; return nil }
	result, err := w.pull()
	if err == nil || !strings.Contains(err.Error(), "after 7 tries") || !result.Next.Equal(saved) || saved.Before(start.AddDate(0, 0, 50)) || w.sum.Added < 50 {
		t.Fatalf("%v, next %v, saved %v, %+v", err, result.Next, saved, w.sum)
	}
	if want := []time.Duration{1, 2, 4, 8, 16, 32}; len(w.waits) != len(want) || w.waits[5] != 32*time.Second {
		t.Errorf("waited %v", w.waits)
	}
	down = false
	w.options.From = result.Next
	w.mustPull()
	w.hasAll(c)
}

func TestWhatNoOtherTryMendsEndsAtOnce(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { t.Error("asked elsewhere"); fmt.Fprint(w, "[]") }))
	defer elsewhere.Close()
	for name, test := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		says   string
	}{
		"an answer without end": {func(w http.ResponseWriter, r *http.Request) {
			for fmt.Fprint(w, `[{"service_request_id":"`); r.Context().Err() == nil; {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 64<<10)); err != nil {
					return
				}
			}
		}, "longer than"},
		"an answer without end, packed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			for range 1000 {
				if _, err := packed.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, "longer than"},
		"another server":  {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "sends on to"},
		"round and round": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, "on and on"},
		"a page":          {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "\n<!doctype html>") }, "JSON"},
		"no such service": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			fmt.Fprint(w, `[{"code":404,"description":"service_code was not found"}]`)
		}, "service_code was not found"},
		"a very long wait": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(429)
		}, "24h"},
		"an overflow of waits": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9223372036854775807")
			w.WriteHeader(429)
		}, "pull again later"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCity(t)
			c.trouble = func(_ int, w http.ResponseWriter, r *http.Request) bool { test.answer(w, r); return true }
			w := newTown(t, c)
			w.client.MaxBytes = 1 << 20
			_, err := w.pull()
			if err == nil || !strings.Contains(err.Error(), test.says) || len(w.waits) != 0 {
				t.Errorf("waited %v: %v", w.waits, err)
			}
			if asked := len(c.asked); asked > 5 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func TestAnAnswerThatTricklesIsCutOff(t *testing.T) {
	c := newCity(t)
	c.trouble = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		fmt.Fprint(w, "[")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	}
	w := newTown(t, c)
	w.client.Timeout, w.client.Tries = 50*time.Millisecond, 2
	if _, err := w.pull(); err == nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestPagesWithoutEndAreGivenUp(t *testing.T) {
	c := newCity(t)
	n := 0
	c.trouble = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		var list []string
		for range 20 {
			n++
			list = append(list, fmt.Sprintf(`{"service_request_id":%d,"service_code":"pothole","status":"closed","requested_datetime":"2026-01-02T00:00:00Z"}`, n))
		}
		fmt.Fprint(w, "["+strings.Join(list, ",")+"]")
		return true
	}
	w := newTown(t, c)
	if _, err := w.pull(); err == nil || !strings.Contains(err.Error(), "goes on after 1000 pages") {
		t.Errorf("%v", err)
	}
}

func TestAddressesOfEndpoints(t *testing.T) {
	for text, ok := range map[string]bool{
		"https://311.example.org/open311/v2": true, "https://311.example.org/open311/v2/requests.json": true,
		"http://127.0.0.1:8080/v1": true, "http://localhost/x": true, "http://[::1]/x": true,
		"http://311.example.org/open311/v2": false, "ftp://311.example.org": false, "311.example.org": false, "": false, "https://": false,
		"https://someone:secret@311.example.org": false, "https://311.example.org/?api_key=1": false, "http://127.0.0.1.example.org": false,
	} {
		if e, err := pull.ParseEndpoint(text); (err == nil) != ok || err != nil && strings.Contains(err.Error(), "secret") || strings.Contains(e.String(), "requests") {
			t.Errorf("%s: %v %v", text, e, err)
		}
	}
	if _, err := pull.ParseInsecureEndpoint("http://311.example.org/open311/v2"); err != nil {
		t.Error(err)
	}
}

func TestServicesOfAServer(t *testing.T) {
	c := newCity(t)
	w := newTown(t, c)
	codes, err := w.client.Services(t.Context(), w.options.Endpoint)
	if err != nil || !slices.Equal(codes, []string{"needle", "7"}) {
		t.Errorf("%v %v", codes, err)
	}
}

func TestRequestsAsIncidentsAndCorrections(t *testing.T) {
	c := newCity(t, spread(3, time.Hour)...)
	w := newTown(t, c)
	w.options.To = start.AddDate(0, 0, 20)
	options := intake.RequestOptions{Source: "city", Category: data.Nuisance}
	w.options.Store = func(ctx context.Context, requests []intake.Request) error {
		sum, err := w.door.Requests(ctx, requests, options)
		w.sum.Add(sum)
		return err
	}
	w.mustPull()
	c.requests[1].Lat = 53.99
	if w.mustPull(); w.sum.Refused != 1 || w.sum.Unchanged != 2 {
		t.Errorf("other content: %+v", w.sum)
	}
	options.Correct = start.AddDate(1, 0, 0)
	if w.mustPull(); w.sum.Corrected != 1 || w.sum.Refused != 0 {
		t.Errorf("corrected: %+v", w.sum)
	}
	if w.mustPull(); w.sum.Unchanged != 3 || len(w.refs()) != 0 {
		t.Errorf("again: %+v, pickups %v", w.sum, w.refs())
	}
}

package pull_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// request is one that a server has, in the words of the standard.
type request struct {
	ID          any    `json:"service_request_id"`
	Status      string `json:"status"`
	Notes       string `json:"status_notes"`
	Service     string `json:"service_code"`
	Description string `json:"description"`
	Requested   string `json:"requested_datetime"`
	Address     string `json:"address"`
	Lat         any    `json:"lat"`
	Lon         any    `json:"long"`
	Media       string `json:"media_url"`
}

// city is a server of Open311 that does as the standard says, with the habits of
// those that there are.
type city struct {
	*httptest.Server
	requests []request
	limit    int    // requests in an answer
	pages    paging // what it makes of the parameter page
	mu       sync.Mutex
	asked    []string
	// trouble answers in the place of the n-th question for requests, where it
	// returns true.
	trouble func(n int, w http.ResponseWriter, r *http.Request) bool
}

type paging int

const (
	ignored paging = iota
	fromOne
	fromZero
	notFoundAtEnd // as fromOne
	lastAgain     // as fromOne
)

func newCity(t *testing.T, requests ...request) *city {
	c := &city{requests: requests, limit: 1000}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /open311/v2/services.json", c.services)
	mux.HandleFunc("GET /open311/v2/requests.json", c.list)
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	return c
}

func (c *city) services(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, `[{"service_code":"needle","service_name":"Needles","metadata":false,"type":"realtime"},{"service_code":7,"service_name":"Potholes"}]`)
}

func (c *city) list(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.asked = append(c.asked, r.URL.RawQuery)
	n := len(c.asked)
	c.mu.Unlock()
	if c.trouble != nil && c.trouble(n, w, r) {
		return
	}
	query := r.URL.Query()
	from, fromErr := time.Parse(time.RFC3339, query.Get("start_date"))
	to, toErr := time.Parse(time.RFC3339, query.Get("end_date"))
	if fromErr != nil || toErr != nil || to.Sub(from) > 90*24*time.Hour {
		c.refuse(w, http.StatusBadRequest, "start_date and end_date span at most 90 days")
		return
	}
	found := []request{}
	for _, one := range c.requests {
		at, err := time.Parse(time.RFC3339, one.Requested)
		if codes := query.Get("service_code"); codes != "" && !slices.Contains(strings.Split(codes, ","), one.Service) {
			continue
		}
		if err != nil || !at.Before(from) && !at.After(to) { // what is broken is in every answer
			found = append(found, one)
		}
	}
	slices.SortStableFunc(found, func(a, b request) int { return cmp.Compare(b.Requested, a.Requested) })
	found, ok := c.page(found, query.Get("page"))
	if !ok {
		c.refuse(w, http.StatusNotFound, "no such page")
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(found)
}

func (c *city) refuse(w http.ResponseWriter, code int, why string) {
	w.WriteHeader(code)
	fmt.Fprintf(w, `[{"code":%d,"description":%q}]`, code, why)
}

// page is a part of what was found.
func (c *city) page(found []request, text string) ([]request, bool) {
	number, err := strconv.Atoi(text)
	if c.pages != fromZero {
		number--
	}
	if err != nil || c.pages == ignored {
		number = 0
	}
	if start := number * c.limit; start < len(found) || number == 0 {
		return found[start:min(start+c.limit, len(found))], true
	}
	if c.pages == lastAgain {
		last := (len(found) - 1) / c.limit * c.limit
		return found[last:], true
	}
	return found[:0], c.pages != notFoundAtEnd
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// spread are so many closed requests for needles, one after the other.
func spread(n int, apart time.Duration) []request {
	var all []request
	for i := range n {
		var id any = fmt.Sprint("case-", i)
		if i%3 == 0 {
			id = 101001378529 + i // some have numbers
		}
		all = append(all, request{
			ID: id, Status: "closed", Notes: "Notesecret", Service: "needle", Description: "Descriptionsecret", Address: "Addresssecret", Media: "https://media.example/secret",
			Requested: start.Add(time.Duration(i) * apart).Format(time.RFC3339), Lat: 53.79 + float64(i%100)/10_000, Lon: fmt.Sprint(-1.55),
		})
	}
	return all
}

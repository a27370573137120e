package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"commonground/api"
	"commonground/data"
)

type qualityCounts struct {
	Records, Unlocated, Undated, NearBoundary, PossibleDuplicates, AtDefaultPoint, Future, TooLarge int
}

type qualityFound struct {
	At   string
	Rows []struct {
		Source string
		Week   *string
		qualityCounts
	}
	Total         qualityCounts
	DefaultPoints []struct {
		Lon, Lat float64
		Records  int
		Sources  []string
		Square   struct{ Name string }
	}
}

// clock is a clock that stands still, but for so much from look to look.
type clock struct{ ms, step atomic.Int64 }

func (c *clock) now() time.Time { return time.UnixMilli(c.ms.Add(c.step.Load())) }

// startAt serves an empty store by a clock.
func startAt(t *testing.T) (server, *clock) {
	c := &clock{}
	c.ms.Store(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC).UnixMilli())
	return startWith(t, empty, func(config *api.Config) { config.Now = c.now }), c
}

// sendAll sends records and wants all of them in.
func (s server) sendAll(path string, records ...string) {
	s.t.Helper()
	response, body := s.do(http.MethodPost, path, "["+strings.Join(records, ",")+"]")
	if response.StatusCode >= 300 || strings.Contains(string(body), "refused") {
		s.t.Fatalf("%s: %s", response.Status, body)
	}
}

// atTownHall are pickups of 40 addresses and, on 20 days, of a geocoder's default.
func atTownHall() (records []string) {
	for i := range 40 {
		records = append(records, fmt.Sprintf(`{"source":"311","ref":"a%d","at":"2026-10-%02d","lon":%.4f,"lat":54.72,"found":{"needle":1}}`, i, 1+i%28, -2.44+float64(i)*0.001))
	}
	for i := range 20 {
		records = append(records, fmt.Sprintf(`{"source":"311","ref":"b%d","at":"2026-10-%02d","lon":-2.4205,"lat":54.7225,"found":{"needle":1}}`, i, 1+i))
	}
	return records
}

func TestWhatIsDoubtfulIsToldBySourceAndWeek(t *testing.T) {
	s, _ := startAt(t)
	s.sendAll("/v1/pickups", atTownHall()...)
	s.sendAll("/v1/pickups",
		`{"source":"crew","ref":"1","at":"2026-10-01T09:00","lon":-2.44,"lat":54.7201,"found":{"needle":2}}`,
		`{"source":"crew","ref":"2","at":"2026-11-26","found":{"needle":1001}}`,
		`{"source":"crew","ref":"3","at":"2026-10","lon":-2.42,"lat":54.72,"found":{}}`,
	)
	var got qualityFound
	s.get("/v1/quality", &got)
	if got.Total != (qualityCounts{Records: 63, Unlocated: 1, Undated: 1, PossibleDuplicates: 2, AtDefaultPoint: 20, Future: 1, TooLarge: 1, NearBoundary: got.Total.NearBoundary}) {
		t.Errorf("total %+v", got.Total)
	}
	if len(got.DefaultPoints) != 1 || got.DefaultPoints[0].Lon != -2.4205 || got.DefaultPoints[0].Lat != 54.7225 || got.DefaultPoints[0].Records != 20 || got.DefaultPoints[0].Square.Name == "" {
		t.Errorf("default points %+v", got.DefaultPoints)
	}
	first, last := got.Rows[0], got.Rows[len(got.Rows)-1]
	if first.Source != "311" || first.Week == nil || *first.Week != "2026-09-30" || last.Source != "crew" || last.Future != 1 || got.At != "2026-11-25T12:00:00Z" {
		t.Errorf("at %s, from %+v to %+v", got.At, first, last)
	}
	got = qualityFound{}
	s.get("/v1/quality?weeks=2026-09-30/2026-10-07", &got)
	if got.Total.PossibleDuplicates != 2 || got.Total.Unlocated != 0 || len(got.Rows) != 2 || len(got.DefaultPoints) != 1 {
		t.Errorf("of one week: %+v", got)
	}
	if response, body := s.do(http.MethodGet, "/v1/quality?weeks=2026-10-01/2026-10-07", ""); response.StatusCode != http.StatusBadRequest {
		t.Errorf("weeks that are none: %s %s", response.Status, body)
	}
	var counted counts
	if s.get("/v1/counts", &counted); counted.Total.Visits != 63 {
		t.Errorf("counted %+v: nothing is dropped", counted.Total)
	}
}

func TestIncidentsAreDoubtedInNumbersAlone(t *testing.T) {
	s, _ := startAt(t)
	var records []string
	for _, record := range atTownHall() {
		record, _, _ = strings.Cut(strings.Replace(record, `"at"`, `"category":"harm","received"`, 1), `,"found"`)
		records = append(records, record+"}")
	}
	s.sendAll("/v1/incidents", records...)
	response, body := s.do(http.MethodGet, "/v1/incidents/quality", "", "Cookie", as(data.Police))
	var got struct {
		DefaultPoints int
		Total         qualityCounts
	}
	if err := json.Unmarshal(body, &got); err != nil || got.DefaultPoints != 1 || got.Total.AtDefaultPoint != 20 || got.Total.Records != 60 {
		t.Errorf("%v: %s", err, body)
	}
	if strings.Contains(string(body), "54.7") || response.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("a place, or an answer that may be kept (%s): %s", response.Header.Get("Cache-Control"), body)
	}
	if _, body = s.do(http.MethodGet, "/v1/quality", ""); strings.Contains(string(body), "311") {
		t.Errorf("incidents among pickups: %s", body)
	}
}

func TestRankedPlaceOfADefaultPointIsFlaggedForPlanners(t *testing.T) {
	s, _ := startAt(t)
	s.sendAll("/v1/pickups", atTownHall()...)
	var known qualityFound
	s.get("/v1/quality", &known)
	flagged := func(path string, role data.Role) (places []string) {
		_, body := s.do(http.MethodGet, path, "", "Cookie", as(role))
		var ranked struct {
			FlagsKnown bool
			Rows       []struct {
				Items int
				Flags []string
			}
		}
		if err := json.Unmarshal(body, &ranked); err != nil || len(ranked.Rows) == 0 || ranked.FlagsKnown != (role == data.Planner) {
			t.Fatalf("%v: %s", err, body)
		}
		for _, row := range ranked.Rows {
			if len(row.Flags) == 1 && row.Flags[0] == "default_point" && row.Items >= 20 {
				places = append(places, fmt.Sprint(row.Items))
			}
		}
		return places
	}
	for _, level := range []string{"0", "2"} {
		if got := flagged("/v1/locations?limit=100&level="+level, data.Planner); len(got) != 1 {
			t.Errorf("level %s: flagged %v", level, got)
		}
	}
	if got := flagged("/v1/locations?limit=100", data.Police); len(got) > 0 {
		t.Errorf("flagged for the police: %v", got)
	}
}

// TestRankingWaitsForNoSurvey: it is made meanwhile, and known to who asks later.
func TestRankingWaitsForNoSurvey(t *testing.T) {
	s, _ := startAt(t)
	s.sendAll("/v1/pickups", atTownHall()...)
	for {
		var ranked struct {
			FlagsKnown bool
			Rows       []struct{ Flags []string }
		}
		s.get("/v1/locations?limit=1", &ranked)
		if ranked.FlagsKnown != (len(ranked.Rows[0].Flags) > 0) {
			t.Fatalf("%+v", ranked)
		}
		if ranked.FlagsKnown {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// TestRecordsAreLookedOverAgainOnceTheCostIsMade has a clock that goes on a second
// from look to look: a survey took so long that the next one has to wait.
func TestRecordsAreLookedOverAgainOnceTheCostIsMade(t *testing.T) {
	s, clock := startAt(t)
	records := func() int {
		var got qualityFound
		s.get("/v1/quality", &got)
		return got.Total.Records
	}
	s.sendAll("/v1/pickups", atTownHall()[:1]...)
	if got := records(); got != 1 {
		t.Fatalf("%d records", got)
	}
	s.sendAll("/v1/pickups", atTownHall()[1:2]...)
	if got := records(); got != 2 {
		t.Errorf("it took no time, so it is made anew: %d", got)
	}
	clock.step.Store(1000)
	s.sendAll("/v1/pickups", atTownHall()[2:3]...)
	if got := records(); got != 3 {
		t.Errorf("%d records", got)
	}
	clock.step.Store(0)
	s.sendAll("/v1/pickups", atTownHall()[3:4]...)
	if got := records(); got != 3 {
		t.Errorf("just after a second's work: %d, want 3 still", got)
	}
	clock.ms.Add(10 * 60 * 1000)
	if got := records(); got != 4 {
		t.Errorf("ten minutes later: %d", got)
	}
}

func TestWhatWasInTheFutureIsNotForEver(t *testing.T) {
	s, clock := startAt(t)
	s.sendAll("/v1/pickups", `{"source":"crew","ref":"2","at":"2026-11-26","found":{"needle":1}}`)
	for _, want := range []int{1, 0} {
		var got qualityFound
		if s.get("/v1/quality", &got); got.Total.Future != want {
			t.Errorf("%d in the future, want %d", got.Total.Future, want)
		}
		clock.ms.Add(24 * 3600 * 1000)
	}
}

func TestDescriptionOfTheAPIHasWhatIsDoubtful(t *testing.T) {
	s := start(t, empty)
	_, body := s.do(http.MethodGet, "/openapi.json", "")
	for _, field := range []string{"possibleDuplicates", "atDefaultPoint", "defaultPoints", "flagsKnown"} {
		if !strings.Contains(string(body), `"`+field+`"`) {
			t.Errorf("no %s in the description", field)
		}
	}
}

package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"commonground/data"
	"commonground/data/intake"
)

// hotspots is an answer about scores.
type hotspots struct {
	Scored struct {
		Domain  string
		Squares int
		Weeks   string
		LeastP  *float64
	}
	Hot      int
	Sentence string
	Rows     []struct {
		Square struct{ ID uint64 }
		Centre [2]float64
		Items  int64
		Visits *int64
		Z, Q   float64
		Hot    bool
		Why    string
	}
}

const scoredWeeks = "weeks=2026-10-21/2026-11-18"

func TestScoresAreThoseOfTheTiles(t *testing.T) {
	s := start(t, withSample(t))
	var found hotspots
	s.get("/v1/hotspots?"+scoredWeeks+"&limit=1000", &found)
	if found.Hot == 0 || len(found.Rows) != found.Scored.Squares || found.Scored.Domain != "visited" || !strings.HasPrefix(found.Sentence, fmt.Sprint(found.Hot)) {
		t.Fatalf("%+v", found)
	}
	var sums counts
	s.get("/v1/counts?by=square&"+scoredWeeks, &sums)
	items := map[uint64]int64{}
	for _, row := range sums.Rows {
		if row.Square != nil {
			items[row.Square.ID] = row.Items
		}
	}
	hot := 0
	for _, row := range found.Rows {
		if items[row.Square.ID] != row.Items || row.Visits == nil {
			t.Errorf("%d has %d items, and %d are counted there", row.Square.ID, row.Items, items[row.Square.ID])
		}
		at := maptile.At(orb.Point(row.Centre), 16)
		for _, f := range s.features(fmt.Sprintf("/v1/tiles/hotspots/16/%d/%d.mvt?%s&scores=items", at.X, at.Y, scoredWeeks)) {
			if uint64(f.ID.(float64)) != row.Square.ID {
				continue
			}
			if z := f.Properties["z"].(float64); math.Abs(z-row.Z) > .0051 || (f.Properties["hot"] == true) != row.Hot {
				t.Errorf("%d: %v on the tile, %+v in the list", row.Square.ID, f.Properties, row)
			}
			if row.Hot {
				hot++
			}
		}
	}
	if hot != found.Hot {
		t.Errorf("%d squares are hot on tiles, and %d are", hot, found.Hot)
	}
}

// Without scores a tile is what it was, to the byte.
func TestTilesWithoutScoresHaveNone(t *testing.T) {
	s := start(t, withSample(t))
	_, before := s.do(http.MethodGet, "/v1/tiles/hotspots/12/2020/1301.mvt", "")
	_, scored := s.do(http.MethodGet, "/v1/tiles/hotspots/12/2020/1301.mvt?scores=items", "")
	_, after := s.do(http.MethodGet, "/v1/tiles/hotspots/12/2020/1301.mvt", "")
	if string(before) != string(after) || len(before) == 0 || strings.Contains(string(before), "category") || !strings.Contains(string(scored), "category") {
		t.Errorf("%d, %d and %d bytes", len(before), len(scored), len(after))
	}
}

// No score is kept longer than it is true: after each write, one that may be kept is what one
// is that nobody asked for before.
func TestNoCacheGivesAnOldScore(t *testing.T) {
	s := start(t, func(context.Context, *intake.Door, *data.Scheme) {})
	random := rand.New(rand.NewPCG(21, 22))
	var all []*spot
	for i := range 30 {
		all = append(all, &spot{lon: -2.42 + .002*float64(i%6), lat: 54.70 + .0012*float64(i/6)})
	}
	for i := range 60 {
		at := all[random.IntN(3+i%27)]
		if random.IntN(4) == 0 && i > 30 {
			s.changeBoundary(i % 3)
		} else if err := s.send(at, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		tile := maptile.At(orb.Point{at.lon, at.lat}, 14)
		for _, address := range []string{"/v1/hotspots?", fmt.Sprintf("/v1/tiles/hotspots/14/%d/%d.mvt?scores=items&", tile.X, tile.Y)} {
			// A box around everything, of which no two are alike, changes nothing but the title.
			_, kept := s.do(http.MethodGet, address+"bbox=-3,54,-2,55", "")
			_, found := s.do(http.MethodGet, fmt.Sprintf("%sbbox=-3.%d,54,-2,55", address, 1000+i), "")
			if string(kept) != string(found) {
				t.Fatalf("after %d writes %s says\n%s\nand anew\n%s", i+1, address, kept, found)
			}
		}
	}
}

func TestPlansAreRefusedClearly(t *testing.T) {
	s := start(t, withSample(t))
	for name, c := range map[string]struct{ method, path, body, says string }{
		"a level beyond":          {"GET", "/v1/hotspots?level=14", "", "level"},
		"too many draws":          {"GET", "/v1/hotspots?p=permuted&draws=10000", "", "draws"},
		"scores of pickups":       {"GET", "/v1/tiles/pickups/16/32400/20820.mvt?scores=items", "", "for the layer hotspots"},
		"scores that are none":    {"GET", "/v1/tiles/hotspots/12/2020/1301.mvt?scores=x", "", "items or per_visit"},
		"a date that is none":     {"GET", "/v1/displacement?date=2026-13-01&area=M-001", "", "date"},
		"no place":                {"GET", "/v1/displacement?date=2026-03-04", "", "one of them"},
		"an area that is none":    {"GET", "/v1/displacement?date=2026-03-04&area=x", "", `no \"x\"`},
		"a day after the records": {"GET", "/v1/displacement?date=2030-03-04&area=M-001", "", "choose another day"},
		"too many bins":           {"GET", "/v1/bins?n=51", "", "n"},
		"by an unknown split":     {"GET", "/v1/trends?by=hour", "", "by"},
		"a start off the globe":   {"POST", "/v1/rounds", `{"start":[200,54],"leave":"06:30","minutes":60}`, "start"},
		"a time that is none":     {"POST", "/v1/rounds", `{"start":[-2.41,54.71],"leave":"25:30","minutes":60}`, "leave"},
		"a time before leaving": {"POST", "/v1/rounds", `{"start":[-2.41,54.71],"leave":"06:30","minutes":60,"mustVisit":[{"place":[-2.41,54.71],"title":"a","before":"06:00"}]}`,
			"mustVisit[0].before: 06:00 is not after"},
		"no minutes": {"POST", "/v1/rounds", `{"start":[-2.41,54.71],"leave":"06:30"}`, "minutes"},
	} {
		response, body := s.do(c.method, c.path, c.body)
		if response.StatusCode != http.StatusUnprocessableEntity && response.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), c.says) {
			t.Errorf("%s: %s %s", name, response.Status, body)
		}
	}
}

func TestARoundIsWithinItsTime(t *testing.T) {
	s := start(t, withSample(t))
	response, body := s.do(http.MethodPost, "/v1/rounds", `{"start":[-2.4132,54.7138],"leave":"23:30","minutes":60,"mustVisit":[{"place":[-2.4135,54.7145],"title":"school","before":"23:50"}],`+
		`"kinds":["needle"],"weeks":"2026-10-21/2026-11-18"}`)
	var round struct {
		Minutes float64
		Stops   []struct {
			Title, Arrive, Before string
			Expected              float64
		}
		Expected float64
	}
	if err := json.Unmarshal(body, &round); err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response.Status, string(body), err)
	}
	sum, school := 0.0, false
	for _, stop := range round.Stops {
		sum += stop.Expected
		school = school || stop.Title == "school" && stop.Before == "23:50" && stop.Arrive <= "23:50"
	}
	if !school || round.Minutes > 60 || len(round.Stops) < 2 || math.Abs(sum-round.Expected) > .01 {
		t.Errorf("%+v", round)
	}
}

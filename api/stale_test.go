package api_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"commonground/data"
	"commonground/data/intake"
)

// spot is a place that pickups with one needle each are sent for: how many were
// sent, and how many acknowledged.
type spot struct {
	lon, lat float64
	// Items that were put there, and those that were taken from there: how many
	// that was asked for, and how many were acknowledged.
	sent, acked       atomic.Int64
	leaving, departed atomic.Int64
}

// spots lie some kilometres apart: from zoom 14 on each has a tile of its own.
func spots() []*spot {
	var all []*spot
	for i := range 4 {
		all = append(all, &spot{lon: -2.52 + 0.06*float64(i), lat: 54.70})
	}
	return all
}

// Off the grid a pickup is in no square, and in the layer of pickups all the
// same.
func TestNoCacheGivesAnOldTileOffTheGrid(t *testing.T) {
	s := start(t, empty)
	b := &browser{server: s, kept: map[string]keptAnswer{}}
	at := &spot{lon: 100.00001, lat: 10}
	for n := range int64(3) {
		for _, zoom := range []maptile.Zoom{15, 16} {
			tile := maptile.At([2]float64{at.lon, at.lat}, zoom)
			if got, err := b.items(fmt.Sprintf("/v1/tiles/pickups/%d/%d/%d.mvt", zoom, tile.X, tile.Y)); err != nil || got != n {
				t.Errorf("zoom %d has %d items, want %d; %v", zoom, got, n, err)
			}
		}
		if err := s.send(at, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
}

// browser asks for tiles as one does: it keeps what it got, and asks whether
// that is still good.
type browser struct {
	server
	kept map[string]keptAnswer
}

type keptAnswer struct {
	etag string
	body []byte
}

func (b *browser) tile(path string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, b.URL+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	kept, has := b.kept[path]
	if has {
		request.Header.Set("If-None-Match", kept.etag)
	}
	response, err := b.Client().Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotModified && has:
		return kept.body, nil
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	var reader io.Reader = response.Body
	if response.Header.Get("Content-Encoding") == "gzip" {
		if reader, err = gzip.NewReader(response.Body); err != nil {
			return nil, err
		}
	}
	body, err := io.ReadAll(reader)
	b.kept[path] = keptAnswer{response.Header.Get("Etag"), body}
	return body, err
}

// items returns the items in all squares, or points, of a tile.
func (b *browser) items(path string) (int64, error) {
	body, err := b.tile(path)
	if err != nil || len(body) == 0 {
		return 0, err
	}
	layers, err := mvt.Unmarshal(body)
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, f := range layers[0].Features {
		n, _ := f.Properties["n"].(float64)
		sum += int64(n)
	}
	return sum, nil
}

// look asks for a tile at a spot, or of all spots, and complains where it lacks
// what was acknowledged before it was asked for, or has what was never sent.
func (b *browser) look(all []*spot, random *rand.Rand) error {
	some := all[random.IntN(len(all)):][:1]
	at := some[0]
	zoom := []maptile.Zoom{8, 14, 15, 16}[random.IntN(4)]
	layer := "hotspots"
	if zoom == 8 {
		some = all
	} else if zoom > 14 && random.IntN(3) == 0 {
		layer = "pickups"
	}
	tile := maptile.At([2]float64{at.lon, at.lat}, zoom)
	filter := []string{"", "?kinds=needle", "?kinds=needle,condom_used&weeks=2026-11-18/2026-11-25", "?classes=outside,managed,residential"}[random.IntN(4)]
	low, high := int64(0), int64(0)
	for _, s := range some {
		low += s.acked.Load()
	}
	path := fmt.Sprintf("/v1/tiles/%s/%d/%d/%d.mvt%s", layer, zoom, tile.X, tile.Y, filter)
	for _, s := range some {
		high -= s.departed.Load()
	}
	n, err := b.items(path)
	for _, s := range some {
		high += s.sent.Load()
		low -= s.leaving.Load()
	}
	if err == nil && (n < low || n > high) {
		err = fmt.Errorf("%s has %d items, want %d to %d", path, n, low, high)
	}
	return err
}

// send sends a pickup of one item.
func (s server) send(at *spot, ref string) error {
	return s.change(http.MethodPost, "/v1/pickups", at.pickup(ref), nil, at)
}

// correct moves a pickup to another spot; remove deletes it.
func (s server) correct(from, to *spot, ref string) error {
	return s.change(http.MethodPut, "/v1/pickups/crew/"+ref, to.pickup(ref), from, to)
}

func (s server) remove(from *spot, ref string) error {
	return s.change(http.MethodDelete, "/v1/pickups/crew/"+ref, "", from, nil)
}

func (at *spot) pickup(ref string) string {
	return fmt.Sprintf(`{"source":"crew","ref":%q,"at":"2026-11-20T09:00","lon":%v,"lat":%v,"found":{"needle":1}}`, ref, at.lon, at.lat)
}

// change makes a change by which an item leaves a spot and comes to another, and
// counts it; either may be nil.
func (s server) change(method, path, body string, from, to *spot) error {
	if from != nil {
		from.leaving.Add(1)
	}
	if to != nil {
		to.sent.Add(1)
	}
	request, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.Client().Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s %s: %s", method, path, body, response.Status)
	}
	if from != nil {
		from.departed.Add(1)
	}
	if to != nil {
		to.acked.Add(1)
	}
	return nil
}

// write sends a pickup to some spot, and may correct it or delete it after that.
func (s server) write(all []*spot, random *rand.Rand, ref string) error {
	at := all[random.IntN(len(all))]
	err := s.send(at, ref)
	if err == nil && random.IntN(3) == 0 {
		to := all[random.IntN(len(all))]
		if to != at {
			err = s.correct(at, to, ref)
			at = to
		}
	}
	if err == nil && random.IntN(3) == 0 {
		err = s.remove(at, ref)
	}
	return err
}

// wholeTown is a file of one area over all spots.
func wholeTown(class string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"id":"all","class":%q},"geometry":{"type":"Polygon","coordinates":
		[[[-2.7,54.6],[-2.2,54.6],[-2.2,54.8],[-2.7,54.8],[-2.7,54.6]]]}}`, class)
}

// TestNoCacheGivesAnOldTile has several clients write and look at once, while
// the boundary changes, and then looks at the classes after each change.
func TestNoCacheGivesAnOldTile(t *testing.T) {
	s := start(t, func(context.Context, *intake.Door, *data.Scheme) {})
	all := spots()
	const clients = 4
	rounds := 150
	if testing.Short() {
		rounds = 20
	}
	var group sync.WaitGroup
	for client := range clients {
		group.Go(func() {
			random := rand.New(rand.NewPCG(11, uint64(client)))
			b := &browser{server: s, kept: map[string]keptAnswer{}}
			for i := range rounds {
				if random.IntN(3) == 0 {
					if err := s.write(all, random, fmt.Sprint(client, "-", i)); err != nil {
						t.Error(err)
					}
				}
				if err := b.look(all, random); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		for i := range 6 {
			s.changeBoundary(i)
		}
	})
	group.Wait()
	b := &browser{server: s, kept: map[string]keptAnswer{}}
	sum := int64(0)
	for _, at := range all {
		sum += at.acked.Load() - at.departed.Load()
	}
	for i := range 6 {
		class := s.changeBoundary(i)
		tile := maptile.At([2]float64{all[0].lon, all[0].lat}, 8)
		for _, other := range []string{"managed", "residential", "non_residential"} {
			want := int64(0)
			if other == class {
				want = sum
			}
			n, err := b.items(fmt.Sprintf("/v1/tiles/hotspots/8/%d/%d.mvt?classes=%s", tile.X, tile.Y, other))
			if err != nil || n != want {
				t.Errorf("after change %d %d items are %s, want %d; %v", i, n, other, want, err)
			}
		}
	}
}

// changeBoundary puts in a boundary, or takes back every third, and returns the
// class that it gives the whole town.
func (s server) changeBoundary(i int) string {
	classes := []string{"managed", "residential", "non_residential"}
	if i%3 == 2 {
		if response, body := s.do(http.MethodPost, "/v1/boundaries/undo", ""); response.StatusCode >= 300 {
			s.t.Error(response.Status, string(body))
		}
		return classes[(i-2)%3]
	}
	response, err := s.Client().Post(s.URL+"/v1/boundaries?from=2026-11-01", "application/geo+json",
		strings.NewReader(`{"type":"FeatureCollection","features":[`+wholeTown(classes[i%3])+`]}`))
	if err != nil {
		s.t.Error(err)
		return ""
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		content, _ := io.ReadAll(response.Body)
		s.t.Error(response.Status, string(content))
	}
	return classes[i%3]
}

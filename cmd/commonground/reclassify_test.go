package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
)

// To measure: go test ./cmd/commonground -run Reclassify -v -timeout 20m -reclassify.records 1000000
var reclassifyRecords = flag.Int("reclassify.records", 5000, "pickups in the store when the boundary changes under load")

// reclassifyWeeks is how long the pickups go back.
const reclassifyWeeks = 260

// manyPickups are pickups of a town of 5 by 5 km in five years: four in five
// lie around 300 spots, some of which are visited far more often than others.
func manyPickups(random *rand.Rand, from, to, n int, end data.Date) []data.Pickup {
	spots := rand.New(rand.NewPCG(7, 7))
	often := rand.NewZipf(random, 1.1, 3, 299)
	places := make([][2]float64, 300)
	for i := range places {
		places[i] = [2]float64{spots.Float64(), spots.Float64()}
	}
	first := (end - reclassifyWeeks*7).In(time.UTC)
	batch := make([]data.Pickup, 0, to-from)
	for i := from; i < to; i++ {
		at := [2]float64{random.Float64(), random.Float64()}
		if random.IntN(5) > 0 {
			spot := places[often.Uint64()]
			at = [2]float64{spot[0] + random.NormFloat64()*0.005, spot[1] + random.NormFloat64()*0.005}
		}
		point := geo.Point{Lon: -24_550_000 + int32(at[0]*750_000), Lat: 546_950_000 + int32(at[1]*450_000)}
		batch = append(batch, data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprintf("%08d", i)}, Position: data.Position{Point: &point, AccuracyM: float64(random.IntN(12))},
			At: data.InstantOf(first.Add(time.Duration(i) * (reclassifyWeeks * 7 * 24 * time.Hour / time.Duration(n)))),
			Found: []data.Quantity{
				{Kind: "condom_unused", Items: random.IntN(2)}, {Kind: "condom_used", Items: random.IntN(4)}, {Kind: "needle", Items: random.IntN(3) / 2},
			},
		})
	}
	return batch
}

// filled is a store with the sample's areas and n pickups before a day.
func filled(t *testing.T, n int, end data.Date) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "town.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	door := intake.New(store)
	if _, err := door.PutScheme(t.Context(), sample.SchemeText()); err != nil {
		t.Fatal(err)
	}
	if _, err := door.PutBoundary(t.Context(), end-10*366, nil, sample.Areas(1)); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < n; from += 10_000 {
		batch := manyPickups(random, from, min(from+10_000, n), n, end)
		if _, refused, err := door.PutPickups(t.Context(), batch); err != nil || len(refused) > 0 {
			t.Fatal(err, refused)
		}
	}
	return path
}

// turned are the sample's areas, each of the next class: nearly every record
// gets another one.
func turned(t *testing.T) string {
	t.Helper()
	file := geojson.NewFeatureCollection()
	for _, area := range sample.Areas(1) {
		feature := geojson.NewFeature(area.Shape)
		feature.Properties = geojson.Properties{"id": area.ID, "name": area.Name, "class": (area.Class%3 + 1).String()}
		file.Append(feature)
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// load asks a server for tiles and sends it pickups until stopped.
type load struct {
	serving
	end    data.Date
	stop   context.CancelFunc
	group  sync.WaitGroup
	mu     sync.Mutex
	tiles  []answered
	sent   []answered
	failed []string
}

// answered is when a request was sent and how long its answer took.
type answered struct {
	at   time.Time
	took time.Duration
}

// tileEvery is the pace of tiles, that of several people who move the map.
const tileEvery = 20 * time.Millisecond

func (s serving) underLoad(ctx context.Context, end data.Date) *load {
	l := &load{serving: s, end: end}
	ctx, l.stop = context.WithCancel(ctx)
	l.group.Go(func() { l.askTiles(ctx) })
	for crew := range 2 {
		l.group.Go(func() { l.sendPickups(ctx, crew) })
	}
	return l
}

func (l *load) askTiles(ctx context.Context) {
	random := rand.New(rand.NewPCG(3, 4))
	filters := []string{"", "", "?kinds=needle", "?classes=managed,residential", "?weeks=" + (l.end - 52*7).String() + "/" + l.end.String()}
	ticker := time.NewTicker(tileEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		zoom := maptile.Zoom(11 + random.IntN(6))
		at := maptile.At([2]float64{-2.455 + random.Float64()*0.075, 54.695 + random.Float64()*0.045}, zoom)
		path := fmt.Sprintf("/v1/tiles/hotspots/%d/%d/%d.mvt%s", zoom, at.X, at.Y, filters[random.IntN(len(filters))])
		// At its own pace, whether or not the one before was answered.
		l.group.Go(func() { l.do(ctx, http.MethodGet, path, "", &l.tiles) })
	}
}

func (l *load) sendPickups(ctx context.Context, crew int) {
	for n := 0; ctx.Err() == nil; n++ {
		body := fmt.Sprintf(`{"source":"late","ref":"%d-%d","at":"%vT09:00","lon":-2.42,"lat":54.72,"found":{"needle":1}}`, crew, n, l.end)
		l.do(context.WithoutCancel(ctx), http.MethodPost, "/v1/pickups", body, &l.sent)
		time.Sleep(tileEvery)
	}
}

func (l *load) do(ctx context.Context, method, path, body string, into *[]answered) {
	request, err := http.NewRequestWithContext(ctx, method, l.origin+path, strings.NewReader(body))
	if err != nil {
		panic(err) // the addresses are ours
	}
	request.Header.Set("Content-Type", "application/json")
	started := time.Now()
	status := 0
	response, err := allRoles.Do(request)
	if err == nil {
		status = response.StatusCode
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	if ctx.Err() != nil {
		return // the end of the load cut it off
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	*into = append(*into, answered{started, time.Since(started)})
	if err != nil || status >= 300 {
		l.failed = append(l.failed, fmt.Sprint(method, " ", path, ": ", status, " ", err))
	}
}

func (l *load) finish() {
	l.stop()
	l.group.Wait()
}

// quantiles are those of the requests sent in a span of time.
func quantiles(all []answered, from, to time.Time) string {
	var took []time.Duration
	for _, a := range all {
		if !a.at.Before(from) && a.at.Before(to) {
			took = append(took, a.took)
		}
	}
	if len(took) == 0 {
		return "none"
	}
	slices.Sort(took)
	at := func(share float64) time.Duration {
		return took[int(share*float64(len(took)-1))].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("%d, p50 %v, p99 %v, max %v", len(took), at(0.5), at(0.99), at(1))
}

// byClass are visits and items by class, and visits by week and class, of the
// records that were there before the load.
func (s serving) byClass(t *testing.T, end data.Date) map[string]int64 {
	t.Helper()
	sums := map[string]int64{}
	weeks := "&weeks=" + (end - (reclassifyWeeks+1)*7).String() + "/" + end.String()
	for _, by := range []string{"class", "week,class", "class,kind"} {
		var answer struct {
			Rows []struct {
				Week, Class, Kind string
				Items, Visits     int64
			}
		}
		if err := json.Unmarshal(s.get(t, "/v1/counts?by="+by+weeks), &answer); err != nil {
			t.Fatal(err)
		}
		for _, row := range answer.Rows {
			about := row.Week + " " + row.Class + " " + row.Kind
			sums[about+" items"] += row.Items
			sums[about+" visits"] += row.Visits
		}
	}
	return sums
}

// previewed is what a preview says, for byClass.
type previewed struct {
	Changed struct{ Visits int64 }
	Weeks   []struct {
		Week, Before, After string
		Visits              int64
		Items               map[string]int64
	}
}

// apply adds it to counts. What the load sent is in the week that starts on
// end, and not in the counts.
func (p previewed) apply(sums map[string]int64, end data.Date) {
	for _, row := range p.Weeks {
		if row.Week == end.String() {
			continue
		}
		items := int64(0)
		for kind, n := range row.Items {
			sums[" "+row.Before+" "+kind+" items"] -= n
			sums[" "+row.After+" "+kind+" items"] += n
			items += n
		}
		for _, week := range []string{"", row.Week} {
			sums[week+" "+row.Before+"  items"] -= items
			sums[week+" "+row.After+"  items"] += items
			sums[week+" "+row.Before+"  visits"] -= row.Visits
			sums[week+" "+row.After+"  visits"] += row.Visits
		}
	}
}

func sameSums(t *testing.T, want, got map[string]int64) {
	t.Helper()
	for about, n := range want {
		if got[about] != n {
			t.Errorf("%s: %d, want %d", about, got[about], n)
		}
	}
	for about, n := range got {
		if want[about] != n {
			t.Errorf("%s: %d, want %d", about, n, want[about])
		}
	}
}

func (s serving) post(t *testing.T, path, body string) []byte {
	t.Helper()
	response, err := allRoles.Post(s.origin+path, "application/geo+json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s: %s %v %s", path, response.Status, err, content)
	}
	return content
}

// committed returns when a store has settings of a revision, give or take 20
// milliseconds: looking more often would be part of the load.
func committed(ctx context.Context, store *sqlite.Store, revision int64) time.Time {
	for ctx.Err() == nil {
		if settings, err := store.Settings(ctx); err == nil && settings.Revision >= revision {
			break
		}
		time.Sleep(40 * time.Millisecond)
	}
	return time.Now()
}

// TestReclassifyUnderLoad changes the boundary while tiles are asked for and
// pickups sent: counts before and what was previewed are the counts after, no
// request fails, and what was sent is there. It prints the times.
func TestReclassifyUnderLoad(t *testing.T) {
	const end = data.Date(20_782) // a Wednesday, the sample's first day of the week
	path := filled(t, *reclassifyRecords, end)
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s := startServing(t, path)
	areas, from := turned(t), "?from="+(end-10*366).String()
	l := s.underLoad(t.Context(), end)
	started := time.Now()
	time.Sleep(min(5*time.Second, time.Duration(*reclassifyRecords)*100*time.Microsecond))
	t.Logf("%d pickups; before: tiles %s", *reclassifyRecords, quantiles(l.tiles, started, time.Now()))
	for round, change := range []struct{ preview, do string }{
		{"/v1/boundaries/preview" + from, "/v1/boundaries" + from},
		{"/v1/boundaries/undo?preview=true", "/v1/boundaries/undo"},
		{"/v1/boundaries/preview" + from, "/v1/boundaries" + from},
	} {
		body := areas
		if strings.Contains(change.do, "undo") {
			body = ""
		}
		want := s.byClass(t, end)
		var p previewed
		began := time.Now()
		if err := json.Unmarshal(s.post(t, change.preview, body), &p); err != nil {
			t.Fatal(err)
		}
		t.Logf("POST %s: %d visits would change class, %v", change.preview, p.Changed.Visits, time.Since(began).Round(time.Millisecond))
		p.apply(want, end)
		commit := make(chan time.Time, 1)
		began = time.Now()
		go func() { commit <- committed(t.Context(), store, int64(round)+3) }()
		s.post(t, change.do, body)
		reached := time.Now()
		sameSums(t, want, s.byClass(t, end))
		l.mu.Lock()
		t.Logf("POST %s: committed after %v, in counts and tiles after %v; meanwhile tiles %s; pickups %s", change.do,
			(<-commit).Sub(began).Round(time.Millisecond), reached.Sub(began).Round(time.Millisecond),
			quantiles(l.tiles, began, reached), quantiles(l.sent, began, reached))
		l.mu.Unlock()
	}
	l.finish()
	t.Logf("tiles in all %s; pickups sent %d, requests failed %d", quantiles(l.tiles, started, time.Now()), len(l.sent), len(l.failed))
	if len(l.failed) > 0 {
		t.Errorf("failed: %s", strings.Join(l.failed[:min(5, len(l.failed))], "\n"))
	}
	var late struct{ Total struct{ Visits int } }
	if err := json.Unmarshal(s.get(t, "/v1/counts?weeks="+end.String()+"/"+(end+7).String()), &late); err != nil {
		t.Fatal(err)
	}
	if late.Total.Visits != len(l.sent) {
		t.Errorf("%d of the %d pickups sent meanwhile are counted", late.Total.Visits, len(l.sent))
	}
}

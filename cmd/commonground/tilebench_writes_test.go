package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/geo"
	"commonground/geo/grid"
)

var (
	tilesSeconds = flag.Int("tiles.seconds", 2, "how long tiles are read while pickups are written")
	tilesBatch   = flag.Int("tiles.batch", 10, "how many pickups are written in one request meanwhile")
)

// What the server is asked for while it is watched, where the machine can do
// it: so many pickups written and tiles read in a second.
const (
	writesPerSecond, writers = 1000, 10
	readsPerSecond, readers  = 2000, 8
	probesPerSecond          = 50
)

// TestWritesAreInTheNextTile writes pickups and reads tiles, as many as is
// asked for, and meanwhile sends a pickup and asks for its tile as soon as the
// answer is there: the tile must have it, every time. How many pickups are in
// the store at first is -tiles.records. It prints the times:
//
//	go test ./cmd/commonground -run WritesAreInTheNextTile -count 1 -v -tiles.seconds 60 -tiles.records 1000000
func TestWritesAreInTheNextTile(t *testing.T) {
	town := newBenchTown(t, cmp.Or(*tilesRecords, fewRecords))
	s := startServing(t, town.path)
	b := &bustle{t: t, town: town}
	p := b.newProber(newClient(t, s.origin))
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(*tilesSeconds)*time.Second)
	defer cancel()
	b.started = time.Now()
	var group sync.WaitGroup
	for worker := range writers {
		c := newClient(t, s.origin)
		group.Go(func() { b.writes[worker] = b.write(ctx, c, worker) })
	}
	for worker := range readers {
		c := newClient(t, s.origin)
		group.Go(func() { b.reads[worker] = b.read(ctx, c, worker) })
	}
	group.Go(func() { paced(ctx, probesPerSecond, p.probe) })
	group.Wait()
	b.report(p)
}

// bustle is what goes on meanwhile.
type bustle struct {
	t       testing.TB
	town    *benchTown
	started time.Time
	writes  [writers]speed
	reads   [readers]speed
}

// paced calls something so many times a second until ctx ends; where it takes
// too long, the next follows at once.
func paced(ctx context.Context, perSecond int, do func(n int)) {
	every := time.Second / time.Duration(perSecond)
	started := time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		time.Sleep(time.Until(started.Add(time.Duration(n) * every)))
		do(n)
	}
}

// timed does a request, adds its time to those of s, and complains about a
// failure.
func (b *bustle) timed(s *speed, c *client, status int, request [4]string) (reply, bool) {
	before := time.Now()
	got, err := c.do(request[0], request[1], request[2], request[3])
	s.took = append(s.took, time.Since(before))
	s.requests++
	if err == nil && got.status != status {
		err = fmt.Errorf("status %d: %.200s", got.status, got.body)
	}
	if err != nil {
		b.t.Errorf("%s %s: %v", request[0], request[1], err)
	}
	return got, err == nil
}

// write sends batches of pickups, west of the middle.
func (b *bustle) write(ctx context.Context, c *client, worker int) (s speed) {
	west := slices.DeleteFunc(slices.Clone(b.town.drawn), func(p geo.Point) bool { return p.Lon >= middleLon })
	random := rand.New(rand.NewPCG(7, uint64(worker)))
	paced(ctx, max(1, writesPerSecond / *tilesBatch / writers), func(n int) {
		var batch []string
		for i := range *tilesBatch {
			batch = append(batch, b.town.pickupBody(fmt.Sprint(worker, "-", n, "-", i), west[random.IntN(len(west))]))
		}
		b.timed(&s, c, http.StatusOK, [4]string{http.MethodPost, "/v1/pickups", "", "[" + strings.Join(batch, ",") + "]"})
	})
	return s
}

// middleLon parts the town: others write west of it, the prober east.
const middleLon = -15_500_000

// pickupBody is a pickup of the last day that found a needle.
func (town *benchTown) pickupBody(ref string, p geo.Point) string {
	return fmt.Sprintf(`{"source":"late","ref":%q,"at":"%vT09:00","lon":%.7f,"lat":%.7f,"found":{"needle":1}}`,
		ref, town.scheme.WeekStart(town.weeks.To)-1, p.Orb().Lon(), p.Orb().Lat())
}

// read asks for tiles of all zooms, most often of the high ones.
func (b *bustle) read(ctx context.Context, c *client, worker int) (s speed) {
	random := rand.New(rand.NewPCG(8, uint64(worker)))
	paced(ctx, readsPerSecond/readers, func(int) {
		zoom := []int{10, 12, 12, 14, 14, 14, 14, 16, 16, 16}[random.IntN(10)]
		tile := tileOf(b.town.drawn[random.IntN(len(b.town.drawn))], zoom)
		b.timed(&s, c, http.StatusOK, [4]string{http.MethodGet, address(tile, ""), "", ""})
	})
	return s
}

// prober sends a pickup and looks for it in a tile, at places that it alone
// writes to.
type prober struct {
	*bustle
	client      *client
	places      []geo.Point
	squares     map[grid.Key]int // visits to their squares
	posts, gets speed
	afterAnswer []time.Duration // from the answer to the POST until a tile had it
	afterSend   []time.Duration // from the POST
}

func (b *bustle) newProber(c *client) *prober {
	p := &prober{bustle: b, client: c, squares: map[grid.Key]int{}}
	for _, point := range b.town.drawn {
		if point.Lon > middleLon+20_000 && len(p.places) < 50 {
			p.places = append(p.places, point)
		}
	}
	for _, place := range p.places {
		key := p.keyOf(place)
		p.squares[key], _ = p.visitsTo(place, "")
	}
	return p
}

func (p *prober) keyOf(place geo.Point) grid.Key {
	square, _ := p.town.scheme.Grid.Square(place) // all of the town is on the grid
	return square.Key()
}

// visitsTo reads how many visits a tile has to the square of a place. The tag
// is that of the tile read before.
func (p *prober) visitsTo(place geo.Point, header string) (visits int, tag string) {
	path := address(tileOf(place, 14), "")
	got, ok := p.timed(&p.gets, p.client, http.StatusOK, [4]string{http.MethodGet, path, header, ""})
	if !ok {
		return 0, ""
	}
	return drawnSquares(p.t, got.body)[float64(p.keyOf(place))].numbers["visits"], got.tag
}

// probe asks with the tag of the tile as it was before: an answer that it did
// not change would be wrong.
func (p *prober) probe(n int) {
	place := p.places[n%len(p.places)]
	before, tag := p.visitsTo(place, "")
	key := p.keyOf(place)
	if before != p.squares[key] {
		p.t.Errorf("the square of %v has %d visits, %d were answered for", place, before, p.squares[key])
	}
	sent := time.Now()
	body := p.town.pickupBody(fmt.Sprint("probe-", n), place)
	if _, ok := p.timed(&p.posts, p.client, http.StatusCreated, [4]string{http.MethodPost, "/v1/pickups", "", body}); !ok {
		return
	}
	answered := time.Now()
	p.squares[key]++
	if got, _ := p.visitsTo(place, "If-None-Match: "+tag+"\r\n"); got != p.squares[key] {
		p.t.Errorf("the tile asked for after the answer has %d visits to the square of %v, not %d", got, place, p.squares[key])
	}
	p.afterAnswer = append(p.afterAnswer, time.Since(answered))
	p.afterSend = append(p.afterSend, time.Since(sent))
}

// report prints the times and rates, and checks that nothing was lost.
func (b *bustle) report(p *prober) {
	b.t.Helper()
	elapsed := time.Since(b.started)
	var writes, reads []time.Duration
	for _, s := range b.writes {
		writes = append(writes, s.took...)
	}
	for _, s := range b.reads {
		reads = append(reads, s.took...)
	}
	sent := len(writes)**tilesBatch + len(p.posts.took)
	b.t.Logf("%s pickups written a second, %d in a request; %s tiles read a second",
		figure(float64(sent)/elapsed.Seconds()), *tilesBatch, figure(float64(len(reads)+len(p.gets.took))/elapsed.Seconds()))
	for _, line := range []struct {
		about string
		took  []time.Duration
	}{
		{"a POST of a batch", writes}, {"a GET of a tile", reads}, {"a POST of one pickup", p.posts.took},
		{"from its answer until a tile had it", p.afterAnswer}, {"from the POST until a tile had it", p.afterSend},
	} {
		slices.Sort(line.took)
		s := speed{took: line.took}
		b.t.Logf("%s: %d times, p50 %s ms, p99 %s ms, max %s ms", line.about, len(line.took),
			milliseconds(s.quantile(0.5)), milliseconds(s.quantile(0.99)), milliseconds(s.quantile(1)))
	}
	if len(p.afterSend) == 0 {
		b.t.Error("nothing was looked for")
	}
	if n, err := b.storedLate(); err != nil || n != sent {
		b.t.Errorf("%d of the %d pickups sent are stored: %v", n, sent, err)
	}
}

// storedLate counts the pickups that were sent meanwhile.
func (b *bustle) storedLate() (n int, err error) {
	_, pickups, err := b.town.store.Pickups(b.t.Context())
	if err != nil {
		return 0, err
	}
	for p, failed := range pickups {
		err = errors.Join(err, failed)
		if p.Source == "late" {
			n++
		}
	}
	return n, err
}

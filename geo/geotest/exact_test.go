package geotest

import (
	"flag"
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// How many points are compared with peers; half of them over the city, the
// others over the nasty sets.
var (
	randomPoints      = flag.Int("exact.random", 300_000, "random points to compare with PostGIS and GEOS")
	adversarialPoints = flag.Int("exact.adversarial", 100_000, "adversarial points to compare with PostGIS and GEOS")
)

// atOnce is how many points are held at a time.
const atOnce = 1_000_000

// thinned says of which share of a set's points PostGIS is asked, where it is
// very slow: it looks through all edges level with a point.
var thinned = map[string]int{"a comb of 10,000 teeth": 200}

// TestAgreesWithPostGISAndGEOS compares areas, not only classes. Shapes that
// are not valid are made valid by the peers, each polygon by itself. A
// difference fails unless the peer has one of the excuses and the oracle sides
// with us.
func TestAgreesWithPostGISAndGEOS(t *testing.T) {
	t.Parallel()
	peers := newPeers(t)
	sets := Nasty()
	random, adversarial := *randomPoints/2, *adversarialPoints/2
	if testing.Short() {
		random, adversarial = random/10, adversarial/10
	}
	for _, set := range sets {
		peers.compare(t, set, random/len(sets), adversarial/len(sets))
	}
	peers.compare(t, Set{"the city", Workload(5001)}, random, adversarial)
	t.Log(peers)
	if peers.points == 0 || peers.invalid == 0 {
		t.Error("nothing was compared")
	}
}

// peers are PostGIS and GEOS, with counts of what was compared with them, and
// of the differences that were excused.
type peers struct {
	db              *postgis
	program         string
	points, invalid int
	postgis, geos   [excuseCount]int
}

func newPeers(t *testing.T) *peers {
	t.Helper()
	return &peers{db: newPostGIS(t), program: geosProgram(t)}
}

func (c *peers) String() string {
	return fmt.Sprintf("%d points, %d invalid polygons; excused as %v, %v, %v: PostGIS %d, GEOS %d",
		c.points, c.invalid, redrawn, doubled, inexact, c.postgis, c.geos)
}

func (c *peers) compare(t *testing.T, set Set, random, adversarial int) {
	t.Helper()
	classifier := prepared(t, set.Areas)
	ranked := classifier.Areas()
	c.invalid += c.db.load(ranked)
	judge := comparison{Set: set, ranked: ranked, oracle: NewOracle(set.Areas), excuses: newExcuses(set.Areas)}
	for seed := uint64(1); random+adversarial > 0; seed++ {
		points := Points(set.Areas, min(random, atOnce), seed)
		points = append(points, Adversarial(set.Areas, min(adversarial, atOnce), seed)...)
		random, adversarial = max(0, random-atOnce), max(0, adversarial-atOnce)
		ours := make([]int32, len(points))
		classifier.Locate(ours, points)
		judge.with(t, "GEOS", &c.geos, points, [2][]int32{ours, askGEOS(t, c.program, ranked, points).batches[0].ranks})
		points, ours = everyNth(points, thinned[set.Name]), everyNth(ours, thinned[set.Name])
		c.db.ask(points)
		judge.with(t, "PostGIS", &c.postgis, points, [2][]int32{ours, c.db.answers(byArea, len(points))})
		c.points += len(points)
	}
}

func everyNth[T any](all []T, n int) []T {
	if n < 2 {
		return all
	}
	var some []T
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// comparison judges where two engines' answers differ.
type comparison struct {
	Set
	ranked  []geo.Area
	oracle  *Oracle
	excuses *excuses
}

// with reports the differences between our answers and a peer's, a few in full,
// and counts those that are excused.
func (c comparison) with(t *testing.T, peer string, excused *[excuseCount]int, points []geo.Point, answers [2][]int32) {
	t.Helper()
	const inFull = 5
	differences := 0
	for i, p := range points {
		if answers[0][i] == answers[1][i] {
			continue
		}
		both := answersOf(c.ranked, []int32{answers[0][i], answers[1][i]})
		id, class := c.oracle.Place(p)
		law := answer{id, class}
		if excuse, ok := c.excuses.of(p, peer == "PostGIS"); ok && both[0] == law {
			excused[excuse]++
			continue
		}
		if differences++; differences <= inFull {
			t.Errorf("%s: %v: ours %v, %s %v, the oracle %v", c.Name, p, both[0], peer, both[1], law)
		}
	}
	if differences > inFull {
		t.Errorf("%s: %d differences from %s", c.Name, differences, peer)
	}
}

// TestFlawsAreFoundWherePostGISFindsThem checks each polygon of the nasty sets
// by itself. A ring without a point is a flaw to us alone, and PostGIS is slow
// on the longest rings.
func TestFlawsAreFoundWherePostGISFindsThem(t *testing.T) {
	t.Parallel()
	var alone []geo.Area
	for _, set := range Nasty() {
		for _, area := range set.Areas {
			for _, polygon := range area.Shape {
				n := len(ringsOf(polygon))
				if n > 0 && n == len(polygon) && len(polygon[0]) < 5000 {
					alone = append(alone, geo.Area{ID: set.Name + " " + area.ID, Class: area.Class, Shape: orb.MultiPolygon{polygon}})
				}
			}
		}
	}
	db := newPostGIS(t)
	db.load(alone)
	for i, valid := range db.valid(len(alone)) {
		if flaws := alone[i].Flaws(); (len(flaws) == 0) != valid {
			t.Errorf("%s: valid is %v, flaws are %v", alone[i].ID, valid, flaws)
		}
	}
}

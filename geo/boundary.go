package geo

import (
	"fmt"
	"slices"
	"time"
)

// Boundary is a set of areas in force for the half-open span [From, To).
type Boundary struct {
	// Version numbers boundaries in the order in which they were put in.
	Version int64
	// From is Required.
	From time.Time
	// To is after From. Default: the zero time, for no end.
	To time.Time
	// Withdrawn is the revision of the settings that took the version back.
	// Default: 0, for one that stands. A version taken back is never in force.
	Withdrawn int64
	// Areas may be empty: then every point is Outside.
	Areas []Area
}

// InForce reports whether the boundary stands and its own span holds t.
func (b Boundary) InForce(t time.Time) bool {
	return b.Withdrawn == 0 && !t.Before(b.From) && (b.To.IsZero() || t.Before(b.To))
}

// Timeline chooses among versions of the boundary by time. A later version
// replaces its own span and leaves the rest of the earlier ones; one that was
// withdrawn replaces nothing:
//
//	version 1  ├──────────────────────────▶
//	version 2           ├────────┤
//	in force   1111111112222222222111111111
//
// It is immutable; any number of goroutines may ask it at once. The zero
// value has no boundary: every point is Unclassified.
type Timeline struct {
	versions []version // the latest put in first; none that was withdrawn
}

type version struct {
	Boundary
	classifier *Classifier
}

// NewTimeline prepares a classifier for each boundary that stands. It refuses
// a span that is empty, a version there twice, and what NewClassifier refuses.
func NewTimeline(boundaries []Boundary) (*Timeline, error) {
	return new(Timeline).Following(boundaries)
}

// Following returns the timeline of a list of boundaries. Versions that this
// one has as well keep their classifiers, for a version never changes. It
// refuses what NewTimeline refuses.
func (t *Timeline) Following(boundaries []Boundary) (*Timeline, error) {
	next := &Timeline{}
	for _, b := range boundaries {
		if b.Withdrawn != 0 {
			continue
		}
		v := version{Boundary: b}
		if at, found := t.find(b.Version); found {
			v.classifier = t.versions[at].classifier
		}
		if err := next.insert(v); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// With returns a timeline that has one boundary more, and shares the prepared
// classifiers of this one.
func (t *Timeline) With(b Boundary) (*Timeline, error) {
	more := &Timeline{versions: slices.Clone(t.versions)}
	return more, more.insert(version{Boundary: b})
}

// Without returns a timeline that lacks a version, and shares the prepared
// classifiers of this one.
func (t *Timeline) Without(number int64) *Timeline {
	fewer := slices.DeleteFunc(slices.Clone(t.versions), func(v version) bool { return v.Version == number })
	return &Timeline{versions: fewer}
}

// find returns where a version stands, or would stand.
func (t *Timeline) find(number int64) (at int, found bool) {
	later := func(v version, number int64) int { return int(number - v.Version) }
	return slices.BinarySearchFunc(t.versions, number, later)
}

// insert adds a version, whose classifier it prepares where it has none.
func (t *Timeline) insert(v version) (err error) {
	if !v.To.IsZero() && !v.From.Before(v.To) {
		return fmt.Errorf("geo: boundary %d ends at %v, which is not after its start", v.Version, v.To)
	}
	at, found := t.find(v.Version)
	if found {
		return fmt.Errorf("geo: boundary version %d is there twice", v.Version)
	}
	if v.classifier == nil {
		if v.classifier, err = NewClassifier(v.Areas); err != nil {
			return fmt.Errorf("boundary %d: %w", v.Version, err)
		}
	}
	t.versions = slices.Insert(t.versions, at, v)
	return nil
}

// At returns the boundary in force at a time and its classifier, or false
// where none was.
func (t *Timeline) At(when time.Time) (Boundary, *Classifier, bool) {
	for i := range t.versions {
		if v := &t.versions[i]; v.InForce(when) {
			return v.Boundary, v.classifier, true
		}
	}
	return Boundary{}, nil, false
}

// Place classifies a point at a time. accuracyM is the radius in metres within
// which the point was fixed, 0 where that isn't known. The hours are left
// unknown: Timeline knows nothing of precision.
func (t *Timeline) Place(p Point, accuracyM float64, when time.Time) Place {
	boundary, classifier, ok := t.At(when)
	if !ok {
		return Place{Class: Unclassified}
	}
	place := Place{Version: boundary.Version}
	if area, ok := classifier.Area(p); ok {
		place.Class, place.Area = area.Class, area.ID
	}
	place.NearBoundary = near(classifier, p, accuracyM)
	return place
}

// near reports whether a radius around p reaches a place of another class.
func near(classifier *Classifier, p Point, accuracyM float64) bool {
	return accuracyM > 0 && classifier.nearestM(p, min(accuracyM, FarM)) <= accuracyM
}

// placesAtOnce is how many points go through Places together: few enough to
// stay in the nearest cache.
const placesAtOnce = 512

// Places is Place for many points, each at its own time, and several times as
// fast for each. places, points and when must be of one length, and accuracyM
// too, unless it is nil: then no place is marked as near the boundary.
func (t *Timeline) Places(places []Place, points []Point, accuracyM []float64, when []time.Time) {
	var some batch
	for from := 0; from < len(points); from += placesAtOnce {
		to := min(from+placesAtOnce, len(points))
		some.accuracyM = nil
		if accuracyM != nil {
			some.accuracyM = accuracyM[from:to]
		}
		t.some(places[from:to], points[from:to], when[from:to], &some)
	}
}

// batch lists the points, of those that go through Places together, for which
// one version answers.
type batch struct {
	accuracyM []float64 // of all that go through together, or nil
	n         int
	at        [placesAtOnce]uint16
	points    [placesAtOnce]Point
	ranks     [placesAtOnce]int32
	left      [placesAtOnce]uint16 // those that no version has answered for yet
}

// some answers for up to placesAtOnce points, version by version: each takes
// those at whose time it is in force, and leaves the others to earlier ones.
func (t *Timeline) some(places []Place, points []Point, when []time.Time, b *batch) {
	left := b.left[:len(points)]
	for i := range left {
		left[i] = uint16(i)
	}
	for k := range t.versions {
		v := &t.versions[k]
		b.n = 0
		others := left[:0]
		for _, i := range left {
			if !v.InForce(when[i]) {
				others = append(others, i)
				continue
			}
			b.at[b.n], b.points[b.n] = i, points[i]
			b.n++
		}
		v.places(places, b)
		left = others
	}
	for _, i := range left {
		places[i] = Place{Class: Unclassified}
	}
}

func (v *version) places(places []Place, b *batch) {
	points, ranks := b.points[:b.n], b.ranks[:b.n]
	v.classifier.Locate(ranks, points)
	areas := v.classifier.Areas()
	for k, i := range b.at[:b.n] {
		place := Place{Version: v.Version}
		if rank := ranks[k]; rank != None {
			place.Class, place.Area = areas[rank].Class, areas[rank].ID
		}
		if b.accuracyM != nil {
			place.NearBoundary = near(v.classifier, points[k], b.accuracyM[i])
		}
		places[i] = place
	}
}

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
	// Areas may be empty: then every point is Outside.
	Areas []Area
}

// InForce reports whether the boundary's own span holds t.
func (b Boundary) InForce(t time.Time) bool {
	return !t.Before(b.From) && (b.To.IsZero() || t.Before(b.To))
}

// Timeline chooses among versions of the boundary by time. A later version
// replaces its own span and leaves the rest of the earlier ones:
//
//	version 1  ├──────────────────────────▶
//	version 2           ├────────┤
//	in force   1111111112222222222111111111
//
// It is immutable; any number of goroutines may ask it at once. The zero
// value has no boundary: every point is Unclassified.
type Timeline struct {
	versions []version // the latest put in first
}

type version struct {
	Boundary
	classifier *Classifier
}

// NewTimeline prepares a classifier for each boundary. It refuses a span that
// is empty, a version there twice, and what NewClassifier refuses.
func NewTimeline(boundaries []Boundary) (*Timeline, error) {
	t := &Timeline{}
	for _, b := range boundaries {
		if _, err := t.with(b); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// With returns a timeline that has one boundary more, and shares the prepared
// classifiers of this one.
func (t *Timeline) With(b Boundary) (*Timeline, error) {
	more := &Timeline{versions: slices.Clone(t.versions)}
	return more.with(b)
}

func (t *Timeline) with(b Boundary) (*Timeline, error) {
	if !b.To.IsZero() && !b.From.Before(b.To) {
		return nil, fmt.Errorf("geo: boundary %d ends at %v, which is not after its start", b.Version, b.To)
	}
	classifier, err := NewClassifier(b.Areas)
	if err != nil {
		return nil, fmt.Errorf("boundary %d: %w", b.Version, err)
	}
	later := func(v version, number int64) int { return int(number - v.Version) }
	at, found := slices.BinarySearchFunc(t.versions, b.Version, later)
	if found {
		return nil, fmt.Errorf("geo: boundary version %d is there twice", b.Version)
	}
	t.versions = slices.Insert(t.versions, at, version{Boundary: b, classifier: classifier})
	return t, nil
}

// At returns the boundary in force at a time and its classifier, or false
// where none was.
func (t *Timeline) At(when time.Time) (Boundary, *Classifier, bool) {
	for _, v := range t.versions {
		if v.InForce(when) {
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
	if accuracyM > 0 {
		distanceM, _ := classifier.DistanceM(p)
		place.NearBoundary = distanceM <= accuracyM
	}
	return place
}

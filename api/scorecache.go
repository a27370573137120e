package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/scores"
)

// scoreCache keeps scores, which all tiles of a map share. Each depends on all
// squares of its filter: it is given out only while nothing was written to its
// weeks.
type scoreCache struct {
	kept     *otter.Cache[string, *keptScores] // nil where none are kept
	flights  singleflight.Group
	versions weekVersions
	made     atomic.Uint64
}

// keptScores are scores with the position of the feed up to which they count, and a
// number that no others have.
type keptScores struct {
	*scores.Scores
	position int64
	number   uint64
}

// scoreBytes bounds what is kept: some ten maps of a city of 40,000 squares.
const scoreBytes = 64 << 20

// newScoreCache keeps scores where tiles are kept.
func newScoreCache(tileBytes int) *scoreCache {
	if tileBytes <= 0 {
		return &scoreCache{}
	}
	return &scoreCache{kept: otter.Must(&otter.Options[string, *keptScores]{
		MaximumWeight: scoreBytes,
		Weigher: func(key string, s *keptScores) uint32 {
			const besides, square = 1000, 192 // bytes, about
			return uint32(min(besides+len(key)+square*len(s.Squares), math.MaxUint32))
		},
	})}
}

// follow has the cache told of every change.
func (c *scoreCache) follow(live *cube.Live) {
	if c.kept != nil {
		live.Watch(c.versions.touch)
	}
}

// get returns the scores of a question as of now or later, kept or found. Of several
// callers who want the same at once, one finds them; where that one goes away, another
// does.
func (c *scoreCache) get(ctx context.Context, q *scores.Question, filter string, now cube.Moment, find func() (*scores.Scores, error)) (*keptScores, error) {
	key := fmt.Sprintf("%d %s %d %t %v %s", q.Level, q.Value, q.Draws, q.Query.ItemsOnly, q.Span(), filter)
	if c.kept != nil {
		if s, ok := c.kept.GetIfPresent(key); ok && (s.position == now.Position || c.versions.since(q.Touches()) <= s.position) {
			return s, nil
		}
	}
	for {
		found, err, shared := c.flights.Do(fmt.Sprintf("%d %s", now.Position, key), func() (any, error) {
			s, err := find()
			if err != nil {
				return nil, err
			}
			kept := &keptScores{s, now.Position, c.made.Add(1)}
			if c.kept != nil && len(filter) <= longestFilter {
				c.kept.Set(key, kept)
			}
			return kept, nil
		})
		if err == nil {
			return found.(*keptScores), nil
		}
		if !shared || !errors.Is(err, context.Canceled) || ctx.Err() != nil {
			return nil, err
		}
	}
}

// weekVersions knows since when the records of each week are as they are. The zero
// value is ready; any number of goroutines may use it.
type weekVersions struct {
	mu      sync.RWMutex
	floor   int64 // all weeks were touched then, or later
	last    int64 // some week was touched then
	touched map[data.Week]int64
}

// touch notes a change of counts.
func (v *weekVersions) touch(t cube.Touch) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if t.Everything {
		v.floor, v.last, v.touched = t.Position, t.Position, nil
	}
	for _, week := range t.Weeks() {
		if v.touched == nil {
			v.touched = map[data.Week]int64{}
		}
		v.touched[week], v.last = t.Position, t.Position
	}
}

// since returns the position of the feed since which the records of some weeks are as
// they are, or one before which nothing is known of them; of all with the zero range.
func (v *weekVersions) since(weeks data.WeekRange) int64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if weeks.IsZero() {
		return v.last
	}
	since := v.floor
	if len(v.touched) < int(weeks.To-weeks.From) {
		for week, position := range v.touched {
			if weeks.Holds(week) {
				since = max(since, position)
			}
		}
		return since
	}
	for week := weeks.From; week < weeks.To; week++ {
		since = max(since, v.touched[week])
	}
	return since
}

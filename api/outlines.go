package api

import (
	"slices"
	"sync"

	"commonground/geo"
	"commonground/tiles"
)

// mostOutlines is how many boundaries are kept ready to be drawn: the one in
// force and some that people compare it with.
const mostOutlines = 4

// outlines keeps what was prepared to draw the classifiers last asked for. A
// version of the boundary has a classifier of its own, so a new one is drawn
// anew. The zero value keeps none yet; any number of goroutines may ask it.
type outlines struct {
	mu   sync.Mutex
	kept []keptOutlines // the last asked for first
}

type keptOutlines struct {
	classifier *geo.Classifier
	drawn      *tiles.Outlines
}

// of returns the outlines of a classifier, the same as long as they are kept.
func (o *outlines) of(classifier *geo.Classifier) *tiles.Outlines {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := slices.IndexFunc(o.kept, func(k keptOutlines) bool { return k.classifier == classifier })
	found := keptOutlines{classifier: classifier}
	if at < 0 {
		found.drawn = tiles.NewOutlines(classifier)
	} else {
		found = o.kept[at]
		o.kept = slices.Delete(o.kept, at, at+1)
	}
	o.kept = slices.Insert(o.kept, 0, found)
	if len(o.kept) > mostOutlines {
		clear(o.kept[mostOutlines:])
		o.kept = o.kept[:mostOutlines]
	}
	return found.drawn
}

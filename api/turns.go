package api

import (
	"context"
	"runtime"
)

// turns has no more questions worked on at a time than there are processors.
// Others wait in line and take none: so a record that comes in is stored and
// counted within a moment however many ask, for its way has many steps, and
// before each it would wait behind all of them.
type turns chan struct{}

func newTurns() turns { return make(turns, runtime.GOMAXPROCS(0)) }

// take waits for a turn and returns what ends it. It must not be held while an
// answer is written: who reads slowly would hold up everyone.
func (t turns) take(ctx context.Context) (end func(), err error) {
	select {
	case t <- struct{}{}:
		return t.end, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// try is take for who does not wait; false says that there is no turn.
func (t turns) try() (end func(), ok bool) {
	select {
	case t <- struct{}{}:
		return t.end, true
	default:
		return nil, false
	}
}

func (t turns) end() { <-t }

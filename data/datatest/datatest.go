// Package datatest holds the suite of tests that every data.Store passes.
package datatest

import (
	"testing"

	"commonground/data"
)

// Engine says how the suite gets at the stores of one engine.
type Engine struct {
	// Open returns a new, empty store and sees to it that it is closed when
	// the test ends. Required.
	Open func(t *testing.T) data.Store
	// Again opens one more store on what another keeps, as a second process
	// does, or the same one after a restart; the other may be closed by then.
	// Required.
	Again func(t *testing.T, other data.Store) data.Store
}

type story struct {
	name string
	run  func(*testing.T, Engine)
}

// Run runs the suite, each story as a subtest with stores of its own.
func Run(t *testing.T, e Engine) {
	for _, stories := range [][]story{settingsStories, recordStories, correctionStories, historyStories, placeStories, versionStories, viewStories, visitStories, feedStories, endStories, retentionStories, releaseStories, returnStories} {
		for _, s := range stories {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				s.run(t, e)
			})
		}
	}
	t.Run("random calls agree with a plain map", func(t *testing.T) { modelStory(t, e) })
}

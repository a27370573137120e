package cube

import (
	"context"
	"fmt"
	"sync"

	"commonground/data"
	"commonground/data/intake"
)

// Live is a cube that follows a store's change feed, with the settings that
// its counts were made with. Any number of goroutines may use it.
type Live struct {
	store data.Store
	door  *intake.Door

	mu       sync.RWMutex
	settings *intake.Settings // nil before the first load
	cube     *Cube
	position int64         // of the feed, up to which the cube counts
	moved    chan struct{} // closed and replaced when position moves
}

// NewLive returns a Live without counts; Run fills it.
func NewLive(store data.Store, door *intake.Door) *Live {
	return &Live{store: store, door: door, moved: make(chan struct{})}
}

// feedBatch is how many changes are read at once.
const feedBatch = 1000

// Run loads the cube from the store and follows the change feed until ctx ends
// or the store fails. It returns the error that ended it. While there is no
// scheme in the store it waits for one.
func (l *Live) Run(ctx context.Context) error {
	position, err := l.load(ctx)
	for err == nil {
		if err = l.store.Wait(ctx, position); err == nil {
			position, err = l.follow(ctx, position)
		}
	}
	return fmt.Errorf("following the store: %w", err)
}

// load makes the cube anew from all records, beside the one in use, and puts
// it in its place.
func (l *Live) load(ctx context.Context) (int64, error) {
	for {
		settings, err := l.settingsOrWait(ctx)
		if err != nil {
			return 0, err
		}
		cube := New(settings.Scheme)
		position, pickups, err := l.store.Pickups(ctx)
		if err != nil {
			return 0, err
		}
		for pickup, err := range pickups {
			if err != nil {
				return 0, err
			}
			cube.Add(pickup)
		}
		// Records and settings were read one after the other: they must belong
		// together.
		if now, err := l.door.Reload(ctx); err != nil {
			return 0, err
		} else if now.Revision == settings.Revision {
			l.replace(settings, cube, position)
			return position, nil
		}
	}
}

func (l *Live) settingsOrWait(ctx context.Context) (*intake.Settings, error) {
	for {
		position, err := l.store.Position(ctx)
		if err != nil {
			return nil, err
		}
		settings, err := l.door.Reload(ctx)
		if err == nil || position > 0 {
			return settings, err
		}
		if err := l.store.Wait(ctx, position); err != nil {
			return nil, err
		}
	}
}

func (l *Live) replace(settings *intake.Settings, cube *Cube, position int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settings, l.cube = settings, cube
	l.moveTo(position)
}

// moveTo wakes those who wait in Reach. The lock is held.
func (l *Live) moveTo(position int64) {
	l.position = position
	close(l.moved)
	l.moved = make(chan struct{})
}

// follow applies what is new in the feed and returns the position reached.
func (l *Live) follow(ctx context.Context, position int64) (int64, error) {
	for {
		changes, err := l.store.Changes(ctx, position, feedBatch)
		if err != nil || len(changes) == 0 {
			return position, err
		}
		for _, change := range changes {
			if change.Settings {
				return l.load(ctx)
			}
		}
		position = changes[len(changes)-1].Position
		l.apply(changes, position)
	}
}

func (l *Live) apply(changes []data.Change, position int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, change := range changes {
		if change.Pickup != nil {
			l.cube.Add(*change.Pickup)
		}
	}
	l.moveTo(position)
}

// Read calls a function with the settings and the cube as they stand together,
// and returns its error. The function must not keep the cube. Before the first
// load the error is data.ErrNoScheme.
func (l *Live) Read(look func(*intake.Settings, *Cube) error) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.cube == nil {
		return data.ErrNoScheme
	}
	return look(l.settings, l.cube)
}

// Reach returns once the cube counts everything up to a position of the feed,
// or with an error when ctx ends.
func (l *Live) Reach(ctx context.Context, position int64) error {
	for {
		l.mu.RLock()
		reached, moved := l.cube != nil && l.position >= position, l.moved
		l.mu.RUnlock()
		if reached {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

package cube

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/data/intake"
	"commonground/geo"
)

// Live is a cube that follows a store's change feed, with the settings that
// its counts were made with. Any number of goroutines may use it; who reads
// never waits for what is being written.
type Live struct {
	store   data.Store
	door    *intake.Door
	options Options
	now     atomic.Pointer[state]

	showing  sync.Mutex // held while what is watched for is told and shown
	watchers []func(Touch)
}

// state is what readers see: a cube that isn't changed any more.
type state struct {
	settings *intake.Settings
	cube     *Cube  // nil before the first load
	position int64  // of the feed, up to which the cube counts
	trace    string // of the position
	// incidents are all there are; nil before the first load. They may be ahead
	// of the cube just after it.
	incidents *incidents.Set
	moved     chan struct{} // closed when another state takes its place
}

// Options of a Live.
type Options struct {
	// Snapshot names a file from which counts are there again at once; see Save.
	// It is left aside where it may not fit the store. Default: none.
	Snapshot string
	// Progress is called now and then with the records counted so far while
	// all are. Default: nothing.
	Progress func(records int)
	// Log is told what is of interest. Default: nobody.
	Log *slog.Logger
}

// NewLive returns a Live without counts; Run fills it.
func NewLive(store data.Store, door *intake.Door, options Options) *Live {
	if options.Progress == nil {
		options.Progress = func(int) {}
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	l := &Live{store: store, door: door, options: options}
	l.now.Store(&state{moved: make(chan struct{})})
	return l
}

// feedBatch is how many changes are read at once.
const feedBatch = 1000

// Run loads the cube from the store and follows the change feed until ctx ends
// or the store fails. It returns the error that ended it. While there is no
// scheme in the store, or the store can't be reached, it waits, and what it
// counted stays to be read. It must run once at a time.
func (l *Live) Run(ctx context.Context) error {
	err := l.load(ctx)
	for {
		for err == nil {
			if err = l.wait(ctx); err == nil {
				err = l.follow(ctx)
			}
		}
		if !errors.Is(err, data.ErrAway) || ctx.Err() != nil {
			return fmt.Errorf("following the store: %w", err)
		}
		err = l.comeBack(ctx, err)
	}
}

// wait returns when the feed has something new. Until then it shows what merges
// come to.
func (l *Live) wait(ctx context.Context) error {
	for {
		now := l.now.Load()
		if now.cube.merging == nil {
			return l.store.Wait(ctx, now.position)
		}
		either, stop := context.WithCancel(ctx)
		go func() {
			select {
			case <-now.cube.merging.ended:
				stop()
			case <-either.Done():
			}
		}()
		err := l.store.Wait(either, now.position)
		stop()
		if err == nil || ctx.Err() != nil || !now.cube.merging.hasEnded() {
			return err
		}
		cube := now.cube.next()
		cube.takeMerged()
		l.show(now.settings, cube, now.incidents, Touch{Position: now.position, trace: now.trace, Scheme: now.settings.Scheme})
	}
}

// load makes the cube anew beside the one in use, from a snapshot or from all
// records, and puts it in its place. Settings, sums and records are read one after
// the other: where they don't belong together it begins again.
func (l *Live) load(ctx context.Context) error {
	settings, err := l.settingsOrWait(ctx)
	if err != nil {
		return err
	}
	first, sums, err := l.store.IncidentSums(ctx)
	if err != nil {
		return err
	}
	cube, position, err := l.restore(ctx, settings)
	if err != nil && ctx.Err() == nil {
		cube, position, err = l.count(ctx, settings)
	}
	if err != nil {
		return err
	}
	// After the cube, so that no change lies between them that neither has.
	all, err := l.allIncidents(ctx, settings, sums)
	if err != nil {
		return err
	}
	now, err := l.door.Reload(ctx)
	if err != nil {
		return err
	}
	destroyed, err := l.destroyedSince(ctx, first)
	if err != nil {
		return err
	}
	if destroyed || now.Scheme.Text != settings.Scheme.Text {
		return l.load(ctx)
	}
	if now.Revision != settings.Revision {
		cube, all = cube.placedBy(now.Timeline), all.Placed(now.Timeline)
	}
	trace, err := l.store.Trace(ctx, position)
	if err != nil {
		return err
	}
	l.show(now, cube, all, Touch{Position: position, trace: trace, Scheme: now.Scheme, Everything: true})
	return nil
}

// destroyedSince reports whether the feed tells after a position that records
// were destroyed.
func (l *Live) destroyedSince(ctx context.Context, position int64) (bool, error) {
	for {
		changes, err := l.store.Changes(ctx, position, feedBatch)
		if err != nil || len(changes) == 0 {
			return false, err
		}
		if slices.ContainsFunc(changes, func(c data.Change) bool { return c.Destroyed }) {
			return true, nil
		}
		position = changes[len(changes)-1].Position
	}
}

// count makes a cube of all records.
func (l *Live) count(ctx context.Context, settings *intake.Settings) (*Cube, int64, error) {
	position, all, err := l.store.Visits(ctx)
	if err != nil {
		return nil, 0, err
	}
	cube := newLoading(settings.Scheme, position)
	told := 0
	for visits, err := range all {
		if err != nil {
			return nil, 0, err
		}
		cube.take(visits)
		if n := len(cube.recent.visits); n/tellEvery > told {
			told = n / tellEvery
			l.options.Progress(n)
		}
	}
	return cube.done(), position, nil
}

// tellEvery is after how many records Progress is called.
const tellEvery = 100_000

// allIncidents reads all incidents, and puts sums to them.
func (l *Live) allIncidents(ctx context.Context, settings *intake.Settings, sums []data.IncidentSum) (*incidents.Set, error) {
	return incidents.Load(ctx, l.store, settings.Scheme, sums)
}

// restore makes a cube from the snapshot.
func (l *Live) restore(ctx context.Context, settings *intake.Settings) (cube *Cube, position int64, err error) {
	if l.options.Snapshot == "" {
		return nil, 0, fs.ErrNotExist
	}
	cube, err = readSnapshot(l.options.Snapshot, settings.Scheme, func(of snapshotOf) error {
		position = of.Position
		trace, err := l.store.Trace(ctx, of.Position)
		if err != nil {
			return err
		}
		if want := (snapshotOf{settings.Scheme.Text, settings.Revision, of.Position, trace}); of != want {
			return doubt("it is of other settings, or of another store or state of it")
		}
		destroyed, err := l.destroyedSince(ctx, of.Position)
		if err == nil && destroyed {
			err = errors.Join(doubt("records that it tells of were destroyed since; it is deleted"), os.Remove(l.options.Snapshot))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.options.Log.Info("the snapshot of the counts is left aside and all records are counted", "because", err)
	}
	return cube, position, err
}

// Save writes a snapshot of what is counted now, for the next start. Without a
// name for it, before the first load, or where what is counted was destroyed since,
// it does nothing.
func (l *Live) Save(ctx context.Context) error {
	now := l.now.Load()
	if l.options.Snapshot == "" || now.cube == nil {
		return nil
	}
	destroyed, err := l.destroyedSince(ctx, now.position)
	if err == nil && destroyed {
		return nil
	}
	trace := ""
	if err == nil {
		trace, err = l.store.Trace(ctx, now.position)
	}
	if err == nil {
		err = now.cube.writeSnapshot(l.options.Snapshot, snapshotOf{now.settings.Scheme.Text, now.settings.Revision, now.position, trace})
	}
	if err != nil {
		return fmt.Errorf("writing a snapshot of the counts: %w", err)
	}
	return nil
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

// show lets readers see another state, once those who watch know what differs,
// and wakes those who wait in Reach.
func (l *Live) show(settings *intake.Settings, cube *Cube, all *incidents.Set, touch Touch) {
	l.showing.Lock()
	defer l.showing.Unlock()
	for _, told := range l.watchers {
		told(touch)
	}
	before := l.now.Swap(&state{settings: settings, cube: cube, incidents: all, position: touch.Position, trace: touch.trace, moved: make(chan struct{})})
	close(before.moved)
}

// Watch has a function told what differs in each state from the one before,
// just before that state is shown. Calls come one after the other.
func (l *Live) Watch(told func(Touch)) {
	l.showing.Lock()
	defer l.showing.Unlock()
	l.watchers = append(l.watchers, told)
}

// Touch says in which squares a state differs from the one before it.
type Touch struct {
	// Position is that of the feed, up to which the state counts.
	Position int64
	// Scheme is that of the state.
	Scheme *data.Scheme
	// Everything may differ.
	Everything bool

	trace   string // of the position
	cube    *Cube
	weeks   []data.Week
	squares []uint32 // shapes of squares of level 0
	loose   []geo.Point
}

// place gives a pickup its place by some settings, and notes it.
func (t *Touch) place(p *data.Pickup, settings *intake.Settings, cube *Cube) {
	t.weeks = append(t.weeks, settings.Scheme.WeekOf(p.At))
	if p.Point == nil {
		return
	}
	p.Place = settings.Timeline.Place(*p.Point, 0, p.At.At)
	t.add(cube.shapes.at(*p.Point), *p.Point)
}

// add notes a visit.
func (t *Touch) add(square uint32, point geo.Point) {
	if square == noSquare {
		t.loose = append(t.loose, point)
		return
	}
	t.squares = append(t.squares, square)
}

// Loose calls do for the place, in the world of web Mercator, of each visit
// that lies in no square.
func (t Touch) Loose(do func(orb.Point)) {
	for _, p := range t.loose {
		do(World(p.Orb().Lon(), p.Orb().Lat()))
	}
}

// Weeks returns the weeks of the visits that were touched, some more than once, with
// data.Undated for those in none; none where everything may differ.
func (t Touch) Weeks() []data.Week { return t.weeks }

// Squares calls do for each square of a level that was touched, some more than
// once; none where everything may differ.
func (t Touch) Squares(level uint8, do func(*Shape)) {
	before := uint32(noSquare)
	for _, square := range t.squares {
		if shape := t.cube.shapes.up(square, level); shape != before {
			do(&t.cube.shapes.list[shape])
			before = shape
		}
	}
}

// follow applies what is new in the feed.
func (l *Live) follow(ctx context.Context) error {
	for {
		changes, err := l.store.Changes(ctx, l.now.Load().position, feedBatch)
		if err == nil && len(changes) > 0 {
			err = l.apply(ctx, changes)
		}
		if err != nil || len(changes) == 0 {
			return err
		}
	}
}

// apply shows a cube that counts some changes more. Where the boundaries
// changed it places all visits anew, in memory; where the scheme did, or records
// were destroyed, it loads them.
//
// Pickups are given their places by the settings shown here, those that end too:
// so were all that are counted. The store's own place may be of later settings
// already, whose entry in the feed is still to come, or of earlier ones, which were
// in force when the pickup was corrected.
func (l *Live) apply(ctx context.Context, changes []data.Change) error {
	now := l.now.Load()
	settings, cube := now.settings, now.cube.next()
	cube.takeMerged()
	for _, change := range changes {
		if change.Destroyed {
			return l.load(ctx)
		}
		if !change.Settings {
			continue
		}
		var err error
		if settings, err = l.door.Reload(ctx); err != nil {
			return err
		}
		if settings.Scheme.Text != now.settings.Scheme.Text {
			return l.load(ctx)
		}
	}
	last := &changes[len(changes)-1]
	touch := Touch{Position: last.Position, trace: last.Trace, Scheme: settings.Scheme}
	all := now.incidents
	if settings.Revision != now.settings.Revision {
		cube, touch.Everything = cube.placedBy(settings.Timeline), true
		all = all.Placed(settings.Timeline)
	}
	all = all.With(changes, settings.Timeline)
	for _, change := range changes {
		if p := change.PickupBefore; p != nil {
			touch.place(p, settings, cube)
			cube.Remove(*p)
		}
		if p := change.Pickup; p != nil {
			touch.place(p, settings, cube)
			cube.Add(*p)
		}
	}
	touch.cube = cube
	if touch.Everything {
		touch.weeks, touch.squares, touch.loose = nil, nil, nil
	}
	l.show(settings, cube, all, touch)
	return nil
}

// Read calls a function with the settings and the cube as they stand together,
// and returns its error. Before the first load the error is data.ErrNoScheme.
func (l *Live) Read(look func(*intake.Settings, *Cube) error) error {
	now := l.now.Load()
	if now.cube == nil {
		return data.ErrNoScheme
	}
	return look(now.settings, now.cube)
}

// Moment is settings and counts that belong together.
type Moment struct {
	Settings *intake.Settings
	Cube     *Cube
	// Incidents are all there are.
	Incidents *incidents.Set
	// Position is that of the feed, up to which the cube counts.
	Position int64
}

// Now returns the latest moment. Before the first load the error is
// data.ErrNoScheme.
func (l *Live) Now() (Moment, error) {
	now := l.now.Load()
	if now.cube == nil {
		return Moment{}, data.ErrNoScheme
	}
	return Moment{now.settings, now.cube, now.incidents, now.position}, nil
}

// Reach returns once the cube counts everything up to a position of the feed,
// or with an error when ctx ends.
func (l *Live) Reach(ctx context.Context, position int64) error {
	for {
		now := l.now.Load()
		if now.cube != nil && now.position >= position {
			return nil
		}
		select {
		case <-now.moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

package api

import (
	"context"
	"sync/atomic"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/quality"
)

// surveyor keeps what was found doubtful in all records of one sort. To look at
// all of them takes seconds where there are a million, so it is done by one at a
// time, when something changed, and then not again for restTimes as long as it
// took: a sixtieth of one processor at most.
type surveyor struct {
	turn turns // of one
	last atomic.Pointer[surveyed]
	sort data.Sort
}

const restTimes = 60

func newSurveyor(sort data.Sort) *surveyor { return &surveyor{turn: make(turns, 1), sort: sort} }

// surveyed is what a survey found.
type surveyed struct {
	quality.Report
	scheme     *data.Scheme
	position   int64 // of the feed
	began, end time.Time
}

// latest returns what is found in the records of now, or was when the last survey
// was made that is not to be made anew yet. It takes a turn of its own, and must
// not be called by who holds one.
func (v *surveyor) latest(ctx context.Context, s *staff) (*surveyed, error) {
	if last, err := v.good(ctx, s); last != nil || err != nil {
		return last, err
	}
	end, err := v.turn.take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	return v.inTurn(ctx, s)
}

// glance returns what is known without waiting: the last survey, or nil before the
// first. Where that is to be made anew it is, meanwhile, for who asks next; whether
// it failed is told to those who ask for it by latest.
func (v *surveyor) glance(ctx context.Context, s *staff) (*surveyed, error) {
	if last, err := v.good(ctx, s); last != nil || err != nil {
		return last, err
	}
	if end, ok := v.turn.try(); ok {
		go func() {
			defer end()
			_, _ = v.inTurn(context.WithoutCancel(ctx), s)
		}()
	}
	return v.last.Load(), nil
}

// inTurn surveys, unless the one before in the line just did.
func (v *surveyor) inTurn(ctx context.Context, s *staff) (*surveyed, error) {
	if last, err := v.good(ctx, s); last != nil || err != nil {
		return last, err
	}
	end, err := s.turns.take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return v.survey(ctx, s, settings)
}

func (v *surveyor) survey(ctx context.Context, s *staff, settings *intake.Settings) (*surveyed, error) {
	found := &surveyed{scheme: settings.Scheme, began: s.Now()}
	survey := quality.New(found.scheme, found.began)
	var err error
	if found.position, err = intake.Survey(ctx, s.Store, v.sort, survey); err != nil {
		return nil, err
	}
	found.Report = survey.Report()
	found.end = s.Now()
	v.last.Store(found)
	return found, nil
}

// good returns the last survey if it is not to be made anew yet, else nil. Where
// nothing changed it is of the same day: what lies in the future may be past.
func (v *surveyor) good(ctx context.Context, s *staff) (*surveyed, error) {
	last := v.last.Load()
	if last == nil {
		return nil, nil
	}
	now := s.Now()
	if now.Sub(last.end) < restTimes*last.end.Sub(last.began) {
		return last, nil
	}
	position, err := s.Store.Position(ctx)
	sameDay := data.DateOf(now.In(last.scheme.Location)) == data.DateOf(last.began.In(last.scheme.Location))
	if err != nil || position != last.position || !sameDay {
		return nil, err
	}
	return last, nil
}

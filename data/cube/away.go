package cube

import (
	"context"
	"errors"
	"time"

	"commonground/data"
)

// lookAgain is how often Live looks whether a store that was away is there again.
const lookAgain = 200 * time.Millisecond

// comeBack waits until a store that can't be reached is there again. Where it is
// not what it was, as when a replica took over that had not got all of it, all is
// counted anew.
func (l *Live) comeBack(ctx context.Context, cause error) error {
	l.options.Log.Warn("the store can't be reached; what was counted until now is shown", "because", cause)
	for {
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
		same, err := l.isAsCounted(ctx)
		if errors.Is(err, data.ErrAway) {
			continue
		}
		if err != nil {
			return err
		}
		if !same {
			l.options.Log.Warn("the store is there again, but not as it was: all records are counted anew")
			return l.load(ctx)
		}
		l.options.Log.Info("the store is there again")
		return nil
	}
}

// isAsCounted reports whether the store's feed still has the entry up to which the
// cube counts. Nothing was counted before the first load.
func (l *Live) isAsCounted(ctx context.Context) (bool, error) {
	now := l.now.Load()
	trace, err := l.store.Trace(ctx, now.position)
	return now.cube != nil && trace == now.trace, err
}

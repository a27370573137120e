package signin

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// aside writes what no request should wait for, such as that a session was used:
// a write waits while a million records are placed anew. The zero value won't
// do: it needs a log.
type aside struct {
	log  *slog.Logger
	mu   sync.Mutex
	busy map[string]bool
	all  sync.WaitGroup
}

// asideTimeout bounds a write. If it is not done by then, a later request tries
// again.
const asideTimeout = time.Minute

// do runs a write, unless one of the same name is under way. One that fails is
// told to the log: nobody else waits for it.
func (a *aside) do(ctx context.Context, name string, write func(context.Context) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy[name] {
		return
	}
	if a.busy == nil {
		a.busy = map[string]bool{}
	}
	a.busy[name] = true
	a.all.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), asideTimeout)
		defer cancel()
		if err := write(ctx); err != nil {
			a.log.Warn("sign-in: a write beside a request failed", "error", err)
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.busy, name)
	})
}

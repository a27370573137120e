package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"commonground/data/release"
)

// resume finishes what was cut off of a release: what is withdrawn must not come
// back with a server that was down meanwhile. An archive that isn't this store's is
// left as it is, and served. It says so where the archive has not all that was
// sealed: the files of editions are not in the store, so a server can't make them.
func (s *server) resume(ctx context.Context, log *slog.Logger) error {
	desk := s.desk(s.store, s.door)
	err := desk.Resume(ctx)
	var refusal release.Refusal
	if errors.As(err, &refusal) {
		log.Warn("the archive of editions is served as it is", "because", refusal.Reason)
		return nil
	}
	if err != nil {
		return err
	}
	wrong, err := desk.Verify(ctx)
	if err == nil && len(wrong) > 0 {
		log.Warn("the archive of editions is not what was sealed; servers of one store share its folder (--editions)",
			"folder", s.editions, "things", len(wrong), "first", wrong[0])
	}
	return err
}

// archiveEvery is how often a server over a database sees to it that its archive
// is what the chain says: a server that has another folder may have withdrawn an
// edition.
const archiveEvery = time.Minute

func (s *server) keepArchive(ctx context.Context, log *slog.Logger) {
	every(ctx, archiveEvery, func() {
		if err := s.desk(s.store, s.door).Resume(ctx); err != nil && ctx.Err() == nil {
			log.Warn("the archive of editions can't be brought to what was sealed", "because", err)
		}
	})
}

package api

import (
	"context"
	"time"
)

// Reading says from where a store is read, and how far that is behind.
type Reading struct {
	Replica bool
	Lag     time.Duration
}

type statusInput struct{ Conditional }

type statusAnswer struct {
	Stored  int64   `json:"stored" doc:"position of the change feed in the store"`
	Counted int64   `json:"counted" doc:"position up to which this server counts"`
	Replica bool    `json:"replica" doc:"whether records are read from a replica at the moment"`
	Lag     float64 `json:"lag_seconds" doc:"how long ago the primary had what the replica has not got yet"`
}

// status says how far this server is behind its store.
func (s *staff) status(ctx context.Context, _ *statusInput) (answer, error) {
	var out statusAnswer
	var err error
	if out.Stored, err = s.Store.Position(ctx); err != nil {
		return answer{}, err
	}
	if now, err := s.Live.Now(); err == nil { // else nothing is counted yet
		out.Counted = now.Position
	}
	if s.Reading != nil {
		now := s.Reading()
		out.Replica, out.Lag = now.Replica, now.Lag.Seconds()
	}
	return asJSON(out)
}

package postgres

import (
	"context"
	"testing"

	"commonground/geo/geotest"
)

// Empty returns the address of a new database of an empty store. It is a copy of
// one whose tables were made before, which is quicker than to make them.
func Empty(t testing.TB) string {
	t.Helper()
	return geotest.Prepared(t, "commonground_empty", func(address string) error {
		s, err := Open(context.Background(), address, Options{})
		if err != nil {
			return err
		}
		return s.Close()
	})
}

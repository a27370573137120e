package geotest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

func connect(t testing.TB) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := connection.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return connection
}

func TestEachDatabaseIsItsOwn(t *testing.T) {
	one, two := connect(t), connect(t)
	var version string
	if err := one.QueryRow(t.Context(), "SELECT postgis_version()").Scan(&version); err != nil || version == "" {
		t.Fatalf("PostGIS %q: %v", version, err)
	}
	for _, connection := range []*pgx.Conn{one, two} {
		if _, err := connection.Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
			t.Error(err)
		}
	}
}

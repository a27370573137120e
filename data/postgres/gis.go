package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// GrantGIS lets a role of the database, which must be there, read the views pickup
// and area in the schema commonground_gis, and nothing else of the store; what
// else it was granted of the store's tables is taken from it.
func (s *Store) GrantGIS(ctx context.Context, role string) error {
	return s.write(ctx, "let GIS staff read", func(t *transaction) error {
		var super bool
		err := t.queryRow(`SELECT rolsuper FROM pg_roles WHERE rolname = $1`, role).Scan(&super)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return fmt.Errorf("the database has no role %q; have its administrator make it: CREATE ROLE %s LOGIN", role, pgx.Identifier{role}.Sanitize())
		case err != nil:
			return err
		case super:
			return fmt.Errorf("the role %q may do everything; take one that may not", role)
		}
		to := pgx.Identifier{role}.Sanitize()
		statements := []string{
			`REVOKE ALL ON ALL TABLES IN SCHEMA commonground FROM ` + to,
			`REVOKE ALL ON ALL SEQUENCES IN SCHEMA commonground FROM ` + to,
			`REVOKE ALL ON SCHEMA commonground FROM ` + to,
			`GRANT USAGE ON SCHEMA commonground_gis TO ` + to,
			`GRANT SELECT ON ALL TABLES IN SCHEMA commonground_gis TO ` + to,
		}
		for _, statement := range statements {
			if _, err := t.exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
}

package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
)

// PutHold stores a hold. Its end must not be there yet. It waits for a
// destruction under way.
func (s *Store) PutHold(ctx context.Context, hold data.Hold) (number int64, err error) {
	err = s.write(ctx, "store a hold", func(t *transaction) error {
		if err := engine.CheckHold(&hold); err != nil {
			return err
		}
		if err := t.lock(lockSettings); err != nil {
			return err
		}
		var taken bool
		if err := t.queryRow(`SELECT EXISTS (SELECT 1 FROM hold WHERE name = $1 AND ended IS NULL)`, hold.Name).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return engine.ErrNameTaken
		}
		return t.queryRow(`
			INSERT INTO hold (number, name, sort, from_day, to_day, reason, who, began)
			VALUES ((SELECT coalesce(max(number), 0) + 1 FROM hold), $1, $2, date '1970-01-01' + $3::integer, date '1970-01-01' + $4::integer,
				$5, $6, $7) RETURNING number`,
			hold.Name, int16(hold.Sort), int32(hold.From), int32(hold.To), hold.Reason, hold.Who, kept(hold.Began)).Scan(&number)
	})
	return number, err
}

// EndHold releases a hold.
func (s *Store) EndHold(ctx context.Context, name, who string, at time.Time) (bool, error) {
	return s.affect(ctx, "release a hold", `UPDATE hold SET ended = $3, ended_by = $2 WHERE name = $1 AND ended IS NULL`, name, who, kept(at))
}

const selectHolds = `
	SELECT number, name, sort, from_day - date '1970-01-01', to_day - date '1970-01-01', reason, who, began, ended, ended_by FROM hold ORDER BY number`

// Holds returns all holds.
func (s *Store) Holds(ctx context.Context) ([]data.Hold, error) {
	return list(ctx, s, "read holds", selectHolds, nil, readHold)
}

func (t *transaction) holds() (holds []data.Hold, err error) {
	err = t.rows(selectHolds, nil, func(rows pgx.Rows) error {
		hold, err := readHold(rows)
		holds = append(holds, hold)
		return err
	})
	return holds, err
}

func readHold(rows pgx.Rows) (hold data.Hold, err error) {
	var ended *time.Time
	err = rows.Scan(&hold.Number, &hold.Name, &hold.Sort, &hold.From, &hold.To, &hold.Reason, &hold.Who, &hold.Began, &ended, &hold.EndedBy)
	hold.Began, hold.Ended = hold.Began.UTC(), orZero(ended)
	return hold, err
}

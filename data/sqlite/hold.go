package sqlite

import (
	"context"
	"database/sql"
	"time"

	"commonground/data"
	"commonground/data/engine"
)

const selectHolds = `SELECT number, name, sort, from_day, to_day, reason, who, began_ms, ended_ms, ended_by FROM hold ORDER BY number`

// PutHold stores a hold. Its end must not be there yet.
func (s *Store) PutHold(ctx context.Context, hold data.Hold) (number int64, err error) {
	err = s.transact(ctx, "store a hold", func(tx *sql.Tx) error {
		if err := engine.CheckHold(&hold); err != nil {
			return err
		}
		var taken bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM hold WHERE name = ? AND ended_ms IS NULL)`, hold.Name).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return engine.ErrNameTaken
		}
		return tx.QueryRow(`INSERT INTO hold (number, name, sort, from_day, to_day, reason, who, began_ms)
			VALUES ((SELECT coalesce(max(number), 0) + 1 FROM hold), ?, ?, ?, ?, ?, ?, ?) RETURNING number`,
			hold.Name, int64(hold.Sort), int64(hold.From), int64(hold.To), hold.Reason, hold.Who, hold.Began.UnixMilli()).Scan(&number)
	})
	return number, err
}

// EndHold releases a hold.
func (s *Store) EndHold(ctx context.Context, name, who string, at time.Time) (bool, error) {
	return s.affect(ctx, "release a hold", `UPDATE hold SET ended_ms = ?, ended_by = ? WHERE name = ? AND ended_ms IS NULL`, at.UnixMilli(), who, name)
}

// Holds returns all holds.
func (s *Store) Holds(ctx context.Context) ([]data.Hold, error) {
	v, err := s.view(ctx, "read holds")
	if err != nil {
		return nil, err
	}
	defer v.end()
	holds, err := holdsIn(v.tx)
	if err != nil {
		return nil, v.failed(err)
	}
	return holds, nil
}

func holdsIn(tx *sql.Tx) (holds []data.Hold, err error) {
	err = rowsIn(tx, selectHolds, nil, func(row *columns) error {
		holds = append(holds, row.hold())
		return nil
	})
	return holds, err
}

func (c *columns) hold() data.Hold {
	return data.Hold{
		Number: c.integer(), Name: c.text(), Sort: data.Sort(c.integer()),
		From: data.Date(c.integer()), To: data.Date(c.integer()),
		Reason: c.text(), Who: c.text(), Began: c.time(), Ended: c.time(), EndedBy: c.text(),
	}
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"commonground/data"
)

// Session returns the session that is kept under a token, or false.
func (s *Store) Session(ctx context.Context, token string) (data.Session, bool, error) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	var session data.Session
	var untilMS, seenMS int64
	err := s.reader.QueryRowContext(ctx, `SELECT content, until_ms, seen_ms FROM session WHERE token = ?`, token).
		Scan(&session.Content, &untilMS, &seenMS)
	if errors.Is(err, sql.ErrNoRows) {
		return data.Session{}, false, nil
	}
	if err != nil {
		return data.Session{}, false, s.failed(ctx, "read a session", err)
	}
	session.Until, session.Seen = time.UnixMilli(untilMS).UTC(), time.UnixMilli(seenMS).UTC()
	return session, true, nil
}

// PutSession keeps a session under a token, in place of the one that may be
// there.
func (s *Store) PutSession(ctx context.Context, token string, session data.Session) error {
	return s.write(ctx, "keep a session", func(tx *sql.Tx) error {
		_, err := tx.Exec(`REPLACE INTO session (token, content, until_ms, seen_ms) VALUES (?, ?, ?, ?)`,
			token, session.Content, session.Until.UnixMilli(), session.Seen.UnixMilli())
		return err
	})
}

// ChangeSession replaces the content of a session, or returns false where there
// is none under the token: one that was dropped stays dropped.
func (s *Store) ChangeSession(ctx context.Context, token string, content []byte) (changed bool, err error) {
	return s.affect(ctx, "change a session", `UPDATE session SET content = ? WHERE token = ?`, content, token)
}

// TouchSession notes when a session was last used, if it is there still.
func (s *Store) TouchSession(ctx context.Context, token string, seen time.Time) error {
	_, err := s.affect(ctx, "touch a session", `UPDATE session SET seen_ms = ? WHERE token = ?`, seen.UnixMilli(), token)
	return err
}

// DropSession forgets a session, or returns false where there is none under the
// token. Of many calls at once only one returns true.
func (s *Store) DropSession(ctx context.Context, token string) (dropped bool, err error) {
	return s.affect(ctx, "drop a session", `DELETE FROM session WHERE token = ?`, token)
}

// DropSessions forgets the sessions that ended by a time.
func (s *Store) DropSessions(ctx context.Context, by time.Time) error {
	_, err := s.affect(ctx, "drop old sessions", `DELETE FROM session WHERE until_ms <= ?`, by.UnixMilli())
	return err
}

// affect runs one statement and reports whether it changed a row.
func (s *Store) affect(ctx context.Context, doing, statement string, args ...any) (affected bool, err error) {
	err = s.write(ctx, doing, func(tx *sql.Tx) error {
		result, err := tx.Exec(statement, args...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		affected = n > 0
		return err
	})
	return affected && err == nil, err
}

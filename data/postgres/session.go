package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
)

// Session returns the session that is kept under a token, or false. It asks the
// primary, so that a session that was dropped is gone at once on every node.
func (s *Store) Session(ctx context.Context, token string) (data.Session, bool, error) {
	sessions, err := lookUp(ctx, s, "read a session", `SELECT content, until, seen FROM session WHERE token = $1`, []any{token},
		func(rows pgx.Rows) (session data.Session, err error) {
			err = rows.Scan(&session.Content, &session.Until, &session.Seen)
			session.Until, session.Seen = session.Until.UTC(), session.Seen.UTC()
			return session, err
		})
	if err != nil || len(sessions) == 0 {
		return data.Session{}, false, err
	}
	return sessions[0], true, nil
}

// PutSession keeps a session under a token, in place of the one that may be
// there.
func (s *Store) PutSession(ctx context.Context, token string, session data.Session) error {
	_, err := s.affect(ctx, "keep a session", `
		INSERT INTO session (token, content, until, seen) VALUES ($1, $2, $3, $4)
		ON CONFLICT (token) DO UPDATE SET content = excluded.content, until = excluded.until, seen = excluded.seen`,
		token, session.Content, kept(session.Until), kept(session.Seen))
	return err
}

// ChangeSession replaces the content of a session, or returns false where there
// is none under the token: one that was dropped stays dropped.
func (s *Store) ChangeSession(ctx context.Context, token string, content []byte) (changed bool, err error) {
	return s.affect(ctx, "change a session", `UPDATE session SET content = $1 WHERE token = $2`, content, token)
}

// TouchSession notes when a session was last used, if it is there still.
func (s *Store) TouchSession(ctx context.Context, token string, seen time.Time) error {
	_, err := s.affect(ctx, "touch a session", `UPDATE session SET seen = $1 WHERE token = $2`, kept(seen), token)
	return err
}

// DropSession forgets a session, or returns false where there is none under the
// token. Of many calls at once only one returns true.
func (s *Store) DropSession(ctx context.Context, token string) (dropped bool, err error) {
	return s.affect(ctx, "drop a session", `DELETE FROM session WHERE token = $1`, token)
}

// DropSessions forgets the sessions that ended by a time.
func (s *Store) DropSessions(ctx context.Context, by time.Time) error {
	_, err := s.affect(ctx, "drop old sessions", `DELETE FROM session WHERE until <= $1`, kept(by))
	return err
}

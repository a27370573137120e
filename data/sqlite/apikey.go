package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"commonground/data"
)

const (
	apiKeyColumns = `id, secret, roles, source, purpose, created_ms, expires_ms, revoked_ms, last_used`
	selectAPIKeys = `SELECT ` + apiKeyColumns + ` FROM api_key`
	insertAPIKey  = `INSERT INTO api_key (` + apiKeyColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// PutAPIKey keeps a new key. An id that is taken is refused.
func (s *Store) PutAPIKey(ctx context.Context, key data.APIKey) error {
	return s.write(ctx, "keep an API key", func(tx *sql.Tx) error {
		_, err := tx.Exec(insertAPIKey, apiKeyValues(key)...)
		return err
	})
}

func apiKeyValues(key data.APIKey) []any {
	return []any{
		key.ID, key.Secret[:], key.Roles.String(), key.Source, key.Purpose,
		key.Created.UnixMilli(), key.Expires.UnixMilli(), milliseconds(key.Revoked), int64(key.LastUsed),
	}
}

// APIKey returns the key of an id, or false.
func (s *Store) APIKey(ctx context.Context, id string) (data.APIKey, bool, error) {
	keys, err := s.apiKeys(ctx, selectAPIKeys+` WHERE id = ?`, id)
	if err != nil || len(keys) == 0 {
		return data.APIKey{}, false, err
	}
	return keys[0], true, nil
}

// APIKeys returns all keys, revoked ones too, in the order in which they were
// made.
func (s *Store) APIKeys(ctx context.Context) ([]data.APIKey, error) {
	return s.apiKeys(ctx, selectAPIKeys+` ORDER BY created_ms, id`)
}

// RevokeAPIKey takes a key back, or returns false where there is none of that id
// or it was revoked before.
func (s *Store) RevokeAPIKey(ctx context.Context, id string, now time.Time) (revoked bool, err error) {
	return s.affect(ctx, "revoke an API key", `UPDATE api_key SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL`, now.UnixMilli(), id)
}

// UseAPIKey notes a day on which a key was shown, if it is later than the one
// that is noted.
func (s *Store) UseAPIKey(ctx context.Context, id string, day data.Date) error {
	_, err := s.affect(ctx, "note the use of an API key", `UPDATE api_key SET last_used = max(last_used, ?) WHERE id = ?`, int64(day), id)
	return err
}

func (s *Store) apiKeys(ctx context.Context, query string, args ...any) ([]data.APIKey, error) {
	ctx, cancel := s.until(ctx)
	defer cancel()
	const doing = "read API keys"
	rows, err := s.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.failed(ctx, doing, err)
	}
	defer rows.Close()
	var keys []data.APIKey
	var row columns
	for rows.Next() {
		if err := row.scan(rows); err != nil {
			return nil, s.failed(ctx, doing, err)
		}
		key, err := row.apiKey()
		if err != nil {
			return nil, s.failed(ctx, doing, err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		return nil, s.failed(ctx, doing, err)
	}
	return keys, nil
}

// apiKey reads apiKeyColumns. A role that there isn't, as in a file that a newer
// program wrote, is an error: it is never left out.
func (c *columns) apiKey() (data.APIKey, error) {
	key := data.APIKey{ID: c.text()}
	secret, _ := c.value().([]byte)
	if copy(key.Secret[:], secret) != len(key.Secret) {
		return key, fmt.Errorf("the API key %s has no secret", key.ID)
	}
	roles, err := data.NewRoles(strings.Split(c.text(), ", "))
	if err != nil {
		return key, fmt.Errorf("the API key %s: %w", key.ID, err)
	}
	key.Roles, key.Source, key.Purpose = roles, c.text(), c.text()
	key.Created, key.Expires = c.time(), c.time()
	key.Revoked, key.LastUsed = c.time(), data.Date(c.integer())
	return key, nil
}

// time reads a time, zero where it is NULL.
func (c *columns) time() time.Time {
	ms, known := c.value().(int64)
	if !known {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
)

const (
	apiKeyColumns = `id, secret, roles, source, purpose, created, expires, revoked, last_used`
	selectAPIKeys = `SELECT ` + apiKeyColumns + ` FROM api_key`
	// inOrderMade is the order of keys.
	inOrderMade = ` ORDER BY created, id COLLATE "C"`
)

// PutAPIKey keeps a new key. An id that is taken is refused.
func (s *Store) PutAPIKey(ctx context.Context, key data.APIKey) error {
	_, err := s.affect(ctx, "keep an API key", `
		INSERT INTO api_key (`+apiKeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, apiKeyValues(key)...)
	return err
}

func apiKeyValues(key data.APIKey) []any {
	return []any{
		key.ID, key.Secret[:], key.Roles.String(), key.Source, key.Purpose,
		kept(key.Created), kept(key.Expires), orNull(key.Revoked), usedOn(key.LastUsed),
	}
}

// usedOn is a day on which a key was used, NULL for never.
func usedOn(date data.Date) *time.Time {
	if date == 0 {
		return nil
	}
	at := day(date)
	return &at
}

// APIKey returns the key of an id, or false. It asks the primary, so that a key
// that was revoked is refused at once on every node.
func (s *Store) APIKey(ctx context.Context, id string) (data.APIKey, bool, error) {
	keys, err := lookUp(ctx, s, "read an API key", selectAPIKeys+` WHERE id = $1`, []any{id}, readAPIKey)
	if err != nil || len(keys) == 0 {
		return data.APIKey{}, false, err
	}
	return keys[0], true, nil
}

// APIKeys returns all keys, revoked ones too, in the order in which they were
// made.
func (s *Store) APIKeys(ctx context.Context) ([]data.APIKey, error) {
	return lookUp(ctx, s, "read API keys", selectAPIKeys+inOrderMade, nil, readAPIKey)
}

// RevokeAPIKey takes a key back, or returns false where there is none of that id
// or it was revoked before.
func (s *Store) RevokeAPIKey(ctx context.Context, id string, now time.Time) (revoked bool, err error) {
	return s.affect(ctx, "revoke an API key", `UPDATE api_key SET revoked = $1 WHERE id = $2 AND revoked IS NULL`, kept(now), id)
}

// UseAPIKey notes a day on which a key was shown, if it is later than the one
// that is noted.
func (s *Store) UseAPIKey(ctx context.Context, id string, on data.Date) error {
	_, err := s.affect(ctx, "note the use of an API key", `UPDATE api_key SET last_used = greatest(last_used, $1::date) WHERE id = $2`, usedOn(on), id)
	return err
}

// readAPIKey reads the columns of selectAPIKeys. A role that there isn't, as in a
// database that a newer program wrote, is an error: it is never left out.
func readAPIKey(rows pgx.Rows) (data.APIKey, error) {
	var key data.APIKey
	var secret []byte
	var roles string
	var revoked, used *time.Time
	err := rows.Scan(&key.ID, &secret, &roles, &key.Source, &key.Purpose, &key.Created, &key.Expires, &revoked, &used)
	if err != nil {
		return key, err
	}
	if copy(key.Secret[:], secret) != len(key.Secret) {
		return key, fmt.Errorf("the API key %s has no secret", key.ID)
	}
	if key.Roles, err = data.NewRoles(strings.Split(roles, ", ")); err != nil {
		return key, fmt.Errorf("the API key %s: %w", key.ID, err)
	}
	key.Created, key.Expires, key.Revoked = key.Created.UTC(), key.Expires.UTC(), orZero(revoked)
	if used != nil {
		key.LastUsed = data.DateOf(*used)
	}
	return key, nil
}

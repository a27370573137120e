package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"commonground/data"
)

// Keys keeps the keys of machines; a store does. The methods are as those of
// sqlite.Store say.
type Keys interface {
	APIKey(ctx context.Context, id string) (data.APIKey, bool, error)
	UseAPIKey(ctx context.Context, id string, day data.Date) error
}

// A key is "cg_ID_SECRET": 48 bits of id, hexadecimal, and 256 bits of secret in
// base64. The prefix is for programs that look for secrets in files.
const (
	keyPrefix    = "cg_"
	idBytes      = 6
	secretBytes  = 32
	secretLength = 43
)

// maxKeyDays is the longest that a key may be good: a year, and time to replace
// it.
const maxKeyDays = 400

// maxPurpose is how long a purpose or a reason may be, in characters.
const maxPurpose = 200

// NewKey makes a key with the roles, source, purpose and end that are asked for.
// text is what its holder sends as "Authorization: Bearer TEXT"; it can't be had
// again from the key. Refused are a key without a role, purpose or end, one that
// is good for over 400 days, and one that may send records, but of no source.
func NewKey(now time.Time, asked data.APIKey) (text string, key data.APIKey, err error) {
	asked.Purpose = strings.TrimSpace(asked.Purpose)
	if err := checkKey(now, asked); err != nil {
		return "", data.APIKey{}, err
	}
	random := make([]byte, idBytes+secretBytes)
	_, _ = rand.Read(random) // it never fails
	secret := base64.RawURLEncoding.EncodeToString(random[idBytes:])
	key = asked
	key.ID, key.Created = hex.EncodeToString(random[:idBytes]), now
	key.Secret = sha256.Sum256([]byte(secret))
	return keyPrefix + key.ID + "_" + secret, key, nil
}

func checkKey(now time.Time, asked data.APIKey) error {
	switch {
	case len(asked.Roles) == 0:
		return errors.New("a key needs a role")
	case !prints(asked.Purpose, maxPurpose):
		return fmt.Errorf("a key needs a purpose of at most %d characters", maxPurpose)
	case asked.Roles.HasAny(data.Crew, data.Sender) && asked.Source == "":
		return errors.New("a key that sends records needs the source whose records they are")
	case asked.Source != "" && !prints(asked.Source, maxPurpose):
		return fmt.Errorf("a source has at most %d characters", maxPurpose)
	case !asked.Expires.After(now):
		return errors.New("a key needs an end, which is yet to come")
	case asked.Expires.Sub(now) > maxKeyDays*24*time.Hour:
		return fmt.Errorf("a key is good for at most %d days", maxKeyDays)
	}
	return nil
}

// prints reports whether a text has a character, at most so many, and none that
// doesn't print or turns others around.
func prints(text string, most int) bool {
	return text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= most &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// machines finds callers by their keys.
type machines struct {
	keys  Keys
	now   func() time.Time
	aside *aside
}

// caller returns whose key a request shows. shown is false where it shows none:
// another kind of Authorization is not ours to judge.
func (m *machines) caller(r *http.Request) (caller Caller, shown bool, err error) {
	for _, header := range r.Header.Values("Authorization") {
		kind, text, _ := strings.Cut(header, " ")
		if !strings.EqualFold(kind, "Bearer") {
			continue
		}
		if shown {
			return Caller{}, true, ErrBadKey // which of two counts would be a guess
		}
		caller, err = m.holder(r.Context(), strings.TrimSpace(text))
		shown = true
	}
	return caller, shown, err
}

// holder returns who holds a key. What is known of an id by how long the answer
// takes is no secret; the secret is compared in constant time.
func (m *machines) holder(ctx context.Context, text string) (Caller, error) {
	id, secret, ok := splitKey(text)
	if !ok {
		return Caller{}, ErrBadKey
	}
	key, found, err := m.keys.APIKey(ctx, id)
	if err != nil {
		return Caller{}, err
	}
	hash, now := sha256.Sum256([]byte(secret)), m.now()
	if !found || subtle.ConstantTimeCompare(hash[:], key.Secret[:]) != 1 || !key.Good(now) {
		return Caller{}, ErrBadKey
	}
	if today := data.DateOf(now.UTC()); today > key.LastUsed {
		m.aside.do(ctx, "key "+id, func(ctx context.Context) error { return m.keys.UseAPIKey(ctx, id, today) })
	}
	return Caller{ID: "key:" + id, Name: key.Purpose, Roles: key.Roles, Source: key.Source, Why: key.Purpose}, nil
}

func splitKey(text string) (id, secret string, ok bool) {
	rest, ours := strings.CutPrefix(text, keyPrefix)
	id, secret, _ = strings.Cut(rest, "_")
	return id, secret, ours && len(id) == hex.EncodedLen(idBytes) && len(secret) == secretLength
}

package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"commonground/data"
)

// Sessions keeps what browsers' cookies stand for, by hashed token; a store
// does. The methods are as those of sqlite.Store say.
type Sessions interface {
	Session(ctx context.Context, token string) (data.Session, bool, error)
	PutSession(ctx context.Context, token string, session data.Session) error
	ChangeSession(ctx context.Context, token string, content []byte) (bool, error)
	TouchSession(ctx context.Context, token string, seen time.Time) error
	DropSession(ctx context.Context, token string) (bool, error)
	DropSessions(ctx context.Context, by time.Time) error
}

// content is what a session holds: a sign-in that was begun, or a person.
type content struct {
	Until   time.Time `json:"until"`
	Attempt *attempt  `json:"attempt,omitempty"`
	Person  *person   `json:"person,omitempty"`
}

// attempt is a sign-in that was begun. What it holds is good once.
type attempt struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Target   string `json:"target"`
}

// person is who is signed in. Roles are not what they may do, which goes by the
// scheme in force, but what they could at the start. Nothing of the provider's
// tokens is kept besides.
type person struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Claims []string   `json:"claims"`
	Roles  data.Roles `json:"roles"`
	Since  time.Time  `json:"since"`
	Why    string     `json:"why,omitempty"`
}

// keys of the values in a session as scs has them.
const (
	attemptKey = "attempt"
	personKey  = "person"
)

// asJSON is the codec of sessions: a quarter of gob's time, and its text says
// what it is.
type asJSON struct{}

// Encode is part of scs.Codec.
func (asJSON) Encode(until time.Time, values map[string]any) ([]byte, error) {
	c := content{Until: until}
	c.Attempt, _ = values[attemptKey].(*attempt)
	c.Person, _ = values[personKey].(*person)
	return json.Marshal(c)
}

// Decode is part of scs.Codec.
func (asJSON) Decode(text []byte) (time.Time, map[string]any, error) {
	var c content
	if err := json.Unmarshal(text, &c); err != nil {
		return time.Time{}, nil, err
	}
	values := map[string]any{}
	if c.Attempt != nil {
		values[attemptKey] = c.Attempt
	}
	if c.Person != nil {
		values[personKey] = c.Person
	}
	return c.Until, values, nil
}

// errGone says that a session that was to be dropped was not there: someone else
// was faster.
var errGone = errors.New("signin: the session is gone")

// shelf is a scs.CtxStore over Sessions. It is what hashes tokens, not scs,
// because sessions are looked up without scs as well. Tokens are random, so a
// fast hash will do.
type shelf struct {
	sessions Sessions
	now      func() time.Time
}

func hashed(token string) string {
	hash := sha256.Sum256([]byte(token))
	return hex.EncodeToString(hash[:])
}

// FindCtx returns the content of a session that has not come to its end.
func (s shelf) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	session, found, err := s.find(ctx, token)
	return session.Content, found, err
}

func (s shelf) find(ctx context.Context, token string) (data.Session, bool, error) {
	session, found, err := s.sessions.Session(ctx, hashed(token))
	if err != nil || !found || !s.now().Before(session.Until) {
		return data.Session{}, false, err
	}
	return session, true, nil
}

// CommitCtx keeps a session.
func (s shelf) CommitCtx(ctx context.Context, token string, content []byte, until time.Time) error {
	return s.sessions.PutSession(ctx, hashed(token), data.Session{Content: content, Until: until, Seen: s.now()})
}

// DeleteCtx drops a session, or returns errGone.
func (s shelf) DeleteCtx(ctx context.Context, token string) error {
	dropped, err := s.sessions.DropSession(ctx, hashed(token))
	if err == nil && !dropped {
		return errGone
	}
	return err
}

// Find is FindCtx for scs.Store.
func (s shelf) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for scs.Store.
func (s shelf) Commit(token string, content []byte, until time.Time) error {
	return s.CommitCtx(context.Background(), token, content, until)
}

// Delete is DeleteCtx for scs.Store.
func (s shelf) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

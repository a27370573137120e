package datatest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commonground/data"
)

// SignInStore is a store that keeps sessions and API keys.
type SignInStore interface {
	PutAPIKey(ctx context.Context, key data.APIKey) error
	APIKey(ctx context.Context, id string) (data.APIKey, bool, error)
	APIKeys(ctx context.Context) ([]data.APIKey, error)
	RevokeAPIKey(ctx context.Context, id string, now time.Time) (bool, error)
	UseAPIKey(ctx context.Context, id string, day data.Date) error

	Session(ctx context.Context, token string) (data.Session, bool, error)
	PutSession(ctx context.Context, token string, session data.Session) error
	ChangeSession(ctx context.Context, token string, content []byte) (bool, error)
	TouchSession(ctx context.Context, token string, seen time.Time) error
	DropSession(ctx context.Context, token string) (bool, error)
	DropSessions(ctx context.Context, by time.Time) error
}

// RunSignIn runs the tests that the sessions and keys of every engine pass.
func RunSignIn(t *testing.T, place Place[SignInStore]) {
	for name, run := range map[string]func(*testing.T, Place[SignInStore]){
		"sessions and keys outlive the process":       signInAgainStory,
		"a session that was dropped stays dropped":    droppedSessionStory,
		"a session takes the place of another":        sessionAgainStory,
		"old sessions are dropped":                    oldSessionsStory,
		"an API key is revoked once":                  revokedKeyStory,
		"a role that there isn't is never left out":   unknownRoleStory,
		"who is gone neither reads nor writes":        signInGoneStory,
		"what was taken back is so for every process": signInEverywhereStory,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, place)
		})
	}
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func apiKey(id string) data.APIKey {
	return data.APIKey{
		ID: id, Secret: [32]byte{1, 31: 9}, Roles: data.Roles{data.Crew, data.Sender}, Source: "crew-app",
		Purpose: "The crews' app", Created: noon, Expires: noon.Add(48 * time.Hour),
	}
}

func signInAgainStory(t *testing.T, place Place[SignInStore]) {
	open := place(t)
	s := open()
	session := data.Session{Content: []byte("{\"a\":1}\x00\xff"), Until: noon.Add(time.Hour), Seen: noon}
	key := apiKey("0123456789ab")
	check(t, s.PutSession(t.Context(), "t", session))
	check(t, s.PutAPIKey(t.Context(), key))
	s = open()
	got, found, err := s.Session(t.Context(), "t")
	check(t, err)
	equal(t, found, true)
	equal(t, got, session)
	kept, found, err := s.APIKey(t.Context(), key.ID)
	check(t, err)
	equal(t, found, true)
	equal(t, kept, key)
	if s.PutAPIKey(t.Context(), key) == nil {
		t.Error("an id was given twice")
	}
	for _, spoil := range []func(*data.APIKey){func(k *data.APIKey) { k.ID = "" }, func(k *data.APIKey) { k.Purpose = "" }} {
		bad := apiKey("c")
		spoil(&bad)
		if s.PutAPIKey(t.Context(), bad) == nil {
			t.Errorf("%+v was kept", bad)
		}
	}
	_, found, err = s.APIKey(t.Context(), "other")
	check(t, err)
	equal(t, found, false)
	_, found, err = s.Session(t.Context(), "other")
	check(t, err)
	equal(t, found, false)
}

func putSession(t *testing.T, s SignInStore, token string, until time.Time) {
	t.Helper()
	check(t, s.PutSession(t.Context(), token, data.Session{Content: []byte("a"), Until: until, Seen: noon}))
}

func droppedSessionStory(t *testing.T, place Place[SignInStore]) {
	s := place(t)()
	putSession(t, s, "t", noon)
	later := noon.Add(time.Minute)
	check(t, s.TouchSession(t.Context(), "t", later))
	changed, err := s.ChangeSession(t.Context(), "t", []byte("b"))
	check(t, err)
	equal(t, changed, true)
	got, _, err := s.Session(t.Context(), "t")
	check(t, err)
	equal(t, got, data.Session{Content: []byte("b"), Until: noon, Seen: later})
	var group sync.WaitGroup
	var won atomic.Int32
	for range 8 {
		group.Go(func() {
			dropped, err := s.DropSession(t.Context(), "t")
			if err != nil {
				t.Error(err)
			}
			if dropped {
				won.Add(1)
			}
		})
	}
	group.Wait()
	equal(t, won.Load(), int32(1))
	check(t, s.TouchSession(t.Context(), "t", later))
	changed, err = s.ChangeSession(t.Context(), "t", []byte("c"))
	check(t, err)
	equal(t, changed, false)
	_, found, err := s.Session(t.Context(), "t")
	check(t, err)
	equal(t, found, false)
}

func sessionAgainStory(t *testing.T, place Place[SignInStore]) {
	s := place(t)()
	putSession(t, s, "t", noon)
	want := data.Session{Content: []byte{}, Until: noon.Add(time.Hour), Seen: noon.Add(time.Minute)}
	check(t, s.PutSession(t.Context(), "t", want))
	got, _, err := s.Session(t.Context(), "t")
	check(t, err)
	equal(t, got, want)
}

func oldSessionsStory(t *testing.T, place Place[SignInStore]) {
	s := place(t)()
	until := map[string]time.Time{"old": noon.Add(-1), "now": noon, "new": noon.Add(time.Millisecond)}
	for token, until := range until {
		putSession(t, s, token, until)
	}
	check(t, s.DropSessions(t.Context(), noon))
	for token := range until {
		_, found, err := s.Session(t.Context(), token)
		check(t, err)
		equal(t, found, token == "new")
	}
}

func revokedKeyStory(t *testing.T, place Place[SignInStore]) {
	s := place(t)()
	for i, id := range []string{"b", "a", "B"} {
		key := apiKey(id)
		key.Created = noon.Add(time.Duration(i)) // they are made in one millisecond
		check(t, s.PutAPIKey(t.Context(), key))
	}
	for _, test := range []struct {
		id   string
		want bool
	}{{"b", true}, {"b", false}, {"c", false}} {
		revoked, err := s.RevokeAPIKey(t.Context(), test.id, noon)
		check(t, err)
		equal(t, revoked, test.want)
	}
	for _, day := range []data.Date{20000, 19999} {
		check(t, s.UseAPIKey(t.Context(), "a", day))
	}
	keys, err := s.APIKeys(t.Context())
	check(t, err)
	capital, used, revoked := apiKey("B"), apiKey("a"), apiKey("b")
	used.LastUsed, revoked.Revoked = 20000, noon
	equal(t, keys, []data.APIKey{capital, used, revoked})
}

func unknownRoleStory(t *testing.T, place Place[SignInStore]) {
	s := place(t)()
	key := apiKey("a")
	key.Roles = data.Roles{"auditor", data.Planner}
	check(t, s.PutAPIKey(t.Context(), key))
	if _, _, err := s.APIKey(t.Context(), "a"); err == nil {
		t.Error("a role of a newer program was passed over")
	}
}

func signInGoneStory(t *testing.T, place Place[SignInStore]) {
	s := place(t)()
	putSession(t, s, "t", noon)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Session(ctx, "t"); err == nil {
		t.Error("the session was read")
	}
	if dropped, err := s.DropSession(ctx, "t"); err == nil || dropped {
		t.Errorf("dropped %v, %v", dropped, err)
	}
	if _, err := s.APIKeys(ctx); err == nil {
		t.Error("the keys were read")
	}
	if s.PutAPIKey(ctx, apiKey("a")) == nil {
		t.Error("a key was kept")
	}
}

func signInEverywhereStory(t *testing.T, place Place[SignInStore]) {
	open := place(t)
	a, b := open(), open()
	for range 20 {
		putSession(t, a, "t", noon)
		_, found, err := b.Session(t.Context(), "t")
		check(t, err)
		equal(t, found, true)
		_, err = b.DropSession(t.Context(), "t")
		check(t, err)
		_, found, err = a.Session(t.Context(), "t")
		check(t, err)
		equal(t, found, false)
	}
	check(t, a.PutAPIKey(t.Context(), apiKey("a")))
	_, err := b.RevokeAPIKey(t.Context(), "a", noon)
	check(t, err)
	key, _, err := a.APIKey(t.Context(), "a")
	check(t, err)
	equal(t, key.Good(noon), false)
}

package signin_test

import (
	"bytes"
	"context"
	"database/sql"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/sqlite"
)

// counting counts how often a session is touched.
type counting struct {
	*sqlite.Store
	touched atomic.Int32
}

func (c *counting) TouchSession(ctx context.Context, token string, seen time.Time) error {
	c.touched.Add(1)
	return c.Store.TouchSession(ctx, token, seen)
}

func TestAMapOfManyTilesWritesNothing(t *testing.T) {
	w := newTown(t)
	store := &counting{Store: w.store}
	config := w.config()
	config.Sessions = store
	var err error
	if w.signIn, err = signin.New(config); err != nil {
		t.Fatal(err)
	}
	jo := w.browser("tasking")
	jo.mustSignIn()
	for i, want := range []int32{0, 1, 2} {
		for range 50 {
			jo.roles()
			w.signIn.Wait()
		}
		if n := store.touched.Load(); n != want {
			t.Errorf("minute %d: touched %d times, want %d", i, n, want)
		}
		w.later(time.Minute)
	}
}

func TestARequestWaitsForNoWriter(t *testing.T) {
	w := newTown(t)
	jo := w.browser("tasking")
	jo.mustSignIn()
	text, _ := w.newKey()
	w.later(2 * time.Minute)
	db, err := sql.Open("sqlite", "file:"+w.path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lock, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := jo.roles(); got != "police" {
		t.Errorf("roles %q", got)
	}
	if _, err := w.show(nil, "Bearer "+text); err != nil {
		t.Error(err)
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
}

func TestACopyOfTheStoreSignsNobodyIn(t *testing.T) {
	w := newTown(t)
	jo := w.browser("tasking")
	begun := w.browser("tasking")
	begun.callback()
	jo.mustSignIn()
	text, _ := w.newKey()
	var copied []byte
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(w.path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		copied = append(copied, content...)
	}
	if !bytes.Contains(copied, []byte("jo.field")) {
		t.Error("the copy does not have the session at all")
	}
	_, secret, _ := strings.Cut(strings.TrimPrefix(text, "cg_"), "_")
	for _, shown := range []string{jo.cookie().Value, begun.cookie().Value, secret, w.provider.ClientSecret, "eyJ"} {
		if bytes.Contains(copied, []byte(shown)) {
			t.Errorf("the copy has %q", shown)
		}
	}
}

func BenchmarkCallerSignedIn(b *testing.B) {
	w := newTown(b)
	jo := w.browser("tasking")
	jo.mustSignIn()
	scheme, err := data.ParseScheme(data.DefaultScheme)
	if err != nil {
		b.Fatal(err)
	}
	config := w.config()
	config.Scheme = func(context.Context) (*data.Scheme, error) { return scheme, nil }
	signIn, err := signin.New(config)
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, w.server.URL, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.AddCookie(jo.cookie())
	b.ReportAllocs()
	for b.Loop() {
		if caller, err := signIn.Caller(r); err != nil || !caller.SignedIn() {
			b.Fatal(caller, err)
		}
	}
}

package sqlite

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestSessionsAndKeysOutliveTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	session := data.Session{Content: []byte(`{"a":1}`), Until: noon.Add(time.Hour), Seen: noon}
	key := data.APIKey{
		ID: "0123456789ab", Secret: [32]byte{1, 31: 9}, Roles: data.Roles{data.Crew, data.Sender}, Source: "crew-app",
		Purpose: "The crews' app", Created: noon, Expires: noon.Add(48 * time.Hour),
	}
	if err := s.PutSession(t.Context(), "t", session); err != nil {
		t.Fatal(err)
	}
	if err := s.PutAPIKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	shut(t, s)

	s = openFile(t, path)
	got, found, err := s.Session(t.Context(), "t")
	if err != nil || !found || !cmp.Equal(got, session) {
		t.Errorf("session %v, %v, %v", got, found, err)
	}
	kept, found, err := s.APIKey(t.Context(), key.ID)
	if err != nil || !found || !cmp.Equal(kept, key) {
		t.Errorf("key %v, %v, %v", kept, found, err)
	}
	if err := s.PutAPIKey(t.Context(), key); err == nil {
		t.Error("an id was given twice")
	}
}

func TestASessionThatWasDroppedStaysDropped(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	if err := s.PutSession(t.Context(), "t", data.Session{Content: []byte("a"), Until: noon, Seen: noon}); err != nil {
		t.Fatal(err)
	}
	later := noon.Add(time.Minute)
	if err := s.TouchSession(t.Context(), "t", later); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.ChangeSession(t.Context(), "t", []byte("b")); !changed || err != nil {
		t.Fatalf("changed %v, %v", changed, err)
	}
	if got, _, err := s.Session(t.Context(), "t"); string(got.Content) != "b" || !got.Seen.Equal(later) || !got.Until.Equal(noon) || err != nil {
		t.Errorf("session %v, %v", got, err)
	}
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
	if won.Load() != 1 {
		t.Errorf("%d of eight dropped it", won.Load())
	}
	if err := s.TouchSession(t.Context(), "t", later); err != nil {
		t.Error(err)
	}
	if changed, err := s.ChangeSession(t.Context(), "t", []byte("c")); changed || err != nil {
		t.Errorf("changed %v, %v", changed, err)
	}
	if _, found, err := s.Session(t.Context(), "t"); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestOldSessionsAreDropped(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	for token, until := range map[string]time.Time{"old": noon.Add(-1), "now": noon, "new": noon.Add(time.Millisecond)} {
		if err := s.PutSession(t.Context(), token, data.Session{Content: []byte{}, Until: until, Seen: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DropSessions(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]bool{"old": false, "now": false, "new": true} {
		if _, found, err := s.Session(t.Context(), token); found != want || err != nil {
			t.Errorf("%s: found %v, %v", token, found, err)
		}
	}
}

func TestAnAPIKeyIsRevokedOnce(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "records.db"))
	for i, id := range []string{"b", "a"} {
		key := data.APIKey{ID: id, Roles: data.Roles{data.Planner}, Purpose: "GIS", Created: noon.Add(time.Duration(i)), Expires: noon.Add(time.Hour)}
		if err := s.PutAPIKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		id   string
		want bool
	}{{"b", true}, {"b", false}, {"c", false}} {
		if revoked, err := s.RevokeAPIKey(t.Context(), test.id, noon); revoked != test.want || err != nil {
			t.Errorf("%s: revoked %v, %v", test.id, revoked, err)
		}
	}
	for _, day := range []data.Date{20000, 19999} {
		if err := s.UseAPIKey(t.Context(), "a", day); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := s.APIKeys(t.Context())
	if err != nil || len(keys) != 2 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	if a, b := keys[0], keys[1]; a.ID != "a" || a.LastUsed != 20000 || !a.Good(noon) || b.Good(noon) || !b.Revoked.Equal(noon) {
		t.Errorf("keys %+v", keys)
	}
}

func TestARoleThatThereIsntIsNeverLeftOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := openFile(t, path)
	key := data.APIKey{ID: "a", Roles: data.Roles{"auditor", data.Planner}, Purpose: "GIS", Created: noon, Expires: noon.Add(time.Hour)}
	if err := s.PutAPIKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.APIKey(t.Context(), "a"); err == nil {
		t.Error("a role of a newer program was passed over")
	}
}

func BenchmarkSession(b *testing.B) {
	s := openFile(b, filepath.Join(b.TempDir(), "records.db"))
	if err := s.PutSession(b.Context(), "t", data.Session{Content: make([]byte, 400), Until: noon, Seen: noon}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, found, err := s.Session(b.Context(), "t"); !found || err != nil {
			b.Fatal(err)
		}
	}
}

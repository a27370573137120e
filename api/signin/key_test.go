package signin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"commonground/api/signin"
	"commonground/data"
)

// newKey makes a key for the crews' app, which is good for 30 days.
func (w *town) newKey() (text string, key data.APIKey) {
	w.t.Helper()
	text, key, err := signin.NewKey(w.now(), data.APIKey{
		Roles: data.Roles{data.Crew}, Source: "crew-app", Purpose: " The crews' app ", Expires: w.now().Add(30 * 24 * time.Hour),
	})
	if err == nil {
		err = w.store.PutAPIKey(w.t.Context(), key)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return text, key
}

// show returns who asks with these headers for authorization, and a cookie.
func (w *town) show(cookie *http.Cookie, headers ...string) (signin.Caller, error) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.server.URL, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header["Authorization"] = headers
	if cookie != nil {
		r.AddCookie(cookie)
	}
	return w.signIn.Caller(r)
}

func TestAKeyIsItsHolderForItsSourceAlone(t *testing.T) {
	w := newTown(t)
	text, key := w.newKey()
	want := signin.Caller{ID: "key:" + key.ID, Name: "The crews' app", Roles: data.Roles{data.Crew}, Source: "crew-app", Why: "The crews' app"}
	for _, header := range []string{"Bearer " + text, "bearer  " + text + " "} {
		if got, err := w.show(nil, header); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", header, got, err, want)
		}
	}
	if !strings.HasPrefix(text, "cg_"+key.ID+"_") || len(text) != 59 {
		t.Errorf("the key is %q", text)
	}
}

func TestAKeyThatIsNotGoodIsNotThePublic(t *testing.T) {
	w := newTown(t)
	text, key := w.newKey()
	other, _ := w.newKey()
	old, _ := w.newKey()
	revoked, taken := w.newKey()
	if _, err := w.store.RevokeAPIKey(t.Context(), taken.ID, w.now()); err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimPrefix(text, "cg_"+key.ID+"_")
	for _, test := range []struct {
		name    string
		headers []string
	}{
		{"revoked", []string{"Bearer " + revoked}},
		{"with the secret of another", []string{"Bearer cg_" + key.ID + other[15:]}},
		{"of another's id", []string{"Bearer " + other[:16] + secret}},
		{"of no id", []string{"Bearer cg_000000000000_" + secret}},
		{"without a secret", []string{"Bearer cg_" + key.ID + "_"}},
		{"cut short", []string{"Bearer " + text[:len(text)-1]}},
		{"cut to nothing", []string{"Bearer "}},
		{"nothing at all", []string{"Bearer"}},
		{"with a letter more", []string{"Bearer " + text + "A"}},
		{"with another last letter", []string{"Bearer " + text[:len(text)-1] + next(text[len(text)-1])}},
		{"in capitals", []string{"Bearer " + strings.ToUpper(text)}},
		{"of someone else's program", []string{"Bearer eyJhbGciOiJub25lIn0.e30."}},
		{"the hash that is kept", []string{"Bearer cg_" + key.ID + "_" + string(key.Secret[:])}},
		{"two of them", []string{"Bearer " + text, "Bearer " + other}},
		{"one good and one not", []string{"Bearer " + text, "Bearer " + revoked}},
	} {
		if caller, err := w.show(nil, test.headers...); !errors.Is(err, signin.ErrBadKey) || caller.SignedIn() {
			t.Errorf("%s: %v, %v", test.name, caller, err)
		}
	}
	w.later(30 * 24 * time.Hour)
	if caller, err := w.show(nil, "Bearer "+old); !errors.Is(err, signin.ErrBadKey) || caller.SignedIn() {
		t.Errorf("expired: %v, %v", caller, err)
	}
}

// next is a letter that stands for other bits, and may not decode to others.
func next(letter byte) string {
	if letter == 'A' {
		return "B"
	}
	return "A"
}

func TestAKeyCountsBeforeACookie(t *testing.T) {
	w := newTown(t)
	text, key := w.newKey()
	jo := w.browser("tasking")
	jo.mustSignIn()
	if caller, err := w.show(jo.cookie(), "Bearer "+text); err != nil || caller.ID != "key:"+key.ID || caller.Roles.Has(data.Police) {
		t.Errorf("%v, %v", caller, err)
	}
	if caller, err := w.show(jo.cookie(), "Bearer "+text[1:]); !errors.Is(err, signin.ErrBadKey) || caller.SignedIn() {
		t.Errorf("with a bad key: %v, %v", caller, err)
	}
	if caller, err := w.show(jo.cookie(), "Basic YTpi"); err != nil || !caller.Roles.Has(data.Police) {
		t.Errorf("with what a proxy asked for: %v, %v", caller, err)
	}
	if caller, err := w.show(nil, "Basic "+text); err != nil || caller.SignedIn() {
		t.Errorf("of another kind: %v, %v", caller, err)
	}
}

func TestTheDayOfAKeysLastUseIsNoted(t *testing.T) {
	w := newTown(t)
	text, key := w.newKey()
	lastUsed := func() data.Date {
		w.signIn.Wait()
		kept, _, err := w.store.APIKey(t.Context(), key.ID)
		if err != nil {
			t.Fatal(err)
		}
		return kept.LastUsed
	}
	if day := lastUsed(); day != 0 {
		t.Errorf("before: %v", day)
	}
	for range 2 {
		w.later(24 * time.Hour)
		if _, err := w.show(nil, "Bearer "+text); err != nil {
			t.Fatal(err)
		}
		if day, today := lastUsed(), data.DateOf(w.now().UTC()); day != today {
			t.Errorf("noted %v, want %v", day, today)
		}
	}
}

func TestAKeyNeedsWhatIsNeededToAnswerForIt(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	good := data.APIKey{Roles: data.Roles{data.Sender}, Source: "s", Purpose: "p", Expires: now.Add(400 * 24 * time.Hour)}
	for _, test := range []struct {
		name  string
		alter func(*data.APIKey)
		says  string // empty: it is made
	}{
		{"all of it", func(*data.APIKey) {}, ""},
		{"no source, to read", func(k *data.APIKey) { k.Roles, k.Source = data.Roles{data.Planner}, "" }, ""},
		{"no role", func(k *data.APIKey) { k.Roles = nil }, "role"},
		{"no source, to send", func(k *data.APIKey) { k.Source = "" }, "source"},
		{"a source of two lines", func(k *data.APIKey) { k.Source = "a\nb" }, "source"},
		{"no purpose", func(k *data.APIKey) { k.Purpose = " \n" }, "purpose"},
		{"a long purpose", func(k *data.APIKey) { k.Purpose = strings.Repeat("p", 201) }, "purpose"},
		{"no end", func(k *data.APIKey) { k.Expires = time.Time{} }, "end"},
		{"an end that was", func(k *data.APIKey) { k.Expires = now }, "end"},
		{"an end far off", func(k *data.APIKey) { k.Expires = k.Expires.Add(1) }, "400 days"},
	} {
		asked := good
		test.alter(&asked)
		text, _, err := signin.NewKey(now, asked)
		if (err == nil) != (test.says == "") || err != nil && (text != "" || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%s: %q, %v", test.name, text, err)
		}
	}
	one, _, _ := signin.NewKey(now, good)
	if two, _, _ := signin.NewKey(now, good); one == two {
		t.Error("two keys are the same")
	}
}

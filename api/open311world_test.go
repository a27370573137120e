package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"commonground/api"
	"commonground/api/signin"
	"commonground/data"
	"commonground/data/sqlite"
)

// by311 is a server that knows API keys, and the key of an app that sends.
type by311 struct {
	server
	key   string
	clock *time.Time
	log   *bytes.Buffer
}

func start311(t *testing.T) by311 {
	t.Helper()
	clock := time.Date(2026, 11, 24, 9, 30, 20, 0, time.UTC)
	s := by311{clock: &clock, log: &bytes.Buffer{}}
	s.server = startWith(t, empty, func(config *api.Config) {
		config.Now = func() time.Time { return clock }
		config.Log = slog.New(slog.NewTextHandler(s.log, nil))
		store := config.Store.(*sqlite.Store)
		signIn, err := signin.New(signin.Config{
			Origin: config.Origin, Sessions: store, Keys: store, Now: config.Now, Log: config.Log,
			Scheme: func(ctx context.Context) (*data.Scheme, error) {
				settings, err := config.Door.Settings(ctx)
				return settings.Scheme, err
			},
			Event: func(context.Context, signin.Caller, string, string) error { return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(signIn.Wait)
		config.SignIn = signIn
	})
	s.key = s.newKey(data.Sender, "app311")
	return s
}

// newKey makes a key that is good for a month.
func (s by311) newKey(role data.Role, source string) string {
	s.t.Helper()
	text, key, err := signin.NewKey(*s.clock, data.APIKey{Roles: data.Roles{role}, Source: source, Purpose: "test", Expires: s.clock.AddDate(0, 1, 0)})
	if err == nil {
		err = s.store.PutAPIKey(s.t.Context(), key)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// form is a request for three needles in the middle of the sample's town.
func (s by311) form(changes ...string) string {
	form := url.Values{"api_key": {s.key}, "service_code": {"needle"}, "lat": {"54.7201"}, "long": {"-2.4201"}, "attribute[quantity]": {"3"}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			form.Del(changes[i])
		}
	}
	return form.Encode()
}

func (s by311) send(form string, header ...string) (*http.Response, []byte) {
	s.t.Helper()
	return s.do(http.MethodPost, requestsPath, form, append([]string{"Cookie", "none=1", "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, header...)...)
}

// mustSend sends a form and returns the id and the notice.
func (s by311) mustSend(form string, header ...string) (id, notice string) {
	s.t.Helper()
	response, body := s.send(form, header...)
	var answers []struct {
		ID     string  `json:"service_request_id"`
		Notice string  `json:"service_notice"`
		Of     *string `json:"account_id"`
	}
	if err := json.Unmarshal(body, &answers); err != nil || response.StatusCode != 200 || len(answers) != 1 || answers[0].ID == "" || answers[0].Of != nil {
		s.t.Fatalf("%s %s %v", response.Status, body, err)
	}
	return answers[0].ID, answers[0].Notice
}

func (s by311) stored() (pickups []data.Pickup, incidents []data.Incident) {
	s.t.Helper()
	_, all, err := s.store.Pickups(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for p, err := range all {
		if err != nil {
			s.t.Fatal(err)
		}
		pickups = append(pickups, p)
	}
	_, others, err := s.store.Incidents(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for i, err := range others {
		if err != nil {
			s.t.Fatal(err)
		}
		incidents = append(incidents, i)
	}
	return pickups, incidents
}

func (s by311) getAs(key, path string, into any) {
	s.t.Helper()
	response, body := s.do(http.MethodGet, path, "", "Cookie", "none=1", "Authorization", "Bearer "+key)
	if err := json.Unmarshal(body, into); err != nil || response.StatusCode != 200 {
		s.t.Fatalf("%s: %s %s", path, response.Status, body)
	}
}

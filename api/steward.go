package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
)

// Keeper keeps the audit log and the API keys, for stewards to look at.
type Keeper interface {
	audit.Store
	// LastAudit returns the number of the last entry, 0 where there is none.
	LastAudit(context.Context) (int64, error)

	APIKeys(context.Context) ([]data.APIKey, error)
	PutAPIKey(context.Context, data.APIKey) error
	// RevokeAPIKey returns false where there is no such key that stands.
	RevokeAPIKey(ctx context.Context, id string, now time.Time) (bool, error)
}

type auditInput struct {
	Conditional
	Before int64 `query:"before" minimum:"1" doc:"the next of an answer before; default: from the latest"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type auditAnswer struct {
	Entries []entryJSON `json:"entries" doc:"the latest first"`
	// Next is what before takes to go on; left out at the end.
	Next int64 `json:"next,omitempty"`
}

type entryJSON struct {
	Number  int64        `json:"number"`
	At      time.Time    `json:"at"`
	Who     string       `json:"who"`
	Name    string       `json:"name"`
	Roles   string       `json:"roles"`
	Action  audit.Action `json:"action"`
	Subject string       `json:"subject,omitempty"`
	What    string       `json:"what"`
	Records int64        `json:"records,omitempty"`
	Why     string       `json:"why,omitempty"`
}

func (s *staff) auditLog(ctx context.Context, in *auditInput) (answer, error) {
	last, err := s.Keeper.LastAudit(ctx)
	if err != nil {
		return answer{}, err
	}
	end := last + 1
	if in.Before > 0 {
		end = min(end, in.Before)
	}
	after := max(end-1-int64(in.Limit), 0)
	entries, err := s.Keeper.Audit(ctx, after, int(end-1-after))
	if err != nil {
		return answer{}, err
	}
	out := auditAnswer{Entries: []entryJSON{}}
	for _, e := range slices.Backward(entries) {
		out.Entries = append(out.Entries, entryJSON{e.Number, e.At, e.Who, e.Name, e.Roles, e.Action, e.Subject, e.What, e.Records, e.Why})
	}
	if after > 0 {
		out.Next = after + 1
	}
	return asJSON(out)
}

type summaryAnswer struct {
	Entries int64         `json:"entries"`
	People  int           `json:"people"`
	Actions []actionJSON  `json:"actions"`
	Unusual []unusualJSON `json:"unusual"`
}

type actionJSON struct {
	Action  audit.Action `json:"action"`
	Entries int64        `json:"entries"`
}

// unusualJSON is worth a question; it is no verdict.
type unusualJSON struct {
	Rule    string    `json:"rule"`
	Title   string    `json:"title"`
	Who     string    `json:"who"`
	Name    string    `json:"name"`
	Subject string    `json:"subject,omitempty"`
	Count   int       `json:"count"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
}

func (s *staff) auditSummary(ctx context.Context, _ *schemeInput) (answer, error) {
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	sum, err := audit.Summarize(audit.All(ctx, s.Keeper, 0), settings.Scheme.Location)
	if err != nil {
		return answer{}, err
	}
	out := summaryAnswer{Entries: sum.Entries, People: sum.People, Actions: []actionJSON{}, Unusual: []unusualJSON{}}
	for i, n := range sum.Actions {
		if n > 0 {
			out.Actions = append(out.Actions, actionJSON{audit.Actions[i], n})
		}
	}
	for _, u := range sum.Unusual {
		out.Unusual = append(out.Unusual, unusualJSON{u.Rule.ID, u.Rule.Title, u.Who, u.Name, u.Subject, u.Times, u.From, u.To})
	}
	return asJSON(out)
}

type keysAnswer struct {
	Keys []keyJSON `json:"keys"`
}

// keyJSON is an API key without its secret.
type keyJSON struct {
	ID       string     `json:"id"`
	Roles    data.Roles `json:"roles"`
	Source   string     `json:"source,omitempty"`
	Purpose  string     `json:"purpose"`
	Created  string     `json:"created"`
	Expires  string     `json:"expires"`
	Revoked  *string    `json:"revoked"`
	LastUsed *string    `json:"lastUsed"`
	Good     bool       `json:"good"`
}

func (s *staff) keys(ctx context.Context, _ *schemeInput) (answer, error) {
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	keys, err := s.Keeper.APIKeys(ctx)
	if err != nil {
		return answer{}, err
	}
	day := func(t time.Time) string { return data.DateOf(t.In(settings.Scheme.Location)).String() }
	out := keysAnswer{Keys: []keyJSON{}}
	for _, key := range keys {
		one := keyJSON{
			ID: key.ID, Roles: key.Roles, Source: key.Source, Purpose: key.Purpose,
			Created: day(key.Created), Expires: day(key.Expires), Good: key.Good(s.Now()),
		}
		if !key.Revoked.IsZero() {
			revoked := day(key.Revoked)
			one.Revoked = &revoked
		}
		if key.LastUsed != 0 {
			used := key.LastUsed.String()
			one.LastUsed = &used
		}
		out.Keys = append(out.Keys, one)
	}
	return asJSON(out)
}

// newKeyInput asks for a key.
type newKeyInput struct {
	Body struct {
		Roles   []string `json:"roles" doc:"crew, sender, planner, police or steward"`
		Source  string   `json:"source,omitempty" doc:"the only source whose records its holder may send; needed to send any"`
		Purpose string   `json:"purpose" doc:"what it is for; at most 200 characters"`
		Expires string   `json:"expires" example:"2027-06-01" doc:"first day on which it is not good any more, at most 400 days ahead"`
	}
}

type newKeyAnswer struct {
	ID  string `json:"id"`
	Key string `json:"key" doc:"it is shown this once: keep it where only its holder can read it"`
}

func (s *staff) newKey(ctx context.Context, in *newKeyInput) (answer, error) {
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	roles, err := data.NewRoles(in.Body.Roles)
	if err != nil {
		return answer{}, huma.Error422UnprocessableEntity("roles: " + err.Error())
	}
	if beyond := beyond(callerOf(ctx).Roles, roles); len(beyond) > 0 {
		return answer{}, huma.Error403Forbidden(fmt.Sprintf("you can't give what you don't have: %s. Whoever runs the server can, with commonground keys create", beyond))
	}
	day, err := data.ParseDate(in.Body.Expires)
	if err != nil {
		return answer{}, huma.Error422UnprocessableEntity("expires: " + err.Error())
	}
	text, key, err := signin.NewKey(s.Now(), data.APIKey{
		Roles: roles, Source: in.Body.Source, Purpose: in.Body.Purpose, Expires: day.In(settings.Scheme.Location),
	})
	if err != nil {
		return answer{}, huma.Error422UnprocessableEntity("no key was made: " + err.Error())
	}
	if err := s.recordKey(ctx, &key); err != nil {
		return answer{}, err
	}
	if err := s.Keeper.PutAPIKey(ctx, key); err != nil {
		return answer{}, err
	}
	a, err := asJSON(newKeyAnswer{key.ID, text})
	a.status, a.cacheControl = http.StatusCreated, noStore
	return a, err
}

// beyond returns the roles of a key that show records, and that its maker lacks.
func beyond(own, given data.Roles) data.Roles {
	return slices.DeleteFunc(slices.Clone(given), func(role data.Role) bool {
		return role == data.Crew || role == data.Sender || own.Has(role)
	})
}

// recordKey puts into the audit log what a key is good for, before there is one.
func (s *staff) recordKey(ctx context.Context, key *data.APIKey) error {
	caller := callerOf(ctx)
	return s.append(ctx, audit.Entry{
		Who: caller.ID, Name: caller.Name, Roles: caller.Roles.String(), Action: audit.ChangeKey, Subject: "key:" + key.ID, Why: key.Purpose,
		What: fmt.Sprintf("key:%s for %s of the source %q until %v", key.ID, key.Roles, key.Source, key.Expires.UTC().Format(time.DateOnly)),
	})
}

type keyInput struct {
	ID string `path:"id"`
}

func (s *staff) revokeKey(ctx context.Context, in *keyInput) (answer, error) {
	revoked, err := s.Keeper.RevokeAPIKey(ctx, in.ID, s.Now())
	if err == nil && !revoked {
		err = huma.Error404NotFound(fmt.Sprintf("there is no key %q that stands", in.ID))
	}
	return answer{status: http.StatusNoContent}, err
}

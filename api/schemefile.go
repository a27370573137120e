package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/audit"
)

const (
	tomlType      = "application/toml"
	maxSchemeBody = 1 << 20
)

// schemeFile answers with the scheme as it was put in, comments and all.
func (s *staff) schemeFile(ctx context.Context, _ *schemeInput) (answer, error) {
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return answer{}, err
	}
	return answer{contentType: tomlType, body: []byte(settings.Scheme.Text)}, nil
}

type schemeFileInput struct {
	RawBody []byte `contentType:"application/toml" required:"true"`
}

// recordScheme puts into the audit log which scheme is to come, and whether it
// changes who sees what.
func (s *staff) recordScheme(ctx context.Context, after *data.Scheme) error {
	settings, err := s.Door.Settings(ctx)
	if err != nil {
		return err
	}
	before, what := settings.Scheme, fmt.Sprintf("scheme of SHA-256 %x", sha256.Sum256([]byte(after.Text)))
	for _, part := range []struct {
		name          string
		before, after any
	}{
		{"sign_in", before.SignIn, after.SignIn}, {"disclosure", before.Disclosure, after.Disclosure}, {"retention", before.Retention, after.Retention},
	} {
		if !reflect.DeepEqual(part.before, part.after) {
			what += fmt.Sprintf("; %s was %+v, is %+v", part.name, part.before, part.after)
		}
	}
	caller := callerOf(ctx)
	return s.append(ctx, audit.Entry{Who: caller.ID, Name: caller.Name, Roles: caller.Roles.String(), Action: audit.ChangeScheme, What: what})
}

// putScheme replaces the scheme. What is wrong with one is told line by line, and
// nothing is changed.
func (s *staff) putScheme(ctx context.Context, in *schemeFileInput) (answer, error) {
	after, err := data.ParseScheme(string(in.RawBody))
	if err != nil {
		return answer{}, huma.Error422UnprocessableEntity("the scheme can't be used as it is", each(err)...)
	}
	if err := s.recordScheme(ctx, after); err != nil {
		return answer{}, err
	}
	if _, err := s.Door.PutScheme(ctx, string(in.RawBody)); err != nil {
		return answer{}, err
	}
	if err := s.counted(ctx); err != nil {
		return answer{}, err
	}
	return s.schemeFile(ctx, nil)
}

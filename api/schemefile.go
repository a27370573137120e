package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
)

const tomlType = "application/toml"

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

// putScheme replaces the scheme. What is wrong with one is told line by line, and
// nothing is changed.
func (s *staff) putScheme(ctx context.Context, in *schemeFileInput) (answer, error) {
	if _, err := data.ParseScheme(string(in.RawBody)); err != nil {
		return answer{}, huma.Error422UnprocessableEntity("the scheme can't be used as it is", each(err)...)
	}
	if _, err := s.Door.PutScheme(ctx, string(in.RawBody)); err != nil {
		return answer{}, err
	}
	if err := s.counted(ctx); err != nil {
		return answer{}, err
	}
	return s.schemeFile(ctx, nil)
}

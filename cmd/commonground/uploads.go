package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"

	"commonground/data/imports"
)

// importing begins to import uploaded files, until ctx ends; ended waits for that.
// A second server of a store, without a folder of its own, leaves them to the
// first.
func (s *server) importing(ctx context.Context, log *slog.Logger) (ended func(), err error) {
	folder := cmp.Or(s.Uploads, s.beside(".uploads"))
	s.imports, err = imports.Open(imports.Config{Folder: folder, Door: s.door, Now: s.now, Log: log})
	if errors.Is(err, imports.ErrTaken) && s.Uploads == "" {
		log.Warn("another server of this store takes files in, so this one does not", "folder", folder)
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	jobs := s.imports
	go jobs.Run(ctx)
	return func() {
		<-jobs.Stopped()
		if err := jobs.Close(); err != nil {
			log.Error("closing the folder of uploads", "error", err)
		}
	}, nil
}

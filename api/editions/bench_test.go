package editions_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"commonground/api/editions"
	"commonground/api/editions/editionstest"
)

// Ten years of editions, and what is asked for most.
func BenchmarkServe(b *testing.B) {
	archive := editionstest.New(b)
	first := time.Date(2019, 4, 24, 0, 0, 0, 0, time.UTC)
	last := ""
	for i := range 130 {
		last = first.AddDate(0, 0, 28*i).Format(time.DateOnly)
		archive.Seal(last)
	}
	served := editions.New(os.DirFS(archive.Dir), slog.New(slog.DiscardHandler))
	front := served.Front(fstest.MapFS{"index.html": {Data: []byte(pageText)}})
	for name, serve := range map[string]http.Handler{"/": front, "/public/editions.json": served, "/public/" + last + "/" + editionstest.Tiles[0]: served} {
		b.Run(fmt.Sprintf("path=%s", name), func(b *testing.B) {
			request := httptest.NewRequest(http.MethodGet, name, nil)
			b.ReportAllocs()
			for b.Loop() {
				recorder := httptest.NewRecorder()
				serve.ServeHTTP(recorder, request)
				if recorder.Code != http.StatusOK {
					b.Fatal(recorder.Code)
				}
			}
		})
	}
}

func BenchmarkCatalogue(b *testing.B) {
	archive := editionstest.New(b)
	first := time.Date(2019, 4, 24, 0, 0, 0, 0, time.UTC)
	for i := range 130 {
		archive.Seal(first.AddDate(0, 0, 28*i).Format(time.DateOnly))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := editions.New(os.DirFS(archive.Dir), slog.New(slog.DiscardHandler)).Catalogue(); err != nil {
			b.Fatal(err)
		}
	}
}

package api_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"commonground/api"
)

func TestAssetsAreSentAsSmallAsGzipMakesThem(t *testing.T) {
	script := strings.Repeat("let theSame = 1; ", 4000)
	s := startWhole(t, empty, func(*api.Config) {}, api.Public{Pages: fstest.MapFS{"index.html": {Data: []byte("public page")}, "assets/a.js": {Data: []byte(script)}}, Editions: fstest.MapFS{}})
	for range 2 { // made, and kept
		response, body := s.stranger(http.MethodGet, "/assets/a.js", "Accept-Encoding", "gzip, zstd")
		header := response.Header
		if header.Get("Content-Encoding") != "gzip" || header.Get("Vary") != "Accept-Encoding" || !strings.HasPrefix(header.Get("Content-Type"), "text/javascript") ||
			header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%v", header)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if content, err := io.ReadAll(unpacked); err != nil || string(content) != script {
			t.Errorf("%d bytes, %v", len(content), err)
		}
	}
	if response, body := s.stranger(http.MethodGet, "/assets/a.js", "Accept-Encoding", "identity"); response.Header.Get("Content-Encoding") != "" || string(body) != script {
		t.Errorf("%v", response.Header)
	}
	if response, _ := s.stranger(http.MethodGet, "/assets/b.js", "Accept-Encoding", "gzip"); response.StatusCode != http.StatusNotFound {
		t.Error(response.Status)
	}
}

package api

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// packed are files that never change, kept as they are sent: compressed once, as
// far as gzip goes, where other answers are compressed quickly. Safe for use by
// several goroutines.
type packed struct {
	tree fs.FS
	kept sync.Map // bytes by name
}

// serve sends a file to those who take gzip. It reports whether it did; a file
// that gains nothing by it is left to others.
func (p *packed) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	if !slices.Contains([]string{".js", ".css", ".svg"}, path.Ext(name)) || !takesGzip(r.Header.Get("Accept-Encoding")) {
		return false
	}
	content, ok := p.kept.Load(name)
	if !ok {
		made, err := pack(p.tree, name)
		if err != nil {
			return false
		}
		content, _ = p.kept.LoadOrStore(name, made)
	}
	header := w.Header()
	header.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	header.Set("Content-Encoding", "gzip")
	header.Add("Vary", "Accept-Encoding")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content.([]byte)))
	return true
}

func pack(tree fs.FS, name string) ([]byte, error) {
	content, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	packer, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := packer.Write(content); err != nil {
		return nil, err
	}
	err = packer.Close()
	return out.Bytes(), err
}

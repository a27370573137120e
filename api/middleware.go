package api

import (
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"

	"commonground/api/plain"
)

// policy lets pages load from this origin alone.
const policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; worker-src 'self'; " +
	"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// fixedHeaders are on every answer.
var fixedHeaders = [][2]string{
	{"Content-Security-Policy", policy},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"},
}

// transportSecurity has browsers use TLS for a year, whatever a link says.
const transportSecurity = "max-age=31536000"

func securityHeaders(tls bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			header := w.Header()
			for _, fixed := range fixedHeaders {
				header[fixed[0]] = []string{fixed[1]}
			}
			if tls {
				header.Set("Strict-Transport-Security", transportSecurity)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// letting lets a page load a map from one other server, and nothing else from
// anywhere.
func letting(elsewhere string, next http.HandlerFunc) http.HandlerFunc {
	if elsewhere == "" {
		return next
	}
	wider := strings.Replace(policy, "blob:;", "blob: "+elsewhere+"; connect-src 'self' "+elsewhere+";", 1)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", wider)
		next(w, r)
	}
}

// onlyUnder refuses requests made to another host than that of an origin. Where
// that is this machine, any of its own names will do.
func onlyUnder(origin string) func(http.Handler) http.Handler {
	own := hostOf(strings.TrimPrefix(strings.TrimPrefix(origin, "https://"), "http://"))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if host := hostOf(r.Host); host != own && !(isLoopback(own) && isLoopback(host)) {
				problem(w, http.StatusMisdirectedRequest, "this server answers only under its own name, "+own)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hostOf returns the host of an authority, in small letters and without a port.
func hostOf(authority string) string {
	host, _, err := net.SplitHostPort(authority)
	if err != nil {
		host = authority
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// staffHeaders keep staff answers out of every shared cache.
func staffHeaders(header http.Header) {
	header.Set("Cache-Control", "private, no-cache")
	header.Add("Vary", "Cookie, Authorization")
}

// problem writes an RFC 9457 problem.
func problem(w http.ResponseWriter, status int, detail string) { plain.Problem(w, status, detail) }

func problemHandler(status int, detail string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { tell(w, r, status, detail) }
}

// files serves the files of a tree at their own paths, and of a folder its
// index.html; folders are never listed. What stands under assets/ has its
// content's hash in its name and may be kept for good.
func files(tree fs.FS, cacheControl string) http.HandlerFunc {
	assets := packed{tree: tree}
	return func(w http.ResponseWriter, r *http.Request) {
		asked := path.Clean("/" + r.URL.Path)
		name := strings.TrimPrefix(strings.TrimPrefix(asked, "/"), "staff/")
		if name == "" || name == "staff" {
			name = "."
		}
		info, err := fs.Stat(tree, name)
		if err == nil && info.IsDir() {
			name = path.Join(name, "index.html")
			info, err = fs.Stat(tree, name)
			// Else its page's links would lead to the folder above.
			if err == nil && !strings.HasSuffix(r.URL.Path, "/") {
				http.Redirect(w, r, (&url.URL{Path: asked + "/", RawQuery: r.URL.RawQuery}).String(), http.StatusMovedPermanently)
				return
			}
		}
		if err != nil || info.IsDir() {
			problem(w, http.StatusNotFound, "there is nothing at this address")
			return
		}
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", strings.Split(cacheControl, ",")[0]+", max-age=31536000, immutable")
			if assets.serve(w, r, name) {
				return
			}
		} else {
			w.Header().Set("Cache-Control", cacheControl)
		}
		http.ServeFileFS(w, r, tree, name)
	}
}

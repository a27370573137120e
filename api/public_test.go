package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"commonground/api"
	"commonground/api/editions/editionstest"
)

const latest = "2019-04-24"

// released is a running server whose archive holds three editions, one of them
// withdrawn.
func released(t *testing.T) (server, *editionstest.Archive) {
	archive := editionstest.New(t)
	for _, from := range []string{"2019-02-27", "2019-03-27", latest} {
		archive.Seal(from)
	}
	archive.Withdraw("2019-03-27")
	return startReleased(t, archive), archive
}

func startReleased(t *testing.T, archive *editionstest.Archive) server {
	pages := maps.Clone(publicPages)
	pages["index.html"] = &fstest.MapFile{Data: []byte("public page <!-- edition --><p>Nothing has been released yet.</p><!-- /edition --> end")}
	return startWhole(t, empty, func(*api.Config) {}, api.Public{Pages: pages, Editions: os.DirFS(archive.Dir)})
}

func TestThePublicGetsFilesOfEditionsThatStand(t *testing.T) {
	s, archive := released(t)
	archive.Write("postcodes.json", `{"LS11 5AA":[-1.5,53.7]}`)
	for path, want := range map[string]struct{ contentType, keep, strength string }{
		"editions.json":                  {"application/json", "public, max-age=300", "W/"},
		"postcodes.json":                 {"application/json", "public, max-age=300", "W/"},
		"chain/1.json":                   {"application/json", "public, max-age=86400", "W/"},
		"chain/4.json":                   {"application/json", "public, max-age=86400", "W/"},
		latest + "/index.html":           {"text/html; charset=utf-8", "public, max-age=86400", "W/"},
		latest + "/edition.json":         {"application/json", "public, max-age=86400", "W/"},
		latest + "/map.csv":              {"text/csv; charset=utf-8", "public, max-age=86400", "W/"},
		latest + "/tables.csv":           {"text/csv; charset=utf-8", "public, max-age=86400", "W/"},
		latest + "/map.geojson":          {"application/geo+json", "public, max-age=86400", "W/"},
		latest + "/boundary.geojson":     {"application/geo+json", "public, max-age=86400", "W/"},
		latest + "/map.pmtiles":          {"application/vnd.pmtiles", "public, max-age=86400", ""},
		latest + "/" + "tiles/0/0/0.mvt": {"application/vnd.mapbox-vector-tile", "public, max-age=86400", "W/"},
		"2019-02-27/edition.json":        {"application/json", "public, max-age=86400", "W/"},
	} {
		response, body := s.stranger(http.MethodGet, "/public/"+path)
		header, sum := response.Header, sha256.Sum256(body)
		tag := want.strength + `"` + hex.EncodeToString(sum[:]) + `"`
		if response.StatusCode != 200 || string(body) != archive.Read(path) || header.Get("Content-Type") != want.contentType ||
			header.Get("Cache-Control") != want.keep || header.Get("ETag") != tag {
			t.Errorf("%s: %s %v", path, response.Status, header)
		}
		s.isOpenToAll(path, response)
		head, none := s.stranger(http.MethodHead, "/public/"+path)
		if head.StatusCode != 200 || len(none) > 0 || head.Header.Get("ETag") != tag || head.ContentLength != int64(len(body)) {
			t.Errorf("HEAD %s: %s %v", path, head.Status, head.Header)
		}
		for _, known := range []string{tag, `"x", ` + tag, "*"} {
			if again, _ := s.stranger(http.MethodGet, "/public/"+path, "If-None-Match", known, "Accept-Encoding", "gzip"); again.StatusCode != http.StatusNotModified {
				t.Errorf("%s again with %s: %s", path, known, again.Status)
			}
		}
	}
}

// stranger asks as someone without a cookie.
func (s server) stranger(method, path string, header ...string) (*http.Response, []byte) {
	s.t.Helper()
	return s.do(method, path, "", append([]string{"Cookie", ""}, header...)...)
}

func (s server) isOpenToAll(path string, response *http.Response) {
	s.t.Helper()
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff", "Set-Cookie": "", "Last-Modified": "",
	} {
		if got := response.Header.Get(name); got != want {
			s.t.Errorf("%s: %s is %q", path, name, got)
		}
	}
	if vary := response.Header.Get("Vary"); vary != "" && vary != "Accept-Encoding" {
		s.t.Errorf("%s: Vary is %q", path, vary)
	}
}

func TestThePublicGetsNothingElse(t *testing.T) {
	s, archive := released(t)
	for name, content := range map[string]string{
		latest + "/notes.txt": "secret", latest + "/.draft.json": "secret", latest + "/edition.json.new": "secret", ".secret": "secret",
		"2019-05-22/edition.json": "secret", "chain/5.json": "secret", "chain/01.json": "secret", "drafts/a.json": "secret", "signatures.json": "secret",
	} {
		archive.Write(name, content)
	}
	for path, want := range map[string]int{
		"": 404, "index.html": 404, ".secret": 404, "drafts/": 404, "drafts/a.json": 404, "signatures.json": 404, "postcodes.json": 404,
		"chain": 404, "chain/": 404, "chain/0.json": 404, "chain/5.json": 404, "chain/01.json": 404, "chain/1.json/": 404, "chain/1": 404,
		"2019-05-22/": 404, "2019-05-22/edition.json": 404, "2019-05-22": 404,
		latest: 301, latest + "/": 200, latest + "/tiles": 404, latest + "/tiles/": 404, latest + "/tiles/0/0/": 404, latest + "/notes.txt": 404,
		latest + "/.draft.json": 404, latest + "/edition.json.new": 404, latest + "/./edition.json": 404, latest + "//edition.json": 404,
		latest + "/../" + latest + "/edition.json": 404, latest + "/%2e%2e/.secret": 404, latest + "%2fedition.json": 404, latest + "/edition.json/": 404,
		latest + "/EDITION.JSON": 404, latest + "\\edition.json": 404, latest + "/edition%2ejson": 404, latest + "/edition.json%00": 404,
		"2019-03-27": 410, "2019-03-27/": 410, "2019-03-27/edition.json": 410, "2019-03-27/never.there": 410, "2019-03-27/tiles/99/0/0.mvt": 410,
	} {
		response, body := s.raw("GET", "/public/"+path, "Accept-Encoding: identity\r\n")
		if response.StatusCode != want || bytes.Contains(body, []byte("secret")) {
			t.Errorf("%q: %s %.200s", path, response.Status, body)
		}
		if control := response.Header.Get("Cache-Control"); want >= 400 && strings.HasPrefix(control, "public") {
			t.Errorf("%q: %s may be kept: %q", path, response.Status, control)
		}
		if want == 410 && (response.Header.Get("Cache-Control") != "no-cache" || response.Header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(body, []byte("withdrawn"))) {
			t.Errorf("%q: %v %s", path, response.Header, body)
		}
	}
	if response, _ := s.stranger(http.MethodGet, "/public/"+latest+"?a=b"); response.Header.Get("Location") != "/public/"+latest+"/" {
		t.Errorf("the folder leads to %q", response.Header.Get("Location"))
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"} {
		for _, path := range []string{"editions.json", latest + "/edition.json", "nothing", "2019-03-27/edition.json"} {
			response, body := s.stranger(method, "/public/"+path)
			if response.StatusCode != 405 || len(body) > 300 {
				t.Errorf("%s %s: %s %.300s", method, path, response.Status, body)
			}
		}
	}
}

func TestTilesOfTheWholeGroundAreThere(t *testing.T) {
	s, _ := released(t)
	for tile, want := range map[string]int{
		"14/8082/5204": 200, "14/8083/5204": 200, "14/0/0": 204, "14/16383/16383": 204, "1/1/1": 204, "0/0/1": 400, "0/1/0": 400, "14/16384/0": 400, "14/0/16384": 400,
		"15/0/0": 400, "99/0/0": 400, "-1/0/0": 400, "1/-1/0": 400, "01/0/0": 400, "1/00/0": 400, "1e0/0/0": 400, "1/0x0/0": 400, "+1/0/0": 400, "a/b/c": 400,
		"99999999999999999999/1/1": 400, "14/99999999999999999999/0": 400, "//": 400, "1/0": 404, "1/0/0/0": 404,
	} {
		response, body := s.stranger(http.MethodGet, "/public/"+latest+"/tiles/"+tile+".mvt")
		if tile == "//" { // the wall knows no such address
			want = 404
		}
		if response.StatusCode != want {
			t.Errorf("%s: %s %.200s", tile, response.Status, body)
		}
	}
	// A tile with squares that are shown, one with hidden ones, one of neither.
	hidden, _ := s.stranger(http.MethodGet, "/public/"+latest+"/tiles/14/8083/5204.mvt")
	for _, tile := range []string{"14/8082/5204", "14/0/0"} {
		response, _ := s.stranger(http.MethodGet, "/public/"+latest+"/tiles/"+tile+".mvt")
		for name := range maps.Keys(hidden.Header) {
			if same := response.Header.Get(name) == hidden.Header.Get(name); !same && !slices.Contains([]string{"Etag", "Date", "Content-Length", "Accept-Ranges", "Vary"}, name) {
				t.Errorf("%s: %s is %q, of a hidden one %q", tile, name, response.Header.Get(name), hidden.Header.Get(name))
			}
		}
		if tile == "14/8082/5204" && !slices.Equal(slices.Sorted(maps.Keys(response.Header)), slices.Sorted(maps.Keys(hidden.Header))) {
			t.Errorf("%v, of a hidden one %v", response.Header, hidden.Header)
		}
	}
}

// No question can be put: whatever is asked besides a path, the answer is the
// same bytes.
func TestNoQuestionChangesWhatThePublicGets(t *testing.T) {
	s, _ := released(t)
	questions := []string{
		"?from=2019-04-25", "?to=2019-04-26&from=2019-04-24", "?weeks=2019-04-24/2019-05-01", "?kinds=needle", "?classes=managed", "?area=managed", "?bbox=-2.5,54.6,-2.3,54.8",
		"?square=1", "?by=hour", "?by=square,week", "?limit=1&offset=2", "?format=csv", "?category=harm", "?preview=true", "?draft=1", "?z=14&x=1&y=1", "?min_items=1",
		"?policy[min_items]=1", "?as=police", "?callback=x", "?", "?%", "?a=1&a=2", "?token=" + strings.Repeat("a", 3000),
	}
	headers := [][2]string{
		{"Cookie", everyRole}, {"Cookie", "session=a"}, {"Authorization", "Bearer cg_x"}, {"X-Forwarded-For", "9.9.9.9"}, {"X-Original-URL", "/v1/counts"}, {"X-HTTP-Method-Override", "PUT"},
		{"Accept", "application/xml"}, {"Accept-Language", "fr"}, {"Accept-Encoding", "identity"}, {"Accept-Encoding", "br"}, {"User-Agent", "curl"}, {"Referer", "https://a.example/"},
		{"Origin", "https://a.example"}, {"Sec-Fetch-Site", "cross-site"}, {"If-Modified-Since", "Wed, 24 Apr 2019 00:00:00 GMT"}, {"If-None-Match", `"x"`}, {"If-Range", `"x"`},
		{"Prefer", "return=minimal"}, {"X-Role", "police"}, {"Content-Type", "text/x"}, {"Cache-Control", "no-cache"}, {"Pragma", "no-cache"}, {"DNT", "1"},
	}
	for _, path := range []string{"/", "/public/editions.json", "/public/" + latest + "/edition.json", "/public/" + latest + "/tiles/0/0/0.mvt", "/public/" + latest + "/tiles/1/0/0.mvt", "/public/2019-03-27/"} {
		want, plain := s.stranger(http.MethodGet, path, "Accept-Encoding", "identity")
		same := func(how string, response *http.Response, body []byte) {
			if response.StatusCode != want.StatusCode || !bytes.Equal(body, plain) || response.Header.Get("ETag") != want.Header.Get("ETag") ||
				response.Header.Get("Cache-Control") != want.Header.Get("Cache-Control") || response.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s with %.40q: %s %v", path, how, response.Status, response.Header)
			}
		}
		for _, question := range questions {
			response, body := s.stranger(http.MethodGet, path+question, "Accept-Encoding", "identity")
			same(question, response, body)
		}
		for _, header := range headers {
			response, body := s.stranger(http.MethodGet, path, "Accept-Encoding", "identity", header[0], header[1])
			same(header[0]+" "+header[1], response, body)
		}
		if len(questions) < 20 || len(headers) < 20 {
			t.Error("too few questions")
		}
	}
}

// Compressed answers have weak ETags, and ranges are of the file as it is.
func TestRangesAndCompressionDoNotMeet(t *testing.T) {
	s, archive := released(t)
	for _, name := range []string{"map.pmtiles", "tables.csv"} {
		path, whole := "/public/"+latest+"/"+name, archive.Read(latest+"/"+name)
		_, body := s.stranger(http.MethodGet, path, "Accept-Encoding", "gzip")
		response, _ := s.stranger(http.MethodGet, path, "Accept-Encoding", "gzip")
		tag := response.Header.Get("ETag")
		if compressed := response.Header.Get("Content-Encoding") == "gzip"; compressed != (name == "tables.csv") || compressed && !strings.HasPrefix(tag, "W/") || !compressed && string(body) != whole {
			t.Errorf("%s: %v, %d bytes", name, response.Header, len(body))
		}
		for _, accept := range []string{"gzip", "identity", "gzip, zstd"} {
			part, body := s.stranger(http.MethodGet, path, "Accept-Encoding", accept, "Range", "bytes=7-26")
			if part.StatusCode != http.StatusPartialContent || string(body) != whole[7:27] || part.Header.Get("Content-Encoding") != "" ||
				part.Header.Get("Content-Range") != fmt.Sprintf("bytes 7-26/%d", len(whole)) || part.Header.Get("ETag") != tag {
				t.Errorf("%s, a part with %s: %s %v %.60q", name, accept, part.Status, part.Header, body)
			}
			// With a weak ETag no part may be given for one that someone has.
			part, _ = s.stranger(http.MethodGet, path, "Accept-Encoding", accept, "Range", "bytes=7-26", "If-Range", tag)
			if want := map[bool]int{true: 206, false: 200}[name == "map.pmtiles"]; part.StatusCode != want {
				t.Errorf("%s, a part of what is known, with %s: %s", name, accept, part.Status)
			}
		}
		if part, _ := s.stranger(http.MethodGet, path, "Range", "bytes=99999999-"); part.StatusCode != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("%s, a part beyond the end: %s", name, part.Status)
		}
	}
	client := &http.Client{} // it decompresses by itself
	response, err := client.Get(s.URL + "/public/" + latest + "/tables.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || !response.Uncompressed || string(body) != archive.Read(latest+"/tables.csv") {
		t.Errorf("%v, %d bytes, uncompressed %v", err, len(body), response.Uncompressed)
	}
}

// Another process seals and withdraws while this one serves.
func TestSealingAndWithdrawalAreKnownAtOnce(t *testing.T) {
	archive := editionstest.New(t)
	s := startReleased(t, archive)
	front := func() string { _, body := s.stranger(http.MethodGet, "/"); return string(body) }
	status := func(path string) int { response, _ := s.stranger(http.MethodGet, path); return response.StatusCode }
	file := "/public/" + latest + "/edition.json"
	if got := front(); status(file) != 404 || !strings.Contains(got, "Nothing has been released yet") || strings.Contains(got, "data-folder") {
		t.Errorf("before: %d %s", status(file), got)
	}
	archive.Seal(latest)
	if got := front(); status(file) != 200 || !strings.Contains(got, `data-folder="public/2019-04-24/"`) || strings.Contains(got, "Nothing has been") {
		t.Errorf("sealed: %d %s", status(file), got)
	}
	archive.Withdraw(latest)
	if got := front(); status(file) != 410 || !strings.Contains(got, "has been withdrawn") || strings.Contains(got, "data-folder") {
		t.Errorf("withdrawn: %d %s", status(file), got)
	}
	if response, _ := s.stranger(http.MethodGet, "/"); response.Header.Get("Cache-Control") != "public, max-age=300" || response.Header.Get("ETag") == "" {
		t.Errorf("the first page: %v", response.Header)
	}
}

// What is not as it was sealed is not given out.
func TestChangedArchivesGiveNothing(t *testing.T) {
	for name, change := range map[string]func(*editionstest.Archive){
		"a file":      func(a *editionstest.Archive) { a.Write(latest+"/edition.json", a.Read(latest+"/edition.json")+" ") },
		"a file gone": func(a *editionstest.Archive) { a.Write("chain/3.json", "{}") },
		"a link":      func(a *editionstest.Archive) { a.Write("chain/1.json", a.Read("chain/1.json")+" ") },
		"the index":   func(a *editionstest.Archive) { a.Write("editions.json", "[") },
		"a hidden folder": func(a *editionstest.Archive) {
			a.Write("editions.json", strings.ReplaceAll(a.Read("editions.json"), latest, "chain"))
		},
	} {
		archive := editionstest.New(t)
		archive.Seal("2019-03-27")
		archive.Seal(latest)
		archive.Withdraw("2019-03-27")
		change(archive)
		s := startReleased(t, archive)
		for _, path := range []string{"/public/" + latest + "/edition.json", "/"} {
			response, body := s.stranger(http.MethodGet, path)
			if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Cache-Control") != "no-cache" || bytes.Contains(body, []byte("Millbeck")) {
				t.Errorf("%s, %s: %s %v %.300s", name, path, response.Status, response.Header, body)
			}
		}
	}
	// An index that says that a withdrawn edition stands is not believed.
	archive := editionstest.New(t)
	archive.Seal(latest)
	archive.Withdraw(latest)
	archive.Write("editions.json", strings.ReplaceAll(archive.Read("editions.json"), `"withdrawn":true`, `"withdrawn":false`))
	if response, _ := startReleased(t, archive).stranger(http.MethodGet, "/public/"+latest+"/edition.json"); response.StatusCode != http.StatusGone {
		t.Errorf("withdrawn in the chain alone: %s", response.Status)
	}
}

package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// staffAddresses are some behind the wall.
var staffAddresses = []string{"v1/counts?by=square", "v1/incidents", "v1/tiles/hotspots/12/2020/1301.mvt", "v1/tiles/incidents/15/16163/10408.mvt", "v1/audit", "v1/keys", "v1/releases", "v1/releases/2019-08-14/draft", "openapi.json", "staff/", "staff/index.html"}

// ways lead from a public address to another, if something is careless.
var ways = []string{
	"/public/../%s", "/public/%%2e%%2e/%s", "/public/%%2e%%2e%%2f%s", "/public/..%%2f%s", "/public/%%252e%%252e/%s", "/public/%%252e%%252e%%252f%s", "/public//%s", "//public/../%s", "/public/./../%s",
	"/public/2019-07-17/../../%s", "/public/2019-07-17/..%%2f..%%2f%s", "/public/2019-07-17/%%2e%%2e/%%2e%%2e/%s", "/public/2019-07-17/..;/..;/%s", "/public/..\\%s", "/public/..%%5c%s", "/public/%%00/../%s", "/public/%%00%s",
	"/public/%s", "/public/;/%s", "/public/..;/%s", "/public/%%c0%%ae%%c0%%ae/%s", "/public/..%%c0%%af%s", "/public/\xef\xbc\x8e\xef\xbc\x8e/%s", "/public/chain/../../%s", "/public/tiles/0/0/0.mvt/../../../../../%s",
	"/governance/../%s", "/governance/..%%2f%s", "/governance/%%2e%%2e/%s", "/governance/%s", "/governance//%s", "/governance;/%s", "/governance/plain.css/../../%s", "/assets/../%s", "/assets/%%2e%%2e/%s", "http://127.0.0.1/public/../%s", "/public/%%0d%%0a/%s", "/PUBLIC/../%s", "/./public/../%s",
}

// attackPaths goes from public addresses to what stands behind the wall, and to
// files beside the archive.
func attackPaths(t *testing.T, _ *attackedTown, s serving) {
	page := s.look(t, "/").said()
	asked := 0
	try := func(method, target string) {
		t.Helper()
		r := s.send(t, method, target, "")
		asked++
		r.keepsSecrets(t, target)
		if r.status < 300 && r.said() != page && r.status != http.StatusNoContent {
			t.Errorf("%s %q: %d %.200q", method, target, r.status, r.body)
		}
		if r.status == http.StatusMovedPermanently || r.status == http.StatusSeeOther {
			if to := r.header.Get("Location"); !strings.HasPrefix(to, "/staff/sign-in") && !strings.HasPrefix(to, "/public/") && !strings.HasPrefix(to, "/governance") {
				t.Errorf("%s %q leads to %q", method, target, to)
			}
		}
	}
	for _, way := range ways {
		for _, address := range staffAddresses {
			for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
				try(method, fmt.Sprintf(way, address))
			}
		}
		for _, neighbour := range []string{"town.db", "town.db.key", "town.db.heads", "town.db-wal", "town.db.counts", "etc/passwd"} {
			try("GET", fmt.Sprintf(way, neighbour))
		}
	}
	for _, tile := range []string{
		"99999999999999999999/1/1", "-1/0/0", "15/0/0", "14/16384/0", "14/0/16384", "1e1/0/0", "0x1/0/0", "00/0/0", "+0/0/0", "0/0/-0", " 0/0/0", "0/0/0.mvt/..", "14/٣/0", "0/0/0%00", "18446744073709551616/0/0", "1/2/0", "NaN/0/0",
	} {
		target := "/public/2019-07-17/tiles/" + strings.ReplaceAll(tile, " ", "%20") + ".mvt"
		if r := s.send(t, "GET", target, ""); r.status != http.StatusNotFound && r.status != http.StatusBadRequest || len(r.body) > 300 {
			t.Errorf("%q: %d %.100q", target, r.status, r.body)
		}
		asked++
	}
	outcome(t, fmt.Sprintf("%d ways through /public, /governance and /assets to staff addresses and to files beside the archive; tiles of odd numbers", len(ways)), "%d requests, nothing from behind the wall", asked)
}

// sharedCache keeps what RFC 9111 lets a shared cache keep, by address alone, and
// asks again for nothing that it has.
type sharedCache struct {
	serving
	kept map[string]gotten
}

func (c *sharedCache) look(t *testing.T, target string, headers ...string) gotten {
	t.Helper()
	if r, hit := c.kept[target]; hit {
		return r
	}
	r := c.serving.look(t, target, headers...)
	control := r.header.Get("Cache-Control")
	forbidden := strings.Contains(control, "private") || strings.Contains(control, "no-store")
	if !forbidden && (strings.Contains(control, "public") || strings.Contains(control, "max-age") || control == "" && r.status == http.StatusOK) && !strings.Contains(fmt.Sprint(r.header["Vary"]), "*") {
		c.kept[target] = r
	}
	return r
}

// routeTargets are an address for each line of the table of routes.
func routeTargets(t *testing.T) (targets []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "api", "testdata", "routes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{z}", "12", "{x}", "2020", "{y}", "1301", "{source}", "crew", "{ref}", "1", "{id}", "1", "{from}", attackedPeriods[signedOnly])
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if strings.HasPrefix(words[1], "/v1/") {
			targets = append(targets, words[0]+" "+fill.Replace(words[1]))
		}
	}
	return append(targets, "GET /staff/", "GET /docs", "GET /openapi.json", "GET /v1/counts?by=square", "GET /v1/nothing")
}

// attackCaches asks for everything through a cache that all share, staff first,
// and then as a stranger.
func attackCaches(t *testing.T, w *attackedTown, s serving) {
	cache := &sharedCache{serving: s, kept: map[string]gotten{}}
	targets, staffAnswers := routeTargets(t), 0
	for _, line := range targets {
		method, target, _ := strings.Cut(line, " ")
		for _, cookie := range staffCookies {
			r := s.request(t, method, target, "{}", "Cookie", cookie, "Content-Type", "application/json")
			staffAnswers++
			control := r.header.Get("Cache-Control")
			if !strings.HasPrefix(control, "private") || !slices.Contains(r.header.Values("Vary"), "Cookie, Authorization") {
				t.Errorf("%s as %s: %d, Cache-Control %q, Vary %q", line, cookie, r.status, control, r.header["Vary"])
			}
			if (strings.Contains(target, "incident") || strings.HasSuffix(target, "/draft")) && r.status == http.StatusOK && control != "private, no-store" {
				t.Errorf("%s as %s: %q", line, cookie, control)
			}
			if method == http.MethodGet {
				cache.look(t, target, "Cookie", cookie)
			}
		}
	}
	for _, line := range targets {
		_, target, _ := strings.Cut(line, " ")
		if r := cache.look(t, target); r.status == http.StatusOK {
			t.Errorf("a stranger gets %s by the cache: %.100q", target, r.body)
		}
	}
	kept := len(cache.kept)
	public := w.publicTargets()
	for _, target := range public {
		r := cache.look(t, target, "Cookie", everyRole)
		if r.header.Get("Set-Cookie") != "" || strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Cookie") || !strings.HasPrefix(r.header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: %v", target, r.header)
		}
		if again := s.look(t, target); again.said() != r.said() {
			t.Errorf("%s: the cache has something else than a stranger gets", target)
		}
	}
	outcome(t, "a shared cache that staff fill and a stranger reads", "%d staff answers of %d routes, %d kept; %d public answers kept, without cookies or Vary on them", staffAnswers, len(targets), kept, len(public))
}

var (
	markup    = regexp.MustCompile(`(?s)<style.*?</style>|<script.*?</script>|<[^>]*>`)
	numbers   = regexp.MustCompile(`\d[\d,.]*\d|\d`)
	timeOfDay = regexp.MustCompile(`\b\d{1,2}:\d\d\b`)
)

// attackPages reads the first page and that on governance for what only signers
// know.
func attackPages(t *testing.T, w *attackedTown, s serving) {
	known := map[string]bool{}
	learn := func(text string) {
		for _, n := range numbers.FindAllString(text, -1) {
			known[strings.ReplaceAll(n, ",", "")] = true
		}
	}
	for _, name := range []string{"edition.json", "tables.csv", "index.html"} {
		learn(string(s.look(t, "/public/"+attackedPeriods[late]+"/"+name).body))
	}
	unreleased := startServing(t, emptyTown(t).file)
	for _, page := range []string{"/", "/governance"} {
		learn(string(unreleased.look(t, page).body))
		text := markup.ReplaceAllString(string(s.look(t, page).body), " ")
		for _, word := range append([]string{"kappa", "accuracy", "agreement", "usefulness", "signed by " + signerNames[0], "a crew", "km²"}, signerNames...) {
			if word != "a crew" && strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				t.Errorf("%s says %q", page, word)
			}
		}
		if found := timeOfDay.FindString(text); found != "" {
			t.Errorf("%s tells a time of day, %s", page, found)
		}
		text = sizes.ReplaceAllString(dates.ReplaceAllString(text, ""), "")
		for _, n := range numbers.FindAllString(text, -1) {
			if n = strings.ReplaceAll(n, ",", ""); !known[n] && !slices.Contains([]string{"1", "2", "3", "4", "5"}, n) {
				t.Errorf("%s says the number %s, which is in no file of the edition", page, n)
			}
		}
	}
	for _, target := range w.publicTargets() {
		s.look(t, target).keepsSecrets(t, target)
	}
	outcome(t, "usefulness, other counts, signers' names, times of day on / and /governance", "none is there")
}

var (
	dates = regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} \w{3} \d{4}\b`)
	sizes = regexp.MustCompile(`, [\d.]+ [kM]B`)
)

// attackTiming compares how long answers take. Nothing is asserted: the machine is
// shared, and a time is no proof.
func attackTiming(t *testing.T, w *attackedTown, s serving) {
	folder := "/public/" + attackedPeriods[late] + "/tiles/14/"
	byLength := map[int][]string{}
	for name, content := range w.publicFiles()[attackedPeriods[late]] {
		if strings.HasPrefix(name, "tiles/14/") {
			byLength[len(content)] = append(byLength[len(content)], folder+strings.TrimPrefix(name, "tiles/14/"))
		}
	}
	var hidden, shown []time.Duration
	for _, length := range slices.Sorted(maps.Keys(byLength)) {
		for _, target := range byLength[length] {
			said := map[string]int{}
			bandsIn(t, s.look(t, target).body, said)
			began := time.Now()
			for range 20 {
				s.look(t, target)
			}
			took := time.Since(began) / 20
			if most := slices.Max(slices.Collect(maps.Values(said))); most == 0 {
				hidden = append(hidden, took)
			} else {
				shown = append(shown, took)
			}
		}
	}
	slices.Sort(hidden)
	slices.Sort(shown)
	if len(hidden) == 0 || len(shown) == 0 {
		t.Fatal("there are no tiles to compare")
	}
	outcome(t, "timing of tiles with hidden squares alone and with shown ones", "medians %v over %d and %v over %d tiles; logged, not asserted", hidden[len(hidden)/2], len(hidden), shown[len(shown)/2], len(shown))
}

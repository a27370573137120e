package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"commonground/data/release"
)

// The attacks of disclosure.md against the program as it runs. Each logs one line
// with its outcome. They share a town; those that change it have one of their own.
func TestAttacks(t *testing.T) {
	w := newAttackedTown(t)
	s := startServing(t, w.file)
	for _, attack := range []struct {
		name string
		run  func(*testing.T, *attackedTown, serving)
	}{
		{"periods that are not public", attackPeriods},
		{"filters", attackFilters},
		{"zooms", attackZooms},
		{"averaging", attackAveraging},
		{"subtraction", attackSubtraction},
		{"what is inside tiles", attackInsides},
		{"staff addresses behind public ones", attackPaths},
		{"shared caches", attackCaches},
		{"what the pages say", attackPages},
		{"timing", attackTiming},
	} {
		t.Run(attack.name, func(t *testing.T) { attack.run(t, w, s) })
	}
}

// publicTargets are all addresses of a standing edition and what is around it.
func (w *attackedTown) publicTargets() []string {
	targets := []string{"/", "/governance", "/governance/", "/public/editions.json"}
	for number := range w.links() {
		targets = append(targets, fmt.Sprintf("/public/chain/%d.json", number+1))
	}
	for folder, files := range w.publicFiles() {
		targets = append(targets, "/public/"+folder+"/")
		for name := range files {
			targets = append(targets, "/public/"+folder+"/"+name)
		}
	}
	slices.Sort(targets)
	return targets
}

// someTargets are one of each sort.
func someTargets() []string {
	folder := "/public/" + attackedPeriods[late] + "/"
	return []string{
		"/", "/governance", "/public/editions.json", "/public/chain/3.json", folder, folder + "edition.json", folder + "map.csv", folder + "map.geojson",
		folder + "tables.csv", folder + "boundary.geojson", folder + "map.pmtiles", folder + "tiles/0/0/0.mvt", folder + "tiles/10/0/0.mvt",
		"/public/" + attackedPeriods[takenBack] + "/map.csv", "/public/" + attackedPeriods[signedOnly] + "/map.csv", "/public/never",
	}
}

// Another day, week or period than those that are public, and what lies in the
// folder without being public.
func attackPeriods(t *testing.T, w *attackedTown, s serving) {
	const secret = "planted secret"
	for _, name := range []string{
		"2019-08-14.new/map.csv", "2019-08-14/map.csv", "2019-05-22/map.csv", "2019-04-24/map.csv", "2019-07-17/notes.txt", "2019-07-17/map.csv.bak", "2019-07-17/map.csv.new",
		"2019-07-17/.map.csv", "2019-07-17/tiles/notes", "chain/5.json", "chain/0.json", "chain/3.json.new", "editions.json.new", ".hidden", "drafts/2019-08-14.json", "town.db", "key",
	} {
		w.leave(name, secret)
	}
	stands := map[string]bool{attackedPeriods[early]: true, attackedPeriods[late]: true}
	asked := 0
	refused := func(target string) {
		t.Helper()
		r := s.look(t, target)
		r.keepsSecrets(t, target)
		if r.status != http.StatusNotFound && r.status != http.StatusGone {
			t.Errorf("%s: %d %.100q", target, r.status, r.body)
		}
		asked++
	}
	for day := mustDate(t, "2019-03-01"); day < mustDate(t, "2019-12-01"); day++ {
		if !stands[day.String()] {
			for _, file := range []string{"", "/", "/map.csv", "/edition.json", "/tables.csv", "/map.pmtiles", "/tiles/0/0/0.mvt", "/boundary.geojson", "/index.html"} {
				refused("/public/" + day.String() + file)
			}
		}
		for _, end := range []string{".new", ".new/map.csv", "T00:00", "_2019-12-01/map.csv", "..2019-12-01/map.csv", ".json", ".csv"} {
			refused("/public/" + day.String() + end)
		}
	}
	for _, name := range []string{
		"", "2019", "2019/", "2019-07", "2019-07/map.csv", "2019-W29/map.csv", "latest/map.csv", "draft/map.csv", "drafts/", "drafts/2019-08-14.json", "19-07-17/map.csv", "2019-7-17/map.csv", "20190717/map.csv",
		"chain", "chain/", "chain/0.json", "chain/-1.json", "chain/5.json", "chain/999.json", "chain/01.json", "chain/3.json.new", "chain/1", "chain/1.json/", "chain/1e0.json", "chain/%31.json",
		"editions.json.new", "editions", "editions.json/", ".hidden", "town.db", "key", "2019-07-17/notes.txt", "2019-07-17/map.csv.bak", "2019-07-17/map.csv.new", "2019-07-17/.map.csv", "2019-07-17/tiles", "2019-07-17/tiles/notes",
		"2019-07-17/MAP.CSV", "2019-07-17/manifest.json", "2019-07-17/published.json", "2019-07-17/draft.json", "2019-07-17/signatures.json", "2019-07-17/usefulness.json", "2019-07-17/tiles/0/0/0.pbf",
	} {
		refused("/public/" + name)
	}
	outcome(t, "other days, weeks and periods; unsealed, passed over, withdrawn, draft and left-over files", "%d addresses, none is there", asked)
}

var filterNames = strings.Fields(`class classes kind kinds family families source week weeks from to since until date day hour weekday period bbox box area areas square squares
	zoom z x y level size side minzoom maxzoom limit offset page order sort by group fields select include expand with format f accept output callback jsonp debug verbose trace raw exact
	precision round rounding step min max threshold noise seed epsilon suppress hidden show all draft preview version revision edition number manifest at time_zone tz lang locale token
	key api_key access_token role as user test admin internal cache nocache v _ q query filter where sql cql near radius lon lat postcode item items count total truth band`)

var filterValues = []string{"1", "managed", "needle", "2019-07-17/2019-07-24", "-2.42,54.70,-2.40,54.72", "*"}

var filterHeaders = []string{
	"Accept", "Accept-Language", "Accept-Charset", "Accept-Datetime", "Prefer", "X-Role", "X-User", "X-Forwarded-User", "X-Filter", "X-Fields", "X-Class", "X-Week", "X-Debug", "X-Original-URL", "X-Rewrite-URL",
	"X-HTTP-Method-Override", "X-Requested-With", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Authorization", "Referer", "Origin", "User-Agent", "Content-Type", "DNT", "Save-Data", "Sec-Fetch-Site", "Sec-GPC", "Date", "Via", "Pragma", "Cache-Control", "Expect-CT", "TE", "If-Match-None",
}

// staffCookies are those of every role, of none, and of what is no role.
var staffCookies = []string{everyRole, "demo=role=crew", "demo=role=sender", "demo=role=planner", "demo=role=police&why=test", "demo=role=steward", "demo=role=admin", "session=AAAA", "draft=1; debug=1; week=2019-07-17"}

// Whatever a request says besides its address, the answer is the same to the byte.
func attackFilters(t *testing.T, _ *attackedTown, s serving) {
	asked := 0
	for _, target := range someTargets() {
		plain := s.look(t, target).said()
		same := func(how string, r gotten) {
			t.Helper()
			asked++
			if r.said() != plain {
				t.Errorf("%s with %s says something else:\n%.300s\nand without:\n%.300s", target, how, r.said(), plain)
			}
		}
		for i, name := range filterNames {
			value := filterValues[i%len(filterValues)]
			same("?"+name+"="+value, s.look(t, target+"?"+name+"="+value))
		}
		same("all at once", s.look(t, target+"?"+strings.Join(filterNames, "=1&")))
		for i, name := range filterHeaders {
			same(name, s.look(t, target, name, filterValues[i%len(filterValues)]))
		}
		for _, cookie := range staffCookies {
			same(cookie, s.look(t, target, "Cookie", cookie))
		}
		same("a body", s.request(t, http.MethodGet, target, `{"class":"managed","week":"2019-07-17"}`, "Content-Type", "application/json"))
		attackConditions(t, s, target)
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "PROPFIND", "REPORT", "SEARCH"} {
			if r := s.request(t, method, target, `{"week":"2019-07-17"}`, "Content-Type", "application/json"); r.status < 400 || len(r.body) > 300 {
				t.Errorf("%s %s: %d %.100q", method, target, r.status, r.body)
			}
		}
	}
	outcome(t, fmt.Sprintf("%d filters in the query, %d headers, %d cookies of staff, bodies, methods", len(filterNames), len(filterHeaders), len(staffCookies)), "%d requests, the same bytes and headers each time", asked)
}

// attackConditions asks for a part or for what is new: a part of the same bytes
// or nothing comes back.
func attackConditions(t *testing.T, s serving, target string) {
	t.Helper()
	whole := s.look(t, target)
	for _, header := range [][2]string{
		{"Range", "bytes=0-9"}, {"Range", "bytes=-5"}, {"Range", "bytes=3-7,9-11"}, {"Range", "squares=1-2"}, {"If-None-Match", "*"}, {"If-None-Match", whole.header.Get("ETag")},
		{"If-None-Match", `"0"`}, {"If-Modified-Since", "Wed, 24 Apr 2019 00:00:00 GMT"}, {"If-Modified-Since", "Wed, 24 Apr 2099 00:00:00 GMT"}, {"If-Match", `"0"`}, {"If-Range", `"0"`},
	} {
		r := s.look(t, target, header[0], header[1])
		switch {
		case r.status == whole.status && r.said() == whole.said():
		case r.status == http.StatusNotModified && len(r.body) == 0 && r.header.Get("ETag") == whole.header.Get("ETag"):
		case r.status == http.StatusPreconditionFailed && header[0] == "If-Match" && len(r.body) == 0:
		case r.status == http.StatusRequestedRangeNotSatisfiable && strings.HasPrefix(header[1], "squares"):
		case r.status == http.StatusPartialContent && strings.Contains(header[1], ","):
		case r.status == http.StatusPartialContent && bytes.Contains(whole.body, r.body):
		default:
			t.Errorf("%s with %s: %s → %d %v %.100q", target, header[0], header[1], r.status, r.header, r.body)
		}
	}
}

// A thousand requests, no two alike but for the address.
func attackAveraging(t *testing.T, _ *attackedTown, s serving) {
	folder := "/public/" + attackedPeriods[late] + "/"
	targets := []string{folder + "map.csv", folder + "tables.csv", folder + "edition.json", folder + "tiles/12/2020/1301.mvt"}
	said := map[string]map[string]int{}
	for i := range 1000 {
		target := targets[i%len(targets)]
		r := s.look(t, fmt.Sprintf("%s?%s=%d", target, filterNames[i%len(filterNames)], i), "User-Agent", fmt.Sprint("reader/", i), "Accept-Language", fmt.Sprintf("x%d", i%26),
			filterHeaders[i%len(filterHeaders)], fmt.Sprint(i), "Cookie", staffCookies[i%len(staffCookies)])
		if said[target] == nil {
			said[target] = map[string]int{}
		}
		said[target][r.said()]++
	}
	for _, target := range targets {
		if len(said[target]) != 1 {
			t.Errorf("%s has %d different answers", target, len(said[target]))
		}
	}
	outcome(t, "averaging a thousand requests with other headers, queries and cookies", "one body and one set of headers for each of %d addresses: there is nothing to average", len(said))
}

// Subtraction across all tables, maps and editions, the withdrawn one too, with
// nothing but the public files.
func attackSubtraction(t *testing.T, w *attackedTown, s serving) {
	files := map[string]map[string][]byte{attackedPeriods[takenBack]: w.copied}
	for folder, names := range w.publicFiles() {
		files[folder] = map[string][]byte{}
		for name := range names {
			files[folder][name] = s.look(t, "/public/"+folder+"/"+name).body
		}
	}
	var all []release.Published
	numbers := 0
	for _, folder := range slices.Sorted(maps.Keys(files)) {
		p := constraintsOf(t, files[folder])
		numbers += len(p.Rows) + len(p.Totals) + len(p.Squares)
		all = append(all, p)
	}
	leaks, err := release.Leaks(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range leaks {
		t.Error(leak.Period, leak.Text)
	}
	// The attack works: it finds what is planted.
	all[0].Totals = append([]release.Total{}, all[0].Totals...)
	for i := range all[0].Rows {
		all[0].Rows[i].AtMost = max(all[0].Rows[i].AtLeast, 1)
	}
	if planted, err := release.Leaks(all); err == nil && len(planted) == 0 {
		t.Error("rows that tell more than they may are not noticed")
	}
	outcome(t, "subtraction across tables, maps and editions, the withdrawn one too", "%d editions, %d numbers read from public files alone: nothing hidden can be worked out", len(all), numbers)
}

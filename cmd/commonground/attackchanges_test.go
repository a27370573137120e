package main

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/release"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

// Late records, corrections, deletions, another boundary, another policy and the
// destruction of records change no byte of what is public.
func TestAttackOldEditionsByLaterChanges(t *testing.T) {
	w := newAttackedTown(t)
	s := startServing(t, w.file)
	before := s.everything(t, w)
	period := mustDate(t, attackedPeriods[late])
	for day := range data.Date(4) {
		body := fmt.Sprintf(`{"source":"crew","ref":"late-%d","at":"%vT09:00","lon":-2.42,"lat":54.72,"found":{"needle":200}}`, day, period+day)
		if r := s.request(t, http.MethodPost, "/v1/pickups", body, "Cookie", everyRole, "Content-Type", "application/json"); r.status != http.StatusCreated {
			t.Fatal(r.said())
		}
	}
	for ref := 1; ref <= w.number; ref += 3 {
		if r := s.request(t, http.MethodDelete, fmt.Sprintf("/v1/pickups/crew/%d", ref), "", "Cookie", everyRole); r.status >= 300 {
			t.Fatal(r.said())
		}
	}
	corrected := fmt.Sprintf(`{"at":"%vT09:00","lon":-2.42,"lat":54.72,"found":{"needle":99}}`, period)
	if r := s.request(t, http.MethodPut, "/v1/pickups/crew/2", corrected, "Cookie", everyRole, "Content-Type", "application/json"); r.status >= 300 {
		t.Fatal(r.said())
	}
	if _, err := w.Door.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Door.PutBoundary(t.Context(), period-60, nil, sample.Areas(2)); err != nil {
		t.Fatal(err)
	}
	stricter := strings.NewReplacer("min_items = 10", "min_items = 20", "cuts = [25, 75]", "cuts = [50, 100]", "pickup_months = 36", "pickup_months = 12").Replace(sample.SchemeText())
	if _, err := w.Door.PutScheme(t.Context(), stricter); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, "--store="+w.file, "retention", "run"); !strings.Contains(out, "pickups") {
		t.Error(out)
	}
	after := s.everything(t, w)
	for target, said := range before {
		if after[target] != said && !strings.HasPrefix(target, "/governance") {
			t.Errorf("%s changed:\n%.300s\nbefore:\n%.300s", target, after[target], said)
		}
	}
	outcome(t, "old editions after late records, corrections, deletions, another boundary and policy, retention", "%d answers, the same bytes, ETags and no Last-Modified", len(before))
}

// everything is all that the public gets, by address.
func (s serving) everything(t *testing.T, w *attackedTown) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, target := range w.publicTargets() {
		r := s.look(t, target)
		if r.status != http.StatusOK || r.header.Get("Last-Modified") != "" {
			t.Errorf("%s: %d %v", target, r.status, r.header)
		}
		all[target] = r.said()
	}
	return all
}

// published is a town of which the third period is public, changed by the given
// function before.
func publishedTown(t *testing.T, change func(*attackedTown)) (*attackedTown, map[string]string) {
	w := emptyTown(t)
	for _, period := range []string{attackedPeriods[early], attackedPeriods[late]} {
		w.busy(period)
	}
	change(w)
	w.seal(attackedPeriods[early])
	return w, startServing(t, w.file).everything(t, w)
}

// Two stores that differ in a square that is not shown, and in nothing else.
func TestAttackHiddenSquaresByAllThatTilesTell(t *testing.T) {
	place := func(w *attackedTown) geo.Point { return w.at(6, -5) }
	_, none := publishedTown(t, func(*attackedTown) {})
	_, nine := publishedTown(t, func(w *attackedTown) { w.find(place(w), "condom_unused", 3, attackedPeriods[early], 1, 8, 15) })
	w, many := publishedTown(t, func(w *attackedTown) { w.find(place(w), "condom_unused", 300, attackedPeriods[early], 1, 8) })
	for target := range none {
		if nine[target] != none[target] {
			t.Errorf("%s tells nine items from none:\n%.600s\n%.600s", target, none[target], nine[target])
		}
		if ofMap := strings.Contains(target, "/map.") || strings.Contains(target, "/tiles/"); ofMap && many[target] != none[target] {
			t.Errorf("%s tells many items on two days from none", target)
		}
	}
	if maps.Equal(many, none) {
		t.Error("six hundred items make no difference in any table, so nothing was tried")
	}
	bare, _ := publishedTown(t, func(w *attackedTown) {
		for k := range int32(4) { // more squares are shown, so tiles have other bands
			w.find(w.at(k-2, 4), "needle", 20, attackedPeriods[early], 1, 9, 17)
		}
	})
	lengths := sameLengths(t, w, bare)
	outcome(t, "presence, length, status, ETag and order of tiles and files for empty and hidden squares", "%d answers the same with 0 and 9 items, all maps with 600 on two days; %d tiles as long whatever is shown", len(none), lengths)
}

// sameLengths compares the tiles of two towns on the same ground, and the order of
// files in their manifests.
func sameLengths(t *testing.T, a, b *attackedTown) int {
	t.Helper()
	one, other := a.publicFiles()[attackedPeriods[early]], b.publicFiles()[attackedPeriods[early]]
	tiles, differ := 0, 0
	for name, content := range one {
		if strings.HasPrefix(name, "tiles/") {
			tiles++
			if len(content) != len(other[name]) {
				t.Errorf("%s is %d bytes long or %d, by what is shown on it", name, len(content), len(other[name]))
			}
			if string(content) != string(other[name]) {
				differ++
			}
		}
	}
	var first, second release.Manifest
	a.json("chain/1.json", &first)
	b.json("chain/1.json", &second)
	for i := range first.Files {
		if len(first.Files) != len(second.Files) || first.Files[i].Path != second.Files[i].Path {
			t.Fatalf("the manifests list other files, or in another order: %v", first.Files[i])
		}
	}
	if differ == 0 {
		t.Error("all tiles are the same, so nothing was tried")
	}
	return tiles
}

// Links in the archive lead nowhere.
func TestAttackByLinksInTheArchive(t *testing.T) {
	w := newAttackedTown(t)
	s := startServing(t, w.file)
	folder := attackedPeriods[late]
	passwd := "/etc/passwd"
	key := w.file + ".key"
	if err := os.WriteFile(key+".copy", []byte("planted secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, link := range []struct{ name, to, target string }{
		{folder + "/map.csv", w.file, "/public/" + folder + "/map.csv"},
		{folder + "/tables.csv", "../../" + filepath.Base(w.file), "/public/" + folder + "/tables.csv"},
		{"postcodes.json", key + ".copy", "/public/postcodes.json"},
		{"postcodes.json", w.file, "/public/postcodes.json"},
		{"postcodes.json", passwd, "/public/postcodes.json"},
		{"postcodes.json", "../" + filepath.Base(w.file), "/public/postcodes.json"},
		{"chain/1.json", w.file, "/public/chain/1.json"},
		{folder + "/tiles", filepath.Dir(w.file), "/public/" + folder + "/tiles/0/0/0.mvt"},
		{attackedPeriods[passedOver], filepath.Dir(w.file), "/public/" + attackedPeriods[passedOver] + "/town.db"},
		{"chain", filepath.Dir(w.file), "/public/chain/2.json"},
		{"editions.json", w.file, "/public/editions.json"},
	} {
		whole := filepath.Join(w.Archive.Dir, link.name)
		if err := os.RemoveAll(whole); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(link.to, whole); err != nil {
			t.Skip("no links here:", err)
		}
		for _, target := range []string{link.target, "/", "/governance"} {
			r := s.look(t, target)
			r.keepsSecrets(t, target)
			if target == link.target && r.status < 400 {
				t.Errorf("%s as a link to %s: %d %.100q", link.name, link.to, r.status, r.body)
			}
		}
	}
	outcome(t, "links in the archive to the store, its key, and other files of the machine", "each address answers as if its file were broken or not there")
}

// A geocoder puts what it can't find at one point.
func TestAttackByTheDefaultPointOfAGeocoder(t *testing.T) {
	bandAt := func(spread bool) (*release.Draft, int, string) {
		w := emptyTown(t)
		for _, period := range []string{attackedPeriods[early], attackedPeriods[late]} {
			w.busy(period)
			for n := range data.Date(300) {
				day := data.Date(5)
				if spread || n%100 == 0 { // some came in on other days
					day = n % 28
				}
				w.find(w.at(5, 2), "needle", 1, period, day)
			}
		}
		d, err := w.Draft(t.Context(), mustDate(t, attackedPeriods[early]), "")
		if err != nil {
			t.Fatal(err)
		}
		p := w.at(5, 2)
		square, _ := w.scheme.Grid.Square(p)
		for _, s := range d.Squares {
			for level := uint8(1); level <= 3; level++ {
				if s.Square == w.scheme.Grid.Name(square.Parent(level)) {
					return d, s.Band, s.Why
				}
			}
		}
		t.Fatal("the place is not on the map")
		return nil, 0, ""
	}
	_, band, why := bandAt(false)
	if band != 0 || !strings.Contains(why, "one day") {
		t.Errorf("300 at one point on one day: band %d, %s", band, why)
	}
	d, band, _ := bandAt(true)
	if band == 0 {
		t.Error("300 at one point on many days are not shown: then the rules for days hide more than they say")
	}
	for _, f := range d.Findings {
		if f.Rule == "search" {
			outcome(t, "a geocoder's default point: 300 pickups at one point", "nearly all on one day it is hidden (%s); on 28 days it is band %d of a square of %d m, and P6 decides: %s", why, band, d.Edition.Map.SmallestM, f.Text)
		}
	}
}

// A place on the edge of a square, and beside it.
func TestAttackByAPlaceOnAnEdge(t *testing.T) {
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, corner := range [][2]int32{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		edge := grid.Square{Level: 2, X: 5, Y: 3}
		lon, lat := scheme.Grid.Corner(edge, corner[0], corner[1])
		var maps []map[string]int
		var touched []string
		for _, step := range [][2]float64{{0, 0}, {1e-7, 0}, {-1e-7, 0}, {0, 1e-7}, {0, -1e-7}} {
			bands, square := mapWith(t, math.Round(lon*1e7)/1e7+step[0], math.Round(lat*1e7)/1e7+step[1])
			if bands[square] == 0 {
				t.Errorf("%s holds the place and is not shown", square)
			}
			maps, touched = append(maps, bands), append(touched, square)
			tried++
		}
		for i := 1; i < len(maps); i++ {
			for name, band := range maps[0] {
				if maps[i][name] != band && name != touched[0] && name != touched[i] {
					t.Errorf("moving a place by 1e-7 degree changes %s, which it was never in", name)
				}
			}
		}
	}
	outcome(t, "a place on the edge and the corners of a square, and 1e-7 degree beside", "%d maps: it is in just one square, and no other than the two concerned changes", tried)
}

// mapWith is the map of a town with much at one more place, and the square that it
// counts for.
func mapWith(t *testing.T, lon, lat float64) (map[string]int, string) {
	w := emptyTown(t)
	for _, period := range []string{attackedPeriods[early], attackedPeriods[late]} {
		w.busy(period)
	}
	p, err := geo.NewPoint(lon, lat)
	if err != nil {
		t.Fatal(err)
	}
	w.find(p, "needle", 20, attackedPeriods[early], 1, 9, 17)
	d, err := w.Draft(t.Context(), mustDate(t, attackedPeriods[early]), "")
	if err != nil {
		t.Fatal(err)
	}
	bands, holding := map[string]int{}, []string{}
	for _, s := range d.Squares {
		bands[s.Square] = s.Band
		if s.Items == 60 || s.Items == 60+12 { // some are in one of them already
			holding = append(holding, s.Square)
		}
	}
	if len(holding) != 1 {
		t.Fatalf("the place is in %v", holding)
	}
	return bands, holding[0]
}

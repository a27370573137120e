package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"commonground/api"
	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
)

// slowStore takes long to give single pickups, and says when it begins.
type slowStore struct {
	data.Store
	begun chan struct{}
	once  *sync.Once
}

func (s slowStore) PickupsIn(ctx context.Context, box orb.Bound, limit int) ([]data.Pickup, error) {
	s.once.Do(func() { close(s.begun) })
	time.Sleep(200 * time.Millisecond)
	return s.Store.PickupsIn(ctx, box, limit)
}

// Callers who ask for one tile at one time share its drawing, but not those who
// see different kinds.
func TestThePoliceDoNotJoinAPlannersDrawing(t *testing.T) {
	begun := make(chan struct{})
	s := startWith(t, withSample(t), func(c *api.Config) { c.Store = slowStore{c.Store, begun, new(sync.Once)} })
	const path = "/v1/tiles/pickups/15/16163/10408.mvt"
	drawn := make(chan []byte)
	go func() {
		_, body := s.do(http.MethodGet, path, "", "Cookie", as(data.Planner))
		drawn <- body
	}()
	<-begun
	_, police := s.do(http.MethodGet, path, "", "Cookie", as(data.Police))
	if planners := <-drawn; !bytes.Contains(planners, []byte("condom")) || bytes.Contains(police, []byte("condom")) {
		t.Error("the police got the planner's tile, or there are no condoms in it")
	}
}

// Where crews record what they find, a visit without a needle tells of condoms.
func TestThePoliceSeeNoVisitsByThemselves(t *testing.T) {
	s := start(t, withSample(t))
	for _, by := range []string{"week,square", "square", "area", "week", "week,class"} {
		_, body := s.do(http.MethodGet, "/v1/counts?by="+by, "", "Cookie", as(data.Police))
		var answer counts
		if err := json.Unmarshal(body, &answer); err != nil || len(answer.Rows) == 0 || answer.Total.Items == 0 {
			t.Fatal(err, answer.Total)
		}
		for _, row := range append(answer.Rows, answer.Rows[0]) {
			if row.Items == 0 || row.Visits != 0 || answer.Total.Visits != 0 {
				t.Fatalf("by %s: %+v of %+v", by, row, answer.Total)
			}
		}
	}
	_, ranking := s.do(http.MethodGet, "/v1/locations", "", "Cookie", as(data.Police))
	if bytes.Contains(ranking, []byte(`"items":0`)) || !bytes.Contains(ranking, []byte(`"visits":0`)) {
		t.Errorf("%.300s", ranking)
	}
	_, described := s.do(http.MethodGet, "/v1/tiles/hotspots.json", "", "Cookie", as(data.Police))
	_, tile := s.do(http.MethodGet, "/v1/tiles/hotspots/14/8081/5204.mvt", "", "Cookie", as(data.Police))
	for _, name := range []string{"condom", "visits", "finds_per_visit"} {
		if bytes.Contains(tile, []byte(name)) || bytes.Contains(described, []byte(name)) {
			t.Errorf("the tile or its description has %s", name)
		}
	}
	if !bytes.Contains(tile, []byte("needle")) {
		t.Error("there are no needles on the tile")
	}
}

// Stewards of the police see no more in a preview than the police elsewhere.
func TestAPreviewShowsWhatItsCallerMaySee(t *testing.T) {
	s := start(t, withIncidents(t))
	body := `{"type":"FeatureCollection","features":[` + polygonFeature("all", -2.6, 54.6, -2.2, 54.8) + "]}"
	preview := func(cookie string) (int, string) {
		response, said := s.do(http.MethodPost, "/v1/boundaries/preview?from=2026-01-01", body, "Cookie", cookie, "Content-Type", "application/geo+json")
		return response.StatusCode, string(said)
	}
	if status, said := preview(as(data.Steward, data.Police)); status != 200 || strings.Contains(said, "condom") || !strings.Contains(said, "needle") || strings.Contains(said, `"visits":1`) {
		t.Errorf("%d %.300s", status, said)
	}
	if status, said := preview("demo=role=steward&role=police"); status != 403 || !strings.Contains(said, "/v1/me/reason") {
		t.Errorf("without a reason: %d %.300s", status, said)
	}
	if status, said := preview(as(data.Steward)); status != 200 || !strings.Contains(said, `"incidents":"about `) || !strings.Contains(said, "condom_used") {
		t.Errorf("a steward: %d %.300s", status, said)
	}
	entries := s.audited()
	s.do(http.MethodPost, "/v1/boundaries/undo?preview=true", "", "Cookie", as(data.Steward))
	if more := s.audited()[len(entries):]; len(more) != 1 || more[0].Action != "preview" {
		t.Errorf("a preview of an undo is logged as %+v", more)
	}
}

// Rounded numbers of two previews that differ by a house say the same, but at an
// edge; the number of incidents in each tenth of the town tells how often.
func TestPreviewsThatDifferByAHouseMostlySayTheSame(t *testing.T) {
	s := start(t, withIncidents(t))
	ask := func(east float64) string {
		var preview struct{ Incidents string }
		_, inForce := s.do(http.MethodGet, "/v1/boundaries", "", "Cookie", as(data.Steward))
		body := strings.Replace(string(inForce), `"features":[`, `"features":[`+polygonFeature("house", -2.45, 54.70, east, 54.74)+",", 1)
		_, said := s.do(http.MethodPost, "/v1/boundaries/preview?from=2024-01-01", body, "Cookie", as(data.Steward), "Content-Type", "application/geo+json")
		if err := json.Unmarshal(said, &preview); err != nil {
			t.Fatal(err)
		}
		return preview.Incidents
	}
	steps := 0
	before := ask(-2.42)
	for i := 1; i <= 12; i++ {
		if now := ask(-2.42 + 0.0002*float64(i)); now != before {
			before = now
			steps++
		}
	}
	if steps > 6 || !strings.HasPrefix(before, "about ") {
		t.Errorf("%d of 12 steps of some metres tell; at last %q", steps, before)
	}
}

func TestAStewardGivesNoKeyBeyondTheirOwnRoles(t *testing.T) {
	s := start(t, empty)
	for _, test := range []struct {
		roles  string
		status int
	}{{`"police"`, 403}, {`"planner"`, 403}, {`"sender","police"`, 403}, {`"sender"`, 201}, {`"steward"`, 201}} {
		body := fmt.Sprintf(`{"roles":[%s],"source":"app","purpose":"test","expires":%q}`, test.roles, time.Now().AddDate(0, 0, 9).Format(time.DateOnly))
		if response, said := s.do(http.MethodPost, "/v1/keys", body, "Cookie", as(data.Steward)); response.StatusCode != test.status {
			t.Errorf("%s: %s %s", test.roles, response.Status, said)
		}
	}
	entries := s.audited()
	if last := entries[len(entries)-1]; !strings.HasPrefix(last.What, "key:") || !strings.Contains(last.What, "for steward of the source") {
		t.Errorf("the log says %q", last.What)
	}
	weak := strings.Replace(sample.SchemeText(), "ask_reason = true", "ask_reason = false", 1)
	s.do(http.MethodPut, "/v1/scheme/file", weak, "Cookie", as(data.Steward), "Content-Type", "application/toml")
	entries = s.audited()
	if last := entries[len(entries)-1]; !strings.Contains(last.What, "disclosure was {PoliceKinds:[needle] AskReason:true}, is {PoliceKinds:[needle] AskReason:false}") {
		t.Errorf("the log says %q", last.What)
	}
}

func TestThePoliceHaveBoundariesWhereTheyHaveNoPickups(t *testing.T) {
	s := start(t, func(ctx context.Context, door *intake.Door, _ *data.Scheme) {
		if _, err := door.PutScheme(ctx, strings.Replace(sample.SchemeText(), `["needle"]`, "[]", 1)); err != nil {
			t.Fatal(err)
		}
	})
	for path, want := range map[string]int{
		"/v1/tiles/boundaries.json": 200, "/v1/tiles/boundaries/12/2020/1301.mvt": 200, "/v1/tiles/hotspots.json": 403, "/v1/counts": 403,
	} {
		if response, said := s.do(http.MethodGet, path, "", "Cookie", as(data.Police)); response.StatusCode != want {
			t.Errorf("%s: %s %.200s", path, response.Status, said)
		}
	}
}

// Who has no source of their own changes nobody's records by the role of a sender
// or a crew.
func TestRecordsAreChangedByWhoTheyBelongTo(t *testing.T) {
	s := start(t, withIncidents(t))
	for _, test := range []struct {
		cookie, path string
		status       int
	}{
		{as(data.Sender) + "&source=app", "/v1/pickups/other/1", 403},
		{as(data.Sender) + "&source=app", "/v1/incidents/app/1", 404},
		{as(data.Crew), "/v1/pickups/crew/1", 403},
		{as(data.Crew) + "&source=crew", "/v1/pickups/crew/1", 404},
		{as(data.Planner), "/v1/pickups/other/1", 404},
		{as(data.Planner), "/v1/incidents/other/1", 403},
		{as(data.Police), "/v1/incidents/other/1", 404},
		{as(data.Police), "/v1/pickups/other/1", 403},
	} {
		if response, said := s.do(http.MethodDelete, test.path, "", "Cookie", test.cookie); response.StatusCode != test.status {
			t.Errorf("%s by %s: %s %s", test.path, test.cookie, response.Status, said)
		}
	}
}

// The log has what was asked in truth, and refusals about incidents as such.
func TestTheLogIsNotLedAstray(t *testing.T) {
	s := start(t, withIncidents(t))
	last := func() (string, int64, string) {
		entries := s.audited()
		e := entries[len(entries)-1]
		return string(e.Action), e.Records, e.Subject
	}
	for _, query := range []string{"limit&limit=1000", "limit=1&limit=1000", "square&square=7", "bbox=1,1,2,2&bbox="} {
		if response, said := s.do(http.MethodGet, "/v1/incidents?"+query, "", "Cookie", as(data.Police)); response.StatusCode != 422 {
			t.Errorf("%s: %s %.100s", query, response.Status, said)
		}
	}
	s.do(http.MethodGet, "/v1/incidents", "", "Cookie", as(data.Police))
	if action, records, _ := last(); action != "look" || records != 100 {
		t.Errorf("a list without a limit: %s %d", action, records)
	}
	for _, refused := range [][3]string{
		{"GET", "/v1/incidents/counts?by=square", as(data.Planner)}, {"DELETE", "/v1/incidents/a/b", as(data.Planner)},
		{"GET", "/v1/incidents", "demo=role=police"}, {"GET", "/v1/incidents/counts?by=area", "demo=role=police"},
	} {
		response, _ := s.do(refused[0], refused[1], "", "Cookie", refused[2])
		if action, _, _ := last(); response.StatusCode != 403 || action != "refused" {
			t.Errorf("%v: %s, logged as %s", refused, response.Status, action)
		}
	}
	for _, path := range []string{"/v1/incidents/counts?by=square", "/v1/incidents/counts"} {
		if response, _ := s.do(http.MethodGet, path, "", "Cookie", as(data.Police)); response.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %q", path, response.Header.Get("Cache-Control"))
		}
	}
	if response, _ := s.do(http.MethodGet, "/v1/counts?weeks="+strings.Repeat("x", 5000), ""); response.StatusCode != http.StatusRequestURITooLong {
		t.Errorf("a long address: %s", response.Status)
	}
}

// A scheme that shows the police every kind shows them visits too.
func TestThePoliceSeeAllWhereTheSchemeSaysSo(t *testing.T) {
	s := start(t, func(ctx context.Context, door *intake.Door, scheme *data.Scheme) {
		withSample(t)(ctx, door, scheme)
		if _, err := door.PutScheme(ctx, strings.Replace(sample.SchemeText(), `["needle"]`, `["needle", "condom_used", "condom_unused"]`, 1)); err != nil {
			t.Fatal(err)
		}
	})
	for _, path := range []string{"/v1/counts?by=week,kind", "/v1/counts?by=square", "/v1/locations", "/v1/scheme", "/v1/tiles/hotspots.json"} {
		_, planners := s.do(http.MethodGet, path, "", "Cookie", as(data.Planner))
		if _, police := s.do(http.MethodGet, path, "", "Cookie", as(data.Police)); !bytes.Equal(police, planners) {
			t.Errorf("%s: %.200s, planners get %.200s", path, police, planners)
		}
	}
}

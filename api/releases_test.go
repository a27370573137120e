package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"commonground/api"
	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
	"commonground/data/release"
)

// standInDesk answers as a desk does, with one period and one draft, and keeps
// what it was told.
type standInDesk struct {
	err  error
	busy chan struct{} // where set, a draft takes until it is closed
	lock sync.Mutex
	told []string
	// at counts who is at the desk, most how many at once there were.
	at, most atomic.Int32
}

const openPeriod = "2026-09-23"

var draftHash = strings.Repeat("ab", 32)

func (d *standInDesk) tell(words ...any) error {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.told = append(d.told, fmt.Sprint(words...))
	return d.err
}

func (d *standInDesk) Calendar(context.Context) (release.Calendar, error) {
	return release.Calendar{Epoch: openPeriod, Periods: []release.PeriodLine{{From: openPeriod, To: "2026-10-21", State: release.Open, Opens: "2026-11-18"}}}, d.err
}

func (d *standInDesk) Draft(_ context.Context, period data.Date, who string) (*release.Draft, error) {
	d.most.Store(max(d.most.Load(), d.at.Add(1)))
	defer d.at.Add(-1)
	if d.busy != nil {
		<-d.busy
	}
	return &release.Draft{
		Edition: &release.Edition{Place: "Millbeck"}, SHA256: draftHash, Ready: true,
		Squares: []release.TrueSquare{{Square: "E 250 N 500 · 250 m", Ring: [][2]float64{{-2.42, 54.72}}, Items: 7, Why: "fewer than 10 items"}},
	}, d.tell("draft ", period, " for ", who)
}

func (d *standInDesk) Sign(_ context.Context, period data.Date, draft, who, name string) error {
	return d.tell("sign ", period, " ", draft, " ", who, " ", name)
}

func (d *standInDesk) Seal(_ context.Context, period data.Date, draft, who string) (data.Sealing, error) {
	return data.Sealing{Number: 1, Period: period, SHA256: "cd"}, d.tell("seal ", period, " ", draft, " ", who)
}

func (d *standInDesk) Withdraw(_ context.Context, period data.Date, why, who string) (data.Sealing, error) {
	return data.Sealing{Number: 2, Period: period, Withdrawn: true}, d.tell("withdraw ", period, " ", why, " ", who)
}

func (d *standInDesk) Verify(context.Context) ([]string, error) { return nil, d.err }

// startDesk serves a desk.
func startDesk(t *testing.T, desk api.Desk) server {
	t.Helper()
	return startWith(t, empty, func(config *api.Config) { config.Desk = desk })
}

const (
	releasePath = "/v1/releases/" + openPeriod
	goodWhy     = `{"why":"The wrong boundary was in force."}`
)

var goodDraft = `{"draft":"` + draftHash + `"}`

// releaseRequests are one good request for each route.
var releaseRequests = []struct {
	method, path, body string
	status             int
	logged             audit.Action
	contains           string
}{
	{"GET", "/v1/releases", "", 200, "", `"state":"open"`},
	{"GET", releasePath + "/draft", "", 200, audit.Preview, `"why":"fewer than 10 items"`},
	{"POST", releasePath + "/signatures", goodDraft, 204, audit.Release, ""},
	{"POST", releasePath + "/seal", goodDraft, 201, audit.Release, `"manifest_sha256":"cd"`},
	{"POST", releasePath + "/withdrawal", goodWhy, 201, audit.Release, `"withdrawn":true`},
	{"GET", "/v1/releases/verification", "", 200, "", `{"ok":true,"findings":[]}`},
}

func TestOnlyStewardsComeToTheDesk(t *testing.T) {
	desk := &standInDesk{}
	s := startDesk(t, desk)
	for _, r := range releaseRequests {
		for _, cookie := range []string{"none=1", as(data.Crew), as(data.Sender), as(data.Planner), as(data.Police), as(data.Crew, data.Sender, data.Planner, data.Police)} {
			response, body := s.do(r.method, r.path, r.body, "Cookie", cookie)
			if want := map[bool]int{true: 401, false: 403}[cookie == "none=1"]; response.StatusCode != want || strings.Contains(string(body), "Millbeck") {
				t.Errorf("%s %s by %q: %s %s", r.method, r.path, cookie, response.Status, body)
			}
		}
	}
	if len(desk.told) > 0 {
		t.Errorf("the desk was told %q", desk.told)
	}
}

func TestAStewardIsAnsweredAndLogged(t *testing.T) {
	desk := &standInDesk{}
	s := startDesk(t, desk)
	for _, r := range releaseRequests {
		before := len(s.audited())
		response, body := s.do(r.method, r.path, r.body, "Cookie", as(data.Steward))
		if response.StatusCode != r.status || !strings.Contains(string(body), r.contains) {
			t.Errorf("%s %s: %s %s", r.method, r.path, response.Status, body)
		}
		if kept := response.Header.Get("Cache-Control"); kept != "private, no-store" && r.path != "/v1/releases" {
			t.Errorf("%s %s may be kept: %q", r.method, r.path, kept)
		}
		entries := s.audited()[before:]
		if r.logged == "" {
			if len(entries) > 0 {
				t.Errorf("%s %s is logged: %+v", r.method, r.path, entries)
			}
			continue
		}
		if !slices.ContainsFunc(entries, func(e audit.Sealed) bool { return e.Action == r.logged && e.What == r.method+" "+r.path }) {
			t.Errorf("%s %s is logged as %+v", r.method, r.path, entries)
		}
	}
	want := []string{
		"draft 2026-09-23 for demo:steward", "sign 2026-09-23 " + draftHash + " demo:steward Demonstration",
		"seal 2026-09-23 " + draftHash + " demo:steward", "withdraw 2026-09-23 The wrong boundary was in force. demo:steward",
	}
	if got := strings.Join(desk.told, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the desk was told\n%s", got)
	}
	last := s.audited()[len(s.audited())-1]
	if last.Subject != "release:2026-09-23" || last.What != "withdraws the edition" || last.Why != "The wrong boundary was in force." {
		t.Errorf("the withdrawal is logged as %+v", last)
	}
}

func TestWhatTheDeskIsSentIsChecked(t *testing.T) {
	desk := &standInDesk{}
	s := startDesk(t, desk)
	why := func(text string) string { return `{"why":"` + text + `"}` }
	for name, test := range map[string]struct {
		method, path, body string
		status             int
	}{
		"a period that is no date":      {"GET", "/v1/releases/april/draft", "", 422},
		"a day that there never was":    {"GET", "/v1/releases/2026-02-30/draft", "", 422},
		"a signature for no date":       {"POST", "/v1/releases/x/signatures", goodDraft, 422},
		"the withdrawal of no date":     {"POST", "/v1/releases/x/withdrawal", goodWhy, 422},
		"a signature for nothing":       {"POST", releasePath + "/signatures", `{}`, 422},
		"half a hash":                   {"POST", releasePath + "/signatures", `{"draft":"abab"}`, 422},
		"a hash in capitals":            {"POST", releasePath + "/seal", strings.ToUpper(goodDraft), 422},
		"an unknown field":              {"POST", releasePath + "/seal", strings.Replace(goodDraft, "{", `{"force":true,`, 1), 422},
		"another's name":                {"POST", releasePath + "/signatures", strings.Replace(goodDraft, "{", `{"who":"demo:crew",`, 1), 422},
		"half a body":                   {"POST", releasePath + "/signatures", goodDraft[:20], 400},
		"a body without end":            {"POST", releasePath + "/seal", strings.Repeat(" ", 9<<10) + goodDraft, 413},
		"a parameter":                   {"GET", releasePath + "/draft?who=demo:crew", "", 422},
		"a withdrawal without a reason": {"POST", releasePath + "/withdrawal", `{}`, 422},
		"a reason of nine letters":      {"POST", releasePath + "/withdrawal", why(" 123456789 "), 422},
		"a reason that goes on":         {"POST", releasePath + "/withdrawal", why(strings.Repeat("é", 501)), 422},
		"a reason of two lines":         {"POST", releasePath + "/withdrawal", why(`The wrong\nboundary`), 422},
		"the longest reason":            {"POST", releasePath + "/withdrawal", why(strings.Repeat(`\u00e9`, 500)), 201},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := server{Server: s.Server, t: t}.do(test.method, test.path, test.body, "Cookie", as(data.Steward))
			if response.StatusCode != test.status {
				t.Errorf("%s %s", response.Status, body)
			}
		})
	}
	if len(desk.told) != 1 {
		t.Errorf("the desk was told %q", desk.told)
	}
}

func TestTheDesksRefusalsAreToldInItsWords(t *testing.T) {
	refusal := release.Refusal{Reason: "The draft is another by now: look at it again."}
	for name, test := range map[string]struct {
		err    error
		status int
		says   string
	}{
		"a refusal":              {refusal, 422, refusal.Reason},
		"one that was overtaken": {fmt.Errorf("seal: %w", errors.Join(refusal, data.ErrStale)), 409, refusal.Reason},
		"one of what is sealed":  {errors.Join(data.ErrSealed, refusal), 409, refusal.Reason},
		"sealed":                 {fmt.Errorf("sign: %w", data.ErrSealed), 409, "sealed or passed over already"},
		"stale":                  {fmt.Errorf("seal: %w", data.ErrStale), 409, "nothing was done"},
		"a fault of ours":        {errors.New("sqlite: disk full"), 500, "something went wrong here"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startDesk(t, &standInDesk{err: test.err})
			for _, r := range releaseRequests {
				response, body := s.do(r.method, r.path, r.body, "Cookie", as(data.Steward))
				if response.StatusCode != test.status || !strings.Contains(string(body), test.says) || strings.Contains(string(body), "sqlite") {
					t.Errorf("%s %s: %s %s", r.method, r.path, response.Status, body)
				}
			}
		})
	}
}

func TestAServerWithoutADeskSaysSo(t *testing.T) {
	s := startDesk(t, nil)
	for _, r := range releaseRequests {
		response, body := s.do(r.method, r.path, r.body, "Cookie", as(data.Steward))
		if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), "archive of editions") {
			t.Errorf("%s %s: %s %s", r.method, r.path, response.Status, body)
		}
	}
}

// byKey has everyone come with a steward's key.
type byKey struct{ signin.Demo }

func (byKey) Caller(*http.Request) (signin.Caller, error) {
	return signin.Caller{ID: "key:0123456789ab", Name: "Report", Roles: data.Roles{data.Steward}}, nil
}

// A steward can make themselves a key of their own role: two signatures must be
// those of two people.
func TestNoKeySignsSealsOrWithdraws(t *testing.T) {
	desk := &standInDesk{}
	s := startWith(t, empty, func(config *api.Config) { config.Desk, config.SignIn = desk, byKey{} })
	for _, r := range releaseRequests {
		want := r.status
		if r.method == http.MethodPost {
			want = http.StatusForbidden
		}
		if response, body := s.do(r.method, r.path, r.body); response.StatusCode != want {
			t.Errorf("%s %s by a key: %s %s", r.method, r.path, response.Status, body)
		}
	}
	if len(desk.told) != 1 {
		t.Errorf("the desk was told %q", desk.told)
	}
}

// Drafts wait for each other, and whoever asks something else does not wait for
// them, however many there are.
func TestOneDraftIsMadeAtATime(t *testing.T) {
	desk := &standInDesk{busy: make(chan struct{})}
	s := startDesk(t, desk)
	drafts := runtime.GOMAXPROCS(0) + 2
	var group sync.WaitGroup
	for range drafts {
		group.Go(func() {
			if response, body := s.do(http.MethodGet, releasePath+"/draft", "", "Cookie", as(data.Steward)); response.StatusCode != http.StatusOK {
				t.Errorf("%s %s", response.Status, body)
			}
		})
	}
	for waiting := 0; waiting < drafts; {
		waiting = 0
		for _, entry := range s.audited() {
			if entry.Action == audit.Preview {
				waiting++
			}
		}
	}
	if response, body := s.do(http.MethodGet, "/v1/scheme", "", "Cookie", as(data.Steward)); response.StatusCode != http.StatusOK {
		t.Errorf("beside the drafts: %s %s", response.Status, body)
	}
	close(desk.busy)
	group.Wait()
	if most := desk.most.Load(); most != 1 {
		t.Errorf("%d at the desk at once", most)
	}
}

package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
	"commonground/data/audit"
)

// figures are what the route of returns answers.
type figures struct {
	Measures []struct{ ID, Agency, Window, From, To string }
	Returns  []figure
}

type figure struct {
	Number             int64
	Measure, From, To  string
	Value, Least, Most *int64
	Withdrawn          bool
	At, Who            string
}

// said is a figure as people would say it.
func (f figure) said() string {
	text := fmt.Sprintf("%d %s %s/%s", f.Number, f.Measure, f.From, f.To)
	for _, n := range []*int64{f.Value, f.Least, f.Most} {
		if n != nil {
			text += fmt.Sprintf(" %d", *n)
		}
	}
	if f.Withdrawn {
		text += " withdrawn"
	}
	return text
}

func (s server) figures(query string, role data.Role) (f figures, all []string) {
	s.t.Helper()
	response, body := s.do(http.MethodGet, "/v1/returns"+query, "", "Cookie", as(role))
	if err := json.Unmarshal(body, &f); err != nil || response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %s", query, response.Status, body)
	}
	for _, one := range f.Returns {
		all = append(all, one.said())
	}
	return f, all
}

// agency is the cookie of a key whose source is an agency.
func agency(name string) string { return as(data.Sender) + "&source=" + name }

const meetingsReturns = `[
	{"measure":"official_warnings","from":"2019-04-24","value":11},
	{"measure":"diversion_cautions","from":"2018-12-01","to":"2019-04-01","value":19},
	{"measure":"diversion_attended","from":"1 Dec 2018","to":"1 Apr 2019","value":19}]`

func TestAgenciesReturnFiguresAndCorrectThem(t *testing.T) {
	s := start(t, empty)
	for _, step := range []struct {
		who, body, kind string
		status          int
		answer          string
	}{
		{agency("police"), meetingsReturns, "", 200, `{"added":3,"corrected":0,"unchanged":0}`},
		{agency("police"), meetingsReturns, "", 200, `{"added":0,"corrected":0,"unchanged":3}`},
		{agency("police"), `{"measure":"official_warnings","from":"2019-04-24","value":12}`, "", 200, `{"added":0,"corrected":1,"unchanged":0}`},
		{agency("outreach"), "measure,from,least,most\npeople_engaged,1/2/2019,65,80\n", "text/csv; charset=utf-8", 422, "is the day or the month first? say which, for the whole file\""},
		{agency("outreach"), "measure,from,least,most\npeople_engaged,2019-02-01,65,80\n", "text/csv; charset=utf-8", 200, `{"added":1,"corrected":0,"unchanged":0}`},
		{as(data.Steward), `{"measure":"house_closures","from":"2019-05-21","value":3}`, "", 200, `{"added":1,"corrected":0,"unchanged":0}`},
		{as(data.Steward), `[{"measure":"house_closures","from":"2019-05-21","withdrawn":true}]`, "", 200, `{"added":0,"corrected":1,"unchanged":0}`},
		{as(data.Steward), `[]`, "", 200, `{"added":0,"corrected":0,"unchanged":0}`},
	} {
		before := len(s.audited())
		response, body := s.do(http.MethodPost, "/v1/returns", step.body, "Cookie", step.who, "Content-Type", kindOr(step.kind))
		if response.StatusCode != step.status || !strings.Contains(strings.ToLower(string(body)), step.answer) {
			t.Errorf("%.60s: %s %s", step.body, response.Status, body)
		}
		if entries := s.audited(); len(entries) <= before || entries[len(entries)-1].Action != audit.Correct {
			t.Errorf("%.60s is not in the log", step.body)
		}
	}
	_, standing := s.figures("", data.Planner)
	want := []string{"2 diversion_cautions 2018-12-01/2019-04-01 19", "3 diversion_attended 2018-12-01/2019-04-01 19",
		"4 official_warnings 2019-04-24/2019-05-22 12", "5 people_engaged 2019-02-01/2019-05-01 65 80"}
	if diff := cmp.Diff(want, standing); diff != "" {
		t.Error(diff)
	}
	_, all := s.figures("?all=true", data.Police)
	if len(all) != 7 || all[0] != "1 official_warnings 2019-04-24/2019-05-22 11" || all[6] != "7 house_closures 2019-05-21/2019-05-22 withdrawn" {
		t.Error(strings.Join(all, "\n"))
	}
}

func kindOr(kind string) string {
	if kind == "" {
		return "application/json"
	}
	return kind
}

func TestReturnsOfOnePeriod(t *testing.T) {
	s := start(t, empty)
	body := `[{"measure":"house_closures","from":"2019-05-21","value":3},{"measure":"house_closures","from":"2019-05-22","value":4},
		{"measure":"official_warnings","from":"2019-05-22","value":1},{"measure":"people_engaged","from":"2019-02-01","least":65,"most":80},
		{"measure":"people_engaged","from":"2019-03-01","least":1,"most":2},{"measure":"cautions","from":"2019-04-24","value":0},
		{"measure":"diversion_cautions","from":"2018-12-01","to":"2019-04-01","value":19},{"measure":"diversion_cautions","from":"2019-01-01","to":"2019-05-23","value":1}]`
	if response, answer := s.do(http.MethodPost, "/v1/returns", body, "Cookie", as(data.Steward)); response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s", response.Status, answer)
	}
	got, said := s.figures("?period=2019-04-24", data.Steward)
	want := []string{"1 house_closures 2019-05-21/2019-05-22 3", "4 people_engaged 2019-02-01/2019-05-01 65 80",
		"6 cautions 2019-04-24/2019-05-22 0", "7 diversion_cautions 2018-12-01/2019-04-01 19"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	spans := map[string]string{}
	for _, m := range got.Measures {
		spans[m.Window] = m.From + "/" + m.To
	}
	wantSpans := map[string]string{"period": "2019-04-24/2019-05-22", "as_at": "2019-05-21/2019-05-22", "three_months": "2019-02-01/2019-05-01", "cohort": "/"}
	if diff := cmp.Diff(wantSpans, spans); diff != "" || len(got.Measures) != 15 {
		t.Error(diff)
	}
	for query, reason := range map[string]string{"?period=2019-04-25": "begins on 2019-04-24", "?period=spring": "is no date"} {
		if response, answer := s.do(http.MethodGet, "/v1/returns"+query, ""); response.StatusCode != 422 || !strings.Contains(string(answer), reason) {
			t.Errorf("%s: %s %s", query, response.Status, answer)
		}
	}
}

func TestOnlyStewardsSeeWhoReturned(t *testing.T) {
	s := start(t, empty)
	s.do(http.MethodPost, "/v1/returns", meetingsReturns, "Cookie", agency("police"))
	for role, sees := range map[data.Role]bool{data.Steward: true, data.Planner: false, data.Police: false} {
		got, _ := s.figures("", role)
		for _, one := range got.Returns {
			if (one.Who != "") != sees || one.At == "" {
				t.Errorf("the %s sees %+v", role, one)
			}
		}
	}
}

func TestARefusedReturnKeepsAllOfThemOut(t *testing.T) {
	s := start(t, empty)
	for _, test := range []struct {
		who, body, kind string
		status          int
		reason          string
	}{
		{as(data.Sender, data.Planner), meetingsReturns, "", 403, "an API key that names the agency"},
		{agency("outreach"), meetingsReturns, "", 422, "row 1, measure: official_warnings is returned by police, not by outreach"},
		{as(data.Steward) + "&source=outreach", meetingsReturns, "", 422, "is returned by police, not by outreach"},
		{agency("crew"), meetingsReturns, "", 422, "crew returns nothing by the scheme"},
		{agency("police"), strings.Replace(meetingsReturns, `"value":19}]`, `"value":20}]`, 1), "", 422, "row 3, value: diversion_attended can't be above diversion_cautions"},
		{agency("police"), strings.Replace(meetingsReturns, "1 Apr 2019", "soon", 1), "", 422, `row 3, to: \"soon\" is no time`},
		{agency("police"), strings.Replace(meetingsReturns, "2019-04-24", "2019-04", 1), "", 422, `row 1, from: \"2019-04\" is no day`},
		{agency("police"), strings.Replace(meetingsReturns, `"value":11`, `"value":11,"name":"Jane Doe"`, 1), "", 400, `unknown field`},
		{agency("police"), strings.Replace(meetingsReturns, `"value":11`, `"value":11.5`, 1), "", 400, "can't be read"},
		{agency("police"), `{"measure":`, "", 400, "can't be read"},
		{agency("police"), "measure,from,value\nofficial_warnings,2019-04-24,many\n", "text/csv", 422, `row 2, value: \"many\" is no whole number`},
		{agency("police"), "ref,at,needle\n1,2019-04-24,1\n", "text/csv", 422, "no column names the measure"},
		{agency("police"), "", "text/csv", 400, ""},
		{agency("police"), strings.Repeat(" ", 3<<20), "", 413, ""},
	} {
		response, body := s.do(http.MethodPost, "/v1/returns", test.body, "Cookie", test.who, "Content-Type", kindOr(test.kind))
		if response.StatusCode != test.status || !strings.Contains(string(body), test.reason) {
			t.Errorf("%.60s: %s %s, want %d %s", test.body, response.Status, body, test.status, test.reason)
		}
	}
	if _, all := s.figures("?all=true", data.Steward); len(all) > 0 {
		t.Errorf("of what was refused there is %v", all)
	}
}

func TestEachRefusedReturnIsNamed(t *testing.T) {
	s := start(t, empty)
	_, body := s.do(http.MethodPost, "/v1/returns", `[{"measure":"none","from":"2019-04-24","value":1},{"measure":"cautions","from":"2019-04-24","value":1},{"measure":"cautions","from":"2019-04-25","value":1}]`,
		"Cookie", as(data.Steward))
	var problem struct {
		Errors []struct{ Message, Location, Value string }
	}
	if err := json.Unmarshal(body, &problem); err != nil || len(problem.Errors) != 2 {
		t.Fatalf("%s", body)
	}
	if first, second := problem.Errors[0], problem.Errors[1]; first.Location != "row 1" || first.Value != "measure" || second.Location != "row 3" || second.Value != "from" {
		t.Errorf("%+v", problem.Errors)
	}
}

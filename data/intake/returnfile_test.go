package intake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
	"commonground/data/intake"
)

func (w town) returnFile(text, agency string) (intake.ReturnSummary, error) {
	return w.door.Returns(w.t.Context(), strings.NewReader(text), intake.ReturnOptions{By: by(agency)})
}

func TestAFileOfReturnsIsReadAsPeopleWriteThem(t *testing.T) {
	want := []string{
		"1 warnings 2019-04-24 2019-05-22 11-11 false key:7",
		"2 cautions 2018-12-01 2019-04-01 19-19 false key:7",
		"3 engaged 2019-02-01 2019-05-01 65-80 false key:7",
	}
	for name, text := range map[string]string{
		"as a program writes it": "measure,from,to,value,least,most\nwarnings,2019-04-24,2019-05-22,11,,\n" +
			"cautions,2018-12-01,2019-04-01,19,,\nengaged,2019-02-01,2019-05-01,,65,80\n",
		"by titles, and days as in Britain": "Measure;Period;To;Value;Least;Most\nOfficial warnings;24/04/2019;;11.0;;\n" +
			"conditional cautions;1/12/2018;1/4/2019;19;;\nengaged;01.02.2019;;;65;80\n",
		"by last days, with rows left empty": "Measure\tFirst day\tLast day\tNumber\tMin\tMax\nwarnings\t24 Apr 2019\t21 May 2019\t11\t\t\n\t\t\t\t\t\n" +
			"cautions\t1-Dec-2018\t31-Mar-2019\t19\t\t\nengaged\t2019-02-01\t\t\t65\t80\n\t\t\t\t\t\n",
	} {
		w := returning(t)
		sum, err := w.returnFile(text, "")
		check(t, err)
		if sum.Added != 3 || sum.Rows != 3 || len(sum.Refusals) > 0 || len(sum.Dropped) > 0 {
			t.Errorf("%s: %+v", name, sum)
		}
		if diff := cmp.Diff(want, w.said()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if sum, err = w.returnFile(text, ""); err != nil || sum.Unchanged != 3 || sum.Added+sum.Corrected > 0 {
			t.Errorf("%s, again: %+v, %v", name, sum, err)
		}
	}
}

func TestAFileCorrectsAndTakesBack(t *testing.T) {
	w := returning(t)
	_, err := w.returnFile("measure,from,value\nwarnings,2019-04-24,11\nclosures,2019-05-21,3\n", "")
	check(t, err)
	sum, err := w.returnFile("measure,from,value,withdrawn\nwarnings,2019-04-24,12,no\nclosures,2019-05-21,,yes\n", "")
	check(t, err)
	if sum.Corrected != 2 {
		t.Errorf("%+v", sum)
	}
	if standing := data.StandingReturns(w.returns()); len(standing) != 1 || standing[0].Most != 12 {
		t.Errorf("%v", w.said())
	}
}

func TestARowThatIsRefusedKeepsTheWholeFileOut(t *testing.T) {
	for name, test := range map[string]struct {
		rows    string
		refusal string
	}{
		"no number":           {"warnings,2019-04-24,,fewer than 10,,", `row 3, Value: "fewer than 10" is no whole number`},
		"a half":              {"warnings,2019-04-24,,1.5,,", `row 3, Value: "1.5" is no whole number`},
		"no figure":           {"warnings,2019-04-24,,,,", `row 3, Value: is missing; write 0`},
		"a month":             {"warnings,2019-04,,1,,", `row 3, Period: "2019-04" is no day`},
		"a time":              {"warnings,2019-04-24 09:00,,1,,", `row 3, Period: "2019-04-24 09:00" is no day`},
		"which first":         {"warnings,03/04/2019,,1,,", `row 3, Period: "03/04/2019": is the day or the month first?`},
		"another's":           {"closures,2019-05-01,,1,,", `row 3, Measure: closures is returned by council, not by police`},
		"twice":               {"warnings,2019-03-27,,1,,", `row 3, Measure: warnings is there twice for these days, in row 2 too`},
		"a column short":      {"warnings,2019-04-24,,1", "row 3: has 4 columns where the first row names 6"},
		"above its whole":     {"cautions,2018-12-01,2019-01-01,1,,\nattended,2018-12-01,2019-01-01,2,,", "row 4, Value: attended can't be above cautions"},
		"neither yes nor no":  {"warnings,2019-04-24,,1,,,perhaps", `row 3, Withdrawn: "perhaps" is neither yes nor no`},
		"a field that is big": {"warnings,2019-04-24,,99999999999999999999,,", "is no whole number"},
	} {
		w := returning(t)
		header := "Measure,Period,To,Value,Least,Most"
		first := "\nwarnings,2019-03-27,,4,,"
		if strings.Contains(test.rows, "perhaps") {
			header, first = header+",Withdrawn", first+","
		}
		sum, err := w.returnFile(header+first+"\n"+test.rows+"\n", "police")
		check(t, err)
		if len(sum.Refusals) != 1 || !strings.Contains(sum.Refusals[0].Error(), test.refusal) || sum.Added > 0 || len(w.returns()) > 0 {
			t.Errorf("%s: %+v", name, sum)
		}
	}
}

func TestAFileThatCannotBeOneOfReturns(t *testing.T) {
	for text, reason := range map[string]string{
		"":                                    "the file is empty",
		"from,value\n2019-04-24,1\n":          "no column names the measure",
		"measure,value\nwarnings,1\n":         "no column has the first day",
		"measure,from\nwarnings,2019-04-24\n": "no column has the figures",
		"measure,from,least\nwarnings,2019-04-24,1\n":                               "no column has the figures",
		"measure,from,to,last,value\nwarnings,2019-04-24,2019-05-22,2019-05-21,1\n": "map one of them",
		"measure,from,value\n" + strings.Repeat("warnings,2019-04-24,1\n", 10_001):  "over 10000 rows",
	} {
		w := returning(t)
		if _, err := w.returnFile(text, ""); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestNothingIsKeptOfAColumnAboutPeople(t *testing.T) {
	w := returning(t)
	sum, err := w.returnFile("name,measure,from,value,notes\nJane Doe,warnings,2019-04-24,1,born 1990\n", "police")
	check(t, err)
	if sum.Added != 1 || !cmp.Equal(sum.Dropped, []string{"name", "notes"}) {
		t.Errorf("%+v", sum)
	}
	if text := strings.Join(w.said(), ""); strings.Contains(text, "Jane") || strings.Contains(text, "1990") {
		t.Error(text)
	}
}

func FuzzReturnFile(f *testing.F) {
	f.Add("measure,from,to,value,least,most\nwarnings,2019-04-24,2019-05-22,11,,\nengaged,2019-02-01,,,65,80\n")
	f.Add("Measure;Period;Last day;n;withdrawn\nofficial warnings;24/04/2019;;1;yes\n")
	shared := newTown(f, schemeText+measuresText)
	f.Fuzz(func(t *testing.T, text string) {
		w := town{t: t, store: shared.store, door: shared.door}
		before := len(w.returns())
		sum, err := w.returnFile(text, "")
		after := w.returns()
		if stored := len(after) - before; stored != sum.Added+sum.Corrected || stored > 0 && (err != nil || len(sum.Refusals) > 0) {
			t.Errorf("%d stored, %+v, %v", stored, sum, err)
		}
		for _, r := range after[before:] {
			if r.Least < 0 || r.Most < r.Least || r.To <= r.From {
				t.Errorf("%+v", r)
			}
		}
	})
}

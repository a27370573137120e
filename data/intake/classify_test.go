package intake_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/intake"
)

// classified runs a file through and returns what came out.
func (w town) classified(file string, options intake.ClassifyOptions) (string, intake.ClassifySummary, error) {
	w.t.Helper()
	settings, err := w.door.Settings(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var out bytes.Buffer
	summary, err := settings.Classify(w.t.Context(), strings.NewReader(file), &out, options)
	return out.String(), summary, err
}

func (w town) day(text string) data.When {
	w.t.Helper()
	when, err := intake.ParseTime(text, intake.OrderUnknown, w.scheme().Location)
	if err != nil {
		w.t.Fatal(err)
	}
	return when
}

func (w town) scheme() *data.Scheme {
	w.t.Helper()
	settings, err := w.door.Settings(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return settings.Scheme
}

func TestClassifyingAddsColumnsAndLeavesTheRestAsItIs(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const file = "name,lon,lat,at\r\n" +
		"\"a, \"\"quoted\"\"\",-1.55,53.79,2019-04-22T20:00\r\n" + // a Monday evening
		"b,-1.55,53.79,2019-04-22T12:00\r\n" +
		"c,0,0,2019-04-22\r\n" +
		"d,,,2019-04-22\r\n" +
		"e,-1.55,53.79,2001-01-01" // before there was a boundary; no line end
	out, summary, err := w.classified(file, intake.ClassifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if want := []string{"name", "lon", "lat", "at", "class", "area", "distance_m", "hours", "refused"}; !slices.Equal(rows[0], want) {
		t.Errorf("the columns are %v", rows[0])
	}
	for i, want := range [][]string{
		{"managed", managed.ID, "within"}, {"managed", managed.ID, "outside"}, {"outside", "", "unknown"},
		{"unlocated", "", "unknown"}, {"unclassified", "", "unknown"},
	} {
		row := rows[i+1]
		if row[4] != want[0] || row[5] != want[1] || row[7] != want[2] || row[8] != "" {
			t.Errorf("row %v, want %v", row, want)
		}
		if near := row[6] != ""; near != (i < 2) {
			t.Errorf("the distance in %v", row)
		}
	}
	if !strings.HasPrefix(out, "name,lon,lat,at,class,area,distance_m,hours,refused\r\n\"a, \"\"quoted\"\"\",-1.55,53.79,2019-04-22T20:00,managed,") {
		t.Errorf("what was there changed: %s", out)
	}
	if summary.Rows != 5 || summary.Refused != 0 || fmt.Sprint(summary.Counts) != "map[outside:1 managed:2 unlocated:1 unclassified:1]" {
		t.Errorf("%+v", summary)
	}
}

func TestRowsThatCannotBeClassifiedSayWhy(t *testing.T) {
	w := newTown(t, schemeText, managed)
	var refusals []intake.Refusal
	out, summary, err := w.classified("lon,lat,at\n-1.55,153.79,2019-04-22\n-1.55,53.79,\n-1.55,53.79,soon\n-1.55,53.79,2019-04-22\n",
		intake.ClassifyOptions{Refusal: func(r intake.Refusal) { refusals = append(refusals, r) }})
	if err != nil {
		t.Fatal(err)
	}
	if summary.Rows != 4 || summary.Refused != 3 || len(refusals) != 3 {
		t.Fatalf("%+v %v", summary, refusals)
	}
	for i, want := range []string{"lat", "at", "at"} {
		if refusals[i].Row != i+2 || refusals[i].Field != want {
			t.Errorf("%v, want line %d, %s", refusals[i], i+2, want)
		}
		if line := strings.Split(out, "\n")[i+1]; !strings.Contains(line, ",,,,") || !strings.Contains(line, want+": ") {
			t.Errorf("the row says %q", line)
		}
	}
}

func TestRowsWithoutATimeTakeTheOneGiven(t *testing.T) {
	w := newTown(t, schemeText, managed)
	out, _, err := w.classified("lon,lat\n-1.55,53.79\n", intake.ClassifyOptions{At: w.day("2019-05-01"), WithoutDistance: true})
	if err != nil || !strings.HasSuffix(out, "\n-1.55,53.79,managed,"+managed.ID+",,unknown,\n") {
		t.Errorf("%v %q", err, out)
	}
	if _, _, err := w.classified("lon,lat\n-1.55,53.79\n", intake.ClassifyOptions{}); err == nil || !strings.Contains(err.Error(), "--at") {
		t.Errorf("no time at all: %v", err)
	}
}

func TestAFileThatIsNoCSVEndsWithTheLine(t *testing.T) {
	w := newTown(t, schemeText, managed)
	for name, file := range map[string]string{
		"line 3": "lon,lat\n-1.55,53.79\n-1.55\n",
		"line 2": "lon,lat\n\"-1.55,53.79\n",
		"empty":  "",
		"where":  "x,y\n1,2\n",
	} {
		if _, _, err := w.classified(file, intake.ClassifyOptions{At: w.day("2019-05-01")}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASequenceOfGeoJSONPointsIsClassified(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const file = "\x1e{\"type\":\"Feature\",\"id\":7,\"properties\":{\"at\":\"2019-04-22T20:00\",\"n\":[1,2]},\"geometry\":{\"type\":\"Point\",\"coordinates\":[-1.55,53.79]}}\n" +
		"\n{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":\"Point\",\"coordinates\":[0,0]}}\n" +
		"{\"type\":\"Feature\",\"properties\":{\"class\":\"stale\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[400,0]}}\n"
	out, summary, err := w.classified(file, intake.ClassifyOptions{At: w.day("2019-05-01")})
	if err != nil || summary.Rows != 3 || summary.Refused != 1 {
		t.Fatalf("%v %+v", err, summary)
	}
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var f struct {
			Type       string
			ID         any
			Geometry   struct{ Coordinates []float64 }
			Properties map[string]any
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil || f.Type != "Feature" {
			t.Fatalf("%v: %s", err, line)
		}
		switch p := f.Properties; i {
		case 0:
			if f.ID != 7.0 || p["class"] != "managed" || p["hours"] != "within" || fmt.Sprint(p["n"]) != "[1 2]" || p["distance_m"].(float64) <= 0 {
				t.Errorf("%s", line)
			}
		case 1:
			if p["class"] != "outside" || p["distance_m"] != nil {
				t.Errorf("%s", line)
			}
		case 2:
			if p["class"] != nil || !strings.Contains(p["refused"].(string), "degrees") {
				t.Errorf("%s", line)
			}
		}
	}
	if _, _, err := w.classified(file+"{\"type\":\"Feature\"\n", intake.ClassifyOptions{At: w.day("2019-05-01")}); err == nil || !strings.Contains(err.Error(), "line 5") {
		t.Errorf("a broken line: %v", err)
	}
}

// endless is a file that never ends; reading it must not fill the memory.
func TestAClassifiedFileStreams(t *testing.T) {
	w := newTown(t, schemeText, managed)
	settings, err := w.door.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	written := 0
	out := writer(func(b []byte) (int, error) {
		if written += len(b); written > 1<<20 {
			return 0, enough
		}
		return len(b), nil
	})
	_, err = settings.Classify(t.Context(), &endless{next: []byte("lon,lat\n")}, out, intake.ClassifyOptions{At: w.day("2019-05-01")})
	if !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

type endless struct{ next []byte }

func (e *endless) Read(b []byte) (int, error) {
	if len(e.next) == 0 {
		e.next = []byte("-1.55,53.79\n")
	}
	n := copy(b, e.next)
	e.next = e.next[n:]
	return n, nil
}

package intake_test

import (
	"strings"
	"testing"
	"time"

	"commonground/data/intake"
)

func FuzzParseTime(f *testing.F) {
	for _, text := range []string{"2019-04-24T09:15", "Feb-25", "05/15/2015 02:40:00 PM", "43579.5", "2019-04", "1/2/2019", "2019-10-27 01:30", "2049-01"} {
		f.Add(text, "dmy")
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, order string) {
		when, err := intake.ParseTime(text, intake.DateOrder(order), london)
		if err != nil {
			return
		}
		// What is written of a time is read as the same time again.
		again, err := intake.ParseTime(when.Text(london), "", london)
		if year := when.At.Year(); year < 1000 || year > 9998 || when.At.Nanosecond() != 0 || when.At.In(london).Second() != when.At.Second() {
			return // written to the second, with a year of four digits
		}
		if _, offset := when.At.In(london).Zone(); offset%60 != 0 {
			return // local mean time of the 19th century
		}
		if err != nil || !again.At.Equal(when.At) || again.Precision != when.Precision {
			t.Errorf("%q is %v, written %q, read %v %v", text, when, when.Text(london), again, err)
		}
	})
}

func FuzzReadAreas(f *testing.F) {
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"class":"managed"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}`)
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}`)
	f.Add(`{"type":"Feature","id":1,"properties":{"class":"managed"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}` + "\nnull\n")
	f.Fuzz(func(t *testing.T, text string) {
		areas, err := intake.ReadAreas(strings.NewReader(text), intake.AreaOptions{})
		if err != nil {
			return
		}
		for _, area := range areas.Areas {
			if area.ID == "" || !area.Class.OfArea() {
				t.Errorf("let in %+v", area)
			}
		}
	})
}

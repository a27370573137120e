package intake_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

func TestPickupIsReadFromTheFormsInWhichFilesCome(t *testing.T) {
	needles := func(n int) []data.Quantity { return []data.Quantity{{Kind: "needle", Items: n}} }
	both := []data.Quantity{{Kind: "condom_used", Items: 0}, {Kind: "needle", Items: 3}}
	for _, test := range []struct {
		name, file string
		options    intake.Options
		found      []data.Quantity
	}{
		{"a column a kind", "ref,at,lon,lat,needle,condom_used\n1,2019-04-24,-1.55,53.79,3,0\n", intake.Options{}, both},
		{"kinds by title", "ref,at,lon,lat,NEEDLES,\"Condoms, used\"\n1,2019-04-24,-1.55,53.79,3,0\n", intake.Options{}, both},
		{"a kind that was not counted", "ref,at,lon,lat,needle,condom_used\n1,2019-04-24,-1.55,53.79,3,\n", intake.Options{}, needles(3)},
		{"nothing counted", "ref,at,lon,lat,needle,condom_used\n1,2019-04-24,-1.55,53.79,,\n", intake.Options{}, nil},
		{"zero finds", "ref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,0\n", intake.Options{}, needles(0)},
		{"a spreadsheet's whole number", "ref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,3.0\n", intake.Options{}, needles(3)},
		{"kind and quantity", "ref,at,lon,lat,kind,quantity\n1,2019-04-24,-1.55,53.79,needle,3\n", intake.Options{}, needles(3)},
		{"kind by title and quantity", "ref,at,lon,lat,item type,Qty\n1,2019-04-24,-1.55,53.79,needles,3\n", intake.Options{}, needles(3)},
		{"kind without quantity", "ref,at,lon,lat,kind,quantity\n1,2019-04-24,-1.55,53.79,needle,\n", intake.Options{}, needles(1)},
		{"one kind for all rows", "ref,at,lon,lat,quantity\n1,2019-04-24,-1.55,53.79,3\n", intake.Options{Kind: "needle"}, needles(3)},
		{"one kind where a row names none", "ref,at,lon,lat,kind\n1,2019-04-24,-1.55,53.79,\n", intake.Options{Kind: "needle"}, needles(1)},
		{"usual names", "Case Enquiry ID,Date,Longitude,Latitude,Number\n1,2019-04-24,-1.55,53.79,3\n", intake.Options{Kind: "needle"}, needles(3)},
		{"columns by name", "no,day,x,y,sharps\n1,2019-04-24,-1.55,53.79,3\n",
			intake.Options{Map: map[string]string{"ref": "no", "at": "day", "lon": "x", "lat": "y", "needle": "sharps"}}, needles(3)},
		{"a byte-order mark", "\ufeffref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,3\n", intake.Options{}, needles(3)},
		{"CRLF", "ref,at,lon,lat,needle\r\n1,2019-04-24,-1.55,53.79,3\r\n", intake.Options{}, needles(3)},
		{"no line end", "ref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,3", intake.Options{}, needles(3)},
		{"empty lines", "ref,at,lon,lat,needle\n\n1,2019-04-24,-1.55,53.79,3\n\n", intake.Options{}, needles(3)},
		{"spaces and quotes", " ref , at,lon,lat,needle\n\"1\", 2019-04-24 ,-1.55, 53.79,\" 3 \"\n", intake.Options{}, needles(3)},
		{"day and time apart", "ref,date,time,lon,lat,needle\n1,2019-04-24,,-1.55,53.79,3\n", intake.Options{}, needles(3)},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			s := w.pickups(test.file, test.options)
			s.came(t, 1, 0, 0)
			p := w.only()
			if p.Key != (data.Key{Source: "import", Ref: "1"}) || p.At.Text(london(t)) != "2019-04-24" || p.Place.Class != geo.Managed ||
				*p.Point != (geo.Point{Lon: -15_500_000, Lat: 537_900_000}) || !slices.Equal(p.Found, test.found) {
				t.Errorf("stored %+v at %s, point %v; mapping %s", p, p.At.Text(london(t)), p.Point, s.Mapping)
			}
		})
	}
}

func TestGzipIsUnpacked(t *testing.T) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write([]byte("\ufeffref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,3\n"))
	check(t, err)
	check(t, writer.Close())
	w := newTown(t, schemeText, managed)
	w.pickups(packed.String(), intake.Options{}).came(t, 1, 0, 0)
	cut, err := w.send((*intake.Door).Pickups, packed.String()[:packed.Len()-12], intake.Options{})
	if err == nil {
		t.Errorf("a file that was cut off was read: %+v", cut.Summary)
	}
}

func TestDayAndTimeInTwoColumnsAreOneTime(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups("date,time,lon,lat,needle\n2019-04-24,09:15,-1.55,53.79,1\n", intake.Options{}).came(t, 1, 0, 0)
	if got := w.only().At.Text(london(t)); got != "2019-04-24T09:15:00+01:00" {
		t.Errorf("it was at %s", got)
	}
}

func TestRowWithoutAPlaceIsUnlocated(t *testing.T) {
	w := newTown(t, schemeText, managed)
	s := w.pickups("at,lon,lat,needle\n2019-04-24,,,1\n2019-04-24,-1.55,53.79,1\n", intake.Options{})
	s.came(t, 2, 0, 0)
	if s.Unlocated != 1 {
		t.Errorf("%d are said to be without a place", s.Unlocated)
	}
	for _, p := range w.storedPickups() {
		if (p.Point == nil) != (p.Place.Class == geo.Unlocated) {
			t.Errorf("a point %v is %v", p.Point, p.Place.Class)
		}
	}
}

func TestSourceComesFromTheColumnUnlessItIsGiven(t *testing.T) {
	const file = "source,ref,at,lon,lat,needle\ncrew,1,2019-04-24,-1.55,53.79,1\n"
	for given, want := range map[string]string{"": "crew", "depot": "depot"} {
		w := newTown(t, schemeText, managed)
		w.pickups(file, intake.Options{Source: given}).came(t, 1, 0, 0)
		if got := w.only().Source; got != want {
			t.Errorf("with --source %q it is of %q, want %q", given, got, want)
		}
	}
}

func TestFileThatCannotBeOneOfPickupsIsRefusedWhole(t *testing.T) {
	for _, test := range []struct {
		name, file string
		options    intake.Options
		reason     string
	}{
		{"empty", "", intake.Options{}, "the file is empty"},
		{"only a byte-order mark", "\ufeff", intake.Options{}, "the file is empty"},
		{"no time", "lon,lat,needle\n", intake.Options{}, "--map at=COLUMN"},
		{"no place", "at,needle\n", intake.Options{}, "--map lon=COLUMN,lat=COLUMN"},
		{"half a place", "at,lon,needle\n", intake.Options{}, "--map lon=COLUMN,lat=COLUMN"},
		{"no kind", "at,lon,lat\n", intake.Options{}, "--kind"},
		{"kinds in two ways", "at,lon,lat,kind,needle\n", intake.Options{}, "map one or the other"},
		{"eastings and northings", "at,easting,northing,needle\n", intake.Options{}, "convert them to longitude and latitude"},
		{"a mapped column that is not there", "at,lon,lat,needle\n", intake.Options{Map: map[string]string{"lon": "x"}}, `no column "x"; it has at, lon, lat, needle`},
		{"a mapped field that is none", "at,lon,lat,needle\n", intake.Options{Map: map[string]string{"colour": "at"}}, `no field "colour"; use source, ref, lon`},
		{"a broken first row", "at,lon,\"lat\n", intake.Options{}, "the first row, which names the columns"},
		{"broken gzip", "\x1f\x8bnothing", intake.Options{}, "gzip"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			_, err := w.send((*intake.Door).Pickups, test.file, test.options)
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want %q", err, test.reason)
			}
		})
	}
}

func TestUnmappedColumnsAreNamedAndNothingOfThemIsKept(t *testing.T) {
	const planted = "Wilhelmina Quackenbush"
	w := newTown(t, schemeText, managed)
	s := w.pickups("ref,at,lon,lat,needle,Name,Notes\n1,2019-04-24,-1.55,53.79,1,"+planted+",seen by "+planted+"\n", intake.Options{})
	s.came(t, 1, 0, 0)
	if !slices.Equal(s.Dropped, []string{"Name", "Notes"}) || s.Mapping != "ref=ref, lon=lon, lat=lat, at=at, needle=needle" {
		t.Errorf("dropped %v, mapping %s", s.Dropped, s.Mapping)
	}
	w.incidents("ref,received,lon,lat,category,Caller\n1,2019-04-24,-1.55,53.79,harm,"+planted+"\n", intake.Options{}).came(t, 1, 0, 0)
	searched := 0
	for _, ending := range []string{"", "-wal", "-shm", "-journal"} {
		content, err := os.ReadFile(w.path + ending)
		if os.IsNotExist(err) {
			continue
		}
		check(t, err)
		searched += len(content)
		if bytes.Contains(content, []byte("Quackenbush")) {
			t.Errorf("the name is in %s", w.path+ending)
		}
	}
	if searched == 0 {
		t.Error("there is no database file")
	}
	// The same search finds what was kept.
	w.pickups("source,ref,at,lon,lat,needle\n"+planted+",2,2019-04-24,-1.55,53.79,1\n", intake.Options{}).came(t, 1, 0, 0)
	file, err := os.ReadFile(w.path)
	check(t, err)
	log, err := os.ReadFile(w.path + "-wal")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if !bytes.Contains(append(file, log...), []byte(planted)) {
		t.Error("a source is not found either: the search looks in the wrong place")
	}
}

func TestSendingAFileTwiceAddsNothing(t *testing.T) {
	w := newTown(t, schemeText, managed)
	for name, file := range map[string]string{
		"with references":    "ref,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,1\nb,2019-04-24,-1.55,53.79,1\n",
		"without references": "at,lon,lat,needle\n2019-04-25,-1.55,53.79,1\n2019-04-26,-1.55,53.79,1\n",
		"identical rows":     "at,lon,lat,needle\n2019-04-27,-1.55,53.79,1\n2019-04-27,-1.55,53.79,1\n",
	} {
		w.pickups(file, intake.Options{}).came(t, 2, 0, 0)
		w.pickups(file, intake.Options{}).came(t, 0, 2, 0)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if n := len(w.storedPickups()); n != 6 {
		t.Errorf("%d are stored", n)
	}
}

func TestReferenceOfARowGoesByWhatIsReadOfIt(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups("at,lon,lat,needle,notes\n2019-04-24,-1.55,53.79,1,first\n", intake.Options{}).came(t, 1, 0, 0)
	w.pickups("notes,needle,lat,lon,at\nsecond,1,53.79,-1.55,2019-04-24\n", intake.Options{}).came(t, 0, 1, 0)
	w.pickups("at,lon,lat,needle\n2019-04-24,-1.55,53.79,2\n", intake.Options{}).came(t, 1, 0, 0)
}

func TestFilesOfDifferentKindsDoNotGetInEachOthersWay(t *testing.T) {
	const file = "at,lon,lat,items\n2019-04-24,-1.55,53.79,2\n"
	w := newTown(t, schemeText, managed)
	w.pickups(file, intake.Options{Kind: "needle"}).came(t, 1, 0, 0)
	w.pickups(file, intake.Options{Kind: "condom_used"}).came(t, 1, 0, 0)
}

func TestSameReferenceWithOtherContentIsAConflict(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups("No,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,1\n", intake.Options{Map: map[string]string{"ref": "No"}}).came(t, 1, 0, 0)
	s := w.pickups("No,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,2\n", intake.Options{Map: map[string]string{"ref": "No"}})
	s.came(t, 0, 0, 1)
	if r := s.refusals[0]; r.Row != 2 || r.Field != "No" || !strings.Contains(r.Reason, "other content") {
		t.Errorf("refused %v", r)
	}
	if p := w.only(); p.Found[0].Items != 1 {
		t.Errorf("the record now has %v", p.Found)
	}
	// Another source may use the same reference.
	w.pickups("ref,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,2\n", intake.Options{Source: "crew"}).came(t, 1, 0, 0)
}

func TestIncidentIsReadWhole(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const file = "ref,received,happened,lon,lat,accuracy,channel,category,outcome,answered,attended,reason\n" +
		"1,2019-04-24 20:15,2019-04-22 19:30,-1.55,53.79,25,phone,nuisance,spoken_to,Yes,2019-04-24,bank_holiday\n"
	w.incidents(file, intake.Options{}).came(t, 1, 0, 0)
	w.incidents(file, intake.Options{}).came(t, 0, 1, 0)
	i := w.storedIncidents()[0]
	if i.Received.Text(london(t)) != "2019-04-24T20:15:00+01:00" || i.Happened.Text(london(t)) != "2019-04-22T19:30:00+01:00" ||
		i.Attended.Text(london(t)) != "2019-04-24" || i.AccuracyM != 25 || i.Channel != "phone" || i.Category != data.Nuisance ||
		i.Outcome != "spoken_to" || i.Answered != data.Yes || i.Reason != "bank_holiday" {
		t.Errorf("stored %+v", i)
	}
	if i.Place.Class != geo.Managed || i.Place.Area != "m" || i.Place.Hours != geo.WithinHours {
		t.Errorf("on a Monday at half past seven in the managed area it is %+v", i.Place)
	}
}

func TestIncidentWithoutATimeOfItsOwnHappenedWhenReceived(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.incidents("received,lon,lat\n2019-04-24 20:15,,\n", intake.Options{Category: "harm"}).came(t, 1, 0, 0)
	if i := w.storedIncidents()[0]; !i.Happened.Equal(i.Received) || i.Category != data.Harm || i.Place.Class != geo.Unlocated {
		t.Errorf("stored %+v", i)
	}
}

func TestIncidentIsRefused(t *testing.T) {
	const header = "received,lon,lat,category,channel,outcome,answered,reason\n"
	for _, test := range []struct{ name, row, field, reason string }{
		{"no category", "2019-04-24,,,,,,,", "category", "harm, nuisance"},
		{"another category", "2019-04-24,,,noise,,,,", "category", "harm, nuisance"},
		{"another channel", "2019-04-24,,,harm,post,,,", "channel", "phone, online"},
		{"another outcome", "2019-04-24,,,harm,,arrested,,", "outcome", "no outcome of the scheme"},
		{"neither yes nor no", "2019-04-24,,,harm,,,maybe,", "answered", "yes, no"},
		{"another reason", "2019-04-24,,,harm,,,,rain", "reason", "bank_holiday"},
		{"no time", ",,,harm,,,,", "received", "is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			s := w.incidents(header+test.row+"\n", intake.Options{})
			s.came(t, 0, 0, 1)
			if r := s.refusals[0]; r.Row != 2 || r.Field != test.field || !strings.Contains(r.Reason, test.reason) {
				t.Errorf("refused with %v, want %s and %q", r, test.field, test.reason)
			}
		})
	}
	for name, test := range map[string][2]string{
		"no time":     {"lon,lat,category\n", "--map received=COLUMN"},
		"no category": {"received,lon,lat\n", "--category"},
		"no place":    {"received,category\n", "--map lon=COLUMN,lat=COLUMN"},
		"eastings":    {"received,category,easting,northing\n", "convert them to longitude and latitude"},
	} {
		w := newTown(t, schemeText, managed)
		if _, err := w.send((*intake.Door).Incidents, test[0], intake.Options{}); err == nil || !strings.Contains(err.Error(), test[1]) {
			t.Errorf("%s: got %v, want %q", name, err, test[1])
		}
	}
}

// oddRow draws a row that may be good, wrong in any way, or not even CSV.
func oddRow(t *rapid.T) string {
	switch rapid.IntRange(0, 5).Draw(t, "sort") {
	case 0:
		return rapid.SampledFrom([]string{"x", ",,,,,", `a,"b"c,1,2,3`, `"a`, "\xff,2019-04-24,-1.55,53.79,1", `a,"2019` + "\n" + `-04",1,1,1`}).Draw(t, "odd row")
	case 1:
		return rapid.StringOfN(rapid.SampledFrom([]rune("ab1,.-\"\n ä")), 1, 20, -1).Draw(t, "any row")
	}
	field := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	return strings.Join([]string{
		field("ref", "", "a", "b", "c"), field("at", "2019-04-24", "2019-04", "2019-04-24T09:15", "", "soon", "3/4/2019"),
		field("lon", "-1.55", "-1.55", "", "x", "430000"), field("lat", "53.79", "53.79", "", "91"), field("needle", "0", "1", "", "-1", "two"),
	}, ",")
}

func TestEveryRowIsAddedUnchangedOrRefused(t *testing.T) {
	w := newTown(t, schemeText, managed)
	file := 0
	rapid.Check(t, func(rt *rapid.T) {
		file++
		source := fmt.Sprintf("file-%d", file)
		const header = "ref,at,lon,lat,needle\n"
		text := header + strings.Join(rapid.SliceOfN(rapid.Custom(oddRow), 0, 12).Draw(rt, "rows"), "\n")
		s, err := w.send((*intake.Door).Pickups, text, intake.Options{Source: source})
		if err != nil {
			rt.Fatal(err)
		}
		if s.Added+s.Unchanged+s.Refused != s.Rows || len(s.refusals) != s.Refused {
			rt.Fatalf("of %d rows %+v with %d refusals", s.Rows, s.Summary, len(s.refusals))
		}
		last := 1
		for _, r := range s.refusals {
			if r.Row <= last || r.Reason == "" {
				rt.Errorf("refused %v after row %d", r, last)
			}
			last = r.Row
		}
		// What was refused is refused again, all of it and nothing else.
		again, err := w.send((*intake.Door).Pickups, s.refused, intake.Options{Source: source})
		if s.Refused > 0 && (err != nil || again.Refused != s.Refused || again.refused != s.refused) {
			rt.Errorf("sent back\n%q\nof which %+v, %v, were refused with\n%q", s.refused, again.Summary, err, again.refused)
		}
		whole, err := w.send((*intake.Door).Pickups, text, intake.Options{Source: source})
		if err != nil || whole.Added != 0 || whole.Unchanged != s.Added+s.Unchanged || whole.Refused != s.Refused {
			rt.Errorf("the whole file again: %+v, %v, first %+v", whole.Summary, err, s.Summary)
		}
	})
}

func TestRowsOverManyBatchesAreCountedOnce(t *testing.T) {
	var file strings.Builder
	file.WriteString("at,lon,lat,needle\n")
	for n := range 2500 {
		fmt.Fprintf(&file, "2019-04-24,-1.55,53.79,%d\n", n%7)
	}
	w := newTown(t, schemeText, managed)
	var progress []int
	options := intake.Options{Progress: func(rows int) { progress = append(progress, rows) }}
	w.pickups(file.String(), options).came(t, 2500, 0, 0)
	if !slices.Equal(progress, []int{1000, 2000, 2500}) {
		t.Errorf("progress %v", progress)
	}
	w.pickups(file.String(), options).came(t, 0, 2500, 0)
}

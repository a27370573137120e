package intake_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sqlite"
	"commonground/geo"
)

const oneOfEach = "ref,at,lon,lat,needle\n1,2019-04-24,-1.55,53.79,1\n"

func TestNothingGoesInWithoutAScheme(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	check(t, err)
	defer store.Close()
	door := intake.New(store)
	if _, err := door.Settings(t.Context()); !errors.Is(err, data.ErrNoScheme) {
		t.Errorf("settings: %v", err)
	}
	if _, err := door.Pickups(t.Context(), strings.NewReader(oneOfEach), intake.Options{}); !errors.Is(err, data.ErrNoScheme) {
		t.Errorf("pickups: %v", err)
	}
	if _, err := door.PutBoundary(t.Context(), 0, nil, []geo.Area{managed}); !errors.Is(err, data.ErrNoScheme) {
		t.Errorf("boundary: %v", err)
	}
}

// another is the scheme with one part replaced.
func another(before, after string) string { return strings.Replace(schemeText, before, after, 1) }

const bottle = "[[kind]]\nid = \"bottle\"\ntitle = \"Bottles\"\nfamily = \"bottles\"\n\n[[outcome]]"

func TestSchemeThatReplacesAnother(t *testing.T) {
	for _, test := range []struct {
		name, text, records string
		reason              string // empty where it is let in
	}{
		{"the same", schemeText, "pickup", ""},
		{"one kind more", another("[[outcome]]", bottle), "pickup", ""},
		{"another name", another("Testham", "Testville"), "pickup", ""},
		{"without a kind", another(`id = "condom_used"`, `id = "condom"`), "", "the kind condom_used; kinds are never removed"},
		{"another zone, with a pickup", another("Europe/London", "Europe/Dublin"), "pickup", "time zone can't change"},
		{"another zone, with an incident", another("Europe/London", "Europe/Dublin"), "incident", "time zone can't change"},
		{"another zone, without records", another("Europe/London", "Europe/Dublin"), "", ""},
		{"no scheme at all", "name =", "", "line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			switch test.records {
			case "pickup":
				w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
			case "incident":
				w.incidents("received,lon,lat,category\n2019-04-24,,,harm\n", intake.Options{}).came(t, 1, 0, 0)
			}
			_, err := w.door.PutScheme(t.Context(), test.text)
			if test.reason != "" && (err == nil || !strings.Contains(err.Error(), test.reason)) {
				t.Errorf("got %v, want %q", err, test.reason)
			}
			want := test.text
			if test.reason != "" {
				want = schemeText
			} else {
				check(t, err)
			}
			if stored, err := w.store.Settings(t.Context()); err != nil || stored.SchemeText != want {
				t.Errorf("the store has another scheme, %v", err)
			}
		})
	}
}

func TestSealedPeriodsFixDaysWeeksPeriodsAndSquares(t *testing.T) {
	for name, text := range map[string]string{
		"zone":    another("Europe/London", "Europe/Dublin"),
		"weeks":   strings.NewReplacer(`"Wednesday"`, `"Monday"`, "2019-04-24", "2019-04-22").Replace(schemeText),
		"length":  another("period_weeks = 4", "period_weeks = 5"),
		"anchor":  another("2019-04-24", "2019-05-01"),
		"grid":    another("[-1.55, 53.79]", "[-1.55, 53.8]"),
		"nothing": another("Testham", "Testville"),
	} {
		t.Run(name, func(t *testing.T) {
			before, after := newTown(t, schemeText), newTown(t, schemeText)
			seal(t, after.store, 1, "2019-04-24")
			if _, err := before.door.PutScheme(t.Context(), text); err != nil {
				t.Errorf("before anything is sealed: %v", err)
			}
			_, err := after.door.PutScheme(t.Context(), text)
			if name == "nothing" {
				check(t, err)
				return
			}
			var refused intake.Refusal
			if !errors.As(err, &refused) || !strings.Contains(refused.Reason, "an edition was sealed") || !strings.Contains(refused.Reason, "leave time_zone") {
				t.Errorf("got %v", err)
			}
			if stored, err := after.store.Settings(t.Context()); err != nil || stored.SchemeText != schemeText {
				t.Errorf("the store has another scheme, %v", err)
			}
		})
	}
}

func TestSchemeThatIsRefusedByNowCanBeReplaced(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
	settings, err := w.door.Settings(t.Context())
	check(t, err)
	earlier := another("period_weeks = 4", "period_weeks = 2") // without the override that it needs by now
	check(t, w.store.PutScheme(t.Context(), settings.Revision, earlier, data.NewPlacer(settings.Timeline, settings.Scheme)))
	door := intake.New(w.store)
	if _, err := door.Settings(t.Context()); err == nil || !strings.Contains(err.Error(), `add "period_weeks" to override`) {
		t.Fatalf("settings: %v", err)
	}
	named := earlier + "\n[release]\noverride = [\"period_weeks\"]\n"
	if _, err := door.PutScheme(t.Context(), strings.Replace(named, `"condom_used"`, `"condom"`, 1)); err == nil || !strings.Contains(err.Error(), "never removed") {
		t.Errorf("without a kind: %v", err)
	}
	if _, err := door.PutScheme(t.Context(), named); err != nil {
		t.Fatal(err)
	}
	after, err := door.Settings(t.Context())
	check(t, err)
	if after.Scheme.PeriodWeeks != 2 || w.storedPickups()[0].Place.Class != geo.Managed {
		t.Errorf("%+v", after.Scheme)
	}
}

// seal puts an edition of a period into the chain.
func seal(t *testing.T, store data.ReleaseStore, number int64, period string) {
	t.Helper()
	check(t, store.PutSealing(t.Context(), data.Sealing{
		Number: number, Period: mustDate(t, period), Manifest: "{}", SHA256: "aa", Published: "{}", At: time.UnixMilli(0), Who: "oidc:a",
	}))
}

func TestNewKindCountsFromTheNextFileOn(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
	_, err := w.door.PutScheme(t.Context(), another("[[outcome]]", bottle))
	check(t, err)
	s := w.pickups("ref,at,lon,lat,needle,bottle\n2,2019-04-24,-1.55,53.79,1,5\n", intake.Options{})
	s.came(t, 1, 0, 0)
	if len(s.Dropped) > 0 {
		t.Errorf("nothing was read of %v", s.Dropped)
	}
}

func TestRecordOfANewKindIsLetInAtOnce(t *testing.T) {
	w := newTown(t, schemeText, managed)
	_, err := w.door.Settings(t.Context()) // as a server has read them
	check(t, err)
	_, err = w.door.PutScheme(t.Context(), another("[[outcome]]", bottle))
	check(t, err)
	when := data.DayOf(mustDate(t, "2019-04-24"), london(t))
	_, refusals, err := w.door.PutPickups(t.Context(), []data.Pickup{
		{Key: data.Key{Source: "crew", Ref: "1"}, At: when, Found: []data.Quantity{{Kind: "bottle", Items: 1}}},
	})
	if err != nil || len(refusals) > 0 {
		t.Errorf("refused %v, %v", refusals, err)
	}
}

func TestHoursOfANewSchemeHoldForOldIncidents(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.incidents("received,lon,lat,category\n2019-04-22 20:00,-1.55,53.79,harm\n", intake.Options{}).came(t, 1, 0, 0)
	if got := w.storedIncidents()[0].Place.Hours; got != geo.WithinHours {
		t.Fatalf("at eight on a Monday it is %v", got)
	}
	_, err := w.door.PutScheme(t.Context(), another("19:00-07:00", "21:00-07:00"))
	check(t, err)
	if got := w.storedIncidents()[0].Place.Hours; got != geo.OutsideHours {
		t.Errorf("with hours from nine on it is %v", got)
	}
}

func TestBatchIsReceiptedInItsOrder(t *testing.T) {
	w := newTown(t, schemeText, managed)
	when := data.DayOf(mustDate(t, "2019-04-24"), london(t))
	visit := func(ref string, items int) data.Pickup {
		return data.Pickup{Key: data.Key{Source: "crew", Ref: ref}, At: when, Found: []data.Quantity{{Kind: "needle", Items: items}}}
	}
	w.putPickups(visit("there", 1))
	receipts, refusals, err := w.door.PutPickups(t.Context(), []data.Pickup{
		visit("", 1), visit("there", 1), visit("new", 1), visit("there", 2), visit("wrong", -1), visit("new", 1),
	})
	check(t, err)
	want := []data.Receipt{0, data.Unchanged, data.Added, data.Conflict, 0, data.Unchanged}
	for i, receipt := range receipts {
		if receipt != want[i] {
			t.Errorf("receipts %v, want %v", receipts, want)
			break
		}
	}
	if len(refusals) != 2 || refusals[0].Row != 1 || refusals[0].Field != "ref" || refusals[1].Row != 5 || refusals[1].Field != "needle" {
		t.Errorf("refusals %v", refusals)
	}
}

func (w town) putPickups(batch ...data.Pickup) {
	w.t.Helper()
	if _, refusals, err := w.door.PutPickups(w.t.Context(), batch); err != nil || len(refusals) > 0 {
		w.t.Fatal(err, refusals)
	}
}

func TestPickupInABatchIsRefused(t *testing.T) {
	w := newTown(t, schemeText, managed)
	when := data.DayOf(mustDate(t, "2019-04-24"), london(t))
	for name, test := range map[string]struct {
		change func(*data.Pickup)
		field  string
	}{
		"a kind there twice":    {func(p *data.Pickup) { p.Found = append(p.Found, p.Found[0]) }, "needle"},
		"a kind of no scheme":   {func(p *data.Pickup) { p.Found[0].Kind = "bottle" }, "bottle"},
		"no time":               {func(p *data.Pickup) { p.At = data.When{} }, "at"},
		"no source":             {func(p *data.Pickup) { p.Source = "" }, "source"},
		"a source with a break": {func(p *data.Pickup) { p.Source = "a\nb" }, "source"},
	} {
		p := data.Pickup{Key: data.Key{Source: "crew", Ref: "1"}, At: when, Found: []data.Quantity{{Kind: "needle", Items: 1}}}
		test.change(&p)
		_, refusals, err := w.door.PutPickups(t.Context(), []data.Pickup{p})
		if err != nil || len(refusals) != 1 || refusals[0].Field != test.field {
			t.Errorf("%s: refusals %v, %v", name, refusals, err)
		}
	}
}

func TestOrderOfKindsIsNotPartOfARecord(t *testing.T) {
	w := newTown(t, schemeText, managed)
	p := data.Pickup{
		Key: data.Key{Source: "crew", Ref: "1"}, At: data.DayOf(mustDate(t, "2019-04-24"), london(t)),
		Found: []data.Quantity{{Kind: "needle", Items: 1}, {Kind: "condom_used", Items: 2}},
	}
	given := p.Found[0]
	w.putPickups(p)
	if p.Found[0] != given {
		t.Error("the caller's slice was sorted")
	}
	p.Found = []data.Quantity{p.Found[1], p.Found[0]}
	if receipts, _, err := w.door.PutPickups(t.Context(), []data.Pickup{p}); err != nil || receipts[0] != data.Unchanged {
		t.Errorf("receipt %v, %v", receipts, err)
	}
}

// classes returns the class of each stored pickup by its reference.
func (w town) classes() map[string]geo.Class {
	w.t.Helper()
	classes := map[string]geo.Class{}
	for _, p := range w.storedPickups() {
		classes[p.Ref] = p.Place.Class
	}
	return classes
}

func TestNewBoundaryChangesOnlyItsOwnSpan(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups("ref,at,lon,lat,needle\n"+
		"before all,2018-12-31,-1.55,53.79,1\n"+
		"first day,2019-01-01,-1.55,53.79,1\n"+
		"the evening before,2019-06-30 23:59:59,-1.55,53.79,1\n"+
		"on its first day,2019-07-01,-1.55,53.79,1\n"+
		"on its last evening,2019-07-31 23:59:59,-1.55,53.79,1\n"+
		"after it,2019-08-01,-1.55,53.79,1\n"+
		"elsewhere,2019-07-15,-1.70,53.79,1\n"+
		"nowhere,2019-07-15,,,1\n", intake.Options{}).came(t, 8, 0, 0)
	w.incidents("ref,received,happened,lon,lat,category\n1,2019-08-15,2019-07-15,-1.55,53.79,harm\n", intake.Options{}).came(t, 1, 0, 0)
	b := w.putBoundary("2019-07-01", "2019-08-01", residential)
	if b.Version != 2 {
		t.Errorf("it is version %d", b.Version)
	}
	got := w.classes()
	for ref, want := range map[string]geo.Class{
		"before all": geo.Unclassified, "first day": geo.Managed, "the evening before": geo.Managed,
		"on its first day": geo.Residential, "on its last evening": geo.Residential, "after it": geo.Managed,
		"elsewhere": geo.Outside, "nowhere": geo.Unlocated,
	} {
		if got[ref] != want {
			t.Errorf("%s is %v, want %v", ref, got[ref], want)
		}
	}
	if place := w.storedIncidents()[0].Place; place.Class != geo.Residential || place.Version != 2 {
		t.Errorf("what happened in its span and was received after it is %+v", place)
	}
	// A record that comes later is told the same.
	w.pickups("ref,at,lon,lat,needle\nlate,2019-07-15,-1.55,53.79,1\n", intake.Options{}).came(t, 1, 0, 0)
	if class := w.classes()["late"]; class != geo.Residential {
		t.Errorf("a late record is %v", class)
	}
}

func TestBoundaryIsRefused(t *testing.T) {
	w := newTown(t, schemeText, managed)
	end := mustDate(t, "2019-04-24")
	for name, test := range map[string]struct {
		areas []geo.Area
		to    *data.Date
	}{
		"ends as it begins": {[]geo.Area{managed}, &end},
		"an id twice":       {[]geo.Area{managed, managed}, nil},
	} {
		if b, err := w.door.PutBoundary(t.Context(), end, test.to, test.areas); err == nil {
			t.Errorf("%s: let in as version %d", name, b.Version)
		}
	}
	if settings, err := w.store.Settings(t.Context()); err != nil || len(settings.Boundaries) != 1 {
		t.Errorf("there are %d boundaries, %v", len(settings.Boundaries), err)
	}
}

func TestRecordsGetTheirPlaceByTheSettingsOfTheStoreNotOfTheDoor(t *testing.T) {
	w := newTown(t, schemeText)
	other := intake.New(w.store) // as another process has one
	if settings, err := other.Settings(t.Context()); err != nil || len(settings.Boundaries) != 0 {
		t.Fatal(settings, err)
	}
	w.putBoundary("2019-01-01", "", managed)
	w.door = other
	w.pickups(oneOfEach, intake.Options{}).came(t, 1, 0, 0)
	if class := w.only().Place.Class; class != geo.Managed {
		t.Errorf("it is %v", class)
	}
}

func TestManySendTheSameAtOnceAndItIsThereOnce(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const file = "ref,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,1\nb,2019-04-24,-1.55,53.79,1\n"
	var senders sync.WaitGroup
	results := make([]intake.Summary, 8)
	errs := make([]error, len(results))
	for i := range results {
		senders.Go(func() {
			results[i], errs[i] = w.door.Pickups(t.Context(), strings.NewReader(file), intake.Options{})
		})
	}
	senders.Wait()
	added := 0
	for i, s := range results {
		check(t, errs[i])
		added += s.Added
		if s.Added+s.Unchanged != 2 {
			t.Errorf("one of them got %+v", s)
		}
	}
	if added != 2 || len(w.storedPickups()) != 2 {
		t.Errorf("added %d, stored %d", added, len(w.storedPickups()))
	}
}

func TestRefusalIsASentence(t *testing.T) {
	if got := (intake.Refusal{Row: 12, Field: "lat", Reason: "is empty"}).Error(); got != "row 12, lat: is empty" {
		t.Error(got)
	}
	if got := (intake.Refusal{Row: 12, Reason: "is not UTF-8 text"}).Error(); got != "row 12: is not UTF-8 text" {
		t.Error(got)
	}
}

package release

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/sample"
	"commonground/geo/grid"
)

func refused(t testing.TB, err error, words string) {
	t.Helper()
	var refusal Refusal
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), words) {
		t.Errorf("want a refusal with %q, got %v", words, err)
	}
}

func verified(t testing.TB, w *town) {
	t.Helper()
	if wrong, err := w.Verify(context.Background()); err != nil || len(wrong) > 0 {
		t.Error("the archive is not as it was sealed:", wrong, err)
	}
}

func TestTwoPeopleSealAnEdition(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	first := day(t, firstPeriod)
	d := w.draft(firstPeriod)
	if d.broken() != "" || d.Ready {
		t.Fatal(d.Findings, d.Ready)
	}
	if _, err := w.Seal(ctx, first, d.SHA256, "anna"); err == nil {
		t.Error("sealed without a signature")
	}
	for range 2 { // one person counts once
		if err := w.Sign(ctx, first, d.SHA256, "anna", "Anna"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Seal(ctx, first, d.SHA256, "anna")
	refused(t, err, "2 people must sign this draft first")
	if err := w.Sign(ctx, first, d.SHA256, "ben", "Ben"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(w.Archive.Dir, IndexFile)); err == nil {
		t.Error("something is public before it was sealed")
	}
	s, err := w.Seal(ctx, first, d.SHA256, "anna")
	if err != nil || s.Number != 1 {
		t.Fatal(s, err)
	}
	verified(t, w)
	if _, err := w.Draft(ctx, first, "anna"); !errors.Is(err, data.ErrSealed) {
		t.Error("a sealed period has a draft:", err)
	}
}

// Those who sign are told who divided the ground, and by what.
func TestADraftTellsOfTheDivisionOfTheGround(t *testing.T) {
	w := begun(t)
	w.busy(2)
	for _, f := range w.draft(firstPeriod).Findings {
		if f.Rule == "division" {
			for _, want := range []string{"0 of 250 m", "without addresses", "test began the epoch on 2019-08-01", "from 2019-04-24 on"} {
				if !strings.Contains(f.Text, want) {
					t.Errorf("%q does not say %q", f.Text, want)
				}
			}
			return
		}
	}
	t.Error("the draft doesn't tell")
}

// A draft shows the truth by square. It is not for looking where finds are now.
func TestAPeriodThatRunsHasNoDraft(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	first := day(t, firstPeriod)
	for _, today := range []data.Date{first - 1, first, first + 27} {
		w.today = today
		_, err := w.Draft(ctx, first, "anna")
		refused(t, err, "the period is not over")
	}
	w.today = first + 28
	w.draft(firstPeriod)
}

// A machine is not a person, and who chooses their role can be two.
func TestKeysAndChosenRolesSignNothingReal(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	first := day(t, firstPeriod)
	d := w.draft(firstPeriod)
	refused(t, w.Sign(ctx, first, d.SHA256, "key:0123456789ab", "A key"), "neither a key")
	if err := w.Sign(ctx, first, d.SHA256, "demo:steward", "Demonstration"); err != nil {
		t.Error("a demonstration with made-up records:", err)
	}
	if _, err := w.Door.PutScheme(ctx, strings.Replace(sample.SchemeText(), "synthetic = true", "synthetic = false", 1)); err != nil {
		t.Fatal(err)
	}
	d = w.draft(firstPeriod)
	for _, who := range []string{"demo:steward", "demo:planner+steward", "key:0123456789ab"} {
		refused(t, w.Sign(ctx, first, d.SHA256, who, "Demonstration"), "neither a key")
	}
	if err := w.Sign(ctx, first, d.SHA256, "cli:anna", "Anna"); err != nil {
		t.Error(err)
	}
}

// On real records someone who signed on the page is not taken for another one by
// their login on the command line.
func TestTwoWaysToSignAreNotTwoPeople(t *testing.T) {
	for _, test := range []struct {
		who   []string
		ready bool
	}{
		{[]string{"oidc:a", "cli:a"}, false}, {[]string{"oidc:a", "oidc:b"}, true}, {[]string{"cli:a", "cli:b"}, true},
		{[]string{"oidc:a", "cli:a", "cli:b"}, true}, {[]string{"cli:a"}, false},
	} {
		d := Draft{Edition: &Edition{}, SHA256: "x"}
		var signatures []data.Signature
		for _, who := range test.who {
			signatures = append(signatures, data.Signature{Draft: "x", Who: who})
		}
		if d.sign(signatures, ""); d.Ready != test.ready {
			t.Errorf("%v: ready %v", test.who, d.Ready)
		}
	}
}

// What changes between the look and the name is not what was looked at.
func TestASignatureIsForOneDraftAlone(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	first := day(t, firstPeriod)
	d := w.draft(firstPeriod)
	if err := w.Sign(ctx, first, d.SHA256, "anna", "Anna"); err != nil {
		t.Fatal(err)
	}
	w.pick(w.at(-20, -12), 400, first+1, first+2, first+3)
	refused(t, w.Sign(ctx, first, d.SHA256, "ben", "Ben"), "changed since you looked")
	_, err := w.Seal(ctx, first, d.SHA256, "anna")
	refused(t, err, "changed since you looked")
	now := w.draft(firstPeriod)
	if len(now.Signatures) != 1 || now.Signatures[0].Current || now.signers != 0 {
		t.Errorf("the old signature counts: %+v", now.Signatures)
	}
}

// A signature goes on counting where records changed that the edition doesn't show.
func TestWhatDoesNotShowDoesNotVoidASignature(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	d := w.draft(firstPeriod)
	if err := w.Sign(ctx, day(t, firstPeriod), d.SHA256, "anna", "Anna"); err != nil {
		t.Fatal(err)
	}
	w.pick(w.at(20, 20), 1, day(t, "2018-04-24")) // a year before
	if now := w.draft(firstPeriod); now.SHA256 != d.SHA256 || !now.Signatures[0].Current {
		t.Error("the draft is another one")
	}
}

func TestAPeriodWaitsForTheNextOne(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(2)
	first := day(t, firstPeriod)
	for _, test := range []struct {
		today string
		open  bool
	}{{"2019-05-22", false}, {"2019-06-18", false}, {"2019-06-19", true}} {
		w.today = day(t, test.today)
		d := w.draft(firstPeriod)
		if (d.broken() == "") != test.open {
			t.Errorf("on %s: %v", test.today, d.Findings)
		}
		if !test.open {
			refused(t, w.Sign(ctx, first, d.SHA256, "anna", "Anna"), "too soon")
		}
	}
}

func TestPeriodsAreSealedInOrder(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(4)
	w.sealed("2019-05-22")
	if _, err := w.Draft(ctx, day(t, firstPeriod), "anna"); !errors.Is(err, data.ErrSealed) {
		t.Error("a period that was passed over has a draft:", err)
	}
	_, err := w.Draft(ctx, day(t, "2019-05-23"), "anna")
	refused(t, err, "begins on 2019-05-22")
	c, err := w.Calendar(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, l := range c.Periods {
		states = append(states, l.From+" "+string(l.State))
	}
	want := "2019-07-17 waiting, 2019-06-19 waiting, 2019-05-22 sealed, 2019-04-24 passed over"
	if got := strings.Join(states, ", "); got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

func TestLateRecordsAreNeverPublished(t *testing.T) {
	w := begun(t)
	w.busy(3)
	w.sealed(firstPeriod)
	before := contents(t, w)
	w.pick(w.at(-20, -12), 900, day(t, firstPeriod)+1, day(t, firstPeriod)+2, day(t, firstPeriod)+3)
	w.sealed("2019-05-22")
	after := contents(t, w)
	for name, content := range before {
		if name != IndexFile && after[name] != content {
			t.Errorf("%s changed", name)
		}
	}
	verified(t, w)
}

// contents returns every file of the archive.
func contents(t testing.TB, w *town) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(w.Archive.Dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		short, _ := filepath.Rel(w.Archive.Dir, name)
		all[filepath.ToSlash(short)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAWithdrawnEditionLeavesATombstone(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	w.busy(4)
	w.sealed(firstPeriod)
	w.sealed("2019-05-22")
	if _, err := w.Withdraw(ctx, day(t, firstPeriod), "a mistake", "anna"); err != nil {
		t.Fatal(err)
	}
	verified(t, w)
	for name := range contents(t, w) {
		if strings.HasPrefix(name, firstPeriod) {
			t.Error(name, "is still there")
		}
	}
	text := contents(t, w)[IndexFile]
	if !strings.Contains(text, `"withdrawn": true`) || strings.Contains(text, "mistake") || strings.Contains(contents(t, w)["chain/3.json"], "mistake") {
		t.Error(text)
	}
	_, err := w.Withdraw(ctx, day(t, firstPeriod), "again", "anna")
	refused(t, err, "withdrawn already")
	_, err = w.Withdraw(ctx, day(t, "2019-06-19"), "too early", "anna")
	refused(t, err, "no edition")
	if _, err := w.Draft(ctx, day(t, firstPeriod), "anna"); !errors.Is(err, data.ErrSealed) {
		t.Error("what was withdrawn can be released again:", err)
	}
}

func TestAnEpochLastsAYear(t *testing.T) {
	ctx, w := context.Background(), begun(t)
	for _, test := range []struct{ from, words string }{
		{"2019-05-22", "lasts 52 weeks at least: the next one can begin on 2020-04-22"},
		{"2020-04-21", "no period begins on 2020-04-21"},
		{"2020-03-25", "can begin on 2020-04-22"},
	} {
		_, _, err := w.Begin(ctx, Beginning{From: day(t, test.from), Who: "test"})
		refused(t, err, test.words)
	}
	if _, _, err := w.Begin(ctx, Beginning{From: day(t, "2020-04-22"), Who: "test"}); err != nil {
		t.Error(err)
	}
}

func TestWithoutAnEpochThereIsNoDraft(t *testing.T) {
	w := newTown(t)
	_, err := w.Draft(context.Background(), day(t, firstPeriod), "anna")
	refused(t, err, "release epoch --from 2019-04-24")
	c, err := w.Calendar(context.Background())
	if err != nil || c.Epoch != "" || len(c.Periods) != 0 {
		t.Error(c, err)
	}
}

func TestTamperingIsFound(t *testing.T) {
	for _, test := range []struct {
		name, words string
		do          func(*town) error
	}{
		{"a letter of a table", "tables.csv is not what manifest 1 says", func(w *town) error {
			return os.WriteFile(filepath.Join(w.Archive.Dir, firstPeriod, "tables.csv"), []byte("x"), 0o600)
		}},
		{"a file more", "extra.csv is not in manifest 1", func(w *town) error {
			return os.WriteFile(filepath.Join(w.Archive.Dir, firstPeriod, "extra.csv"), []byte("x"), 0o600)
		}},
		{"a file less", "map.csv is missing", func(w *town) error { return os.Remove(filepath.Join(w.Archive.Dir, firstPeriod, "map.csv")) }},
		{"a folder less", "edition.json is missing", func(w *town) error { return os.RemoveAll(filepath.Join(w.Archive.Dir, firstPeriod)) }},
		{"a manifest changed", "manifest 2 does not follow", func(w *town) error {
			name := filepath.Join(w.Archive.Dir, ChainDir, "1.json")
			text, err := os.ReadFile(name)
			return errors.Join(err, os.WriteFile(name, []byte(strings.Replace(string(text), "250", "125", 1)), 0o600))
		}},
		{"the last manifest taken away", "chain/2.json is missing", func(w *town) error { return os.Remove(filepath.Join(w.Archive.Dir, ChainDir, "2.json")) }},
		{"an index that hides one", "does not say what the chain", func(w *town) error {
			return os.WriteFile(filepath.Join(w.Archive.Dir, IndexFile), []byte("{}"), 0o600)
		}},
		{"the archive taken away", "not there", func(w *town) error { return os.RemoveAll(w.Archive.Dir) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := begun(t)
			w.busy(3)
			w.sealed(firstPeriod)
			w.sealed("2019-05-22")
			verified(t, w)
			if err := test.do(w); err != nil {
				t.Fatal(err)
			}
			wrong, err := w.Verify(context.Background())
			if err != nil || !strings.Contains(strings.Join(wrong, "; "), test.words) {
				t.Errorf("%q, %v; want %q", wrong, err, test.words)
			}
		})
	}
}

// P6: where hotspots lie in small squares, the epoch's map becomes coarser, and
// does not become finer again.
func TestAMapThatTellsTooExactlyIsMadeCoarser(t *testing.T) {
	ctx, w := context.Background(), newTown(t)
	b := Beginning{From: day(t, firstPeriod), Who: "test"}
	for x := range int32(48) { // terraces everywhere
		for y := range int32(48) {
			b.Ground.Addresses = append(b.Ground.Addresses, inSquare(w.scheme.Grid, grid.Square{X: x - 24, Y: y - 24}, 6)...)
		}
	}
	if _, p, err := w.Begin(ctx, b); err != nil || sides(p)[250] == 0 {
		t.Fatal(sides(p), err)
	}
	from := day(t, firstPeriod)
	for range 4 { // all finds in four squares of 250 m: a quarter of a square kilometre
		for k := range int32(4) {
			w.pick(w.at(k*8-16, 4), 10, from+1, from+9, from+17)
		}
		from += 28
	}
	d := w.draft(firstPeriod)
	if d.Edition.Map.SmallestM != 500 || d.Findings[0].Rule != "search" || len(d.Findings[0].Details) != 1 {
		t.Fatalf("squares of %d m, %+v", d.Edition.Map.SmallestM, d.Findings[0])
	}
	if !strings.Contains(d.Findings[0].Details[0], "in squares of 250 m and more, 0.12 km² must be searched to meet half of the next period's finds") {
		t.Error(d.Findings[0].Details)
	}
	w.sealed(firstPeriod)
	if d := w.draft("2019-05-22"); d.Edition.Map.SmallestM < 500 {
		t.Error("the map became finer again")
	}
}

func TestWhereNoSquaresAreCoarseEnoughThereIsNoMap(t *testing.T) {
	w := begun(t)
	from := day(t, firstPeriod)
	for range 3 {
		for k := range int32(3) { // three squares of 1 km are shown, and nearly all lies in one of them
			n := 10
			if k == 0 {
				n = 2000
			}
			w.pick(w.at(k*8-16, 4), n, from+1, from+9, from+17)
		}
		from += 28
	}
	stricter := strings.Replace(sample.SchemeText(), "min_search_hectares = 50", "min_search_hectares = 400", 1)
	if _, err := w.Door.PutScheme(context.Background(), stricter); err != nil || stricter == sample.SchemeText() {
		t.Fatal(err)
	}
	d := w.draft(firstPeriod)
	if d.Edition.Map.Why == "" || len(d.Squares) != 0 || d.broken() != "" {
		t.Fatalf("%+v, %+v", d.Edition.Map, d.Findings)
	}
	s := w.sealed(firstPeriod)
	for name := range contents(t, w) {
		if strings.Contains(name, "map.") || strings.Contains(name, "tiles") {
			t.Error(name)
		}
	}
	if !strings.Contains(s.Manifest, `"search": "no map"`) {
		t.Error(s.Manifest)
	}
	if d := w.draft("2019-05-22"); d.Edition.Map.Why == "" {
		t.Error("the map came back in the same epoch")
	}
}

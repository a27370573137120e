package datatest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/data"
)

var releaseStories = []story{
	{"nothing is released in a new store", noReleaseStory},
	{"epochs come back in order, to the millisecond", epochStory},
	{"an epoch begins after every other and after all that is sealed", epochOrderStory},
	{"signatures come back for their period, the oldest first", signatureStory},
	{"who signs a draft again changes nothing", signAgainStory},
	{"what was sealed or passed over is signed no more", signSealedStory},
	{"the chain comes back as it was put", chainStory},
	{"a link has the next number", nextLinkStory},
	{"an edition is of a period after all that are sealed", sealOrderStory},
	{"only an edition that stands is withdrawn, and only once", withdrawalStory},
	{"an edition made by other settings is stale", staleSealingStory},
	{"once an edition is sealed, time and ground are divided as before", dividedStory},
	{"an edition and another division never both go in", divideAtOnceStory},
	{"what is incomplete is not released", incompleteReleaseStory},
	{"of many who seal at once one does", sealAtOnceStory},
	{"what is released is no change of a record", releaseFeedStory},
	{"a reopened store knows what was released", reopenedReleaseStory},
}

// period is the first day of one of the periods of the stories.
func period(number int) data.Date { return data.DateOf(start) + data.Date(28*number) }

// then is a time that a store can't keep whole.
var then = time.Date(2019, 9, 1, 12, 0, 0, 7_654_321, time.FixedZone("", 3600))

// thenKept is what it keeps of it.
var thenKept = time.Date(2019, 9, 1, 11, 0, 0, 7_000_000, time.UTC)

func epoch(from int) data.Epoch {
	return data.Epoch{From: period(from), Partition: fmt.Sprintf(`{"n":%d}`, from), SHA256: fmt.Sprintf("%064x", from), At: then, Who: "cli:clerk"}
}

func signature(of int, who string) data.Signature {
	return data.Signature{Period: period(of), Draft: fmt.Sprintf("%064x", 7+of), Who: "oidc:" + who, Name: "Signer " + who, At: then}
}

func sealing(number int64, of int) data.Sealing {
	return data.Sealing{
		Number: number, Period: period(of), Manifest: fmt.Sprintf("{\"number\": %d}\n", number), SHA256: fmt.Sprintf("%064x", number),
		Published: `{"été": 1}`, Revision: 2, At: then, Who: "oidc:a",
	}
}

func withdrawal(number int64, of int) data.Sealing {
	s := sealing(number, of)
	s.Withdrawn, s.Published, s.Revision, s.Why = true, "", 0, "a wrong file"
	return s
}

func sealings(t *testing.T, s data.Store) []data.Sealing {
	t.Helper()
	all, err := s.Sealings(t.Context())
	check(t, err)
	return all
}

// keptLinks are links as they come back.
func keptLinks(links ...data.Sealing) []data.Sealing {
	for i := range links {
		links[i].At = thenKept
	}
	return links
}

func signaturesFor(t *testing.T, s data.Store, of int) []data.Signature {
	t.Helper()
	all, err := s.Signatures(t.Context(), period(of))
	check(t, err)
	return all
}

func noReleaseStory(t *testing.T, e Engine) {
	s := e.Open(t)
	epochs, err := s.Epochs(t.Context())
	check(t, err)
	equal(t, len(epochs)+len(sealings(t, s))+len(signaturesFor(t, s, 0)), 0)
}

func epochStory(t *testing.T, e Engine) {
	s := settled(t, e)
	var want []data.Epoch
	for _, from := range []int{-30, 0, 13} {
		check(t, s.PutEpoch(t.Context(), epoch(from)))
		kept := epoch(from)
		kept.At = thenKept
		want = append(want, kept)
	}
	for _, s := range []data.Store{s, e.Again(t, s)} {
		got, err := s.Epochs(t.Context())
		check(t, err)
		equal(t, got, want)
	}
}

func epochOrderStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.PutEpoch(t.Context(), epoch(0)))
	checkIs(t, s.PutEpoch(t.Context(), epoch(0)), data.ErrSealed)
	checkIs(t, s.PutEpoch(t.Context(), epoch(-1)), data.ErrSealed)
	check(t, s.PutSealing(t.Context(), sealing(1, 5)))
	check(t, s.PutSealing(t.Context(), withdrawal(2, 5)))
	checkIs(t, s.PutEpoch(t.Context(), epoch(4)), data.ErrSealed)
	checkIs(t, s.PutEpoch(t.Context(), epoch(5)), data.ErrSealed)
	check(t, s.PutEpoch(t.Context(), epoch(6)))
	epochs, err := s.Epochs(t.Context())
	check(t, err)
	equal(t, len(epochs), 2)
}

func signatureStory(t *testing.T, e Engine) {
	s := settled(t, e)
	first, second, other := signature(0, "a"), signature(0, "b"), signature(1, "a")
	first.At = then.Add(-time.Hour)
	check(t, s.PutSignature(t.Context(), second))
	check(t, s.PutSignature(t.Context(), other))
	check(t, s.PutSignature(t.Context(), first))
	first.At, second.At = thenKept.Add(-time.Hour), thenKept
	equal(t, signaturesFor(t, s, 0), []data.Signature{first, second})
	equal(t, len(signaturesFor(t, s, 1)), 1)
	equal(t, len(signaturesFor(t, s, 2)), 0)
}

func signAgainStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.PutSignature(t.Context(), signature(0, "a")))
	want := signaturesFor(t, s, 0)
	again := signature(0, "a")
	again.Name, again.At = "Someone else", then.Add(time.Hour)
	check(t, s.PutSignature(t.Context(), again))
	equal(t, signaturesFor(t, s, 0), want)
	again.Draft = fmt.Sprintf("%064x", 99) // of another draft it is another one
	check(t, s.PutSignature(t.Context(), again))
	equal(t, len(signaturesFor(t, s, 0)), 2)
}

func signSealedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.PutSignature(t.Context(), signature(1, "a")))
	check(t, s.PutSealing(t.Context(), sealing(1, 1)))
	for _, of := range []int{0, 1} {
		checkIs(t, s.PutSignature(t.Context(), signature(of, "b")), data.ErrSealed)
	}
	checkIs(t, s.PutSignature(t.Context(), signature(1, "a")), data.ErrSealed)
	check(t, s.PutSealing(t.Context(), withdrawal(2, 1)))
	checkIs(t, s.PutSignature(t.Context(), signature(1, "b")), data.ErrSealed)
	check(t, s.PutSignature(t.Context(), signature(2, "b")))
	equal(t, len(signaturesFor(t, s, 1)), 1)
}

func chainStory(t *testing.T, e Engine) {
	s := settled(t, e)
	chain := []data.Sealing{sealing(1, 0), sealing(2, 1), withdrawal(3, 0), sealing(4, 3), withdrawal(5, 3)}
	for _, link := range chain {
		check(t, s.PutSealing(t.Context(), link))
	}
	equal(t, sealings(t, s), keptLinks(chain...))
}

func nextLinkStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for _, number := range []int64{-1, 0, 2} {
		checkIs(t, s.PutSealing(t.Context(), sealing(number, 0)), data.ErrStale)
	}
	check(t, s.PutSealing(t.Context(), sealing(1, 0)))
	for _, number := range []int64{1, 3} {
		checkIs(t, s.PutSealing(t.Context(), sealing(number, 1)), data.ErrStale)
		checkIs(t, s.PutSealing(t.Context(), withdrawal(number, 0)), data.ErrStale)
	}
	equal(t, sealings(t, s), keptLinks(sealing(1, 0)))
}

func sealOrderStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.PutSealing(t.Context(), sealing(1, 2)))
	for _, of := range []int{-1, 1, 2} { // passed over, passed over, sealed
		checkIs(t, s.PutSealing(t.Context(), sealing(2, of)), data.ErrSealed)
	}
	check(t, s.PutSealing(t.Context(), withdrawal(2, 2)))
	for _, of := range []int{1, 2} { // a withdrawal opens nothing again
		checkIs(t, s.PutSealing(t.Context(), sealing(3, of)), data.ErrSealed)
	}
	check(t, s.PutSealing(t.Context(), sealing(3, 4)))
	equal(t, len(sealings(t, s)), 3)
}

func withdrawalStory(t *testing.T, e Engine) {
	s := settled(t, e)
	checkIs(t, s.PutSealing(t.Context(), withdrawal(1, 0)), data.ErrSealed)
	check(t, s.PutSealing(t.Context(), sealing(1, 1)))
	checkIs(t, s.PutSealing(t.Context(), withdrawal(2, 0)), data.ErrSealed)
	checkIs(t, s.PutSealing(t.Context(), withdrawal(2, 2)), data.ErrSealed)
	check(t, s.PutSealing(t.Context(), sealing(2, 2)))
	check(t, s.PutSealing(t.Context(), withdrawal(3, 1)))
	checkIs(t, s.PutSealing(t.Context(), withdrawal(4, 1)), data.ErrSealed)
	check(t, s.PutSealing(t.Context(), withdrawal(4, 2)))
	equal(t, len(sealings(t, s)), 4)
}

func staleSealingStory(t *testing.T, e Engine) {
	s := settled(t, e)
	made := sealing(1, 0)
	check(t, s.PutBoundary(t.Context(), 2, later(2, 0), unplaced.all))
	checkIs(t, s.PutSealing(t.Context(), made), data.ErrStale)
	made.Revision = 4
	checkIs(t, s.PutSealing(t.Context(), made), data.ErrStale)
	equal(t, len(sealings(t, s)), 0)
	made.Revision = 3
	check(t, s.PutSealing(t.Context(), made))
	unchecked := sealing(2, 1)
	unchecked.Revision = 0
	check(t, s.PutSealing(t.Context(), unchecked))
}

// withLine is the default scheme with lines replaced.
func withLine(t *testing.T, pairs ...string) string {
	t.Helper()
	text := strings.NewReplacer(pairs...).Replace(data.DefaultScheme)
	if _, err := data.ParseScheme(text); err != nil || text == data.DefaultScheme {
		t.Fatalf("no other scheme: %v", err)
	}
	return text
}

// fiveWeeks replaces the length of periods.
var fiveWeeks = []string{"period_weeks = 4", "period_weeks = 5"}

func dividedStory(t *testing.T, e Engine) {
	s := e.Open(t)
	others := []string{
		withLine(t, `"Europe/London"`, `"Europe/Dublin"`),
		withLine(t, `"Wednesday"`, `"Thursday"`, "2019-04-24", "2019-04-25"),
		withLine(t, fiveWeeks...),
		withLine(t, "period_weeks = 4", "period_weeks = 8"),
		withLine(t, "2019-04-24", "2019-05-01"),
		withLine(t, `system = "national"`, `origin = [-1.55, 53.79]`),
	}
	revision := int64(0)
	put := func(text string) error {
		err := s.PutScheme(t.Context(), revision, text, unplaced.all)
		if err == nil {
			revision++
		}
		return err
	}
	for _, text := range append(others, data.DefaultScheme) { // all go in while nothing is sealed
		check(t, put(text))
	}
	link := sealing(1, 0)
	link.Revision = revision
	check(t, s.PutSealing(t.Context(), link))
	for range 2 {
		for i, text := range others {
			if err := put(text); !errors.Is(err, data.ErrSealed) {
				t.Errorf("scheme %d: %v", i, err)
			}
		}
		settings, err := s.Settings(t.Context())
		check(t, err)
		equal(t, settings, data.Settings{Revision: revision, SchemeText: data.DefaultScheme})
		if link.Withdrawn {
			break
		}
		link = withdrawal(2, 0) // changes nothing of it
		check(t, s.PutSealing(t.Context(), link))
	}
	check(t, put(data.DefaultScheme))
	check(t, put(withLine(t, `"Our town"`, `"Testham"`)))
	check(t, put(withLine(t, "2019-04-24", "2019-05-22"))) // the same periods by another of their days
}

func divideAtOnceStory(t *testing.T, e Engine) {
	for range 8 {
		s := e.Open(t)
		other := e.Again(t, s)
		check(t, s.PutScheme(t.Context(), 0, data.DefaultScheme, unplaced.all))
		link := sealing(1, 0)
		link.Revision = 1
		text := withLine(t, fiveWeeks...)
		var divided, sealed error
		var group sync.WaitGroup
		group.Go(func() { divided = other.PutScheme(t.Context(), 1, text, unplaced.all) })
		group.Go(func() { sealed = s.PutSealing(t.Context(), link) })
		group.Wait()
		if (divided == nil) == (sealed == nil) {
			t.Fatalf("scheme: %v, edition: %v", divided, sealed)
		}
		if divided != nil {
			checkIs(t, divided, data.ErrSealed)
		} else {
			checkIs(t, sealed, data.ErrStale)
		}
	}
}

func incompleteReleaseStory(t *testing.T, e Engine) {
	s := settled(t, e)
	for _, spoil := range []func(*data.Sealing){
		func(l *data.Sealing) { l.Manifest = "" }, func(l *data.Sealing) { l.SHA256 = "" },
		func(l *data.Sealing) { l.Who = "" }, func(l *data.Sealing) { l.Published = "" },
	} {
		bad := sealing(1, 0)
		spoil(&bad)
		if s.PutSealing(t.Context(), bad) == nil {
			t.Errorf("%+v was stored", bad)
		}
	}
	check(t, s.PutSealing(t.Context(), sealing(1, 0)))
	bad := withdrawal(2, 0)
	bad.Published = "{}"
	if s.PutSealing(t.Context(), bad) == nil {
		t.Error("a withdrawal that publishes was stored")
	}
	equal(t, len(sealings(t, s)), 1)
	if s.PutEpoch(t.Context(), data.Epoch{From: period(2)}) == nil || s.PutSignature(t.Context(), data.Signature{Period: period(2)}) == nil {
		t.Error("an empty epoch or signature was stored")
	}
}

func sealAtOnceStory(t *testing.T, e Engine) {
	s := settled(t, e)
	stores := []data.Store{s, e.Again(t, s)}
	const rounds, callers = 5, 12
	for round := range rounds {
		number := int64(round + 1)
		errs := make([]error, callers)
		var group sync.WaitGroup
		for i := range callers {
			group.Go(func() {
				link := sealing(number, 100*round+i%3) // some of one period, some of others
				link.Who = fmt.Sprint("oidc:", i)
				errs[i] = stores[i%2].PutSealing(t.Context(), link)
			})
		}
		group.Wait()
		won := -1
		for i, err := range errs {
			switch {
			case err == nil && won < 0:
				won = i
			case err == nil:
				t.Fatalf("link %d was put by two", number)
			case !errors.Is(err, data.ErrStale) && !errors.Is(err, data.ErrSealed):
				t.Fatal(err)
			}
		}
		chain := sealings(t, stores[round%2])
		if won < 0 || int64(len(chain)) != number || chain[round].Who != fmt.Sprint("oidc:", won) {
			t.Fatalf("caller %d put link %d, and there are %d", won, number, len(chain))
		}
	}
}

func releaseFeedStory(t *testing.T, e Engine) {
	s := settled(t, e)
	before := end(t, s)
	check(t, s.PutEpoch(t.Context(), epoch(0)))
	check(t, s.PutSignature(t.Context(), signature(0, "a")))
	check(t, s.PutSealing(t.Context(), sealing(1, 0)))
	equal(t, end(t, s), before)
	settings, err := s.Settings(t.Context())
	check(t, err)
	equal(t, settings.Revision, int64(2))
}

func reopenedReleaseStory(t *testing.T, e Engine) {
	s := settled(t, e)
	check(t, s.PutEpoch(t.Context(), epoch(0)))
	check(t, s.PutSignature(t.Context(), signature(0, "a")))
	check(t, s.PutSealing(t.Context(), sealing(1, 0)))
	check(t, s.PutSealing(t.Context(), withdrawal(2, 0)))
	epochs, err := s.Epochs(t.Context())
	check(t, err)
	signatures := signaturesFor(t, s, 0)
	check(t, s.Close())
	s = e.Again(t, s)
	again, err := s.Epochs(t.Context())
	check(t, err)
	equal(t, again, epochs)
	equal(t, signaturesFor(t, s, 0), signatures)
	equal(t, sealings(t, s), keptLinks(sealing(1, 0), withdrawal(2, 0)))
	checkIs(t, s.PutSealing(t.Context(), withdrawal(3, 0)), data.ErrSealed)
}

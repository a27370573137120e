package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/release"
	"commonground/data/sample"
)

// sound fails where the archive, once settled, is not what the chain says.
func (w *attackedTown) sound() {
	w.t.Helper()
	if err := w.Settle(w.t.Context()); err != nil {
		w.t.Error(err)
	}
	if wrong, err := w.Verify(w.t.Context()); err != nil || len(wrong) > 0 {
		w.t.Error(wrong, err)
	}
}

func (w *attackedTown) links() int {
	w.t.Helper()
	chain, err := w.Store.Sealings(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return len(chain)
}

// One person is one signature, however often and by whatever they sign; and one
// for a draft that is another by now is none.
func TestAttackTheTwoPersonRule(t *testing.T) {
	w := emptyTown(t)
	for _, period := range attackedPeriods {
		w.busy(period)
	}
	first := mustDate(t, attackedPeriods[0])
	draft, err := w.Draft(t.Context(), first, "")
	if err != nil {
		t.Fatal(err)
	}
	other := openTown(t, w.file)
	for _, desk := range []*release.Desk{w.Desk, w.Desk, other.Desk} {
		if err := desk.Sign(t.Context(), first, draft.SHA256, "oidc:anna", "Anna"); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Sign(t.Context(), first, draft.SHA256, "oidc:anna", "Anna under another name"); err != nil {
		t.Fatal(err)
	}
	var refusal release.Refusal
	if _, err := w.Seal(t.Context(), first, draft.SHA256, "oidc:ben"); !errors.As(err, &refusal) {
		t.Error("sealed with one person's signatures:", err)
	}
	w.find(w.at(8, 8), "needle", 60, attackedPeriods[0], 1, 9, 17)
	if err := other.Sign(t.Context(), first, draft.SHA256, "oidc:ben", "Ben"); !errors.As(err, &refusal) {
		t.Error("an old draft is signed:", err)
	}
	now, err := w.Draft(t.Context(), first, "")
	if err == nil {
		err = other.Sign(t.Context(), first, now.SHA256, "oidc:ben", "Ben")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{draft.SHA256, now.SHA256, now.SHA256[:12], ""} {
		if _, err := w.Seal(t.Context(), first, hash, "oidc:ben"); !errors.As(err, &refusal) {
			t.Errorf("sealed with one signature for an old draft and one for the new: %q %v", hash, err)
		}
	}
	outcome(t, "one person signing four times by two processes and under two names; an old draft signed; one signature for the old draft and one for the new", "refused each time, %d links in the chain", w.links())
}

// A steward signs by the page and by a key that they made for themselves, and in a
// demonstration on real records under two sets of roles.
func TestAttackTheTwoPersonRuleOverHTTP(t *testing.T) {
	w := emptyTown(t)
	for _, period := range attackedPeriods[:3] {
		w.busy(period)
	}
	key := strings.TrimSpace(mustRun(t, "--store="+w.file, "keys", "create", "--role=steward", "--purpose=To sign twice", "--expires="+data.DateOf(time.Now().AddDate(0, 0, 30)).String()))
	pages, machines := startServing(t, w.file), startServingAs(t, w.file, "--rate=0")
	send := func(s serving, what, hash string, headers ...string) int {
		t.Helper()
		headers = append(headers, "Content-Type", "application/json")
		return s.request(t, http.MethodPost, "/v1/releases/"+attackedPeriods[0]+"/"+what, `{"draft":"`+hash+`"}`, headers...).status
	}
	steward := []string{"Cookie", "demo=role=steward"}
	first := mustDate(t, attackedPeriods[0])
	draft, err := w.Draft(t.Context(), first, "")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := send(pages, "signatures", draft.SHA256, steward...); got != 204 {
			t.Errorf("by the page: %d", got)
		}
	}
	bearer := []string{"Authorization", "Bearer " + key}
	if r := machines.look(t, "/v1/me", bearer...); r.status != 200 {
		t.Fatal("the key is not good, so nothing was tried:", r.said())
	}
	if got := send(machines, "signatures", draft.SHA256, bearer...); got != 403 {
		t.Errorf("by a key: %d", got)
	}
	if got := send(pages, "seal", draft.SHA256, steward...); got != 422 {
		t.Errorf("sealed by one person: %d", got)
	}
	if got := send(machines, "seal", draft.SHA256, bearer...); got != 403 {
		t.Errorf("sealed by a key: %d", got)
	}
	if _, err := w.Door.PutScheme(t.Context(), strings.Replace(sample.SchemeText(), "synthetic = true", "synthetic = false", 1)); err != nil {
		t.Fatal(err)
	}
	if draft, err = w.Draft(t.Context(), first, ""); err != nil {
		t.Fatal(err)
	}
	for _, roles := range []string{"demo=role=steward", "demo=role=steward&role=planner", everyRole} {
		if got := send(pages, "signatures", draft.SHA256, "Cookie", roles); got != 422 {
			t.Errorf("%s signs what is real: %d", roles, got)
		}
	}
	if n := w.links(); n != 0 {
		t.Errorf("%d links", n)
	}
	outcome(t, "one steward signing by the page three times, by a key of their own, and in a demonstration on real records under three sets of roles", "one signature, keys and chosen roles refused, nothing sealed")
}

// Two processes seal the same period at once, again and again.
func TestAttackBySealingTwiceAtOnce(t *testing.T) {
	w := emptyTown(t)
	for _, period := range append(attackedPeriods, "2019-09-11") {
		w.busy(period)
	}
	for i, period := range attackedPeriods {
		hash, day := w.signed(period), mustDate(t, period)
		desks := []*attackedTown{openTown(t, w.file), openTown(t, w.file), openTown(t, w.file)}
		errs := together(len(desks), func(n int) error {
			_, err := desks[n].Seal(t.Context(), day, hash, fmt.Sprint("oidc:", n))
			return err
		})
		if n := w.links(); n != i+1 {
			t.Errorf("%s: %d links in the chain: %v", period, n, errs)
		}
		w.sound()
	}
	outcome(t, "three processes sealing the same period at once, five times", "one link each, and the archive is sound")
}

// together calls do that many times at once.
func together(n int, do func(int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errs
}

// One process seals while another withdraws the edition before.
func TestAttackBySealingAndWithdrawingAtOnce(t *testing.T) {
	w := emptyTown(t)
	for _, period := range append(attackedPeriods, "2019-09-11") {
		w.busy(period)
	}
	w.seal(attackedPeriods[0])
	lost := 0
	for i, period := range attackedPeriods[1:] {
		hash, day, before := w.signed(period), mustDate(t, period), mustDate(t, attackedPeriods[i])
		desks := []*attackedTown{openTown(t, w.file), openTown(t, w.file)}
		errs := together(2, func(n int) error {
			if n == 0 {
				_, err := desks[n].Seal(t.Context(), day, hash, "oidc:anna")
				return err
			}
			_, err := desks[n].Withdraw(t.Context(), before, "a mistake in it", "oidc:ben")
			return err
		})
		w.sound()
		for n, err := range errs {
			var refusal release.Refusal
			if err != nil {
				lost++
				if !errors.Is(err, data.ErrStale) && !errors.Is(err, data.ErrSealed) && !errors.As(err, &refusal) {
					t.Errorf("round %d, %d: %v", i, n, err)
				}
			}
		}
		if errs[0] != nil { // its draft names the chain's end, which moved: two people look and sign again
			w.seal(period)
		}
		w.sound()
	}
	outcome(t, "one process sealing while another withdraws, four times", "%d times one of them had to begin again; one edition for each period, and the archive is sound", lost)
}

// The program is killed while it seals, sooner and later, until it gets through.
func TestAttackByKillingAtEveryPointOfASeal(t *testing.T) {
	w := emptyTown(t)
	for _, period := range append(attackedPeriods, "2019-09-11") {
		w.busy(period)
	}
	s := startServing(t, w.file)
	kills := 0
	for i, period := range attackedPeriods[:3] {
		hash := w.signed(period)
		for delay := time.Duration(i) * 7 * time.Millisecond; w.links() == i; delay += 21 * time.Millisecond {
			cmd := exec.Command(os.Args[0], "--store", w.file, "release", "seal", period, hash)
			cmd.Env = append(os.Environ(), asProgram+"=1")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(delay)
			_ = cmd.Process.Kill() // it may be done
			_ = cmd.Wait()
			kills++
			if r := s.look(t, "/public/"+period+"/map.csv"); w.links() == i && r.status != 404 {
				t.Errorf("%s is public before it is sealed: %d", period, r.status)
			}
			if r := s.look(t, "/public/editions.json"); r.status != 200 && i > 0 {
				t.Errorf("the list of editions: %d", r.status)
			}
		}
		w.sound()
		if r := s.look(t, "/public/"+period+"/map.csv"); r.status != 200 {
			t.Errorf("%s is sealed and not public: %d", period, r.status)
		}
	}
	if n := w.links(); n != 3 {
		t.Errorf("%d links", n)
	}
	outcome(t, "kill -9 at every point of a seal", "%d kills, three editions, nothing public before its seal, and the archive is sound", kills)
}

// The program is killed just after the chain has a withdrawal. Who tries again, or
// starts the server, finds the files gone.
func TestAttackByCuttingOffAWithdrawal(t *testing.T) {
	ends := map[string]func(w *attackedTown, s serving) serving{
		"the server starts again": func(w *attackedTown, s serving) serving {
			_ = s.Process.Kill() // it runs
			return startServing(t, w.file)
		},
		"someone tries again": func(w *attackedTown, s serving) serving {
			if status, _, stderr := command(t, "--store="+w.file, "release", "withdraw", attackedPeriods[late], "--why=a mistake"); status != 1 {
				t.Error(status, stderr)
			}
			return s
		},
	}
	for name, end := range ends {
		w := newAttackedTown(t)
		s := startServing(t, w.file)
		cut := *w.Desk
		cut.Store = cutOff{w.Store}
		if _, err := cut.Withdraw(t.Context(), mustDate(t, attackedPeriods[late]), "a mistake in it", "oidc:ben"); !errors.Is(err, errPower) {
			t.Fatal(err)
		}
		if n := w.links(); n != 5 {
			t.Fatalf("%d links", n)
		}
		s = end(w, s)
		for _, file := range []string{"", "map.csv", "map.pmtiles", "tiles/0/0/0.mvt"} {
			if r := s.look(t, "/public/"+attackedPeriods[late]+"/"+file); r.status != 410 {
				t.Errorf("%s: %q of a withdrawn edition: %d", name, file, r.status)
			}
		}
		if _, err := os.Stat(filepath.Join(w.Archive.Dir, attackedPeriods[late])); err == nil {
			t.Errorf("%s: the folder is still there", name)
		}
	}
	outcome(t, "the power goes after the chain has a withdrawal and before the files are gone", "gone as soon as a server starts or someone tries again")
}

var errPower = errors.New("the power went")

// cutOff is a store after whose next link nothing more is done.
type cutOff struct{ data.Store }

func (s cutOff) PutSealing(ctx context.Context, sealing data.Sealing) error {
	return errors.Join(s.Store.PutSealing(ctx, sealing), errPower)
}

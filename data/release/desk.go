package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

// Signers is how many people must sign a draft.
const Signers = 2

// Desk prepares, signs, seals and withdraws editions. Any number of goroutines
// may use it.
type Desk struct {
	Store data.Store   // Required
	Door  *intake.Door // Required, of that store
	// Archive is the folder of the editions; it is made with the first. Required.
	Archive Archive
	// Tiles draws the maps. Required.
	Tiles Renderer
	// Accounts gives what the monitoring report says beside finds. Default: editions
	// have no report.
	Accounts Accountant
	// Now is the clock; no edition has its time in it. Required.
	Now func() time.Time
}

// desk is what is known as a period is worked on.
type desk struct {
	*Desk
	settings *intake.Settings
	epochs   []data.Epoch
	chain    []data.Sealing
}

func (d *Desk) open(ctx context.Context) (*desk, error) {
	settings, err := d.Door.Reload(ctx)
	if err != nil {
		return nil, err
	}
	epochs, err := d.Store.Epochs(ctx)
	if err != nil {
		return nil, err
	}
	chain, err := d.Store.Sealings(ctx)
	return &desk{d, settings, epochs, chain}, err
}

// today is the day by the scheme's clock.
func (d *desk) today() data.Date { return data.DateOf(d.Now().In(d.settings.Scheme.Location)) }

// Beginning is what an epoch begins with; see Ground.
type Beginning struct {
	// From is the first day of a period: Required.
	From data.Date
	// Addresses and Premises are as in Ground.
	Ground Ground
	Who    string // Required
}

// Begin starts an epoch. The grid, policy and areas of the ground are filled in.
func (d *Desk) Begin(ctx context.Context, b Beginning) (data.Epoch, Partition, error) {
	w, err := d.open(ctx)
	if err != nil {
		return data.Epoch{}, Partition{}, err
	}
	if err := w.mayBegin(b.From); err != nil {
		return data.Epoch{}, Partition{}, err
	}
	b.Ground.Grid, b.Ground.Policy = w.settings.Scheme.Grid, w.settings.Scheme.Release
	if _, c, ok := w.settings.Timeline.At(b.From.In(w.settings.Scheme.Location)); ok {
		b.Ground.Areas = c.Areas()
	}
	p, err := b.Ground.Divide(b.From)
	if err != nil {
		return data.Epoch{}, p, err
	}
	text := p.JSON()
	epoch := data.Epoch{From: b.From, Partition: text, SHA256: Hash([]byte(text)), At: d.Now(), Who: b.Who}
	return epoch, p, d.Store.PutEpoch(ctx, epoch)
}

// mayBegin refuses an epoch that begins amid a period, or too soon after the one
// before: two partitions of one time could be laid over each other.
func (d *desk) mayBegin(from data.Date) error {
	if err := d.startsPeriod(from); err != nil {
		return err
	}
	scheme := d.settings.Scheme
	if n := len(d.epochs); n > 0 {
		least := d.epochs[n-1].From + data.Date(7*scheme.Release.EpochWeeks)
		if from < least {
			return Refusal{Reason: fmt.Sprintf("the epoch that runs began on %v and lasts %d weeks at least: the next one can begin on %v", d.epochs[n-1].From, scheme.Release.EpochWeeks, d.firstPeriodFrom(least))}
		}
	}
	return nil
}

func (d *desk) startsPeriod(from data.Date) error {
	scheme := d.settings.Scheme
	start := scheme.WeekStart(scheme.PeriodOf(scheme.WeekOfDate(from)))
	if start != from {
		return Refusal{Reason: fmt.Sprintf("no period begins on %v; the one that holds it begins on %v", from, start)}
	}
	return nil
}

// firstPeriodFrom returns the first day of the first period that begins on a day
// or later.
func (d *desk) firstPeriodFrom(day data.Date) data.Date {
	in := periodSpan(d.settings.Scheme, d.settings.Scheme.WeekStart(d.settings.Scheme.PeriodOf(d.settings.Scheme.WeekOfDate(day))))
	if in.from < day {
		return in.to
	}
	return in.from
}

// epochOf returns the epoch that a period is in.
func (d *desk) epochOf(from data.Date) (data.Epoch, error) {
	for _, e := range slices.Backward(d.epochs) {
		if e.From <= from {
			return e, nil
		}
	}
	return data.Epoch{}, Refusal{Reason: "no epoch was begun that holds this period; begin one: commonground release epoch --from " + from.String() + " --addresses FILE"}
}

// opens returns the first day on which a period can be sealed: some days after its
// end, and when the next period is over, which its map is tried on.
func (d *desk) opens(in stretch) data.Date {
	next := periodSpan(d.settings.Scheme, in.to)
	return max(in.to+data.Date(d.settings.Scheme.Release.DelayDays), next.to)
}

// Sign puts someone's name to a draft, which must be the present one and break no
// rule. A key can't sign, and who chose their role in a demonstration only a draft
// of made-up records.
func (d *Desk) Sign(ctx context.Context, period data.Date, draft, who, name string) error {
	now, err := d.present(ctx, period, draft, who)
	if err != nil {
		return err
	}
	if strings.HasPrefix(who, "key:") || strings.HasPrefix(who, "demo:") && !now.Edition.Synthetic {
		return Refusal{Reason: "two people sign: neither a key, nor someone who chose their role themselves, can sign for one where the records are real"}
	}
	return d.Store.PutSignature(ctx, data.Signature{Period: period, Draft: now.SHA256, Who: who, Name: name, At: d.Now()})
}

// present returns the present draft of a period, if it is the one that is meant
// and breaks no rule.
func (d *Desk) present(ctx context.Context, period data.Date, draft, who string) (*Draft, error) {
	now, err := d.Draft(ctx, period, who)
	if err != nil {
		return nil, err
	}
	if draft != now.SHA256 {
		return nil, Refusal{"the records, the settings or the chain changed since you looked: the draft is another one now. Look at it again", data.ErrStale}
	}
	if broken := now.broken(); broken != "" {
		return nil, Refusal{Reason: "this draft can't be signed or sealed: " + broken}
	}
	return now, nil
}

// broken returns the first rule that a draft breaks, or nothing.
func (d *Draft) broken() string {
	for _, f := range d.Findings {
		if !f.Passed {
			return f.Text
		}
	}
	return ""
}

// Seal makes a draft public for good: its files are staged in the archive, its
// manifest goes into the chain in the store, and from there on the edition stands:
// it gets its place in the archive. What is cut off in between is finished by the
// next call of Seal, Withdraw, Resume or Settle.
func (d *Desk) Seal(ctx context.Context, period data.Date, draft, who string) (data.Sealing, error) {
	now, err := d.present(ctx, period, draft, who)
	if err != nil {
		return data.Sealing{}, err
	}
	if !now.Ready {
		return data.Sealing{}, Refusal{Reason: fmt.Sprintf("%d people must sign this draft first, all on the page or all by command: %d did", Signers, now.signers)}
	}
	if err := d.whole(ctx); err != nil {
		return data.Sealing{}, err
	}
	sealing := now.sealing(period)
	sealing.At, sealing.Who = d.Now(), who
	return d.link(ctx, now, sealing)
}

// link writes the files of an edition and appends it to the chain. Files of what
// the chain refuses are removed; after another error it may have them.
func (d *Desk) link(ctx context.Context, now *Draft, sealing data.Sealing) (data.Sealing, error) {
	waiting, err := d.Archive.put(&now.manifest, now.files)
	if err != nil {
		return data.Sealing{}, errors.Join(d.notWritten(ctx, sealing.Period, err), d.Archive.discard(waiting))
	}
	err = d.Store.PutSealing(ctx, sealing)
	if errors.Is(err, data.ErrStale) || errors.Is(err, data.ErrSealed) {
		err = errors.Join(err, d.Archive.discard(waiting))
	}
	if err != nil {
		return data.Sealing{}, err
	}
	return sealing, d.Settle(context.WithoutCancel(ctx))
}

// notWritten is why the files of an edition could not be staged: as a rule the disk,
// but someone else may have sealed the period, and cleared them away.
func (d *Desk) notWritten(ctx context.Context, period data.Date, why error) error {
	chain, err := d.Store.Sealings(ctx)
	if err == nil && slices.ContainsFunc(chain, func(s data.Sealing) bool { return s.Period == period }) {
		return data.ErrSealed
	}
	return errors.Join(fmt.Errorf("writing the edition's files: %w", why), err)
}

// sealing is the link of the chain that seals a draft.
func (d *Draft) sealing(period data.Date) data.Sealing {
	published, err := json.Marshal(d.published)
	if err != nil {
		panic(err) // it holds texts and whole numbers
	}
	text := d.manifest.Text()
	return data.Sealing{
		Number: d.manifest.Number, Period: period, Manifest: text, SHA256: Hash([]byte(text)), Published: string(published), Revision: d.revision,
	}
}

// whole finishes a seal that was cut off, and refuses to go on from an archive
// that is not what was sealed.
func (d *Desk) whole(ctx context.Context) error {
	if err := d.Resume(ctx); err != nil {
		return err
	}
	wrong, err := d.Verify(ctx)
	if err == nil && len(wrong) > 0 {
		err = Refusal{Reason: fmt.Sprintf("the archive is not what was sealed, so nothing is added to it: %s (%d things in all; commonground release verify lists them)", wrong[0], len(wrong))}
	}
	return err
}

// Withdraw takes the edition of a period back. Its files go; that it was there
// stays in the chain, and what it published goes on counting.
func (d *Desk) Withdraw(ctx context.Context, period data.Date, why, who string) (data.Sealing, error) {
	// One that was cut off is finished first: who tries it again must not be told
	// that it was done while the files are still public.
	if err := d.Resume(ctx); err != nil {
		return data.Sealing{}, err
	}
	w, err := d.open(ctx)
	if err != nil {
		return data.Sealing{}, err
	}
	sealed, err := w.standing(period)
	if err != nil {
		return data.Sealing{}, err
	}
	link := withdrawalOf(sealed, w.chain)
	text := link.Text()
	sealing := data.Sealing{
		Number: link.Number, Period: period, Withdrawn: true, Manifest: text, SHA256: Hash([]byte(text)), At: d.Now(), Who: who, Why: why,
	}
	if err := d.Store.PutSealing(ctx, sealing); err != nil {
		return data.Sealing{}, err
	}
	return sealing, d.Settle(context.WithoutCancel(ctx))
}

// standing returns the manifest of a period's edition that was not withdrawn.
func (d *desk) standing(period data.Date) (*Manifest, error) {
	var sealed *Manifest
	for _, s := range d.chain {
		switch {
		case s.Period != period:
		case s.Withdrawn:
			return nil, Refusal{fmt.Sprintf("the edition of %v was withdrawn already", period), data.ErrSealed}
		default:
			m, err := ParseManifest(s.Manifest)
			if err != nil {
				return nil, err
			}
			sealed = &m
		}
	}
	if sealed == nil {
		return nil, Refusal{Reason: fmt.Sprintf("no edition of %v was sealed", period)}
	}
	return sealed, nil
}

// PutPostcodes puts a list of postcodes beside the editions: those on the ground of
// the epoch that runs. It returns how many these are.
func (d *Desk) PutPostcodes(ctx context.Context, points map[string]geo.Point) (int, error) {
	w, err := d.open(ctx)
	if err != nil {
		return 0, err
	}
	epoch, err := w.epochOf(w.today())
	if err != nil {
		return 0, err
	}
	p, err := parsePartition(epoch.Partition)
	if err != nil {
		return 0, err
	}
	of := indexBySquare(p.squares())
	codes := map[string][2]float64{}
	for code, at := range points {
		square, ok := w.settings.Scheme.Grid.Square(at)
		if _, onGround := find(of, square); ok && onGround {
			codes[code] = [2]float64{toLattice(at.Orb()[0]), toLattice(at.Orb()[1])}
		}
	}
	if len(codes) == 0 {
		return 0, Refusal{Reason: "none of the postcodes lies on the ground of the epoch"}
	}
	return len(codes), d.Archive.replace(PostcodesFile, compact(codes))
}

// Resume finishes what was cut off: it is Settle where there is an archive, and
// nothing where there is none.
func (d *Desk) Resume(ctx context.Context) error {
	if _, err := os.Stat(d.Archive.Dir); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err
	}
	return d.Settle(ctx)
}

// Settle brings the archive to what the chain says, also where another process
// adds to it meanwhile. Without any edition it does nothing, and an archive of
// another chain, or of a longer one, it leaves alone: that is a Refusal.
func (d *Desk) Settle(ctx context.Context) error {
	for settled := 0; ; {
		chain, err := d.Store.Sealings(ctx)
		if err != nil || len(chain) == settled {
			return err
		}
		if why := foreign(d.Archive.Files(), chain); why != "" {
			if now, err := d.Store.Sealings(ctx); err != nil || len(now) > len(chain) {
				settled = -1 // it was another process
				continue
			}
			return Refusal{Reason: why + ". Nothing in it was changed"}
		}
		if err := d.Archive.settle(chain); err != nil {
			return fmt.Errorf("the chain has it, but the archive could not be brought to it; try again: %w", err)
		}
		settled = len(chain)
	}
}

// Verify returns what is wrong with the archive, in sentences: by itself, and
// beside the chain in the store.
func (d *Desk) Verify(ctx context.Context) ([]string, error) {
	chain, err := d.Store.Sealings(ctx)
	if err != nil {
		return nil, err
	}
	archive := d.Archive.Files()
	if _, err := fs.Stat(archive, "."); errors.Is(err, fs.ErrNotExist) {
		if len(chain) == 0 {
			return nil, nil
		}
		return []string{"the archive is not there: put it back, or name its folder with --editions"}, nil
	}
	wrong, err := Verify(archive)
	return append(wrong, compare(archive, chain)...), err
}

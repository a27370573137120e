package release

import (
	"context"
	"fmt"

	"commonground/data"
)

// Calendar lists the periods from the beginning of the epoch that runs up to the
// last one that has begun, the latest first.
func (d *Desk) Calendar(ctx context.Context) (Calendar, error) {
	w, err := d.open(ctx)
	if err != nil {
		return Calendar{}, err
	}
	c := Calendar{Periods: []PeriodLine{}, Policy: w.settings.Scheme.Release}
	epoch, err := w.epochOf(w.today())
	if err != nil {
		return c, nil // none was begun, and the calendar says so
	}
	p, err := parsePartition(epoch.Partition)
	if err != nil {
		return c, err
	}
	c.Epoch, c.Squares = epoch.From.String(), p.inWords()
	for in := periodSpan(w.settings.Scheme, epoch.From); in.from <= w.today(); in = periodSpan(w.settings.Scheme, in.to) {
		line, err := w.line(ctx, in)
		if err != nil {
			return c, err
		}
		c.Periods = append([]PeriodLine{line}, c.Periods...)
	}
	return c, nil
}

func (d *desk) line(ctx context.Context, in stretch) (PeriodLine, error) {
	opens := d.opens(in)
	line := PeriodLine{From: in.from.String(), To: in.to.String(), Opens: opens.String(), State: Open}
	if d.today() < opens {
		line.State = Waiting
	}
	for _, s := range d.chain {
		switch {
		case s.Period > in.from && line.State == Open:
			line.State = Passed
		case s.Period != in.from:
		case s.Withdrawn:
			line.State = Withdrawn
		default:
			line.State, line.Manifest = Sealed, s.SHA256
		}
	}
	signatures, err := d.Store.Signatures(ctx, in.from)
	line.Signatures = len(signatures)
	return line, err
}

// inWords says how the ground is divided.
func (p Partition) inWords() string {
	var n [coarsestLevel + 1]int
	for _, s := range p.squares() {
		n[s.Level]++
	}
	text := fmt.Sprintf("%d squares: %d of 250 m, %d of 500 m and %d of 1,000 m", len(p.Squares), n[1], n[2], n[3])
	if p.Addresses == 0 {
		return text + ", without addresses"
	}
	return text + fmt.Sprintf(", by %d addresses", p.Addresses)
}

// InWords says how the ground of an epoch is divided.
func InWords(epoch data.Epoch) (string, error) {
	p, err := parsePartition(epoch.Partition)
	return p.inWords(), err
}

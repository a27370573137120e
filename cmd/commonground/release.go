package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/intake"
	"commonground/data/release"
	"commonground/data/report"
	"commonground/geo"
	"commonground/tiles"
)

type releaseCommand struct {
	Epoch     releaseEpoch     `cmd:"" help:"Begin an epoch: divide the ground into the squares that editions show for at least a year."`
	List      releaseList      `cmd:"" help:"List the periods of the epoch and where each stands."`
	Preview   releasePreview   `cmd:"" help:"Make the draft of a period's edition, check it, and store nothing."`
	Sign      releaseSign      `cmd:"" help:"Put your name to a draft. Two people must."`
	Seal      releaseSeal      `cmd:"" help:"Make a signed draft public, for good."`
	Withdraw  releaseWithdraw  `cmd:"" help:"Take an edition back. That it was there stays in the chain."`
	Verify    releaseVerify    `cmd:"" help:"Check every file of the archive, and the chain of manifests."`
	Postcodes releasePostcodes `cmd:"" help:"Put a list of postcodes beside the editions, so that residents find their street by it."`
	Export    exportRelease    `cmd:"" help:"Write the public pages and editions into a folder that any web server can serve."`
}

// atDesk calls do with a desk at the opened store.
func (p *program) atDesk(ctx context.Context, do func(*release.Desk) error) error {
	return p.withStore(ctx, func(store store, door *intake.Door, _ *data.Scheme) error { return do(p.desk(store, door)) })
}

// desk is where editions are made and sealed.
func (p *program) desk(store data.Store, door *intake.Door) *release.Desk {
	return &release.Desk{Store: store, Door: door, Archive: release.Archive{Dir: p.editions}, Tiles: tiles.Editions{}, Accounts: report.Accounts{Store: store}, Now: p.now}
}

type releaseEpoch struct {
	From      string            `help:"First day of the epoch's first period." required:"" placeholder:"2019-04-24"`
	Addresses string            `help:"CSV of points, one for each address, such as OS Open UPRN. Without it all squares are of 500 m." type:"existingfile" placeholder:"FILE"`
	Premises  string            `help:"CSV of points of premises that are public already; their squares are not split." type:"existingfile" placeholder:"FILE"`
	Map       map[string]string `help:"Column of a field, where it has no usual name: lon, lat, easting, northing, grid_ref." placeholder:"FIELD=COLUMN"`
}

// Run begins an epoch. Nothing of records goes into it.
func (c *releaseEpoch) Run(ctx context.Context, p *program) error {
	from, err := data.ParseDate(c.From)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	return p.withStore(ctx, func(store store, door *intake.Door, scheme *data.Scheme) error {
		b := release.Beginning{From: from, Who: p.entry(audit.Release, "").Who}
		if b.Ground.Addresses, err = c.points(c.Addresses, scheme); err != nil {
			return fmt.Errorf("--addresses: %w", err)
		}
		if b.Ground.Premises, err = c.points(c.Premises, scheme); err != nil {
			return fmt.Errorf("--premises: %w", err)
		}
		epoch, _, err := p.desk(store, door).Begin(ctx, b)
		if err != nil {
			return err
		}
		words, err := release.InWords(epoch)
		fmt.Fprintf(p.stdout, "The epoch from %v has %s.\nSHA-256 of the partition: %s\n", epoch.From, words, epoch.SHA256)
		return err
	})
}

func (c *releaseEpoch) points(path string, scheme *data.Scheme) ([]geo.Point, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	points, err := intake.ReadPoints(file, scheme, c.Map)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return points, nil
}

type releaseList struct{}

// Run lists the periods.
func (c *releaseList) Run(ctx context.Context, p *program) error {
	return p.atDesk(ctx, func(desk *release.Desk) error {
		calendar, err := desk.Calendar(ctx)
		if err != nil {
			return err
		}
		if calendar.Epoch == "" {
			fmt.Fprintln(p.stdout, "No epoch was begun. Begin one: commonground release epoch --from DAY --addresses FILE")
			return nil
		}
		fmt.Fprintf(p.stdout, "Epoch from %s: %s.\n", calendar.Epoch, calendar.Squares)
		lines := table{texts: 3}
		lines.add("period from", "to, not included", "state", "can be sealed from", "signatures")
		for _, l := range calendar.Periods {
			lines.add(l.From, l.To, string(l.State), l.Opens, fmt.Sprint(l.Signatures))
		}
		lines.print(p.stdout)
		return nil
	})
}

// releasePeriod names a period by its first day.
type releasePeriod struct {
	Period string `arg:"" help:"First day of the period." placeholder:"2019-04-24"`
}

// atDesk calls do with a desk and the period.
func (c *releasePeriod) atDesk(ctx context.Context, p *program, do func(*release.Desk, data.Date) error) error {
	period, err := data.ParseDate(c.Period)
	if err != nil {
		return err
	}
	return p.atDesk(ctx, func(desk *release.Desk) error { return do(desk, period) })
}

type releasePreview struct {
	releasePeriod
	Out string `help:"Folder to write the draft's files to, for you to look at. They are not public." type:"path" placeholder:"DIR"`
}

// Run prints what signers must know of a draft.
func (c *releasePreview) Run(ctx context.Context, p *program) error {
	return c.atDesk(ctx, p, func(desk *release.Desk, period data.Date) error {
		draft, err := desk.Draft(ctx, period, p.entry(audit.Preview, "").Who)
		if err != nil {
			return err
		}
		p.tellDraft(draft)
		if c.Out != "" {
			if err := draft.WriteTo(c.Out); err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "The files are in %s. Delete them when you have looked.\n", c.Out)
		}
		return nil
	})
}

// releaseDraft names a draft by its hash or the beginning of it.
type releaseDraft struct {
	releasePeriod
	Draft string `arg:"" help:"SHA-256 of the draft that you looked at, or its first 12 digits."`
}

// withDraft calls do with a desk, the period and the hash of its present draft.
func (c *releaseDraft) withDraft(ctx context.Context, p *program, do func(desk *release.Desk, period data.Date, draft string) error) error {
	return c.atDesk(ctx, p, func(desk *release.Desk, period data.Date) error {
		draft, err := c.whole(ctx, desk, period)
		if err != nil {
			return err
		}
		return do(desk, period, draft)
	})
}

// whole returns the hash of the present draft, if it is the one that was named.
func (c *releaseDraft) whole(ctx context.Context, desk *release.Desk, period data.Date) (string, error) {
	if len(c.Draft) < 12 {
		return "", errors.New("give 12 digits of the draft's SHA-256 at least, as preview shows it")
	}
	draft, err := desk.Draft(ctx, period, "")
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(draft.SHA256, strings.ToLower(c.Draft)) {
		return "", release.Refusal{Reason: "that is not the present draft: look at it again with commonground release preview " + c.Period}
	}
	return draft.SHA256, nil
}

type releaseSign struct{ releaseDraft }

// Run signs a draft.
func (c *releaseSign) Run(ctx context.Context, p *program) error {
	return c.withDraft(ctx, p, func(desk *release.Desk, period data.Date, draft string) error {
		entry := p.entry(audit.Release, "")
		if err := desk.Sign(ctx, period, draft, entry.Who, entry.Name); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Signed as %s.\n", entry.Name)
		return nil
	})
}

type releaseSeal struct{ releaseDraft }

// Run seals a draft.
func (c *releaseSeal) Run(ctx context.Context, p *program) error {
	return c.withDraft(ctx, p, func(desk *release.Desk, period data.Date, draft string) error {
		sealing, err := desk.Seal(ctx, period, draft, p.entry(audit.Release, "").Who)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "The edition of %s is sealed, in %s.\nManifest %d, SHA-256 %s: note it where others can't change it.\n",
			c.Period, filepath.Join(p.editions, c.Period), sealing.Number, sealing.SHA256)
		return nil
	})
}

type releaseWithdraw struct {
	releasePeriod
	Why string `help:"Reason; it is kept, and not published." required:""`
}

// Run takes an edition back.
func (c *releaseWithdraw) Run(ctx context.Context, p *program) error {
	return c.atDesk(ctx, p, func(desk *release.Desk, period data.Date) error {
		sealing, err := desk.Withdraw(ctx, period, c.Why, p.entry(audit.Release, "").Who)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "The edition of %s is withdrawn; whoever has a copy has it still, and caches may for a day.\nManifest %d, SHA-256 %s.\n", c.Period, sealing.Number, sealing.SHA256)
		return nil
	})
}

type releaseVerify struct {
	Dir string `help:"Check a folder by itself instead, such as an export or a copy." type:"existingdir" placeholder:"DIR"`
}

// Run checks the archive and tells what is wrong.
func (c *releaseVerify) Run(ctx context.Context, p *program) error {
	if c.Dir != "" {
		wrong, err := release.Verify(os.DirFS(c.Dir))
		return p.tellVerified(wrong, err)
	}
	return p.atDesk(ctx, func(desk *release.Desk) error {
		wrong, err := desk.Verify(ctx)
		return p.tellVerified(wrong, err)
	})
}

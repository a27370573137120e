package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"commonground/api/signin"
	"commonground/data"
)

type keysCommand struct {
	Create createKey `cmd:"" help:"Make a key for a machine, and show it this once."`
	List   listKeys  `cmd:"" help:"List the keys, without their secrets."`
	Revoke revokeKey `cmd:"" help:"Take a key back, at once and for good."`
}

type createKey struct {
	Role    []string `help:"What its holder may do: crew, sender, planner, police or steward. May be given more than once." required:""`
	Source  string   `help:"The only source whose records it may send. Needed to send any."`
	Purpose string   `help:"What it is for, for the list and the audit log; at most 200 characters." required:""`
	Expires string   `help:"First day on which it is not good any more, at most 400 days ahead." required:"" placeholder:"2027-06-01"`
}

// Run makes a key. Only its hash is stored.
func (c *createKey) Run(ctx context.Context, p *program) error {
	roles, err := data.NewRoles(c.Role)
	if err != nil {
		return fmt.Errorf("--role: %w", err)
	}
	day, err := data.ParseDate(c.Expires)
	if err != nil {
		return fmt.Errorf("--expires: %w", err)
	}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	text, key, err := signin.NewKey(p.now(), data.APIKey{
		Roles: roles, Source: c.Source, Purpose: c.Purpose, Expires: day.In(settings.Scheme.Location),
	})
	if err != nil {
		return fmt.Errorf("no key was made: %w", err)
	}
	if err := store.PutAPIKey(ctx, key); err != nil {
		return err
	}
	// The key alone goes to stdout, so that a script can keep it.
	fmt.Fprintln(p.stdout, text)
	fmt.Fprintf(p.stderr, "This is key %s. It is shown this once: keep it where only its holder can read it.\n"+
		"Send it as the header: Authorization: Bearer KEY\n", key.ID)
	return nil
}

type listKeys struct{}

// Run prints a line for each key.
func (*listKeys) Run(ctx context.Context, p *program) error {
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	keys, err := store.APIKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		fmt.Fprintln(p.stdout, "There is no key yet. Make one with: commonground keys create")
		return nil
	}
	list := table{texts: 8}
	list.add("key", "", "roles", "source", "created", "expires", "last used", "purpose")
	for _, key := range keys {
		day := func(t time.Time) string { return data.DateOf(t.In(settings.Scheme.Location)).String() }
		list.add(key.ID, keyState(key, p.now()), key.Roles.String(), key.Source, day(key.Created), day(key.Expires), lastUsed(key), key.Purpose)
	}
	list.print(p.stdout)
	return nil
}

func keyState(key data.APIKey, now time.Time) string {
	switch {
	case !key.Revoked.IsZero():
		return "revoked"
	case !key.Good(now):
		return "expired"
	}
	return "good"
}

func lastUsed(key data.APIKey) string {
	if key.LastUsed == 0 {
		return "never"
	}
	return key.LastUsed.String()
}

type revokeKey struct {
	ID string `arg:"" help:"The key's id, which is the part after cg_; keys list shows it."`
}

// Run takes a key back. A server that runs refuses it from its next request on.
func (c *revokeKey) Run(ctx context.Context, p *program) error {
	store, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	revoked, err := store.RevokeAPIKey(ctx, c.ID, p.now())
	if err != nil {
		return err
	}
	if !revoked {
		return errors.New("there is no key of that id that stands; look at: commonground keys list")
	}
	fmt.Fprintf(p.stdout, "Key %s is revoked: it is refused from now on.\n", c.ID)
	return nil
}

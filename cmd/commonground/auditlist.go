package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/intake"
)

// auditSpan selects entries by their day.
type auditSpan struct {
	From string `help:"First day, such as 2026-11-24. Default: the log's first."`
	To   string `help:"First day not any more. Default: none."`
}

// entries calls do with the entries of the span and the scheme's time zone.
func (c *auditSpan) entries(ctx context.Context, p *program, do func(iter.Seq2[audit.Sealed, error], *time.Location) error) error {
	store, err := p.openThere(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	location, err := clockOf(ctx, intake.New(store))
	if err != nil {
		return err
	}
	from, err := dayFlag("--from", c.From, location)
	if err != nil {
		return err
	}
	to, err := dayFlag("--to", c.To, location)
	if err != nil {
		return err
	}
	return do(between(audit.All(ctx, store, 0), from, to), location)
}

// clockOf is the scheme's time zone, UTC where there is no scheme.
func clockOf(ctx context.Context, door *intake.Door) (*time.Location, error) {
	settings, err := door.Settings(ctx)
	if errors.Is(err, data.ErrNoScheme) {
		return time.UTC, nil
	}
	if err != nil {
		return nil, err
	}
	return settings.Scheme.Location, nil
}

// dayFlag is the start of a day, the zero time for no text.
func dayFlag(flag, text string, location *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := data.ParseDate(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", flag, err)
	}
	return day.In(location), nil
}

// between leaves out what is not in a half-open span; a zero to is no end.
func between(entries iter.Seq2[audit.Sealed, error], from, to time.Time) iter.Seq2[audit.Sealed, error] {
	return func(yield func(audit.Sealed, error) bool) {
		for entry, err := range entries {
			if err == nil && (entry.At.Before(from) || !to.IsZero() && !entry.At.Before(to)) {
				continue
			}
			if !yield(entry, err) {
				return
			}
		}
	}
}

type summarizeAudit struct{ auditSpan }

// Help says what is unusual.
func (*summarizeAudit) Help() string {
	var text strings.Builder
	text.WriteString("Hours and weekends are those of the scheme's time zone. What is listed is worth a question, and is not yet wrong. It is listed when someone\n\n")
	for _, rule := range audit.Rules {
		fmt.Fprintf(&text, "  %s: %s\n", rule.Title, limitText(&rule))
	}
	text.WriteString("\nNo hash is checked: for that there is commonground audit verify.")
	return text.String()
}

// limitText says how often makes a rule's matter unusual.
func limitText(rule *audit.Rule) string {
	text := counted(int64(rule.Limit), "time")
	if rule.Limit > 1 {
		text += " or more"
	}
	if rule.Within > 0 {
		text += fmt.Sprintf(" within %s", counted(int64(rule.Within/(24*time.Hour)), "day"))
	}
	return text
}

// Run prints the numbers by action, and then what is unusual.
func (c *summarizeAudit) Run(ctx context.Context, p *program) error {
	return c.entries(ctx, p, func(entries iter.Seq2[audit.Sealed, error], location *time.Location) error {
		summary, err := audit.Summarize(entries, location)
		if err == nil {
			p.tellSummary(&summary, location)
		}
		return err
	})
}

func (p *program) tellSummary(summary *audit.Summary, location *time.Location) {
	numbers := table{texts: 1}
	numbers.add("action", "entries")
	for i, n := range summary.Actions {
		if n > 0 {
			numbers.add(string(audit.Actions[i]), grouped(n))
		}
	}
	numbers.add("all", grouped(summary.Entries))
	numbers.print(p.stdout)
	fmt.Fprintf(p.stdout, "People, and programs with a key: %s\n\n", grouped(int64(summary.People)))
	if len(summary.Unusual) == 0 {
		fmt.Fprintln(p.stdout, "Nothing is unusual by the rules that commonground audit summary --help lists.")
		return
	}
	list := table{texts: 6}
	list.add("unusual", "who", "name", "place or record", "from", "to", "times")
	for _, u := range summary.Unusual {
		list.add(u.Rule.Title, clean(u.Who), clean(u.Name), clean(u.Subject),
			clock(u.From, location), clock(u.To, location), grouped(int64(u.Times)))
	}
	list.print(p.stdout)
}

type listAudit struct {
	auditSpan
	Who    string `help:"Only entries of this one, such as cli:jo or key:7."`
	Action string `help:"Only entries of this action, such as look or export."`
	Limit  int    `help:"At most so many, the last ones; 0 for all." default:"50"`
}

// Run prints a line for each entry.
func (c *listAudit) Run(ctx context.Context, p *program) error {
	if c.Action != "" && !slices.Contains(audit.Actions, audit.Action(c.Action)) {
		return fmt.Errorf("--action %s: there is no such action; there are %v", c.Action, audit.Actions)
	}
	return c.entries(ctx, p, func(entries iter.Seq2[audit.Sealed, error], location *time.Location) error {
		some, err := c.last(entries)
		if err == nil {
			p.tellEntries(some, location)
		}
		return err
	})
}

// last returns the last entries that are asked for.
func (c *listAudit) last(entries iter.Seq2[audit.Sealed, error]) ([]audit.Sealed, error) {
	var some []audit.Sealed
	for entry, err := range entries {
		if err != nil {
			return nil, err
		}
		if c.Who != "" && entry.Who != c.Who || c.Action != "" && string(entry.Action) != c.Action {
			continue
		}
		if c.Limit > 0 && len(some) == c.Limit {
			some = some[1:]
		}
		some = append(some, entry)
	}
	return some, nil
}

func (p *program) tellEntries(some []audit.Sealed, location *time.Location) {
	list := table{texts: 9}
	list.add("entry", "at", "who", "name", "roles", "action", "place or record", "what", "why", "records")
	for i := range some {
		e := &some[i].Entry
		list.add(fmt.Sprint(e.Number), clock(e.At, location), clean(e.Who), clean(e.Name), clean(e.Roles), clean(string(e.Action)),
			clean(e.Subject), clean(e.What), clean(e.Why), grouped(e.Records))
	}
	list.print(p.stdout)
}

// clock writes a time as clocks in a location showed it, with their offset.
func clock(t time.Time, location *time.Location) string {
	return t.In(location).Format("2006-01-02 15:04:05 -07:00")
}

// clean writes what can't be printed, which could steer a terminal, as Go does:
// what callers sent is in the log as they sent it.
func clean(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) < 0 && !strings.Contains(text, "\ufffd") {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

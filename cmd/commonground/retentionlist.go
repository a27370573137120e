package main

import (
	"context"
	"encoding/json"
	"fmt"

	"commonground/data"
	"commonground/data/intake"
)

type listRetention struct {
	JSON bool `name:"json" help:"Certificates alone, each as the JSON whose SHA-256 it has, a line each."`
}

// Run prints certificates and holds.
func (c *listRetention) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(store store, _ *intake.Door, scheme *data.Scheme) error {
		certificates, err := store.Certificates(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.certificatesAsJSON(certificates)
		}
		holds, err := store.Holds(ctx)
		if err != nil {
			return err
		}
		p.tellCertificates(certificates, scheme)
		p.tellHolds(holds, scheme, func(*data.Hold) bool { return true })
		return nil
	})
}

// certificatesAsJSON prints a line for each. The certificate's own text stands in
// it as it was hashed.
func (p *program) certificatesAsJSON(certificates []data.SignedCertificate) error {
	for _, c := range certificates {
		line := struct {
			Certificate json.RawMessage
			SHA256      string
			Scrubbed    string `json:",omitempty"`
		}{json.RawMessage(c.Text()), c.SHA256, ""}
		if !c.Scrubbed.IsZero() {
			line.Scrubbed = c.Scrubbed.Format("2006-01-02T15:04:05Z07:00")
		}
		text, err := json.Marshal(line)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s\n", text)
	}
	return nil
}

func (p *program) tellCertificates(certificates []data.SignedCertificate, scheme *data.Scheme) {
	if len(certificates) == 0 {
		fmt.Fprintln(p.stdout, "Nothing was destroyed yet.")
		return
	}
	list := table{texts: 5}
	list.add("certificate", "at", "by", "file freed", "SHA-256", "pickups", "incidents", "held")
	for _, c := range certificates {
		freed := "not yet: run again"
		if !c.Scrubbed.IsZero() {
			freed = clock(c.Scrubbed, scheme.Location)
		}
		list.add(fmt.Sprint(c.Number), clock(c.At, scheme.Location), clean(c.Who), freed, c.SHA256,
			grouped(c.Pickups.Records+c.Pickups.Deleted), grouped(c.Incidents.Records+c.Incidents.Deleted), grouped(c.Pickups.Held+c.Incidents.Held))
	}
	list.print(p.stdout)
}

func (p *program) tellHolds(holds []data.Hold, scheme *data.Scheme, shown func(*data.Hold) bool) {
	list := table{texts: 7}
	list.add("hold", "of", "from", "to", "by", "released", "reason")
	for i := range holds {
		h := &holds[i]
		if !shown(h) {
			continue
		}
		released := ""
		if !h.Ended.IsZero() {
			released = clock(h.Ended, scheme.Location) + " by " + clean(h.EndedBy)
		}
		list.add(clean(h.Name), map[data.Sort]string{0: "all", data.PickupSort: "pickups", data.IncidentSort: "incidents"}[h.Sort],
			h.From.String(), h.To.String(), clean(h.Who), released, clean(h.Reason))
	}
	if len(list.rows) > 1 {
		list.print(p.stdout)
	}
}

// tellDestroyed prints what was destroyed, or would be.
func (p *program) tellDestroyed(verb string, c *data.Certificate) {
	for _, sort := range []struct {
		thing string
		*data.Destroyed
	}{{"pickup", &c.Pickups}, {"incident", &c.Incidents}} {
		if sort.Months == 0 {
			fmt.Fprintf(p.stdout, "The scheme sets no end for %ss: all are kept.\n", sort.thing)
			continue
		}
		days := ""
		if sort.Records > 0 {
			days = fmt.Sprintf(" of %v to %v (not included)", sort.From, sort.To)
		}
		fmt.Fprintf(p.stdout, "%s%s %s, which are kept for %d months: all weeks before %v; and %s that had been deleted, and %s.\n",
			counted(sort.Records, sort.thing), days, verb, sort.Months, sort.Before, grouped(sort.Deleted), counted(sort.Versions, "earlier version"))
		if sort.Held > 0 {
			fmt.Fprintf(p.stdout, "%s kept because of a hold.\n", counted(sort.Held, sort.thing))
		}
		if sort.Undated > 0 {
			fmt.Fprintf(p.stdout, "%s kept because nobody knows of when.\n", counted(sort.Undated, sort.thing))
		}
	}
}

// tellUnsealed prints how many records wait for nothing but an edition.
func (p *program) tellUnsealed(pickups, incidents int64) {
	if pickups+incidents > 0 {
		fmt.Fprintf(p.stdout, "%s and %s kept only because their period is not sealed yet.\n", counted(pickups, "pickup"), counted(incidents, "incident"))
	}
}

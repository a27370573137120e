package api

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"commonground/api/editions"
	"commonground/api/plain"
	"commonground/data"
)

//go:embed governance.html
var governanceHTML string

var governancePage = template.Must(template.New("governance").Parse(governanceHTML))

// SchemeOf returns the scheme in force.
type SchemeOf func(context.Context) (*data.Scheme, error)

const governancePath = "/governance/"

// governanceAddresses are where the page's links lead.
type governanceAddresses struct{ Home, Style string }

// relativeAddresses are those of the page below governancePath, wherever that
// is.
var relativeAddresses = governanceAddresses{Home: "../", Style: "plain.css"}

// governance is the public page that says what is held, why, for how long, who
// can see it and what is released. All it is given is the scheme and the archive
// of editions.
func governance(scheme SchemeOf, archive *editions.Archive, addresses governanceAddresses) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, err := scheme(r.Context())
		if err != nil {
			problem(w, http.StatusServiceUnavailable, "the settings can't be read at this moment; try again shortly")
			return
		}
		g := newGovernance(s)
		g.governanceAddresses = addresses
		w.Header().Set("Cache-Control", "public, max-age=300")
		if c, err := archive.Catalogue(); err == nil {
			g.Released = releasedFrom(c, s)
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		plain.Page(w, governancePage, g)
	}
}

// held is one thing that is held.
type held struct {
	What, Why, Kept string
}

// seenBy says what someone with a role sees.
type seenBy struct {
	Who, Sees, Not string
}

// governed is what the page says.
type governed struct {
	governanceAddresses
	Scheme             *data.Scheme
	Pickups, Calls     []held
	Roles              []seenBy
	PoliceKinds        []string
	CondomsForPolice   []string // titles; empty as it should be
	PickupEnd, CallEnd string
	Policy             []rule
	Released           *released // nil where the archive can't be read
}

func newGovernance(s *data.Scheme) governed {
	g := governed{Scheme: s, Policy: policyRules(s.Release, s.PeriodWeeks), PickupEnd: monthsText(s.Retention.PickupMonths), CallEnd: monthsText(s.Retention.IncidentMonths)}
	for _, kind := range s.Kinds {
		if !slices.Contains(s.Disclosure.PoliceKinds, kind.ID) {
			continue
		}
		g.PoliceKinds = append(g.PoliceKinds, kind.Title)
		if strings.Contains(kind.ID+kind.Family, "condom") {
			g.CondomsForPolice = append(g.CondomsForPolice, kind.Title)
		}
	}
	g.Pickups = []held{
		{"Where a crew picked up, and how exactly that is known", "to plan cleansing, and to say whether it was inside the managed area", g.PickupEnd},
		{"When", "to count by week", g.PickupEnd},
		{"How many items of each kind, none too", "to count what was removed, and how often crews looked", "for good, as sums by week, place of 125 m and class"},
		{"Who sent the record, and their reference", "so that sending twice counts once, and so that it can be corrected", g.PickupEnd},
	}
	g.Calls = []held{
		{"Where, and how exactly that is known", "so that the police can respond, and to say whether it was inside the managed area", g.CallEnd},
		{"When it happened and was reported, and when someone came", "to see at which hours help is needed, and whether calls are answered", g.CallEnd},
		{"Whether someone may need help, or not; what came of it; why nobody came", "for the monitoring report", "for good, as sums by week and class, without a place"},
		{"Who sent the record, and their reference", "so that sending twice counts once, and so that it can be corrected", g.CallEnd},
	}
	g.Roles = []seenBy{
		{"Cleansing planners", "pickups and where they gather; of incidents how many by class and week, and in the monitoring report what came of them", "the place of any incident"},
		{"Police", "incidents with their place, each look logged with its reason; of pickups: " + orNone(g.PoliceKinds) + ", also in the monitoring report", "other kinds of item, nor how often a crew was where"},
		{"Stewards", "boundaries, settings, keys, the log of who looked; the monitoring report, in numbers alone", "the place of any incident"},
		{"Crews and programs that send records", "what they are asked to send", "any record"},
		{"The public", "released editions: coarse, late, and checked before release", "everything else"},
	}
	return g
}

func monthsText(months int) string {
	if months == 0 {
		return "for good: no end is set"
	}
	return fmt.Sprintf("for %d months after their week", months)
}

func orNone(titles []string) string {
	if len(titles) == 0 {
		return "none"
	}
	return strings.Join(titles, ", ")
}

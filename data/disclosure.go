package data

import "slices"

// Disclosure is what the scheme says about who sees what.
type Disclosure struct {
	// PoliceKinds are the ids of the kinds of item that someone of the police
	// sees who is no planner. Condoms must never become evidence: where women
	// fear that, they carry fewer.
	PoliceKinds []string
	// AskReason has everyone who looks at incidents asked why, once for each
	// sign-in.
	AskReason bool
}

// Retention is how long single records are kept, in whole months after the
// week they belong to; 0 where the scheme sets no end. After that only sums of
// them are left.
type Retention struct {
	PickupMonths, IncidentMonths int
}

type disclosureTable struct {
	PoliceKinds []string `toml:"police_kinds"`
	AskReason   *bool    `toml:"ask_reason"`
}

type retentionTable struct {
	PickupMonths   *int `toml:"pickup_months"`
	IncidentMonths *int `toml:"incident_months"`
}

// disclosure reads who sees what. Without the table nobody of the police sees
// a pickup, and everyone is asked for a reason.
func (c *schemeCheck) disclosure(table disclosureTable, s *Scheme) {
	s.Disclosure = Disclosure{PoliceKinds: table.PoliceKinds, AskReason: table.AskReason == nil || *table.AskReason}
	for i, id := range table.PoliceKinds {
		if _, ok := s.KindIndex(id); !ok || slices.Contains(table.PoliceKinds[:i], id) {
			c.refuse("disclosure.police_kinds", "%q is no kind of the scheme, or stands there twice", id)
		}
	}
}

// maxRetentionMonths is a slip of the pen, or no retention at all.
const maxRetentionMonths = 240

func (c *schemeCheck) retention(table retentionTable, s *Scheme) {
	months := func(key string, value *int) int {
		if value == nil {
			return 0
		}
		if *value < 1 || *value > maxRetentionMonths {
			c.refuse(key, "is %d; records are kept for 1 to %d months, or for good where the line is left out", *value, maxRetentionMonths)
		}
		return *value
	}
	s.Retention = Retention{
		PickupMonths: months("retention.pickup_months", table.PickupMonths), IncidentMonths: months("retention.incident_months", table.IncidentMonths),
	}
}

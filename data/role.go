package data

import (
	"fmt"
	"slices"
	"strings"
)

// Role is something that someone may do here. Who has which follows from the
// claims of the sign-in provider, by the scheme, or stands with an API key.
type Role string

// The roles. Someone may have several; who has none is the public.
const (
	// Crew sends pickups.
	Crew Role = "crew"
	// Sender sends records of its own source, and reads nothing.
	Sender Role = "sender"
	// Planner sees pickups and hotspots, and of incidents counts by class and
	// week only.
	Planner Role = "planner"
	// Police sees incidents with their place, and of pickups no condoms by
	// place unless the scheme says so.
	Police Role = "police"
	// Steward answers for boundaries, scheme, keys, releases and the audit log,
	// and sees no incident's place.
	Steward Role = "steward"
)

// AllRoles lists the roles, in the order of tables.
var AllRoles = []Role{Crew, Sender, Planner, Police, Steward}

// Roles is a set of roles, in the order of AllRoles, each there once. The zero
// value is the public's.
type Roles []Role

// NewRoles makes a set of roles given as text, in any order; one that there
// isn't is refused by name.
func NewRoles(names []string) (Roles, error) {
	var roles Roles
	for _, name := range names {
		if !slices.Contains(AllRoles, Role(name)) {
			return nil, fmt.Errorf("there is no role %q; there are %s", name, Roles(AllRoles))
		}
	}
	for _, role := range AllRoles {
		if slices.Contains(names, string(role)) {
			roles = append(roles, role)
		}
	}
	return roles, nil
}

// Has reports whether the set has a role.
func (r Roles) Has(role Role) bool { return slices.Contains(r, role) }

// HasAny reports whether the set has one of some roles at least.
func (r Roles) HasAny(some ...Role) bool { return slices.ContainsFunc(some, r.Has) }

// String returns the roles, with commas.
func (r Roles) String() string {
	names := make([]string, len(r))
	for i, role := range r {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}

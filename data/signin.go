package data

import (
	"maps"
	"slices"
	"time"
)

// SignIn is what a scheme says of signing in. The zero value gives nobody a
// role.
type SignIn struct {
	// Claim is the claim of the provider's token whose values say who someone is.
	Claim string
	// Idle is how long a sign-in lasts without a request, and Absolute how long
	// in all.
	Idle, Absolute time.Duration
	// values of the claim, by role.
	values map[Role][]string
}

// Roles returns the roles of someone whose claim has these values; none for
// the public.
func (s SignIn) Roles(claims []string) Roles {
	var roles Roles
	for _, role := range AllRoles {
		if slices.ContainsFunc(s.values[role], func(value string) bool { return slices.Contains(claims, value) }) {
			roles = append(roles, role)
		}
	}
	return roles
}

// Settings of a scheme that says nothing of them.
const (
	defaultClaim         = "groups"
	defaultIdleMinutes   = 30
	defaultAbsoluteHours = 10
)

// Bounds beyond which a limit would be none, or nobody could work.
const (
	maxIdleMinutes   = 240
	maxAbsoluteHours = 24
)

// signInTable is [sign_in] as it is written; nil is what is not there.
type signInTable struct {
	Claim         *string             `toml:"claim"`
	IdleMinutes   *int                `toml:"idle_minutes"`
	AbsoluteHours *int                `toml:"absolute_hours"`
	Roles         map[string][]string `toml:"roles"`
}

func (c *schemeCheck) signIn(table signInTable) SignIn {
	s := SignIn{Claim: defaultClaim, values: map[Role][]string{}}
	if table.Claim != nil {
		s.Claim = *table.Claim
	}
	if s.Claim == "" {
		c.refuse("sign_in.claim", "is empty; write the name of a claim, such as groups, or leave it out")
	}
	s.Idle = time.Duration(c.within("sign_in.idle_minutes", table.IdleMinutes, defaultIdleMinutes, maxIdleMinutes)) * time.Minute
	s.Absolute = time.Duration(c.within("sign_in.absolute_hours", table.AbsoluteHours, defaultAbsoluteHours, maxAbsoluteHours)) * time.Hour
	for _, name := range slices.Sorted(maps.Keys(table.Roles)) {
		key, values := "sign_in.roles."+name, table.Roles[name]
		if _, err := NewRoles([]string{name}); err != nil {
			c.refuse(key, "%v", err)
		}
		if len(values) == 0 {
			c.refuse(key, "has no value; leave the role out where nobody has it")
		}
		c.values(key, values)
		s.values[Role(name)] = values
	}
	return s
}

// within returns a number of 1 to highest, or what counts where none is given.
func (c *schemeCheck) within(key string, given *int, otherwise, highest int) int {
	if given == nil {
		return otherwise
	}
	if *given < 1 || *given > highest {
		c.refuse(key, "is %d; write 1 to %d", *given, highest)
	}
	return *given
}

func (c *schemeCheck) values(key string, values []string) {
	for i, value := range values {
		if value == "" {
			c.refuse(key, "has a value that is empty")
		}
		if slices.Contains(values[:i], value) {
			c.refuse(key, "%q is there twice", value)
		}
	}
}

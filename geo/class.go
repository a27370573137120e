package geo

import "fmt"

// Class says in which kind of place a point lies. The set is closed: every
// count in the program is split by it, and the parts always sum to the whole.
type Class uint8

// The classes of a point. Only the first three are classes of an Area; a
// higher one of those takes precedence where areas overlap.
const (
	// Outside is a point in no area. It is the zero value.
	Outside Class = iota
	// NonResidential is a place outside the managed area where nobody lives.
	NonResidential
	// Residential is a place outside the managed area where people live.
	Residential
	// Managed is the designated managed area.
	Managed
	// Unlocated is a record that gives no usable point.
	Unlocated
	// Unclassified is a point for whose time no boundary is in force.
	Unclassified
	classCount
)

var classNames = [classCount]string{
	Outside:        "outside",
	NonResidential: "non_residential",
	Residential:    "residential",
	Managed:        "managed",
	Unlocated:      "unlocated",
	Unclassified:   "unclassified",
}

// Classes returns every class in the order in which tables list them.
func Classes() []Class {
	return []Class{Managed, Residential, NonResidential, Outside, Unlocated, Unclassified}
}

// String returns the name that files and the API use, such as
// "non_residential".
func (c Class) String() string {
	if c >= classCount {
		return fmt.Sprintf("Class(%d)", uint8(c))
	}
	return classNames[c]
}

// OfArea reports whether an Area may have the class.
func (c Class) OfArea() bool {
	return c == Managed || c == Residential || c == NonResidential
}

// ParseClass returns the class of a name as String writes it.
func ParseClass(name string) (Class, error) {
	for c, n := range classNames {
		if n == name {
			return Class(c), nil
		}
	}
	return 0, fmt.Errorf("geo: %q is no class; use one of %v", name, Classes())
}

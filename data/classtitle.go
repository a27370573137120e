package data

import (
	"strings"

	"commonground/geo"
)

// classTitles are the classes in words.
var classTitles = map[geo.Class]string{
	geo.Managed: "Managed area", geo.Residential: "Residential", geo.NonResidential: "Non-residential",
	geo.Outside: "Outside all areas", geo.Unlocated: "No usable place", geo.Unclassified: "No boundary in force",
}

// FamilyTitle returns what pages and tables call a family of kinds, such as
// "Needles". It is not empty.
func FamilyTitle(family string) string {
	title := strings.ReplaceAll(family, "_", " ")
	return strings.ToUpper(title[:1]) + title[1:]
}

// ClassTitle returns what pages and tables call a class, such as "Managed area".
func ClassTitle(class geo.Class) string { return classTitles[class] }

package data

import "commonground/geo"

// classTitles are the classes in words.
var classTitles = map[geo.Class]string{
	geo.Managed: "Managed area", geo.Residential: "Residential", geo.NonResidential: "Non-residential",
	geo.Outside: "Outside all areas", geo.Unlocated: "No usable place", geo.Unclassified: "No boundary in force",
}

// ClassTitle returns what pages and tables call a class, such as "Managed area".
func ClassTitle(class geo.Class) string { return classTitles[class] }

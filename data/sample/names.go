package sample

import "commonground/geo"

// Words of the cloth trade, none the name of a person or a town.
var nameWords = [...]string{
	"Carder", "Heddle", "Bobbin", "Teasel", "Fuller", "Weft", "Spindle", "Madder", "Tenter", "Selvedge",
	"Shuttle", "Fleece", "Distaff", "Twill", "Treadle", "Woad", "Skein", "Nap", "Hank",
}

var (
	homeWords = [...]string{"Lane", "Street", "Row", "Road", "Fold", "Bank", "Close", "Walk", "Grove", "Place", "View"}
	workWords = [...]string{"Works", "Yard", "Mill", "Sidings", "Wharf", "Market", "Sheds", "Depot"}
)

// blockName names the n-th block. Names repeat only after hundreds of blocks,
// because the numbers of words have no common divisor.
func blockName(n int, class geo.Class) string {
	second := homeWords[n%len(homeWords)]
	if class != geo.Residential {
		second = workWords[n%len(workWords)]
	}
	return nameWords[n%len(nameWords)] + " " + second + " block (synthetic)"
}

package grid

// abroad lists the parts of the model's rectangle that are Ireland or France,
// in metres on the National Grid, half open. OSTN15 gives shifts there too, but
// both have grids of their own, and a place there is a mistake: an easting with
// a digit lost, an Irish reference. The lines are ours, drawn through the Irish
// Sea, the North Channel and the Strait of Dover, and keep off every British
// shore by 2 km or more.
var abroad = []struct{ west, south, east, north float64 }{
	{0, 100_000, 140_000, 460_000}, // west of the Smalls
	{0, 460_000, 188_000, 560_000}, // west of Galloway
	{0, 560_000, 170_000, 590_000}, // west of the Firth of Clyde
	{0, 590_000, 148_000, 615_000}, // west of Kintyre
	{0, 615_000, 100_000, 632_000}, // south-west of Islay
	{646_000, 0, 700_000, 135_000}, // beyond the Strait of Dover
}

func isAbroad(eastM, northM float64) bool {
	for _, part := range abroad {
		if eastM >= part.west && eastM < part.east && northM >= part.south && northM < part.north {
			return true
		}
	}
	return false
}

package release

// PostcodesFile is the list of postcodes in an archive. It is public already, no
// part of an edition, and loaded whole, so that nobody learns which one a reader
// asks for.
const PostcodesFile = "postcodes.json"

// PutPostcodes writes the list: longitude and latitude by postcode.
func (a Archive) PutPostcodes(codes map[string][2]float64) error {
	rounded := make(map[string][2]float64, len(codes))
	for code, at := range codes {
		rounded[code] = [2]float64{toLattice(at[0]), toLattice(at[1])}
	}
	return a.replace(PostcodesFile, compact(rounded))
}

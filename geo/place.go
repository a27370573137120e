package geo

// Place is the answer for a point at a time.
type Place struct {
	Class Class
	// Area is the id of the area that the point belongs to; empty where the
	// class is not that of an area.
	Area string
	// Version is the boundary that was in force; 0 for none.
	Version int64
	// Hours says whether the time was within the permitted hours. It is
	// unknown outside the managed area and where the time has no hour.
	Hours HoursAnswer
	// NearBoundary is set where the accuracy radius of the point reaches a
	// place of another class.
	NearBoundary bool
}

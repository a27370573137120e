package scores

import (
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/plan"
)

// onPlane returns where a place is on the plane of a grid, in metres, or false off the grid. It
// goes by the corners of its square, between which the plane is flat to millimetres.
func onPlane(on grid.Grid, p geo.Point) (plan.Point, bool) {
	square, ok := on.Square(p)
	if !ok {
		return plan.Point{}, false
	}
	lon0, lat0 := on.Corner(square, 0, 0)
	lonE, latE := on.Corner(square, 1, 0)
	lonN, latN := on.Corner(square, 0, 1)
	// p = corner + east·(E − corner) + north·(N − corner), solved for east and north.
	ex, ey, nx, ny := lonE-lon0, latE-lat0, lonN-lon0, latN-lat0
	degrees := p.Orb()
	px, py := degrees.Lon()-lon0, degrees.Lat()-lat0
	determinant := ex*ny - ey*nx
	east, north := (px*ny-py*nx)/determinant, (ex*py-ey*px)/determinant
	x, y := square.SouthWest()
	return plan.Point{X: float64(x) + east*grid.SideM, Y: float64(y) + north*grid.SideM}, true
}

// middle returns the middle of a square on the plane of its grid, in metres.
func middle(key grid.Key) plan.Point {
	square, _ := key.Square()
	x, y := square.SouthWest()
	half := float64(square.Side()) / 2
	return plan.Point{X: float64(x) + half, Y: float64(y) + half}
}

package grid

import "math"

// semiMajorM is the radius of the equator, of WGS 84 as of GRS 80.
const semiMajorM = 6378137.0

// The two differ by 0.1 mm at the poles.
var (
	wgs84 = newEllipsoid(1 / 298.257223563)
	grs80 = newEllipsoid(1 / 298.257222101)
)

// ellipsoid is a figure of the earth, with the coefficients that Krüger's
// series has on it (Karney, Transverse Mercator with an accuracy of a few
// nanometers, J. Geodesy 85, 2011, eq. 14, 35 and 36).
type ellipsoid struct {
	eccentricity float64
	// rectifyingM is the radius of a circle as long as the meridian.
	rectifyingM float64
	alpha, beta [6]float64
}

func newEllipsoid(flattening float64) ellipsoid {
	n := flattening / (2 - flattening)
	n2 := n * n
	n3, n4, n5, n6 := n*n2, n2*n2, n2*n2*n, n2*n2*n2
	return ellipsoid{
		eccentricity: math.Sqrt(flattening * (2 - flattening)),
		rectifyingM:  semiMajorM / (1 + n) * (1 + n2/4 + n4/64 + n6/256),
		alpha: [6]float64{
			n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180 - 127*n5/288 + 7891*n6/37800,
			13*n2/48 - 3*n3/5 + 557*n4/1440 + 281*n5/630 - 1983433*n6/1935360,
			61*n3/240 - 103*n4/140 + 15061*n5/26880 + 167603*n6/181440,
			49561*n4/161280 - 179*n5/168 + 6601661*n6/7257600,
			34729*n5/80640 - 3418889*n6/1995840,
			212378941 * n6 / 319334400,
		},
		beta: [6]float64{
			n/2 - 2*n2/3 + 37*n3/96 - n4/360 - 81*n5/512 + 96199*n6/604800,
			n2/48 + n3/15 - 437*n4/1440 + 46*n5/105 - 1118711*n6/3870720,
			17*n3/480 - 37*n4/840 - 209*n5/4480 + 5569*n6/90720,
			4397*n4/161280 - 11*n5/504 - 830251*n6/7257600,
			4583*n5/161280 - 108847*n6/3991680,
			20648693 * n6 / 638668800,
		},
	}
}

// conformal turns the tangent of a geographic latitude into that of the
// conformal one (Karney eq. 7 to 9).
func (on *ellipsoid) conformal(tau float64) float64 {
	secant := math.Sqrt(1 + tau*tau)
	sigma := math.Sinh(on.eccentricity * math.Atanh(on.eccentricity*tau/secant))
	return tau*math.Sqrt(1+sigma*sigma) - sigma*secant
}

// geographic is the inverse of conformal, by Newton's method (Karney eq. 19 to
// 21) from a first guess that is right near the equator; two steps reach the
// last bit.
func (on *ellipsoid) geographic(tauPrime float64) float64 {
	polar := 1 - on.eccentricity*on.eccentricity
	tau := tauPrime / polar
	for range 2 {
		at := on.conformal(tau)
		square := tau * tau
		tau += (tauPrime - at) * (1 + polar*square) / (polar * math.Sqrt((1+at*at)*(1+square)))
	}
	return tau
}

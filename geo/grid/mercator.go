package grid

import "math"

// WGS 84.
const (
	semiMajorM = 6378137.0
	flattening = 1 / 298.257223563
)

// mercator is a transverse Mercator projection of WGS 84 by Krüger's series in
// the third flattening n up to its sixth power (Karney, Transverse Mercator
// with an accuracy of a few nanometers, J. Geodesy 85, 2011, eq. 35 and 36):
// better than a micrometre within 500 km of the central meridian.
type mercator struct {
	lon0   float64 // central meridian, radians
	north0 float64 // metres along the meridian from the equator to the origin
}

var (
	n  = flattening / (2 - flattening)
	n2 = n * n
	n3 = n2 * n
	n4 = n3 * n
	n5 = n4 * n
	n6 = n5 * n

	e = math.Sqrt(flattening * (2 - flattening))

	// rectifyingM is the radius of a circle as long as the meridian.
	rectifyingM = semiMajorM / (1 + n) * (1 + n2/4 + n4/64 + n6/256)

	alpha = [6]float64{
		n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180 - 127*n5/288 + 7891*n6/37800,
		13*n2/48 - 3*n3/5 + 557*n4/1440 + 281*n5/630 - 1983433*n6/1935360,
		61*n3/240 - 103*n4/140 + 15061*n5/26880 + 167603*n6/181440,
		49561*n4/161280 - 179*n5/168 + 6601661*n6/7257600,
		34729*n5/80640 - 3418889*n6/1995840,
		212378941 * n6 / 319334400,
	}
	beta = [6]float64{
		n/2 - 2*n2/3 + 37*n3/96 - n4/360 - 81*n5/512 + 96199*n6/604800,
		n2/48 + n3/15 - 437*n4/1440 + 46*n5/105 - 1118711*n6/3870720,
		17*n3/480 - 37*n4/840 - 209*n5/4480 + 5569*n6/90720,
		4397*n4/161280 - 11*n5/504 - 830251*n6/7257600,
		4583*n5/161280 - 108847*n6/3991680,
		20648693 * n6 / 638668800,
	}
)

func newMercator(lonDeg, latDeg float64) mercator {
	m := mercator{lon0: lonDeg * math.Pi / 180}
	_, m.north0 = m.forward(lonDeg, latDeg)
	return m
}

// forward returns metres east and north of the origin.
func (m mercator) forward(lonDeg, latDeg float64) (east, north float64) {
	lambda := lonDeg*math.Pi/180 - m.lon0
	tau := math.Tan(latDeg * math.Pi / 180)
	tauPrime := conformal(tau)
	xi0 := math.Atan2(tauPrime, math.Cos(lambda))
	eta0 := math.Asinh(math.Sin(lambda) / math.Hypot(tauPrime, math.Cos(lambda)))
	xi, eta := xi0, eta0
	for j, a := range alpha {
		k := float64(2 * (j + 1))
		xi += a * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta += a * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	return rectifyingM * eta, rectifyingM*xi - m.north0
}

// inverse returns the longitude and latitude in degrees.
func (m mercator) inverse(east, north float64) (lonDeg, latDeg float64) {
	xi, eta := (north+m.north0)/rectifyingM, east/rectifyingM
	xi0, eta0 := xi, eta
	for j, b := range beta {
		k := float64(2 * (j + 1))
		xi0 -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		eta0 -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	tauPrime := math.Sin(xi0) / math.Hypot(math.Sinh(eta0), math.Cos(xi0))
	lambda := math.Atan2(math.Sinh(eta0), math.Cos(xi0))
	return (m.lon0 + lambda) * 180 / math.Pi, math.Atan(geographic(tauPrime)) * 180 / math.Pi
}

// conformal turns the tangent of a geographic latitude into that of the
// conformal one (Karney eq. 7 to 9).
func conformal(tau float64) float64 {
	sigma := math.Sinh(e * math.Atanh(e*tau/math.Hypot(1, tau)))
	return tau*math.Hypot(1, sigma) - sigma*math.Hypot(1, tau)
}

// geographic is the inverse of conformal, by Newton's method (Karney eq. 19 to
// 21); three steps reach the last bit.
func geographic(tauPrime float64) float64 {
	tau := tauPrime
	for range 4 {
		at := conformal(tau)
		tau += (tauPrime - at) / math.Hypot(1, at) *
			(1 + (1-e*e)*tau*tau) / ((1 - e*e) * math.Hypot(1, tau))
	}
	return tau
}

package hotspot

import "math"

// BeforeAfter is how many items an area had in a span of weeks before a change, and in one
// after it.
type BeforeAfter struct{ Before, After float64 }

// Change is something that was done at a place on a date, such as a bin put up or a
// lane closed, and what was found around it.
type Change struct {
	// Treated is where it was done, Buffer the land around from and to which
	// items may have moved, Control land farther away that is like them and that it
	// can't have reached. None overlaps another. The spans of time are the same for all three;
	// that before may be longer or shorter than that after.
	Treated, Buffer, Control BeforeAfter
	// Dispersion is how much more counts vary than Poisson numbers, variance by mean: see
	// Dispersion. Default, and least: 1.
	Dispersion float64
}

// Quotient is the weighted displacement quotient of a Change.
type Quotient struct {
	// Value is above 0 where the buffer gained with the treated area (diffusion of
	// benefit), below 0 where it lost (displacement), and below −1 where it lost more
	// than the treated area gained. It is 0 where OK is false.
	Value float64
	// Least and Most are the ends of the interval of 95 %, two-sided.
	Least, Most float64
	// OK is false where it can't be told; Reason says why.
	OK     bool
	Reason string
}

// z95 is the point beyond which lie 2.5 % of a standard normal.
const z95 = 1.959963984540054

// Quotient returns the weighted displacement quotient, with T, B and C the treated area,
// the buffer and the control, 0 before and 1 after:
//
//	(B1/C1 − B0/C0) / (T1/C1 − T0/C0)
//
// Its interval is Fieller's, for a quotient of two numbers that are nearly normal and correlate
// through the control: all θ for which numerator − θ·denominator isn't further than 1.96
// standard errors from 0, with the variance of a ratio of two counts by the delta method. A delta interval of
// the quotient itself, and one from draws, fail where the denominator is near 0, which is where
// care is needed; this one is a span exactly where the denominator is told from 0. The null
// hypothesis is that nothing moved, a quotient of 0; the alternative, two-sided, that
// items moved out or benefit spread. It is one test. Counts under about ten make it too short or too long.
//
// There is no quotient where the control has no item before or after, where the treated area didn't change against the
// control by more than chance makes, and where it got worse: there is no benefit then that could
// have moved.
//
// Source: Bowers & Johnson 2003, Journal of Quantitative Criminology 19; Fieller 1954,
// Journal of the Royal Statistical Society B 16. They give no interval.
func (c Change) Quotient() Quotient {
	if c.Control.Before <= 0 || c.Control.After <= 0 {
		return Quotient{Reason: "the control area had no items before or after, so there is nothing to compare with"}
	}
	f := c.fieller()
	least, most := f.treated-z95*math.Sqrt(f.treatedVariance), f.treated+z95*math.Sqrt(f.treatedVariance)
	switch {
	case least > 0:
		return Quotient{Reason: "the treated area got worse against the control area, so there is no benefit that could have moved"}
	case most >= 0:
		return Quotient{Reason: "the treated area did not change against the control area by more than chance makes"}
	}
	q := Quotient{Value: f.buffer / f.treated, OK: true}
	q.Least, q.Most = f.interval()
	return q
}

// fieller holds the two differences, their variances and their covariance.
type fieller struct{ buffer, treated, bufferVariance, treatedVariance, covariance float64 }

func (c Change) fieller() fieller {
	dispersion := max(1, c.Dispersion)
	c0, c1 := c.Control.Before, c.Control.After
	t, b := c.Treated, c.Buffer
	return fieller{
		buffer:          b.After/c1 - b.Before/c0,
		treated:         t.After/c1 - t.Before/c0,
		bufferVariance:  dispersion * (ratioVariance(b.After, c1) + ratioVariance(b.Before, c0)),
		treatedVariance: dispersion * (ratioVariance(t.After, c1) + ratioVariance(t.Before, c0)),
		covariance:      dispersion * (t.After*b.After/(c1*c1*c1) + t.Before*b.Before/(c0*c0*c0)),
	}
}

// ratioVariance is that of x/y by the delta method, for Poisson numbers x and y.
func ratioVariance(x, y float64) float64 { return x/(y*y) + x*x/(y*y*y) }

// interval solves (N − θD)² = z²(V_N − 2θC + θ²V_D) for θ. Its first factor is above
// 0, as D is told from 0.
func (f fieller) interval() (least, most float64) {
	const z2 = z95 * z95
	a := f.treated*f.treated - z2*f.treatedVariance
	b := f.buffer*f.treated - z2*f.covariance
	c := f.buffer*f.buffer - z2*f.bufferVariance
	root := math.Sqrt(max(0, b*b-a*c))
	return (b - root) / a, (b + root) / a
}

// Meaning says in a few words what the interval tells, no more than it does.
func (q Quotient) Meaning() string {
	switch {
	case !q.OK:
		return "can't be told"
	case q.Least > 0:
		return "diffusion of benefit"
	case q.Most < -1:
		return "displacement that outweighs the benefit"
	case q.Most < 0:
		return "displacement"
	}
	return "neither displacement nor diffusion of benefit can be told from chance"
}

// Dispersion returns how much more counts vary from week to week than Poisson numbers with
// the same mean in each series: Pearson's Σ (x − mean)²/mean over all, by its degrees of freedom, and
// 1 at least. Series are weekly items of one area in one span of time. A season that they share makes it larger, and so an
// interval longer. It is 1 where nothing is known. Series are not changed.
//
// Source: McCullagh & Nelder 1989, Generalized Linear Models, section 4.5.
func Dispersion(series ...[]float64) float64 {
	sum, freedom := 0.0, 0
	for _, of := range series {
		mean, _ := spread(of)
		if mean == 0 {
			continue
		}
		for _, x := range of {
			sum += (x - mean) * (x - mean) / mean
		}
		freedom += len(of) - 1
	}
	if freedom <= 0 {
		return 1
	}
	return max(1, sum/float64(freedom))
}

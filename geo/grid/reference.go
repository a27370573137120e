package grid

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Reference is a grid reference of the National Grid, such as "SE 292 327": a
// square, not a point. What is recorded by a reference lies somewhere in that
// square; its point is the Centre and its accuracy AccuracyM.
type Reference struct {
	// EastM and NorthM are the south-west corner, in metres from the false
	// origin.
	EastM, NorthM int
	// SideM is the side of the square in metres: 1, 10, 100, 1,000 or 10,000.
	SideM int
}

// hundredKM is the side in metres of the squares that have two letters.
const hundredKM = 100_000

// letters are those of the 25 squares of 500 km, and of the 25 of 100 km in
// each of them, by rows from the north-west. I is not used. The false origin is
// the south-west corner of the large square S.
//
//	A B C D E
//	F G H J K
//	L M N O P
//	Q R S T U
//	V W X Y Z
const letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"

// originColumn and originRow are those of the false origin in squares of
// 100 km from the south-west corner of the large square V.
const originColumn, originRow = 10, 5

// NewReference returns the reference of a side whose square holds a place of
// the National Grid, in metres from the false origin. It refuses a side that a
// Reference can't have and, with an error that is ErrOutsideModel, a place off
// the grid.
func NewReference(eastM, northM float64, sideM int) (Reference, error) {
	switch sideM {
	case 1, 10, 100, 1_000, 10_000:
	default:
		return Reference{}, fmt.Errorf("a grid reference has squares of 1, 10, 100, 1,000 or 10,000 m, not of %d m", sideM)
	}
	if !inModel(eastM, northM) {
		return Reference{}, fmt.Errorf("easting %v, northing %v is %w", eastM, northM, ErrOutsideModel)
	}
	return Reference{EastM: int(eastM) / sideM * sideM, NorthM: int(northM) / sideM * sideM, SideM: sideM}, nil
}

// Centre returns the middle of the square in metres from the false origin.
func (r Reference) Centre() (eastM, northM float64) {
	return float64(r.EastM) + float64(r.SideM)/2, float64(r.NorthM) + float64(r.SideM)/2
}

// AccuracyM is how far from the Centre the place may be at most, in metres:
// half the diagonal of the square, 71 m for "SE 292 327".
func (r Reference) AccuracyM() float64 {
	return float64(r.SideM) * math.Sqrt2 / 2
}

// String returns the reference as people write it, such as "SE 292 327", with
// as many digits as its side asks for. ParseReference of it is r again.
func (r Reference) String() string {
	digits := 5
	for side := 1; side < r.SideM; side *= 10 {
		digits--
	}
	column, row := r.EastM/hundredKM+originColumn, r.NorthM/hundredKM+originRow
	side := max(r.SideM, 1)
	return fmt.Sprintf("%c%c %0*d %0*d", letter(column/5, row/5), letter(column%5, row%5),
		digits, r.EastM%hundredKM/side, digits, r.NorthM%hundredKM/side)
}

// letter is that of the column from the west and the row from the south.
func letter(column, row int) byte {
	return letters[(4-row)*5+column]
}

// ParseReference reads a grid reference: two letters and two to ten digits,
// half of them for east and half for north, with capital or small letters and
// blanks or none between the three: "SE 292 327", "SE292327", "se29203270",
// "SE23". It refuses everything else and squares off the grid, in a sentence
// for whoever wrote it. Letters alone are refused too: a square of 100 km is too
// coarse for a place.
func ParseReference(text string) (Reference, error) {
	r, err := parseReference(strings.Fields(text))
	if err != nil {
		return Reference{}, fmt.Errorf("grid reference %.40q: %w", text, err)
	}
	return r, nil
}

func parseReference(fields []string) (Reference, error) {
	if len(fields) == 0 {
		return Reference{}, errors.New("is empty")
	}
	eastM, northM, err := hundredKMSquare(fields[0])
	if err != nil {
		return Reference{}, err
	}
	east, north, err := halves(fields[0][2:], fields[1:])
	if err != nil {
		return Reference{}, err
	}
	r := Reference{SideM: hundredKM}
	for range east {
		r.SideM /= 10
	}
	r.EastM, r.NorthM = eastM+number(east)*r.SideM, northM+number(north)*r.SideM
	if !inModel(float64(r.EastM), float64(r.NorthM)) {
		return Reference{}, errors.New("lies off the National Grid, which ends 1,250 km north of its origin")
	}
	return r, nil
}

// number is that of up to five digits, which always are one.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// hundredKMSquare returns the south-west corner in metres of the square whose
// two letters a text begins with.
func hundredKMSquare(text string) (eastM, northM int, err error) {
	var at [2]int
	for i := range at {
		if i >= len(text) || !isLetter(text[i]) {
			return 0, 0, errors.New("has to begin with the two letters of a square of 100 km, such as SE")
		}
		if at[i] = strings.IndexByte(letters, capital(text[i])); at[i] < 0 {
			return 0, 0, errors.New("the letter I is not used for squares")
		}
	}
	column, row := at[0]%5*5+at[1]%5-originColumn, (4-at[0]/5)*5+4-at[1]/5-originRow
	eastM, northM = column*hundredKM, row*hundredKM
	if !inModel(float64(eastM), float64(northM)) {
		return 0, 0, fmt.Errorf("the square %s is not on the National Grid of Great Britain", strings.ToUpper(text[:2]))
	}
	return eastM, northM, nil
}

// isLetter is about the letters of English, as is capital.
func isLetter(c byte) bool {
	return 'A' <= capital(c) && capital(c) <= 'Z'
}

func capital(c byte) byte {
	return c &^ ('a' - 'A')
}

// halves returns the digits for east and for north: what follows the letters at
// once, or else after blanks.
func halves(first string, rest []string) (east, north string, err error) {
	groups := rest
	if first != "" {
		groups = append([]string{first}, rest...)
	}
	digits := strings.Join(groups, "")
	for _, c := range digits {
		if c < '0' || c > '9' {
			return "", "", fmt.Errorf("has %q where a digit should be", c)
		}
	}
	half := len(digits) / 2
	switch {
	case digits == "":
		return "", "", errors.New("is a square of 100 km, too coarse for a place; add digits, such as SE 292 327")
	case len(digits)%2 != 0 || len(groups) == 2 && len(groups[0]) != half:
		return "", "", errors.New("has to have as many digits for north as for east")
	case half > 5:
		return "", "", fmt.Errorf("has %d digits; ten, which make a metre, are the most", len(digits))
	case len(groups) > 2:
		return "", "", errors.New("has to have one blank among its digits, between those for east and for north")
	}
	return digits[:half], digits[half:], nil
}

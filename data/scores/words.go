package scores

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"commonground/data"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// scored describes what a question scores.
func (q *Question) scored(f *field) Scored {
	s := Scored{
		Value: q.value(), Title: q.title(), Method: "Getis–Ord Gi*, binary weights, the square and the eight around it",
		Domain: f.domain, Squares: len(f.squares), Level: q.Level, SideM: grid.SideM << q.Level, Weeks: WeeksText(q.Scheme, q.Weeks()),
		P: "analytic", Sides: 2, Correction: "Benjamini–Hochberg",
	}
	if q.Draws > 0 {
		seed, draws, least := uint64(Seed), q.Draws, 1/float64(q.Draws+1)
		s.P, s.Seed, s.Draws, s.LeastP = "permuted", &seed, &draws, &least
	}
	return s
}

func (q *Question) value() Value {
	if q.Value == PerVisit {
		return PerVisit
	}
	return Items
}

// title says in words what is scored, such as "items removed per square of 125 m,
// 24 Apr – 21 May 2019, all kinds".
func (q *Question) title() string {
	per := "items removed per square of " + sideText(q.Level)
	if q.Value == PerVisit {
		per = "items removed per visit, by square of " + sideText(q.Level)
	}
	return per + ", " + q.About()
}

// About says in words what a query selects.
func (q *Question) About() string {
	parts := []string{spanText(q.Scheme, q.Weeks()), "all kinds"}
	if titles := kindTitles(q.Scheme, q.Query); len(titles) > 0 {
		parts[1] = strings.ToLower(strings.Join(titles, " and "))
	}
	if len(q.Query.Classes) > 0 {
		var classes []string
		for _, class := range q.Query.Classes {
			classes = append(classes, strings.ToLower(data.ClassTitle(class)))
		}
		parts = append(parts, "places of the class "+strings.Join(classes, " or "))
	}
	if q.Query.Area != "" {
		parts = append(parts, "area "+q.Query.Area)
	}
	if square, ok := q.Query.Square.Square(); ok {
		parts = append(parts, "in "+q.Scheme.Grid.Name(square))
	}
	if q.Query.Bound != nil {
		parts = append(parts, "in a box")
	}
	return strings.Join(parts, ", ")
}

func sideText(level uint8) string {
	side := grid.SideM << level
	if side%1000 == 0 {
		return fmt.Sprintf("%d km", side/1000)
	}
	return fmt.Sprintf("%d m", side)
}

// fewSquares is below how many a normal p is not to be relied on.
const fewSquares = 30

// note says what is to be known of the scores.
func (q *Question) note(s *Scores) string {
	notes := []string{"Only squares visited in these weeks are scored; visits without a find count as 0."}
	if s.Scored.Domain == Areas {
		notes[0] = "Squares that meet an area in force are scored, and those with items: whether anybody looked in the empty ones is not known."
	}
	n := len(s.Squares)
	switch {
	case q.Draws > 0 && n > 0:
		needed := int(math.Floor(float64(n)/float64(q.Draws+1)/hotspot.Significant)) + 1
		notes = append(notes, fmt.Sprintf("A p by permutation is %s at the least: of %d squares %d must have that before any is called hot or cold.", pText(1/float64(q.Draws+1)), n, needed))
	case n < fewSquares:
		notes = append(notes, fmt.Sprintf("With fewer than %d squares the normal p is rough; p=permuted is not.", fewSquares))
	default:
		notes = append(notes, "Where few squares hold most items the normal p of full squares is too small; p=permuted is not.")
	}
	if q.Query.Weeks.IsZero() {
		notes = append(notes, "Items known to the month only are among them.")
	}
	return strings.Join(append(notes, q.categoryNote(s)), " ")
}

func (q *Question) categoryNote(s *Scores) string {
	if s.Scored.Steps == 0 {
		return fmt.Sprintf("No categories: there are fewer than %d weeks of records.", hotspot.LeastSteps)
	}
	return fmt.Sprintf("Categories go by items removed in each of the %d weeks of %s: Gi* of each square with the week before, corrected over all squares and weeks; "+
		"intensifying and diminishing go by Mann–Kendall on these scores, p < .05, not corrected and rather too small, since neighbouring weeks share values.",
		s.Scored.Steps, spanText(q.Scheme, q.Span()))
}

// Sentence says how many squares are hot and cold.
func (s *Scores) Sentence() string {
	n := len(s.Squares)
	if n == 0 {
		return "There is nothing to score: no square is selected."
	}
	if !s.anyScore() {
		return fmt.Sprintf("There is nothing to tell apart: %s or too few of them.", alikeText(n))
	}
	if s.Hot == 0 && s.Cold == 0 && s.drawsTooFew() {
		return fmt.Sprintf("No square of %d can be told from chance by %d draws: more draws, or fewer squares, could show what there is.", n, *s.Scored.Draws)
	}
	if s.Hot == 0 && s.Cold == 0 {
		return fmt.Sprintf("No square of %d has more or less than chance would put there: the differences between them may be chance alone.", n)
	}
	first := fmt.Sprintf("No square of %d has more", n)
	if s.Hot > 0 {
		first = fmt.Sprintf("%s of %d %s more", SquaresText(s.Hot), n, Have(s.Hot))
	}
	first += ", with those around it, than chance would put there"
	if s.Cold > 0 {
		first += fmt.Sprintf("; %d %s less", s.Cold, Have(s.Cold))
	}
	return first + ". Of squares so called one in twenty is expected to be wrong."
}

func (s *Scores) anyScore() bool {
	for i := range s.Squares {
		if s.Squares[i].OK {
			return true
		}
	}
	return false
}

// drawsTooFew reports whether some square had a p by permutation as small as there can be, which
// among so many squares is not small enough.
func (s *Scores) drawsTooFew() bool {
	return s.Scored.Draws != nil && slices.ContainsFunc(s.Squares, func(square Square) bool { return square.OK && square.P <= *s.Scored.LeastP })
}

func alikeText(n int) string {
	if n == 1 {
		return "there is one square"
	}
	return fmt.Sprintf("the %d squares are all alike", n)
}

// SquaresText writes a number of squares: "1 square", "3 squares".
func SquaresText(n int) string { return CountText(int64(n), "square") }

// Have is the verb of a number of things.
func Have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// Why says in a sentence why a square has the score that it has.
func (s *Scores) Why(square *Square) string {
	why := CountText(square.Items, "item")
	if s.visits {
		why += " in " + CountText(square.Visits, "visit")
	}
	switch {
	case !square.OK:
		return why + "; not scored."
	case square.Hot():
		why += "; with the squares around it more than chance would put there (q " + isText(square.Q) + ")"
	case square.Cold():
		why += "; with the squares around it less than chance would put there (q " + isText(square.Q) + ")"
	default:
		why += "; with the squares around it no more and no less than chance could put there (q " + isText(square.Q) + ")"
	}
	if s.Scored.Steps > 0 {
		why += "; " + s.weeksOf(square)
	}
	return why + "."
}

// weeksOf says what came of a square over the weeks. A trend is told where it is more than
// chance makes among so many squares; where a category rests on one that is not, that is
// said.
func (s *Scores) weeksOf(square *Square) string {
	e := &square.Emerged
	text := fmt.Sprintf("by single weeks hot in %d of %d", e.Hot, s.Scored.Steps)
	if e.Cold > 0 {
		text += fmt.Sprintf(" and cold in %d", e.Cold)
	}
	rests := e.Category == hotspot.Intensifying || e.Category == hotspot.Diminishing || e.Category == hotspot.ColdIntensifying || e.Category == hotspot.ColdDiminishing
	switch direction := square.Direction(); {
	case direction != None:
		return text + ", " + direction
	case rests:
		return text + ", with a trend that is not certain (p " + isText(e.Trend.P) + ", not corrected)"
	}
	return text + ", no trend beyond chance"
}

// Directions of a trend.
const (
	Rising  = "rising"
	Falling = "falling"
	None    = "none"
)

// Direction says whether a square's scores rise or fall by more than chance makes among all
// squares.
func (s *Square) Direction() string { return Direction(s.Emerged.Trend, s.TrendQ) }

// Direction says whether a trend rises or falls by more than chance makes, by its corrected p.
func Direction(trend hotspot.Trend, q float64) string {
	switch {
	case !trend.OK || q >= hotspot.Significant:
		return None
	case trend.Z > 0:
		return Rising
	}
	return Falling
}

// CountText writes a number of things: "1 visit", "3 visits".
func CountText(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// isText writes a probability after its name: "= 0.31", "< 0.001".
func isText(p float64) string {
	if p < .001 {
		return "< 0.001"
	}
	return "= " + pText(p)
}

func pText(p float64) string {
	if p < .001 {
		return fmt.Sprintf("%.4f", p)
	}
	if p < .1 {
		return fmt.Sprintf("%.3f", p)
	}
	return fmt.Sprintf("%.2f", p)
}

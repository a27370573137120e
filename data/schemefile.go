package data

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	// Time zones must be known on machines that have no list of their own.
	_ "time/tzdata"

	"github.com/pelletier/go-toml/v2"

	"commonground/geo"
	"commonground/geo/grid"
)

// SchemeError says what is wrong with a scheme file, and where.
type SchemeError struct {
	Line   int // from 1; 0 where no line can be named
	Key    string
	Reason string
}

// Error returns "line 12: time_zone: …".
func (e *SchemeError) Error() string {
	text := e.Reason
	if e.Key != "" {
		text = e.Key + ": " + text
	}
	if e.Line > 0 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	return text
}

// schemeFile is the file as it is written.
type schemeFile struct {
	Name         string              `toml:"name"`
	Synthetic    bool                `toml:"synthetic"`
	TimeZone     string              `toml:"time_zone"`
	FirstWeekday string              `toml:"first_weekday"`
	PeriodWeeks  int                 `toml:"period_weeks"`
	PeriodAnchor toml.LocalDate      `toml:"period_anchor"`
	Channels     []string            `toml:"channels"`
	Reasons      []string            `toml:"reasons"`
	Grid         gridTable           `toml:"grid"`
	Kinds        []Kind              `toml:"kind"`
	Outcomes     []Outcome           `toml:"outcome"`
	Measures     []Measure           `toml:"measure"`
	Hours        map[string][]string `toml:"hours"`
	SignIn       signInTable         `toml:"sign_in"`
	Disclosure   disclosureTable     `toml:"disclosure"`
	Retention    retentionTable      `toml:"retention"`
	Release      releaseTable        `toml:"release"`
}

type gridTable struct {
	System string    `toml:"system"`
	Origin []float64 `toml:"origin"`
}

// ParseScheme reads a scheme file. All that is wrong with it is in the error,
// which joins a *SchemeError for each: unknown keys, an impossible zone, an
// outcome there twice, and so on.
func ParseScheme(text string) (*Scheme, error) {
	return parseScheme(text, (*schemeCheck).release)
}

// ParseEarlierScheme reads a scheme that an earlier version of the program let
// in, so that another can take its place: its policy of releases is not checked,
// and is not to be used.
func ParseEarlierScheme(text string) (*Scheme, error) {
	return parseScheme(text, func(*schemeCheck, *releaseTable, *Scheme) {})
}

func parseScheme(text string, release func(*schemeCheck, *releaseTable, *Scheme)) (*Scheme, error) {
	file := schemeFile{Release: newReleaseTable()}
	decoder := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, schemeErrors(err)
	}
	check := schemeCheck{lines: indexLines(text)}
	scheme := check.scheme(&file)
	release(&check, &file.Release, scheme)
	if len(check.errs) > 0 {
		return nil, errors.Join(check.errs...)
	}
	scheme.Text = text
	return scheme, nil
}

// schemeErrors turns the TOML reader's errors into ours.
func schemeErrors(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var errs []error
		for i := range unknown.Errors {
			line, _ := unknown.Errors[i].Position()
			key := strings.Join(unknown.Errors[i].Key(), ".")
			errs = append(errs, &SchemeError{Line: line, Key: key, Reason: "no such setting; `commonground init` writes a file with all of them"})
		}
		return errors.Join(errs...)
	}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		line, _ := syntax.Position()
		return &SchemeError{Line: line, Key: strings.Join(syntax.Key(), "."), Reason: strings.TrimPrefix(syntax.Error(), "toml: ")}
	}
	return &SchemeError{Reason: err.Error()}
}

// schemeCheck collects what is wrong.
type schemeCheck struct {
	lines map[string]int
	errs  []error
}

func (c *schemeCheck) refuse(key, format string, args ...any) {
	c.errs = append(c.errs, &SchemeError{Line: c.lines[key], Key: key, Reason: fmt.Sprintf(format, args...)})
}

func (c *schemeCheck) scheme(file *schemeFile) *Scheme {
	s := &Scheme{Name: strings.TrimSpace(file.Name), Synthetic: file.Synthetic, PeriodWeeks: file.PeriodWeeks}
	if s.Name == "" {
		c.refuse("name", "is missing: give the deployment a name")
	}
	if s.PeriodWeeks < 1 || s.PeriodWeeks > 53 {
		c.refuse("period_weeks", "is %d; a period has 1 to 53 weeks", s.PeriodWeeks)
	}
	c.calendar(file, s)
	c.grid(file.Grid, s)
	s.Kinds = c.kinds(file.Kinds)
	s.Outcomes = c.outcomes(file.Outcomes)
	s.Measures = c.measures(file.Measures, s.Outcomes)
	s.Channels = c.names("channels", file.Channels)
	s.Reasons = c.names("reasons", file.Reasons)
	s.Hours = c.hours(file.Hours)
	s.SignIn = c.signIn(file.SignIn)
	c.disclosure(file.Disclosure, s)
	c.retention(file.Retention, s)
	return s
}

func (c *schemeCheck) calendar(file *schemeFile, s *Scheme) {
	location, err := time.LoadLocation(file.TimeZone)
	if err != nil || file.TimeZone == "" || file.TimeZone == "Local" {
		c.refuse("time_zone", "%q is no time zone; write one such as Europe/London", file.TimeZone)
		location = time.UTC
	}
	s.Location = location
	weekday, ok := parseWeekday(file.FirstWeekday)
	if !ok {
		c.refuse("first_weekday", "%q is no day of the week; write one such as Wednesday", file.FirstWeekday)
	}
	s.FirstWeekday = weekday
	if file.PeriodAnchor.Year == 0 {
		c.refuse("period_anchor", "is missing: write the first day of any reporting period, such as 2019-04-24")
		return
	}
	s.Anchor = DateOf(file.PeriodAnchor.AsTime(time.UTC))
	if ok && s.Anchor.Weekday() != weekday {
		c.refuse("period_anchor", "%v is a %v, but weeks start on %v", s.Anchor, s.Anchor.Weekday(), weekday)
	}
}

func parseWeekday(name string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(name, day.String()) {
			return day, true
		}
	}
	return 0, false
}

func (c *schemeCheck) grid(table gridTable, s *Scheme) {
	switch table.System {
	case "national":
		if table.Origin != nil {
			c.refuse("grid.origin", "the National Grid has its own; leave it out")
		}
		s.Grid = grid.National{}
		return
	case "", "local":
	default:
		c.refuse("grid.system", `%q is no grid; write "national" in Great Britain and "local" elsewhere`, table.System)
		return
	}
	if len(table.Origin) != 2 {
		c.refuse("grid.origin", "write a longitude and a latitude in the middle of the town, such as [-1.55, 53.79]")
		return
	}
	local, err := grid.NewLocal(table.Origin[0], table.Origin[1])
	if err != nil {
		c.refuse("grid.origin", "%v", err)
	}
	s.Grid = local
}

// ids are used in addresses, files and tiles.
var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

const idRule = "%q: use small letters, digits and _, a letter first, at most 40 in all"

// reservedIDs are names of other attributes in tiles and tables, and of other
// fields in files.
var reservedIDs = []string{
	"square", "level", "n", "visits", "share", "finds_per_visit", "class", "area", "week", "at", "items", "id", "name",
	"source", "ref", "lon", "lat", "easting", "northing", "accuracy", "time", "kind",
}

func (c *schemeCheck) kinds(kinds []Kind) []Kind {
	if len(kinds) == 0 {
		c.refuse("kind", "there is none: name at least one kind of item")
	}
	seen := map[string]bool{}
	for _, reserved := range reservedIDs {
		seen[reserved] = true
	}
	for i, kind := range kinds {
		key := fmt.Sprintf("kind[%d]", i+1)
		c.id(key, kind.ID, seen)
		if kind.Title == "" {
			c.refuse(key, "%s has no title", kind.ID)
		}
		if !idPattern.MatchString(kind.Family) {
			c.refuse(key+".family", idRule, kind.Family)
		}
	}
	return kinds
}

// id checks the id of an entry and that none before it has the same.
func (c *schemeCheck) id(key, id string, seen map[string]bool) {
	switch {
	case !idPattern.MatchString(id):
		c.refuse(key+".id", idRule, id)
	case seen[id]:
		c.refuse(key+".id", "%q is taken already", id)
	}
	seen[id] = true
}

func (c *schemeCheck) outcomes(outcomes []Outcome) []Outcome {
	seen := map[string]bool{}
	for i, outcome := range outcomes {
		key := fmt.Sprintf("outcome[%d]", i+1)
		// A parent must stand above, which rules out circles.
		if outcome.Parent != "" && !seen[outcome.Parent] {
			c.refuse(key+".parent", "there is no outcome %q above this one", outcome.Parent)
		}
		c.id(key, outcome.ID, seen)
		if outcome.Title == "" {
			c.refuse(key, "%s has no title", outcome.ID)
		}
	}
	return outcomes
}

func (c *schemeCheck) names(key string, names []string) []string {
	seen := map[string]bool{}
	for _, name := range names {
		if !idPattern.MatchString(name) {
			c.refuse(key, idRule, name)
		}
		if seen[name] {
			c.refuse(key, "%q is there twice", name)
		}
		seen[name] = true
	}
	return names
}

func (c *schemeCheck) hours(table map[string][]string) geo.Hours {
	var hours geo.Hours
	known := 0
	for day := time.Sunday; day <= time.Saturday; day++ {
		name := strings.ToLower(day.String())
		spans, ok := table[name]
		if ok {
			known++
		}
		for _, text := range spans {
			span, err := geo.ParseSpan(text)
			if err != nil {
				c.refuse("hours."+name, "%v", err)
			}
			hours[day] = append(hours[day], span)
		}
	}
	if known != len(table) {
		c.refuse("hours", "holds something that is no day of the week; write monday to sunday")
	}
	return hours
}

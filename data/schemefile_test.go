package data_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/geo"
)

// schemeText is a small scheme, each of whose lines the tests may replace.
const schemeText = `name = "Testham"
time_zone = "Europe/London"
first_weekday = "Wednesday"
period_weeks = 4
period_anchor = 2019-04-24
channels = ["phone"]
reasons = ["bank_holiday"]

[grid]
origin = [-2.42, 54.72]

[[kind]]
id = "needle"
title = "Needles"
family = "needles"

[[outcome]]
id = "attended"
title = "Attended"

[[outcome]]
id = "spoken_to"
title = "Spoken to"
parent = "attended"

[hours]
monday = ["19:00-07:00"]
`

func TestSchemeIsReadWhole(t *testing.T) {
	s, err := data.ParseScheme(schemeText)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "Testham" || s.Location.String() != "Europe/London" || s.FirstWeekday != time.Wednesday ||
		s.PeriodWeeks != 4 || s.Anchor.String() != "2019-04-24" || len(s.Kinds) != 1 || len(s.Outcomes) != 2 {
		t.Errorf("read %+v", s)
	}
	if len(s.Hours[time.Monday]) != 1 || s.Hours[time.Monday][0] != (geo.Span{From: 19 * 60, To: 7 * 60}) {
		t.Errorf("hours %v", s.Hours)
	}
}

func TestSchemeIsRefusedWithLineAndReason(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		line           int
		reason         string
	}{
		{"unknown key", `period_weeks = 4`, "period_weeks = 4\nperiod_length = 3", 5, "no such setting"},
		{"unknown key in a table", `parent = "attended"`, "parent = \"attended\"\ncolour = 1", 25, "no such setting"},
		{"impossible zone", `Europe/London`, `Europe/Leeds`, 2, "is no time zone"},
		{"the machine's own zone", `Europe/London`, `Local`, 2, "is no time zone"},
		{"no weekday", `"Wednesday"`, `"Midweek"`, 3, "is no day of the week"},
		{"anchor on another weekday", `2019-04-24`, `2019-04-25`, 5, "is a Thursday, but weeks start on Wednesday"},
		{"anchor that is no date", `2019-04-24`, `2019-04-31`, 5, ""},
		{"no period", `period_weeks = 4`, `period_weeks = 0`, 4, "a period has 1 to 53 weeks"},
		{"outcome there twice", `id = "spoken_to"`, `id = "attended"`, 22, "is taken already"},
		{"parent below its child", `parent = "attended"`, `parent = "later"`, 24, `no outcome "later" above`},
		{"outcome its own parent", `parent = "attended"`, `parent = "spoken_to"`, 24, `no outcome "spoken_to" above`},
		{"id with a space", `id = "needle"`, `id = "a needle"`, 13, "use small letters"},
		{"id of a tile's attribute", `id = "needle"`, `id = "visits"`, 13, "is taken already"},
		{"origin without latitude", `[-2.42, 54.72]`, `[-2.42]`, 10, "a longitude and a latitude"},
		{"a grid that nobody knows", `[grid]`, "[grid]\nsystem = \"utm\"", 10, "no grid"},
		{"an origin for the National Grid", `[grid]`, "[grid]\nsystem = \"national\"", 11, "leave it out"},
		{"origin at the pole", `[-2.42, 54.72]`, `[-2.42, 89]`, 10, "between 80° south and 80° north"},
		{"hours of no day", `monday = `, `moonday = `, 26, "no day of the week"},
		{"hours that are none", `19:00-07:00`, `19:00-25:00`, 27, "no time of day"},
		{"wrong type", `period_weeks = 4`, `period_weeks = "four"`, 4, ""},
		{"no TOML", `period_weeks = 4`, `period_weeks 4`, 4, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(schemeText, test.old, test.new, 1)
			_, err := data.ParseScheme(text)
			var refused *data.SchemeError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			if refused.Line != test.line || !strings.Contains(refused.Reason, test.reason) {
				t.Errorf("got %q, want line %d and %q", refused, test.line, test.reason)
			}
		})
	}
}

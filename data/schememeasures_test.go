package data_test

import (
	"errors"
	"strings"
	"testing"

	"commonground/data"
)

// measuresText are measures at the end of a small scheme, whose first line is 28.
const measuresText = `[[measure]]
id = "warnings"
title = "Warnings"
agency = "police"
window = "period"
covers = "attended"

[[measure]]
id = "cautions"
title = "Cautions"
agency = "police"
window = "cohort"

[[measure]]
id = "attended"
title = "Attended"
agency = "police"
window = "cohort"
part_of = "cautions"

[[measure]]
id = "engaged"
title = "Engaged each month"
agency = "outreach"
window = "three_months"
range = true
`

func TestMeasuresAreReadInTheirOrder(t *testing.T) {
	s, err := data.ParseScheme(schemeText + measuresText)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Measures) != 4 || s.Measures[0].Covers != "attended" || s.Measures[2].PartOf != "cautions" || !s.Measures[3].Range {
		t.Errorf("%+v", s.Measures)
	}
	if m, ok := s.Measure("engaged"); !ok || m.Agency != "outreach" || m.Window != data.ThreeMonthsWindow {
		t.Errorf("%+v, %v", m, ok)
	}
	if _, ok := s.Measure("none"); ok {
		t.Error("there is a measure that is not there")
	}
}

func TestMeasuresAreRefusedWithLineAndReason(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		line           int
		reason         string
	}{
		{"an unknown key", `range = true`, `ranges = true`, 53, "no such setting"},
		{"an id with a capital", `id = "warnings"`, `id = "Warnings"`, 29, "use small letters"},
		{"an id there twice", `id = "engaged"`, `id = "cautions"`, 49, "is taken already"},
		{"no title", `title = "Cautions"`, ``, 35, "cautions has no title"},
		{"no agency", "agency = \"police\"\nwindow = \"period\"", `window = "period"`, 28, "warnings has no agency"},
		{"an agency with a space before it", `"outreach"`, `" outreach"`, 51, "is no name of a sender"},
		{"no window", "window = \"period\"\n", "", 28, `"" is no window; write period, cohort, as_at or three_months`},
		{"a window that nobody knows", `"three_months"`, `"quarter"`, 52, `"quarter" is no window`},
		{"a part above its whole", `part_of = "cautions"`, `part_of = "engaged"`, 46, `no measure "engaged" above`},
		{"a part of itself", `part_of = "cautions"`, `part_of = "attended"`, 46, `no measure "attended" above`},
		{"a part with another window", `part_of = "cautions"`, `part_of = "warnings"`, 46, "a part has the agency and window of its whole"},
		{"a part of another agency", "range = true", `part_of = "cautions"`, 53, "a part has the agency and window of its whole"},
		{"an outcome that is not there", `covers = "attended"`, `covers = "later"`, 33, `there is no outcome "later"`},
		{"an outcome of a cohort", `part_of = "cautions"`, `covers = "attended"`, 46, `write window = "period"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := data.ParseScheme(schemeText + strings.Replace(measuresText, test.old, test.new, 1))
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

func TestTheMeasuresOfTheDefaultSchemeWork(t *testing.T) {
	text := data.DefaultScheme
	start := strings.Index(text, "# [[measure]]")
	end := strings.Index(text[start:], "\n\n") + start
	text = text[:start] + strings.ReplaceAll(strings.ReplaceAll(text[start:end], "# ", ""), "#\n", "\n") + text[end:]
	s, err := data.ParseScheme(text)
	if err != nil || len(s.Measures) != 4 {
		t.Errorf("%d measures, %v", len(s.Measures), err)
	}
}

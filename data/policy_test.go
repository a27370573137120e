package data_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/sample"
)

// withRelease is the small scheme with a policy.
func withRelease(lines ...string) string {
	return schemeText + "\n[release]\n" + strings.Join(lines, "\n") + "\n"
}

// releaseLine is the line of the table's header in withRelease.
var releaseLine = strings.Count(schemeText, "\n") + 2

func TestPolicyThatIsLeftOutIsTheDefault(t *testing.T) {
	for name, text := range map[string]string{
		"no table": schemeText, "an empty table": withRelease(), "the default scheme": data.DefaultScheme, "the sample": sample.SchemeText(),
	} {
		s, err := data.ParseScheme(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(s.Release, data.DefaultPolicy()) {
			t.Errorf("%s: %+v", name, s.Release)
		}
	}
	s, err := data.ParseScheme(withRelease("delay_days = 56", "cuts = [30, 90]"))
	want := data.DefaultPolicy()
	want.DelayDays, want.Cuts = 56, [2]int{30, 90}
	if err != nil || !reflect.DeepEqual(s.Release, want) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSchemesOfOursWriteEveryValueOut(t *testing.T) {
	policy := reflect.TypeFor[data.Policy]()
	for i := range policy.NumField() {
		key := policy.Field(i).Tag.Get("toml")
		for name, text := range map[string]string{"default": data.DefaultScheme, "sample": sample.SchemeText()} {
			if !strings.Contains(text, "\n"+key+" = ") {
				t.Errorf("the %s scheme has no line for %s", name, key)
			}
		}
	}
}

func TestWeakerValueNeedsItsOverride(t *testing.T) {
	for _, test := range []struct{ key, weaker, same, stronger string }{
		{"delay_days", "27", "28", "29"},
		{"epoch_weeks", "51", "52", "104"},
		{"finest_m", "", "250", "500"},
		{"min_addresses", "19", "20", "21"},
		{"min_items", "9", "10", "11"},
		{"min_days", "2", "3", "4"},
		{"max_day_percent", "51", "50", "49"},
		{"min_squares", "2", "3", "4"},
		{"table_min", "5", "10", "15"},
		{"table_step", "1", "5", "5"},
		{"total_step", "23", "25", "27"},
		{"min_search_hectares", "49", "50", "51"},
		{"cuts", "[24, 75]", "[25, 75]", "[26, 76]"},
		{"cuts", "[25, 74]", "[25, 75]", "[25, 76]"},
		{"cuts", "[30, 79]", "[30, 80]", "[30, 81]"},
	} {
		named := fmt.Sprintf("override = [%q]", test.key)
		line := func(value string) string { return test.key + " = " + value }
		for _, value := range []string{test.same, test.stronger} {
			accepted(t, withRelease(line(value)), []string{})
			refusedAt(t, withRelease(line(value), named), releaseLine+2, "release.override", test.key+" is not weaker")
		}
		if test.weaker != "" {
			accepted(t, withRelease(line(test.weaker), named), []string{test.key})
			refusedAt(t, withRelease(line(test.weaker)), releaseLine+1, "release."+test.key,
				fmt.Sprintf("add %q to override", test.key))
		}
	}
	_, err := data.ParseScheme(withRelease("delay_days = 20"))
	if want := `release.delay_days: is weaker than 28: add "delay_days" to override`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
}

func TestShortPeriodsNeedTheirOverride(t *testing.T) {
	short := func(weeks, override string) string {
		text := strings.Replace(withRelease(override), "period_weeks = 4", "period_weeks = "+weeks, 1)
		return text
	}
	const named = `override = ["period_weeks"]`
	accepted(t, short("4", ""), []string{})
	accepted(t, short("5", ""), []string{})
	accepted(t, short("3", named), []string{"period_weeks"})
	refusedAt(t, short("3", ""), 4, "period_weeks", `is weaker than 4: add "period_weeks" to override`)
	refusedAt(t, short("4", named), releaseLine+1, "release.override", "period_weeks is not weaker")
}

func TestOverridesAreSorted(t *testing.T) {
	accepted(t, withRelease("min_items = 2", "delay_days = 1", "min_days = 1", `override = ["min_items", "min_days", "delay_days"]`),
		[]string{"delay_days", "min_days", "min_items"})
}

func TestPolicyThatMakesNoSenseIsRefused(t *testing.T) {
	for _, test := range []struct {
		lines  []string
		line   int // after the table's
		key    string
		reason string
	}{
		{[]string{"delay_day = 28"}, 1, "release.delay_day", "no such setting"},
		{[]string{`delay_days = "28"`}, 1, "release.delay_days", ""},
		{[]string{"delay_days = 0"}, 1, "release.delay_days", "write 1 to 3650"},
		{[]string{"delay_days = -28"}, 1, "release.delay_days", "write 1 to 3650"},
		{[]string{"delay_days = 99999999999"}, 1, "release.delay_days", "write 1 to 3650"},
		{[]string{"epoch_weeks = 0"}, 1, "release.epoch_weeks", "write 1 to"},
		{[]string{"finest_m = 125"}, 1, "release.finest_m", "250, 500 or 1000 m"},
		{[]string{"finest_m = 750"}, 1, "release.finest_m", "250, 500 or 1000 m"},
		{[]string{"min_addresses = 0"}, 1, "release.min_addresses", "write 1 to"},
		{[]string{"min_items = 0"}, 1, "release.min_items", "write 1 to"},
		{[]string{"min_days = 0"}, 1, "release.min_days", "write 1 to"},
		{[]string{"min_days = 29"}, 1, "release.min_days", "a period has 28 days"},
		{[]string{"max_day_percent = 0"}, 1, "release.max_day_percent", "write 1 to 100"},
		{[]string{"max_day_percent = 101"}, 1, "release.max_day_percent", "write 1 to 100"},
		{[]string{"min_squares = 0"}, 1, "release.min_squares", "write 1 to"},
		{[]string{"min_search_hectares = 0"}, 1, "release.min_search_hectares", "write 1 to"},
		{[]string{"cuts = [75, 25]"}, 1, "release.cuts", "the smaller number first"},
		{[]string{"cuts = [75, 75]"}, 1, "release.cuts", "the smaller number first"},
		{[]string{"cuts = [0, 75]"}, 1, "release.cuts", "the smaller number first"},
		{[]string{"cuts = [25]"}, 1, "release.cuts", "the smaller number first"},
		{[]string{"cuts = [25, 75, 125]"}, 1, "release.cuts", "the smaller number first"},
		{[]string{"cuts = []"}, 1, "release.cuts", "the smaller number first"},
		{[]string{"table_min = 0"}, 1, "release.table_min", "write 1 to"},
		{[]string{"table_min = 12"}, 1, "release.table_min", "a multiple of table_step"},
		{[]string{"table_step = 0"}, 1, "release.table_step", "write 1 to"},
		{[]string{"table_min = 20", "table_step = 10"}, 2, "release.table_step", "there is no nearest"},
		{[]string{"table_min = 15", "table_step = 15", "total_step = 30"}, 3, "release.total_step", "there is no nearest"},
		{[]string{"table_step = 15"}, 0, "release.table_min", "a multiple of table_step"}, // left out: the table's line
		{[]string{"table_min = 35", "table_step = 35"}, 0, "release.total_step", "less than table_step"},
		{[]string{`override = ["delay"]`}, 1, "release.override", `"delay" is no value of the policy`},
		{[]string{"delay_days = 1", `override = ["delay_days", "delay_days"]`}, 2, "release.override", "is there twice"},
	} {
		refusedAt(t, withRelease(test.lines...), releaseLine+test.line, test.key, test.reason)
	}
}

func accepted(t *testing.T, text string, override []string) {
	t.Helper()
	s, err := data.ParseScheme(text)
	if err != nil {
		t.Errorf("refused: %v", err)
		return
	}
	if s.Release.Override == nil || !slices.Equal(s.Release.Override, override) {
		t.Errorf("override is %#v, want %v", s.Release.Override, override)
	}
}

// refusedAt looks for an error of a line and key among all of a scheme.
func refusedAt(t *testing.T, text string, line int, key, reason string) {
	t.Helper()
	_, err := data.ParseScheme(text)
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, err := range all {
		var refused *data.SchemeError
		if errors.As(err, &refused) && refused.Line == line && refused.Key == key && strings.Contains(refused.Reason, reason) {
			return
		}
	}
	t.Errorf("want line %d, %s: %q; got %v", line, key, reason, err)
}

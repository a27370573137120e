package api

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/intake"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The table is short enough to be read by those who answer for the data; a
// change of it is seen in review.
func TestEveryRouteHasItsRoles(t *testing.T) {
	var table strings.Builder
	for _, r := range newStaff(Config{Door: intake.New(nil)}).routes() {
		if len(r.roles) == 0 || r.summary == "" || r.handler == nil {
			t.Errorf("%s %s: roles %q, summary %q", r.method, r.path, r.roles, r.summary)
		}
		if strings.Contains(r.path, "incident") && r.logged == "" || r.incidents && !slices.Equal(r.roles, police) {
			t.Errorf("%s %s: what is about incidents is logged, and with their places for the police", r.method, r.path)
		}
		if !strings.HasPrefix(r.path, "/v1/") && !r.roles.Has(public) {
			t.Errorf("%s %s: staff routes stand under /v1/", r.method, r.path)
		}
		line := fmt.Sprintf("%-6s %-52s", r.method, r.path)
		for _, role := range append(data.Roles{public}, data.AllRoles...) {
			may := "-"
			if r.roles.Has(role) {
				may = string(role)
			}
			line += fmt.Sprintf(" %-7s", may)
		}
		table.WriteString(strings.TrimRight(line+"  "+string(r.logged), " ") + "\n")
	}
	sameAsGolden(t, "testdata/routes.txt", table.String())
}

func sameAsGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s changed; see -update:\n%s", golden, got)
	}
}

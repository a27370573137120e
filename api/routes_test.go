package api

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The table is short enough to be read by those who answer for the data; a
// change of it is seen in review.
func TestEveryRouteHasARole(t *testing.T) {
	roles := []role{anyone, crew, sender, planner, steward}
	var table strings.Builder
	for _, r := range newStaff(Config{}).routes() {
		if !slices.Contains(roles, r.role) || r.summary == "" || r.handler == nil {
			t.Errorf("%s %s: role %q, summary %q", r.method, r.path, r.role, r.summary)
		}
		if !strings.HasPrefix(r.path, "/v1/") && r.role != anyone {
			t.Errorf("%s %s: staff routes stand under /v1/", r.method, r.path)
		}
		fmt.Fprintf(&table, "%-5s %-37s %s\n", r.method, r.path, r.role)
	}
	const golden = "testdata/routes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if table.String() != string(want) {
		t.Errorf("the table changed; see -update:\n%s", table.String())
	}
}

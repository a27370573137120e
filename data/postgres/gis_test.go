package postgres_test

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/postgres"
	"commonground/data/sample"
)

// gisNode is a node with a town, its records and an incident, and the address by
// which GIS staff read its database.
func gisNode(t *testing.T) (n *node, address string) {
	t.Helper()
	admin := postgres.Empty(t)
	n = newNode(t, admin, postgres.Options{})
	n.settle()
	settings, err := n.door.Settings(t.Context())
	check(t, err)
	_, _, err = n.door.PutPickups(t.Context(), sample.Pickups(1, settings.Scheme, data.DateOf(time.Now()))[:2000])
	check(t, err)
	_, _, err = n.door.PutIncidents(t.Context(), sample.Incidents(1, settings.Scheme, data.DateOf(time.Now()))[:100])
	check(t, err)
	connection, err := pgx.Connect(t.Context(), admin)
	check(t, err)
	defer connection.Close(t.Context())
	role := "gis_" + strings.ToLower(strings.ReplaceAll(t.Name(), "/", "_"))
	_, err = connection.Exec(t.Context(), `CREATE ROLE `+role+` LOGIN PASSWORD 'maps'`)
	check(t, err)
	t.Cleanup(func() {
		connection, err := pgx.Connect(t.Context(), admin)
		if err == nil {
			_, _ = connection.Exec(t.Context(), `DROP OWNED BY `+role+`; DROP ROLE `+role)
			_ = connection.Close(t.Context())
		}
	})
	check(t, n.store.GrantGIS(t.Context(), role))
	parsed, err := url.Parse(admin)
	check(t, err)
	parsed.User = url.UserPassword(role, "maps")
	return n, parsed.String()
}

func TestGISStaffReadPickupsAndAreasAndNothingElse(t *testing.T) {
	_, address := gisNode(t)
	connection, err := pgx.Connect(t.Context(), address)
	check(t, err)
	defer connection.Close(t.Context())
	rows, err := connection.Query(t.Context(), `SELECT oid::regclass::text, has_table_privilege(oid, 'SELECT'),
		has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE') FROM pg_class WHERE relnamespace IN ('commonground'::regnamespace, 'commonground_gis'::regnamespace) AND relkind IN ('r', 'p', 'v')`)
	check(t, err)
	var readable []string
	var name string
	var reads, writes bool
	_, err = pgx.ForEachRow(rows, []any{&name, &reads, &writes}, func() error {
		if reads {
			readable = append(readable, name)
		}
		if writes {
			t.Errorf("GIS staff may write %s", name)
		}
		return nil
	})
	check(t, err)
	slices.Sort(readable)
	if want := []string{"commonground_gis.area", "commonground_gis.pickup"}; !slices.Equal(readable, want) {
		t.Errorf("GIS staff may read %v, want %v", readable, want)
	}
	for _, query := range []string{
		`SELECT * FROM commonground.incident`, `SELECT * FROM commonground.incident_2026`, `SELECT * FROM commonground.pickup`,
		`SELECT * FROM commonground.audit`, `SELECT commonground.publish('{1}', '{1}', '{1}')`, `SELECT nextval('commonground.version')`,
		`CREATE TABLE commonground.mine (n int)`,
	} {
		if _, err := connection.Exec(t.Context(), query); err == nil {
			t.Errorf("GIS staff may: %s", query)
		}
	}
}

func TestGDALReadsTheViews(t *testing.T) {
	if _, err := exec.LookPath("ogrinfo"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("GDAL is not installed: apt-get install gdal-bin")
	}
	n, address := gisNode(t)
	address = strings.Replace(address, "postgres://", "postgresql://", 1) // the only one that GDAL knows
	stored, err := n.store.Settings(t.Context())
	check(t, err)
	for view, want := range map[string][]string{
		"pickup": {
			"Geometry: Point", `ID["EPSG",4326]`, "Feature Count: 2000", "Geometry Column = point", "at: DateTime", "known_to: String",
			"class: String", "area: String", "hours: String", "accuracy_m: Real", "near_boundary: Integer(Boolean)", "items: Integer",
			"found: String(JSON)", "Visits of cleansing crews",
		},
		"area": {
			"Geometry: Multi Polygon", `ID["EPSG",4326]`, fmt.Sprintf("Feature Count: %d", len(stored.Boundaries[0].Areas)),
			"Geometry Column = shape", "valid_from: DateTime", "name: String", "class: String",
		},
	} {
		out, err := exec.Command("ogrinfo", "-ro", "-so", address, "commonground_gis."+view).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, part := range want {
			if !strings.Contains(string(out), part) {
				t.Errorf("GDAL says nothing of %q:\n%s", part, out)
			}
		}
	}
	out, err := exec.Command("ogrinfo", "-ro", "-oo", "SCHEMAS=commonground_gis", address).CombinedOutput()
	check(t, err)
	if !strings.Contains(string(out), "1: pickup (Point)\n2: area (Multi Polygon)\n") || strings.Contains(string(out), "3:") {
		t.Errorf("GDAL lists:\n%s", out)
	}
}

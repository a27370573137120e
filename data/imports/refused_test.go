package imports

import (
	"io"
	"strings"
	"testing"
)

// What is downloaded of refusals opens in a spreadsheet without running, comes in
// again, and tells nobody to type a flag.
func TestWhatIsHandedBackIsHarmlessAndMended(t *testing.T) {
	d := newDesk(t, sound)
	i := d.receive("ref,date,=lon,lat,needle\n@a,3/4/2026,-2.42,54.72,1\n")
	options := Options{Map: map[string]string{"lon": "=lon"}}
	_, err := d.Start("me", i.ID, options)
	check(t, err)
	if i = d.ended(i.ID); i.Refused != 1 || strings.Contains(i.First[0], "--") || !strings.Contains(i.First[0], "Say which, for the whole file") {
		t.Fatalf("%+v", i)
	}
	if rows := d.download(i.ID, RefusedRows); rows != "ref,date,'=lon,lat,needle\n'@a,3/4/2026,-2.42,54.72,1\n" {
		t.Errorf("handed back %q", rows)
	}
	if reasons := d.download(i.ID, Reasons); strings.Contains(reasons, "--") || !strings.HasPrefix(reasons, "line,field,reason\n2,date,") {
		t.Errorf("reasons %q", reasons)
	}
	again := d.receive(strings.Replace(d.download(i.ID, RefusedRows), "3/4/2026", "2026-04-03", 1))
	_, err = d.Start("me", again.ID, options)
	check(t, err)
	if again = d.ended(again.ID); again.Added != 1 || again.Refused != 0 {
		t.Errorf("mended: %+v", again)
	}
	bad := d.receive("ref,date,=lon,lat,needle\na,2026-04-03,east,54.72,1\n")
	_, err = d.Start("me", bad.ID, options)
	check(t, err)
	d.ended(bad.ID)
	if reasons := d.download(bad.ID, Reasons); !strings.Contains(reasons, "\n2,'=lon,") {
		t.Errorf("a column's name: %q", reasons)
	}
}

func (d *desk) download(id string, which Which) string {
	d.t.Helper()
	file, err := d.Refused("me", id, which)
	check(d.t, err)
	defer file.Close()
	content, err := io.ReadAll(file)
	check(d.t, err)
	return string(content)
}

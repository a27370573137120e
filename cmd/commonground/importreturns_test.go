package main

import (
	"path/filepath"
	"strings"
	"testing"

	"commonground/data"
)

// returnsOf are the returns in a store.
func returnsOf(t *testing.T, store string) []data.Return {
	t.Helper()
	s, err := storeName(store).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.Returns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAFileOfReturnsIsImportedWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "records.db")
	store := "--store=" + path
	mustRun(t, store, "sample", "--seal=0", "--until=2026-11-23")
	before := len(returnsOf(t, path))
	file := write(t, filepath.Join(folder, "police.csv"),
		"Measure;Period;Value;Officer\nOfficial warnings;24/04/2019;11;PC 12\nPurchasers arrested;24/04/2019;7;PC 13\n")
	said := mustRun(t, store, "import", "returns", file, "--agency=police")
	says(t, said, "Columns of which nothing is kept: Officer.", "2 rows of police: 2 added, 0 corrected, 0 there already.")
	says(t, mustRun(t, store, "import", "returns", file, "--agency=police"), "0 added, 0 corrected, 2 there already.")

	status, _, errs := command(t, store, "import", "returns", file, "--agency=outreach")
	if status == 0 {
		t.Error("outreach returned the figures of the police")
	}
	says(t, errs, "2 of its 2 rows are refused", "row 2, Measure:", "is returned by police, not by outreach", "row 3, Measure:")
	bad := write(t, filepath.Join(folder, "bad.csv"), "measure,from,value\nofficial_warnings,2019-04-24,12\ncautions,2019-04-25,5\n")
	status, _, errs = command(t, store, "import", "returns", bad, "--agency=police")
	if status == 0 {
		t.Error("half a file was put in")
	}
	says(t, errs, "1 of its 2 rows are refused", "row 3, from: no reporting period begins on 2019-04-25")

	all := returnsOf(t, path)
	if len(all) != before+2 || all[len(all)-1].Measure != "purchasers_arrested" || !strings.HasPrefix(all[len(all)-1].Who, "cli:") {
		t.Errorf("%d returns after %d: %+v", len(all), before, all[len(all)-1])
	}
	says(t, mustRun(t, store, "audit", "list"), "import returns")
}

func TestTheSampleHasReturnsOfEveryAgency(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	says(t, mustRun(t, "--store="+path, "sample", "--seal=0", "--until=2026-11-23"), "figures from agencies")
	agencies := map[string]int{}
	for _, r := range returnsOf(t, path) {
		agencies[r.Who]++
	}
	for _, agency := range []string{"police", "antisocial_behaviour", "outreach"} {
		if agencies["sample:"+agency] < 24 {
			t.Errorf("%s returned %d figures", agency, agencies["sample:"+agency])
		}
	}
}

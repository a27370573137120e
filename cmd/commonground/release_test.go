package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"commonground/data"
)

// draftOf returns the hash that a preview shows.
func draftOf(t *testing.T, preview string) string {
	t.Helper()
	found := regexp.MustCompile(`SHA-256 ([0-9a-f]{64})`).FindStringSubmatch(preview)
	if found == nil {
		t.Fatalf("the preview shows no hash: %s", preview)
	}
	return found[1]
}

// secondSigner signs a draft as someone else, as a steward does on the page.
func secondSigner(t *testing.T, store, period, draft string) {
	t.Helper()
	p := &program{store: storeName(store), editions: store + ".editions", now: time.Now}
	opened, door, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	day, err := data.ParseDate(period)
	if err == nil {
		err = p.desk(opened, door).Sign(t.Context(), day, draft, "oidc:someone else", "Someone else")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s\ndoes not say %q", text, w)
		}
	}
}

func TestAnEditionFromAddressFileToWithdrawal(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "town.db")
	store := "--store=" + path
	mustRun(t, store, "sample", "--seal=0", "--until=2026-11-23")
	says(t, mustRun(t, store, "release", "list"), "No epoch was begun")
	refuses := func(words string, args ...string) {
		t.Helper()
		if status, _, stderr := command(t, append([]string{store, "release"}, args...)...); status != 1 || !strings.Contains(stderr, words) {
			t.Errorf("%v: status %d, %s; want %q", args, status, stderr, words)
		}
	}
	refuses("no epoch was begun", "preview", "2026-05-13")
	addresses := write(t, filepath.Join(folder, "addresses.csv"), "uprn,latitude,longitude\n"+strings.Repeat("1,54.7201,-2.4201\n", 50))
	refuses("no period begins on 2026-05-14", "epoch", "--from=2026-05-14", "--addresses="+addresses)
	says(t, mustRun(t, store, "release", "epoch", "--from=2026-05-13", "--addresses="+addresses), "48 of 1,000 m, by 50 addresses")
	refuses("lasts 52 weeks", "epoch", "--from=2026-06-10")

	drafts := filepath.Join(folder, "draft")
	preview := mustRun(t, store, "release", "preview", "2026-05-13", "--out="+drafts)
	says(t, preview, "passed  search", "passed  subtraction", "Usefulness, for signers alone", "none yet", "fewer than 10")
	if _, err := os.Stat(filepath.Join(drafts, "map.geojson")); err != nil {
		t.Error(err)
	}
	draft := draftOf(t, preview)
	refuses("12 digits", "sign", "2026-05-13", draft[:8])
	refuses("not the present draft", "sign", "2026-05-13", strings.Repeat("0", 64))
	mustRun(t, store, "release", "sign", "2026-05-13", draft[:12])
	mustRun(t, store, "release", "sign", "2026-05-13", draft)
	refuses("2 people must sign this draft first, all on the page or all by command: 1 did", "seal", "2026-05-13", draft)
	secondSigner(t, path, "2026-05-13", draft)
	says(t, mustRun(t, store, "release", "preview", "2026-05-13"), "It can be sealed")
	says(t, mustRun(t, store, "release", "seal", "2026-05-13", draft), "is sealed", "Manifest 1")
	says(t, mustRun(t, store, "release", "verify"), "Every file is what its manifest says")
	says(t, mustRun(t, store, "release", "verify", "--dir="+path+".editions"), "Every file is what its manifest says")
	refuses("sealed already", "preview", "2026-05-13")

	postcodes := write(t, filepath.Join(folder, "postcodes.csv"), "postcode,lon,lat\nZZ1 1AA,-2.42,54.72\nZZ9 9ZZ,0,51\n")
	says(t, mustRun(t, store, "release", "postcodes", postcodes), "1 of 2 postcodes")
	says(t, mustRun(t, store, "release", "verify"), "Every file")

	table := filepath.Join(path+".editions", "2026-05-13", "tables.csv")
	content, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	write(t, table, strings.Replace(string(content), "fewer than 10", "3", 1))
	if status, out, _ := command(t, store, "release", "verify"); status != 1 || !strings.Contains(out, "2026-05-13/tables.csv is not what manifest 1 says") {
		t.Errorf("a changed table: status %d, %s", status, out)
	}
	says(t, mustRun(t, store, "release", "withdraw", "2026-05-13", "--why=the table was wrong"), "Manifest 2")
	says(t, mustRun(t, store, "release", "verify"), "Every file is what its manifest says")
	says(t, mustRun(t, store, "release", "list"), "withdrawn")
	says(t, mustRun(t, store, "audit", "list"), "release seal 2026-05-13", "release withdraw 2026-05-13", "release sign 2026-05-13")
}

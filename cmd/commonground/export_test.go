package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"commonground/tiles"
)

// sampleStore is a store with the made-up town.
func sampleStore(t *testing.T) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	return store
}

// exported is what web/e2e/archive.e2e.ts is told of an archive.
type exported struct {
	File  string `json:"file"`
	Layer string `json:"layer"`
	Query string `json:"query"` // under which the server draws the same
	Zooms [2]int `json:"zooms"`
}

// Another program reads what is exported, and holds it against the server's
// tiles and counts.
func TestArchiveIsReadByAnotherReader(t *testing.T) {
	npm := need(t, "npm")
	web, err := filepath.Abs("../../web")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(web, "node_modules", "pmtiles")); err != nil {
		t.Skip("the reader is not installed; make test does that")
	}
	store, folder := sampleStore(t), t.TempDir()
	var archives []exported
	for i, test := range []struct {
		layer, flags string
		zooms        [2]int
	}{
		{"hotspots", "", [2]int{0, 16}},
		{"hotspots", "weeks=2026-10-21/2026-11-18 kinds=needle,condom_used classes=managed,residential min-zoom=9 max-zoom=14", [2]int{9, 14}},
		{"hotspots", "bbox=-2.43,54.7,-2.41,54.72", [2]int{0, 16}},
		{"boundaries", "at=2026-11-01", [2]int{0, 16}},
		{"pickups", "kinds=needle classes=residential", [2]int{15, 16}},
	} {
		archive := exported{File: filepath.Join(folder, fmt.Sprint(i)+".pmtiles"), Layer: test.layer, Zooms: test.zooms}
		args := []string{"--store=" + store, "export", "tiles", test.layer, "-o", archive.File}
		for _, flag := range strings.Fields(test.flags) {
			args = append(args, "--"+flag)
			if !strings.Contains(flag, "-zoom") {
				archive.Query += flag + "&"
			}
		}
		t.Log(mustRun(t, args...))
		archives = append(archives, archive)
	}
	list, err := json.Marshal(archives)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(npm, "--prefix", web, "run", "e2e", "--", "e2e/archive.e2e.ts")
	cmd.Env = append(os.Environ(), "BASE_URL="+startServing(t, store).origin,
		"ARCHIVES="+string(list), "ARCHIVE_OF_THE_WORLD="+worldArchive(t, folder))
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("passed")) || bytes.Contains(out, []byte("skipped")) {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// worldArchive writes an archive of so many tiles that it has several
// directories. Each tile begins with its name.
func worldArchive(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "world.pmtiles")
	world := []orb.Bound{{Min: orb.Point{-180, -85}, Max: orb.Point{180, 85}}}
	dice := rand.New(rand.NewPCG(1, 2))
	err := writeWhole(path, false, func(out, spool *os.File) error {
		archive := tiles.NewArchive(spool)
		for zoom := range 8 {
			over, err := tiles.Over(world, zoom)
			if err != nil {
				return err
			}
			for _, tile := range over {
				noise := make([]byte, dice.IntN(300))
				for i := range noise {
					noise[i] = byte(dice.Uint32())
				}
				if err := archive.Add(tile, fmt.Appendf(nil, "%d/%d/%d %s", tile.Z, tile.X, tile.Y, noise)); err != nil {
					return err
				}
			}
		}
		summary, err := archive.Finish(out, tiles.About{Bound: world[0]})
		if err == nil && summary.Leaves < 2 {
			err = fmt.Errorf("%+v", summary)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExportIsTheSameBytesAgainAndReadableByItsOwnerOnly(t *testing.T) {
	store, folder := sampleStore(t), t.TempDir()
	for _, layer := range []string{"hotspots", "boundaries", "pickups"} {
		var before []byte
		for _, name := range []string{"one", "other"} {
			file := filepath.Join(folder, layer+name)
			out := mustRun(t, "--store="+store, "export", "tiles", layer, "--output="+file, "--min-zoom=15")
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if before != nil && !bytes.Equal(before, content) {
				t.Errorf("%s: %d bytes, then %d others", layer, len(before), len(content))
			}
			before = content
			if want := grouped(int64(len(content))) + " bytes"; !strings.Contains(out, want) || !strings.Contains(out, "not for publication") {
				t.Errorf("%q does not say %s", out, want)
			}
			if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
				t.Errorf("%s: %v %v", file, info.Mode(), err)
			}
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 6 {
		t.Errorf("in the folder are %v, %v", left, err)
	}
}

func TestExportsThatCantBeDone(t *testing.T) {
	store, folder := sampleStore(t), t.TempDir()
	there := write(t, filepath.Join(folder, "there.pmtiles"), "precious")
	file := filepath.Join(folder, "town.pmtiles")
	for _, test := range []struct {
		name   string
		args   string
		status int
		says   string
	}{
		{"no such layer", "incidents -o " + file, 2, "hotspots"},
		{"no file named", "hotspots", 2, "--output"},
		{"a file that is there", "hotspots -o " + there, 1, "--force replaces it"},
		{"a folder that is not there", "hotspots -o " + folder + "/no/town.pmtiles", 1, "no such file"},
		{"weeks that are none", "hotspots --weeks 2026-10-22/2026-11-18 -o " + file, 1, "weeks here start on Wednesday"},
		{"a kind that is none", "hotspots --kinds lamp -o " + file, 1, `"lamp" is no kind`},
		{"a class that is none", "pickups --classes posh -o " + file, 1, "classes: "},
		{"a box of three sides", "hotspots --bbox -2.4,54.7,-2.3 -o " + file, 1, "write west,south,east,north"},
		{"a box of words", "hotspots --bbox=here -o " + file, 2, "write west,south,east,north"},
		{"a box turned round", "hotspots --bbox -2.3,54.7,-2.4,54.8 -o " + file, 1, "write west,south,east,north"},
		{"a box without numbers", "hotspots -o " + file + " --bbox", 2, "write west,south,east,north"},
		{"zooms turned round", "hotspots --min-zoom 9 --max-zoom 8 -o " + file, 1, "zooms 0 to 16"},
		{"a zoom too high", "boundaries --max-zoom 17 -o " + file, 1, "zooms 0 to 16"},
		{"a zoom too low", "pickups --min-zoom 14 -o " + file, 1, "zooms 15 to 16"},
		{"a filter of boundaries", "boundaries --kinds needle -o " + file, 1, "leave out kinds=needle"},
		{"a day of hotspots", "hotspots --at 2026-11-01 -o " + file, 1, "for hotspots use --weeks"},
		{"a day that is none", "boundaries --at yesterday -o " + file, 1, "write it as 2019-04-24"},
		{"a day before all boundaries", "boundaries --at 1999-01-01 -o " + file, 1, "commonground boundaries list"},
		{"an area that is none", "hotspots --area nowhere -o " + file, 1, "nothing to draw"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := command(t, append([]string{"--store=" + store, "export", "tiles"}, strings.Fields(test.args)...)...)
			if status != test.status || !strings.Contains(stderr, test.says) {
				t.Errorf("status %d\n%s%s", status, stdout, stderr)
			}
		})
	}
	if content, err := os.ReadFile(there); err != nil || string(content) != "precious" {
		t.Errorf("the file that was there is %q, %v", content, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left behind are %v, %v", left, err)
	}
	mustRun(t, "--store="+store, "export", "tiles", "hotspots", "--force", "--max-zoom=3", "-o", there)
	if content, err := os.ReadFile(there); err != nil || !bytes.HasPrefix(content, []byte("PMTiles")) {
		t.Errorf("with --force the file is %.20q, %v", content, err)
	}
}

func TestExportThatIsStoppedLeavesNothingBehind(t *testing.T) {
	store := sampleStore(t)
	for _, calls := range []int{0, 1, 2, 30} {
		folder := t.TempDir()
		ctx, stop := context.WithCancel(t.Context())
		var out bytes.Buffer
		asked := 0
		p := &program{store: storeName(store), stdout: &out, stderr: io.Discard, now: func() time.Time {
			if asked++; asked == calls { // the clock is looked at for each tile
				stop()
			}
			return time.Time{}
		}}
		if calls == 0 {
			stop()
		}
		c := exportTiles{Layer: "hotspots", Output: filepath.Join(folder, "town.pmtiles"), MaxZoom: tiles.MaxZoom}
		err := c.Run(ctx, p)
		stop()
		if err == nil || !strings.Contains(err.Error(), "was not written") || out.Len() > 0 {
			t.Errorf("stopped after %d looks at the clock: %v %s", calls, err, &out)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("stopped after %d looks at the clock: left behind are %v, %v", calls, left, err)
		}
	}
}

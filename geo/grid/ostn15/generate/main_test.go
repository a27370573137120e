package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"commonground/geo/grid/ostn15"
)

func write(t *testing.T, dir, name string, corners []uint16) {
	t.Helper()
	content, err := binary.Append(nil, binary.LittleEndian, corners)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBothArraysArePacked(t *testing.T) {
	east, north := make([]uint16, ostn15.Columns*ostn15.Rows), make([]uint16, ostn15.Columns*ostn15.Rows)
	east[1], north[2] = 256, 515
	dir := t.TempDir()
	write(t, dir, "ostn_east_shift_82140", east)
	write(t, dir, "ostn_north_shift_-84180", north)
	var out bytes.Buffer
	if err := run([]string{dir}, &out); err != nil {
		t.Fatal(err)
	}
	want, err := ostn15.Pack(ostn15.Table{East: east, North: north})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("%d bytes came out, not the %d of that table", out.Len(), len(want))
	}
}

func TestWithoutWholeArraysNothingIsWritten(t *testing.T) {
	half, short := t.TempDir(), t.TempDir()
	write(t, half, "ostn_east_shift_82140", make([]uint16, ostn15.Columns*ostn15.Rows))
	write(t, short, "ostn_east_shift_82140", make([]uint16, 5))
	write(t, short, "ostn_north_shift_-84180", make([]uint16, 5))
	for name, args := range map[string][]string{
		"no folder named": nil, "an empty folder": {t.TempDir()}, "one array only": {half}, "short arrays": {short},
	} {
		var out bytes.Buffer
		if err := run(args, &out); err == nil || out.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes", name, err, out.Len())
		}
	}
}

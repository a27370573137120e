// Command generate makes ostn15.bin anew from the two arrays in the Debian
// package libgeo-coordinates-osgb-perl; dpkg -L says in which folder they lie:
//
//	go run ./geo/grid/ostn15/generate FOLDER > ostn15.bin
//	mv ostn15.bin geo/grid/ostn15/
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"commonground/geo/grid/ostn15"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("generate needs one argument: the folder with the arrays of libgeo-coordinates-osgb-perl")
	}
	east, err := read(filepath.Join(args[0], "ostn_east_shift_82140"))
	if err != nil {
		return err
	}
	north, err := read(filepath.Join(args[0], "ostn_north_shift_-84180"))
	if err != nil {
		return err
	}
	packed, err := ostn15.Pack(ostn15.Table{East: east, North: north})
	if err != nil {
		return err
	}
	_, err = out.Write(packed)
	return err
}

// read returns the numbers of a file of 16 bits each, little endian.
func read(path string) ([]uint16, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	corners := make([]uint16, len(content)/2)
	if _, err := binary.Decode(content, binary.LittleEndian, corners); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return corners, nil
}

package cube

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/cespare/xxhash/v2"

	"commonground/data"
	"commonground/geo/grid"
)

// FuzzSnapshot reads anything as a snapshot whose hash is right: it is read
// whole, and can be asked, or left aside.
func FuzzSnapshot(f *testing.F) {
	path := filepath.Join(f.TempDir(), "counts")
	c := crowded(f, 20)
	if err := c.writeSnapshot(path, snapshotOf{}); err != nil {
		f.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content[:len(content)-8])
	for _, head := range []string{
		`{"Sets":[{"Visits":576460752303423488,"Items":1}]}`, `{"Sets":[{"Visits":1,"Items":0}]}`, `{"Sets":[{"Visits":-1,"Items":8}]}`,
		`{"Areas":["","a","a"]}`, `{"Areas":[""],"Squares":[7]}`,
	} {
		f.Add(append(binary.LittleEndian.AppendUint32([]byte(snapshotMark), uint32(len(head))), head...))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "counts")
		if err := os.WriteFile(path, binary.LittleEndian.AppendUint64(content, xxhash.Sum64(content)), 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := readSnapshot(path, c.scheme, func(snapshotOf) error { return nil })
		var inDoubt errDoubt
		switch {
		case err == nil:
			read.Counts(data.Query{}, Split{By: data.Dimensions()})
			read.Counts(data.Query{}, Split{By: []data.Dimension{data.BySquare}, Level: grid.MaxLevel})
		case !errors.As(err, &inDoubt):
			t.Errorf("%T %v", err, err)
		}
	})
}

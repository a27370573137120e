package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// Bounds of what a packed file may grow to. Tables pack to a tenth, rarely a
// fiftieth; a file of zeros to a thousandth. What is small is let be.
const (
	maxUnpacked  = 16 << 30 // sixteen times the largest upload
	maxRatio     = 200
	ratioFromLen = 64 << 20
)

// maxSpool bounds the room on disc that a file takes which has to be sought in:
// it is twice the largest upload.
const maxSpool = 2 << 30

// maxRow bounds the memory that one row takes. A cell of a spreadsheet holds
// at most 32,767 characters; rows of real files some hundred.
const maxRow = 1 << 20

// errBomb is a packed file that is made to fill memory or disc.
var errBomb = errors.New("the file unpacks to more than any table would; " +
	"if it is a real one, unpack it, split it and send the parts")

// Text returns a reader of what r holds, unpacked where it is gzip, and
// without a byte-order mark. What unpacks to a thousand times its size is an
// error.
func Text(r io.Reader) (io.Reader, error) {
	buffered, err := unpack(r)
	if err != nil {
		return nil, err
	}
	if mark, _ := buffered.Peek(3); bytes.Equal(mark, utf8Mark) {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	return buffered, nil
}

// unpack returns a reader of what r holds, unpacked where it is gzip. It can
// peek at least as far as a format is told by.
func unpack(r io.Reader) (*bufio.Reader, error) {
	packed := &counter{from: r}
	buffered := bufio.NewReaderSize(packed, 1<<16)
	if magic, _ := buffered.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return buffered, nil
	}
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("unpacking gzip: %w", err)
	}
	return bufio.NewReaderSize(&guard{from: unpacked, packed: func() int64 { return packed.n }}, 1<<16), nil
}

// counter counts what is read.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

// guard reads what is unpacked until it is a bomb.
type guard struct {
	from   io.Reader
	packed func() int64 // bytes read so far, or all
	n      int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.from.Read(p)
	g.n += int64(n)
	if g.n > maxUnpacked || g.n > ratioFromLen && g.n > maxRatio*g.packed() {
		return 0, errBomb
	}
	return n, err
}

// spool is a file that can be sought in. It has no name, so nothing is left of
// it however the program ends.
type spool struct {
	*os.File
	size int64
}

// newSpool copies what r holds to a file.
func newSpool(r io.Reader) (*spool, error) {
	file, size, err := copyToFile(r)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &spool{File: file, size: size}, nil
}

// spoolNamed copies what r holds to a file with a name, which the caller
// removes.
func spoolNamed(r io.Reader) (path string, err error) {
	file, _, err := copyToFile(r)
	if err != nil {
		return "", err
	}
	return file.Name(), file.Close()
}

func copyToFile(r io.Reader) (*os.File, int64, error) {
	file, err := os.CreateTemp("", "commonground-intake-*")
	if err != nil {
		return nil, 0, fmt.Errorf("making a file to unpack into: %w", err)
	}
	size, err := io.Copy(file, io.LimitReader(r, maxSpool+1))
	if err == nil && size > maxSpool {
		err = fmt.Errorf("the file is larger than %d GiB, which is more than is kept aside to read it; send it as CSV or in parts", maxSpool>>30)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return file, size, nil
}

// Close gives the room back; nil has none. Closing twice is harmless.
func (s *spool) Close() error {
	if s == nil {
		return nil
	}
	if err := s.File.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

// leash reads until a row is too long: its holder calls slack after each.
type leash struct {
	from io.Reader
	read int
}

var errLongRow = fmt.Errorf("is longer than %d KiB, which no row of a table is", maxRow>>10)

func (l *leash) Read(p []byte) (int, error) {
	if l.read > maxRow {
		return 0, errLongRow
	}
	n, err := l.from.Read(p)
	l.read += n
	return n, err
}

func (l *leash) slack() { l.read = 0 }

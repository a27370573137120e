package intake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"
)

// shapefile reads the points of an ESRI shapefile in a zip (ESRI Shapefile
// Technical Description, 1998): the places from .shp and the columns from
// .dbf, record by record.
type shapefile struct {
	of     about
	shp    *bufio.Reader
	dbf    *dbf
	closes []io.Closer
	kinds  []uint32 // of shapes that are looked for
	n      int      // records read
}

// isShapefile tells a zip with a .shp in it.
func isShapefile(o *opening) bool {
	return o.zip.holds(func(name string) bool { return isShape(name) })
}

func isShape(name string) bool {
	return strings.EqualFold(path.Ext(name), ".shp") && !strings.HasPrefix(name, "__MACOSX/")
}

func openShapefile(o *opening) (records, error) {
	return newShapefile(o, pointShape, multiShape)
}

// newShapefile opens one that holds shapes of some kinds.
func newShapefile(o *opening, kinds ...uint32) (*shapefile, error) {
	s := &shapefile{kinds: kinds, closes: []io.Closer{o.spool}}
	base, err := o.chooseShape()
	if err != nil {
		return nil, err
	}
	if s.of.crs, err = o.zip.prj(base); err != nil && o.crs == nil {
		return nil, err
	}
	s.of.placed, s.of.part = true, base
	if err := s.open(o.zip, base); err != nil {
		return nil, errors.Join(err, s.closeParts())
	}
	return s, nil
}

func (s *shapefile) open(zip *archive, base string) error {
	shp, err := zip.part(zip.beside(base, ".shp"))
	if err != nil {
		return err
	}
	s.closes = append(s.closes, shp)
	s.shp = bufio.NewReaderSize(shp, 1<<16)
	if err := s.readHeader(); err != nil {
		return err
	}
	table, err := zip.part(zip.beside(base, ".dbf"))
	if err != nil {
		return fmt.Errorf("%w, which holds its columns; a shapefile is .shp, .dbf, .shx and .prj together", err)
	}
	s.closes = append(s.closes, table)
	charset, err := zip.cpg(base)
	if err != nil {
		return err
	}
	if s.dbf, err = newDBF(bufio.NewReaderSize(table, 1<<16), charset); err != nil {
		return fmt.Errorf("%s.dbf: %w", base, err)
	}
	s.of.header, s.of.comma = append([]string{"", ""}, s.dbf.header()...), ','
	return nil
}

// chooseShape returns the name, without its ending, of the shapefile that is
// asked for, or of the only one.
func (o *opening) chooseShape() (string, error) {
	asked := o.layer
	for _, file := range o.zip.File {
		if !isShape(file.Name) {
			continue
		}
		base := strings.TrimSuffix(file.Name, path.Ext(file.Name))
		if asked == path.Base(base) {
			asked = base
		}
		o.layers = append(o.layers, base)
	}
	at, err := chooseLayer(o.layers, asked)
	if err != nil {
		return "", err
	}
	return o.layers[at], nil
}

// beside returns the name of the part with an ending, in whatever letters, or
// what it should be.
func (a *archive) beside(base, ending string) string {
	for _, file := range a.File {
		if strings.EqualFold(file.Name, base+ending) {
			return file.Name
		}
	}
	return base + ending
}

// prj returns the system that a .prj describes.
func (a *archive) prj(base string) (*crs, error) {
	name := a.beside(base, ".prj")
	if !a.holds(func(part string) bool { return part == name }) {
		return nil, undeclared("the shapefile has no .prj, so it")
	}
	content, err := a.whole(name)
	if err != nil {
		return nil, err
	}
	return parseWKT(strings.TrimSpace(string(content)))
}

// cpg returns how the texts of a table are written; unknown is to be found out.
func (a *archive) cpg(base string) (charset, error) {
	name := a.beside(base, ".cpg")
	if !a.holds(func(part string) bool { return part == name }) {
		return unknown, nil
	}
	content, err := a.whole(name)
	if err != nil {
		return unknown, err
	}
	switch text := strings.ToUpper(strings.TrimSpace(string(content))); text {
	case "UTF-8", "UTF8", "65001":
		return utf8Text, nil
	case "1252", "ANSI 1252", "CP1252", "WINDOWS-1252", "ISO-8859-1", "ISO 8859-1", "8859_1", "88591", "LATIN1":
		return windows1252, nil
	default:
		return unknown, fmt.Errorf("%s says that the texts are written in %q, of which only UTF-8 and Windows-1252 are read; save the layer in UTF-8", name, text)
	}
}

// Kinds of shape that are read.
const (
	noShape       = 0
	pointShape    = 1
	multiShape    = 8
	polygonShape  = 5
	heightOf      = 10 // added to the kind of shapes with a height, twice with a measure
	solidShape    = 31
	shapeHeader   = 100
	shapeMagic    = 9994
	longestRecord = 256 << 20 // far beyond any shape; what is longer is damaged
)

// shapeNames name kinds of shape.
var shapeNames = map[uint32]string{pointShape: "points", multiShape: "points", 3: "lines", polygonShape: "polygons", solidShape: "solids"}

// readHeader makes sure that the shapes are of a kind that is looked for.
func (s *shapefile) readHeader() error {
	var head [shapeHeader]byte
	if _, err := io.ReadFull(s.shp, head[:]); err != nil {
		return fmt.Errorf("the .shp is cut off: %w", err)
	}
	if binary.BigEndian.Uint32(head[:]) != shapeMagic {
		return errors.New("the .shp is none; export the layer anew")
	}
	kind := plainKind(binary.LittleEndian.Uint32(head[32:]))
	if kind == noShape || slices.Contains(s.kinds, kind) {
		return nil
	}
	name, ok := shapeNames[kind]
	if !ok {
		name = fmt.Sprintf("shapes of the unknown kind %d", kind)
	}
	if slices.Contains(s.kinds, polygonShape) {
		return fmt.Errorf("the .shp holds %s; areas are polygons", name)
	}
	return fmt.Errorf("the .shp holds %s; a record has one point", name)
}

// plainKind is the kind of a shape without height and measure.
func plainKind(kind uint32) uint32 {
	if kind >= solidShape {
		return kind
	}
	return kind % heightOf
}

func (s *shapefile) about() *about { return &s.of }

func (s *shapefile) Close() error { return s.closeParts() }

func (s *shapefile) closeParts() error {
	var errs []error
	for _, part := range s.closes {
		errs = append(errs, part.Close())
	}
	return errors.Join(errs...)
}

// next returns the next record that is not struck out.
func (s *shapefile) next() (row, error) {
	for {
		place, refusal, err := s.shape()
		if errors.Is(err, io.EOF) {
			return row{}, s.end()
		}
		if err != nil {
			return row{}, err
		}
		s.n++
		r, kept, err := s.dbf.next()
		if errors.Is(err, io.EOF) {
			return row{}, fmt.Errorf("the .dbf ends after record %d, and the .shp does not; export the layer anew", s.n-1)
		}
		if err != nil {
			return row{}, fmt.Errorf("record %d of the .dbf: %w", s.n, err)
		}
		if !kept {
			continue
		}
		r.line, r.refusal = s.n, refusal
		r.fields[0], r.fields[1] = place.x, place.y
		return r, nil
	}
}

// end makes sure that the columns end with the shapes.
func (s *shapefile) end() error {
	if _, _, err := s.dbf.next(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the .shp ends after record %d, and the .dbf does not; export the layer anew", s.n)
	}
	return io.EOF
}

// shape reads the next shape; io.EOF after the last.
func (s *shapefile) shape() (placeText, *Refusal, error) {
	const enough = 64 // for a point, or one of several
	content, err := s.content(enough)
	if err != nil {
		return placeText{}, nil, err
	}
	place, refusal := shapePoint(content)
	return place, refusal, nil
}

// content reads the next shape and returns as many of its bytes as are asked
// for, if it has them, but four at least; io.EOF after the last.
func (s *shapefile) content(most int64) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(s.shp, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("record %d of the .shp: %w", s.n+1, err)
	}
	length := 2 * int64(binary.BigEndian.Uint32(head[4:]))
	if length < 4 || length > longestRecord {
		return nil, fmt.Errorf("record %d of the .shp is said to be %d bytes long; the file is damaged, export the layer anew", s.n+1, length)
	}
	content, err := io.ReadAll(io.LimitReader(s.shp, min(length, most)))
	if err == nil && int64(len(content)) == min(length, most) {
		_, err = s.shp.Discard(int(length) - len(content))
	} else if err == nil {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("record %d of the .shp is cut off: %w", s.n+1, err)
	}
	return content, nil
}

// shapePoint reads a point, or the one point of several.
func shapePoint(content []byte) (placeText, *Refusal) {
	const box = 32
	kind, body := plainKind(binary.LittleEndian.Uint32(content)), content[4:]
	if kind == multiShape && len(body) >= box+4+16 && binary.LittleEndian.Uint32(body[box:]) == 1 {
		kind, body = pointShape, body[box+4:]
	}
	switch {
	case kind == noShape:
		return placeText{}, nil
	case kind == multiShape:
		return notAPoint("several points")
	case kind != pointShape || len(body) < 16:
		return notAPoint("no point")
	}
	x, y := math.Float64frombits(binary.LittleEndian.Uint64(body)), math.Float64frombits(binary.LittleEndian.Uint64(body[8:]))
	return textOf(x, y), nil
}

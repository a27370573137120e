package intake

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// archive is a zip that is read part by part, none of which may be a bomb.
type archive struct {
	*zip.Reader
	size int64 // of the zip
}

// openZip spools the file and lists what it holds.
func (o *opening) openZip() (err error) {
	if o.spool, err = newSpool(o.stream); err != nil {
		return err
	}
	reader, err := zip.NewReader(o.spool, o.spool.size)
	if err != nil {
		return errors.Join(fmt.Errorf("the file is a zip that can't be read; it may be cut off, so send it again: %w", err), o.spool.Close())
	}
	o.zip = &archive{Reader: reader, size: o.spool.size}
	return nil
}

// holds reports whether there is a part that is so named; nil holds none.
func (a *archive) holds(is func(name string) bool) bool {
	return a != nil && slices.ContainsFunc(a.File, func(f *zip.File) bool { return is(f.Name) })
}

// part opens one part. The caller closes it.
func (a *archive) part(name string) (io.ReadCloser, error) {
	for _, file := range a.File {
		if file.Name != name {
			continue
		}
		content, err := file.Open()
		if err != nil {
			return nil, fmt.Errorf("%s in the zip can't be unpacked: %w", name, err)
		}
		packed := int64(min(file.CompressedSize64, uint64(a.size)))
		return struct {
			io.Reader
			io.Closer
		}{&guard{from: content, packed: func() int64 { return packed }}, content}, nil
	}
	return nil, fmt.Errorf("the zip has no %s", name)
}

// whole returns a part that is small.
func (a *archive) whole(name string) ([]byte, error) {
	part, err := a.part(name)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	content, err := io.ReadAll(io.LimitReader(part, maxRow+1))
	if len(content) > maxRow {
		err = fmt.Errorf("%s in the zip is larger than %d KiB", name, maxRow>>10)
	}
	return content, err
}

// unknownZip says what is in a zip of which nothing can be read.
func (a *archive) unknownZip() error {
	if a.holds(func(name string) bool { return name == "content.xml" || name == "xl/workbook.bin" }) {
		return errors.New("the file is a spreadsheet in another form than is read; open it and save it as an Excel workbook (.xlsx) or as CSV UTF-8")
	}
	var names []string
	for _, file := range a.File[:min(len(a.File), maxListed)] {
		names = append(names, file.Name)
	}
	return fmt.Errorf("the file is a zip that holds neither an Excel workbook nor a shapefile, but %s; unpack it and send the file in it, packed with gzip if it is large",
		strings.Join(names, ", "))
}

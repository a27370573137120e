package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"commonground/data"
)

type initCommand struct {
	File string `arg:"" help:"Where to write it." default:"scheme.toml" type:"path"`
}

// Run writes the commented scheme. It never overwrites a file.
func (c *initCommand) Run(p *program) error {
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; it was left as it is", c.File)
	}
	if err != nil {
		return err
	}
	if _, err := file.WriteString(data.DefaultScheme); err != nil {
		return errors.Join(err, file.Close())
	}
	fmt.Fprintf(p.stdout, "Wrote %s. Edit it, then: commonground import scheme %s\n", c.File, c.File)
	return file.Close()
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// unused refuses the path of a file that is there already, unless it may be
// replaced.
func unused(path string, replace bool) error {
	_, err := os.Lstat(path)
	if err == nil && !replace {
		return fmt.Errorf("%s is there already; it was left as it is (--force replaces it)", path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writeWhole lets write make a file, which comes to its path only when it is
// whole and on the disk. For notes on the way write has a second file. Only the
// owner may read them. After an error nothing is left of either.
func writeWhole(path string, replace bool, write func(out, notes *os.File) error) error {
	notes, err := besides(path)
	if err != nil {
		return err
	}
	defer discard(notes)
	out, err := besides(path)
	if err != nil {
		return err
	}
	defer discard(out) // there is nothing more to remove once it has its name
	if err = write(out, notes); err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err == nil {
		err = unused(path, replace)
	}
	if err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

// besides makes a file for the time being in the folder of another, from where
// it can be renamed to it.
func besides(path string) (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("writing in the folder of %s: %w", path, err)
	}
	return file, nil
}

func discard(file *os.File) {
	_ = file.Close()           // it may be closed already,
	_ = os.Remove(file.Name()) // or renamed
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// pullMarks is a file beside the store that notes, for each sort of pull, from
// when on the next one has to ask. It can be removed: then the next pull needs a
// day, and pulling again is harmless.
type pullMarks struct {
	path string
	name string // of this pull
}

func (m pullMarks) all() (map[string]time.Time, error) {
	content, err := readIfThere(m.path)
	if err != nil {
		return nil, err
	}
	marks := map[string]time.Time{}
	if content == nil {
		return marks, nil
	}
	if err := json.Unmarshal(content, &marks); err != nil {
		return nil, fmt.Errorf("%s: %w", m.path, errMarks)
	}
	return marks, nil
}

func (m pullMarks) next() (time.Time, bool, error) {
	marks, err := m.all()
	next, found := marks[m.name]
	return next, found, err
}

// set notes a time. The file is the old one or the new one, whatever happens.
func (m pullMarks) set(next time.Time) error {
	marks, err := m.all()
	if err != nil {
		return err
	}
	marks[m.name] = next.UTC()
	content, err := json.MarshalIndent(marks, "", "  ")
	if err != nil {
		return err
	}
	beside := m.path + ".new"
	if err := os.WriteFile(beside, append(content, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(beside, m.path)
}

// A file that is there and can't be read must not be taken for none.
var errMarks = errors.New("the notes of pulls can't be read; repair or remove the file, and give --since a day")

func readIfThere(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return content, err
}

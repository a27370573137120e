package imports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// Names of the files in the folder of an import, beside those of Which.
const (
	uploadFile = "upload"
	stateFile  = "state.json"
)

// record is what is kept of an import in its state file.
type record struct {
	Import
	Options Options
	// Queued is when it was started; those who wait go in that order.
	Queued time.Time
	// Before is how many rows were added before a crash.
	Before int
	// Begun counts how often it began to run since it was started, but for those
	// times when the server was stopped in good order.
	Begun int
}

// isID is what a folder of ours is named: nothing else is looked at or deleted.
var isID = regexp.MustCompile(`^[a-z2-7]{26}$`)

func (j *Jobs) path(id, name string) string { return filepath.Join(j.Folder, id, name) }

// openFolder makes the folder, and takes it for this process.
func (j *Jobs) openFolder() error {
	if err := os.MkdirAll(j.Folder, 0o700); err != nil {
		return fmt.Errorf("making the folder of uploads: %w", err)
	}
	if err := os.Chmod(j.Folder, 0o700); err != nil {
		return fmt.Errorf("closing the folder of uploads to others: %w", err)
	}
	var err error
	if j.lock, err = os.OpenFile(filepath.Join(j.Folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return fmt.Errorf("locking the folder of uploads: %w", err)
	}
	if err := syscall.Flock(int(j.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(fmt.Errorf("%w: %s", ErrTaken, j.Folder), j.lock.Close())
	}
	return nil
}

// load reads the state of every import.
func (j *Jobs) load() error {
	entries, err := os.ReadDir(j.Folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !entry.IsDir() || !isID.MatchString(entry.Name()) {
			continue
		}
		if err := j.loadOne(entry.Name()); err != nil {
			return fmt.Errorf("the import %s: %w", entry.Name(), err)
		}
	}
	return nil
}

func (j *Jobs) loadOne(id string) error {
	text, err := os.ReadFile(j.path(id, stateFile))
	if errors.Is(err, fs.ErrNotExist) { // it never came whole, or was being deleted
		return os.RemoveAll(j.path(id, ""))
	}
	if err != nil {
		return err
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil || r.ID != id {
		return j.loadBroken(id)
	}
	if r.State == Running {
		r.State, r.Before = Waiting, max(r.Before, r.Added)
	}
	j.jobs[id] = &job{record: r}
	return nil
}

// loadBroken leaves out an import whose state can't be read, and deletes it where
// its upload is older than it may be.
func (j *Jobs) loadBroken(id string) error {
	j.Log.Error("the state of an import can't be read; its file must be sent again", "id", id)
	info, err := os.Stat(j.path(id, uploadFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil || !j.Now().Before(info.ModTime().Add(keptFor)) {
		return os.RemoveAll(j.path(id, ""))
	}
	return nil
}

// keep writes an import's state, whole or not at all, and for good.
func (j *Jobs) keep(r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	next := j.path(r.ID, stateFile+".next")
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return ofDisk(err)
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(next, j.path(r.ID, stateFile))
	}
	if err != nil {
		return ofDisk(err)
	}
	return syncFolder(j.path(r.ID, ""))
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// remove deletes an import: first what makes it one, so that a crash leaves
// nothing that comes back. mu is held.
func (j *Jobs) remove(id string) error {
	if err := os.Remove(j.path(id, stateFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	delete(j.jobs, id)
	return os.RemoveAll(j.path(id, ""))
}

// ofDisk marks an error of a full disk as such.
func ofDisk(err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EIO, syscall.EROFS} {
		if errors.Is(err, full) {
			return fmt.Errorf("%w: %w", ErrDisk, err)
		}
	}
	return err
}

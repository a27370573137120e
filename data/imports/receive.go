package imports

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"commonground/data"
	"commonground/data/intake"
)

// arriving is what comes in from one sender at this moment.
type arriving struct {
	files int
	bytes int64
}

// Receive keeps a file that a sender uploads, and returns once it is there for
// good. Where it does not come whole, or is larger than it may be, nothing of it
// is left. A Refusal says that the sender has too much here already.
func (j *Jobs) Receive(owner, name string, sort data.Sort, content io.Reader) (Import, error) {
	if err := j.mayArrive(owner); err != nil {
		return Import{}, err
	}
	in := &incoming{jobs: j, owner: owner, id: strings.ToLower(rand.Text())}
	defer in.end()
	r := record{Import: Import{ID: in.id, Owner: owner, Name: cleanName(name), Sort: sort, State: Uploaded}}
	err := in.write(content)
	if err == nil && in.bytes == 0 {
		err = intake.Refusal{Reason: "the file is empty"}
	}
	if err == nil {
		r.Bytes, r.Created = in.bytes, j.Now()
		err = errors.Join(j.keep(r), syncFolder(j.Folder))
	}
	if err != nil {
		return Import{}, errors.Join(err, os.RemoveAll(j.path(in.id, "")))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.jobs[in.id] = &job{record: r}
	return r.Import, nil
}

// mayArrive counts a file that is to come, or refuses it.
func (j *Jobs) mayArrive(owner string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	coming := j.arriving[owner]
	open := coming.files
	for _, one := range j.jobs {
		if one.Owner == owner && !one.State.Ended() && !j.expired(one) {
			open++
		}
	}
	if open >= maxOwn {
		return Refusal(fmt.Sprintf("%d of your imports have not ended; start or delete some first", open))
	}
	coming.files++
	j.arriving[owner] = coming
	return nil
}

// incoming is a file that comes in.
type incoming struct {
	jobs  *Jobs
	owner string
	id    string
	bytes int64
}

// write writes the file, for good.
func (in *incoming) write(content io.Reader) error {
	if err := os.Mkdir(in.jobs.path(in.id, ""), 0o700); err != nil {
		return ofDisk(err)
	}
	file, err := os.OpenFile(in.jobs.path(in.id, uploadFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return ofDisk(err)
	}
	buffer := make([]byte, 256<<10)
	for err == nil {
		var n int
		n, err = content.Read(buffer)
		if n == 0 {
			continue
		}
		if refused := in.count(int64(n)); refused != nil {
			err = refused
		} else if _, failed := file.Write(buffer[:n]); failed != nil {
			err = ofDisk(failed)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, ofDisk(file.Sync()), file.Close())
}

// count counts bytes that came, or refuses them.
func (in *incoming) count(n int64) error {
	j := in.jobs
	j.mu.Lock()
	defer j.mu.Unlock()
	coming := j.arriving[in.owner]
	own := coming.bytes + n
	for _, one := range j.jobs {
		if one.Owner == in.owner {
			own += one.Bytes
		}
	}
	switch {
	case in.bytes+n > MaxBytes:
		return ErrTooLarge
	case own > maxOwnBytes:
		return Refusal("your uploads would have more than 4 GiB in all; delete some that have ended")
	}
	in.bytes += n
	coming.bytes += n
	j.arriving[in.owner] = coming
	return nil
}

// end takes the file out of what comes in.
func (in *incoming) end() {
	j := in.jobs
	j.mu.Lock()
	defer j.mu.Unlock()
	coming := j.arriving[in.owner]
	coming.files--
	coming.bytes -= in.bytes
	if j.arriving[in.owner] = coming; coming.files == 0 {
		delete(j.arriving, in.owner)
	}
}

// cleanName is a file's name for people: one line of what prints, not too long.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	return name
}

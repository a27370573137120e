package audit

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Head says how far the log had come at some time. It is a line of JSON in the
// heads file.
type Head struct {
	// Number of the head in its file, from 1 without a gap.
	Number int64 `json:"head"`
	// Log is the id of the log.
	Log string `json:"log"`
	// Count is the number of entries, and that of the last of them.
	Count int64 `json:"count"`
	// Hash is that of the last entry.
	Hash Hash `json:"hash"`
	// At is when the head was written.
	At time.Time `json:"at"`
	// MAC is made with the key, of all of the above.
	MAC Hash `json:"mac"`
}

// MarshalText writes a hash as 64 digits.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads 64 digits.
func (h *Hash) UnmarshalText(text []byte) error {
	content, err := hex.DecodeString(string(text))
	if err == nil && len(content) != len(h) {
		err = errors.New("audit: a hash has 64 digits")
	}
	copy(h[:], content)
	return err
}

// mac is what a head's MAC must be.
func (c chain) mac(h *Head) Hash {
	content := appendText(nil, headMark)
	content = binary.BigEndian.AppendUint64(content, uint64(h.Number))
	content = appendText(content, h.Log)
	content = binary.BigEndian.AppendUint64(content, uint64(h.Count))
	content = append(content, h.Hash[:]...)
	content = binary.BigEndian.AppendUint64(content, uint64(h.At.UnixMilli()))
	return c.sum(content)
}

// line writes a head, with its MAC, as a line.
func (c chain) line(h Head) ([]byte, error) {
	h.At = h.At.UTC().Truncate(time.Millisecond)
	h.MAC = c.mac(&h)
	line, err := json.Marshal(h)
	return append(line, '\n'), err
}

// parseHead reads a line, without its end. It is false where the line isn't,
// byte for byte, one that was written with the key.
func (c chain) parseHead(line []byte) (Head, bool) {
	var h Head
	if err := json.Unmarshal(line, &h); err != nil {
		return Head{}, false
	}
	again, err := c.line(h)
	return h, err == nil && bytes.Equal(again, append(line[:len(line):len(line)], '\n'))
}

// readHeads reads heads up to the first line at which something is wrong: then
// fault says what. A last line without its end is left aside, for a power cut
// can leave one.
func (c chain) readHeads(in io.Reader) (heads []Head, fault *Fault, err error) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return heads, nil, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("audit: reading the heads: %w", err)
		}
		var last Head
		if len(heads) > 0 {
			last = heads[len(heads)-1]
		}
		head, ours := c.parseHead(line[:len(line)-1])
		if kind := headFault(last, head, ours); kind != 0 {
			return heads, &Fault{Kind: kind, Number: last.Number + 1}, nil
		}
		heads = append(heads, head)
	}
}

// headFault says what is wrong with a head after another, 0 for nothing.
func headFault(last, head Head, ours bool) FaultKind {
	switch {
	case !ours:
		return ChangedHead
	case head.Number > last.Number+1:
		return RemovedHead
	case head.Number != last.Number+1, head.Count <= last.Count, last.Number > 0 && head.Log != last.Log:
		return MovedHead
	}
	return 0
}

// tailBytes is how much of the heads file's end is read for its last line,
// which has some 300.
const tailBytes = 4096

// headsFile is the file of a log's heads. The store's write lock is held while
// it is used, so that processes take turns.
type headsFile struct {
	chain
	path string
}

// add writes a head for the last entry of a log, if there is none yet, and
// makes it durable. For an empty log it only checks that there is no head.
func (f headsFile) add(log string, last Sealed, at time.Time) error {
	file, err := os.OpenFile(f.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	err = f.addTo(file, Head{Log: log, Count: last.Number, Hash: last.Hash, At: at})
	return errors.Join(err, file.Close())
}

func (f headsFile) addTo(file *os.File, head Head) error {
	last, err := f.last(file)
	if err != nil {
		return err
	}
	switch {
	case last.Count > head.Count:
		return fmt.Errorf("audit: the log has %d entries, but a head in %s says that it had %d", head.Count, f.path, last.Count)
	case last.Number > 0 && last.Log != head.Log:
		return fmt.Errorf("audit: the heads in %s are those of another log", f.path)
	case last.Count == head.Count:
		return nil
	}
	head.Number = last.Number + 1
	line, err := f.line(head)
	if err == nil {
		_, err = file.Write(line)
	}
	if err == nil {
		err = file.Sync()
	}
	return err
}

// last reads the last head, the zero value where there is none. A line without
// its end was never acknowledged, and is cut off.
func (f headsFile) last(file *os.File) (Head, error) {
	info, err := file.Stat()
	if err != nil {
		return Head{}, err
	}
	start := max(info.Size()-tailBytes, 0)
	tail := make([]byte, info.Size()-start)
	if _, err := file.ReadAt(tail, start); err != nil {
		return Head{}, err
	}
	whole := bytes.LastIndexByte(tail, '\n') + 1
	if whole < len(tail) {
		if err := file.Truncate(start + int64(whole)); err != nil {
			return Head{}, err
		}
	}
	if start+int64(whole) == 0 {
		return Head{}, nil
	}
	line := bytes.TrimSuffix(tail[:whole], []byte("\n"))
	head, ours := f.parseHead(line[bytes.LastIndexByte(line, '\n')+1:])
	if !ours {
		return Head{}, fmt.Errorf("audit: the last head in %s was changed, or made with another key", f.path)
	}
	return head, nil
}

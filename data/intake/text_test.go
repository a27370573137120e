package intake_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"commonground/data/intake"
)

func TestDelimiterIsFoundOut(t *testing.T) {
	for _, delimiter := range []string{",", ";", "\t", "|"} {
		w := newTown(t, schemeText, managed)
		file := strings.ReplaceAll("\"ref, the; first\t|\"~at~lon~lat~needle\na~2019-04-24~-1.55~53.79~1\nb~soon~-1.55~53.79~1\n", "~", delimiter)
		s := w.pickups(file, intake.Options{Map: map[string]string{"ref": "ref, the; first\t|"}})
		s.came(t, 1, 0, 1)
		if want := strings.Replace(file, "a"+delimiter+"2019-04-24"+delimiter+"-1.55"+delimiter+"53.79"+delimiter+"1\n", "", 1); s.refused != want {
			t.Errorf("handed back %q, want %q", s.refused, want)
		}
	}
}

func TestWindows1252IsFoundOutAndHandedBackAsItCame(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const file = "ref,at,lon,lat,needle\ncaf\xe9 \x93x\x94,2019-04-24,-1.55,53.79,1\ncaf\xe9,soon,-1.55,53.79,1\n"
	s := w.pickups(file, intake.Options{})
	s.came(t, 1, 0, 1)
	if got := w.only().Ref; got != "café “x”" {
		t.Errorf("the reference is %q", got)
	}
	if want := "ref,at,lon,lat,needle\ncaf\xe9,soon,-1.55,53.79,1\n"; s.refused != want {
		t.Errorf("handed back %q", s.refused)
	}
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "Windows-1252") {
		t.Errorf("notes %q", s.Notes)
	}
	again := w.pickups(strings.Replace(s.refused, "soon", "2019-04-25", 1), intake.Options{})
	again.came(t, 1, 0, 0)
}

func TestColumnsNamedInWindows1252CanBeMapped(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups("R\xe9f,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,1\n", intake.Options{Map: map[string]string{"ref": "Réf"}}).came(t, 1, 0, 0)
}

func TestRowThatIsNoUTF8InAFileThatIsIsRefused(t *testing.T) {
	for name, file := range map[string]string{
		"after such a row": "ref,at,lon,lat,needle\ncafé,2019-04-24,-1.55,53.79,1\ncaf\xe9,2019-04-24,-1.55,53.79,1\n",
		"after a mark":     "\ufeffref,at,lon,lat,needle\na,2019-04-24,-1.55,53.79,1\ncaf\xe9,2019-04-24,-1.55,53.79,1\n",
	} {
		w := newTown(t, schemeText, managed)
		s := w.pickups(file, intake.Options{})
		s.came(t, 1, 0, 1)
		if r := s.refusals[0]; r.Row != 3 || !strings.Contains(r.Reason, "CSV UTF-8") || !strings.HasSuffix(s.refused, "caf\xe9,2019-04-24,-1.55,53.79,1\n") {
			t.Errorf("%s: refused with %v, handed back %q", name, r, s.refused)
		}
	}
}

func TestUTF16IsReadAndHandedBackAsItCame(t *testing.T) {
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		encode := func(text string) string {
			out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
			check(t, err)
			return out
		}
		w := newTown(t, schemeText, managed)
		s := w.pickups(encode("ref\tat\tlon\tlat\tneedle\r\ncafé 𝄞\t2019-04-24\t-1.55\t53.79\t1\r\né\tsoon\t-1.55\t53.79\t1\r\n"), intake.Options{})
		s.came(t, 1, 0, 1)
		if got := w.only().Ref; got != "café 𝄞" {
			t.Errorf("the reference is %q", got)
		}
		if want := encode("ref\tat\tlon\tlat\tneedle\r\né\tsoon\t-1.55\t53.79\t1\r\n"); s.refused != want {
			t.Errorf("handed back %q, want %q", s.refused, want)
		}
	}
}

// repeated returns n bytes of a text over and over, packed.
func repeated(t *testing.T, before, text string, n int64) io.Reader {
	t.Helper()
	out, in := io.Pipe()
	t.Cleanup(func() { check(t, out.Close()) })
	go func() {
		packed := gzip.NewWriter(in)
		_, err := io.WriteString(packed, before)
		chunk := bytes.Repeat([]byte(text), 1<<20/len(text))
		for left := n; err == nil && left > 0; left -= int64(len(chunk)) {
			_, err = packed.Write(chunk)
		}
		if err == nil {
			err = packed.Close()
		}
		in.CloseWithError(err)
	}()
	return out
}

func TestGzipBombIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, before, text, reason string
	}{
		{"zeros", "", "\x00", "none of the formats"},
		{"zeros after a first row", goodHeader, "\x00", "is longer than 1024 KiB"},
		{"one row that never ends", goodHeader, "a", "the row after line 1 is longer"},
		{"a first row that never ends", "", "a,", "is longer than"},
		{"a quote that is never closed", goodHeader + `"`, "a\n", "a quote that opens there may not be closed"},
		{"blank lines", goodHeader, "\n", "the row after line 1 is longer"},
		{"long rows", goodHeader, strings.Repeat("a", 1<<19) + "\n", "unpacks to more than any table would"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t, schemeText, managed)
			_, err := w.door.Pickups(t.Context(), repeated(t, test.before, test.text, 10<<30), intake.Options{})
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want %q", err, test.reason)
			}
		})
	}
}

func TestFileOfAnotherProgramIsRefusedWithTheRemedy(t *testing.T) {
	for start, reason := range map[string]string{
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00": "save it as an Excel workbook",
		"%PDF-1.7\n":              "ask for the table itself",
		"PK\x05\x06" + "\x00\x00": "an empty zip",
		"PK\x03\x04 cut":          "may be cut off",
		"BZh9":                    "bzip2",
		"\x89PNG\r\n\x1a\n":       "a picture of a table",
		"\x00\x00\x27\x0a":        "into one zip", "\x00\x01\x02\n": "none of the formats",
	} {
		w := newTown(t, schemeText, managed)
		_, err := w.send((*intake.Door).Pickups, start, intake.Options{})
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %v, want %q", start, err, reason)
		}
	}
}

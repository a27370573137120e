package intake

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// sharedStrings are the texts of a workbook, which its cells name by number.
type sharedStrings struct {
	text string
	ends []int
}

// maxShared bounds the memory that they take.
const maxShared = 128 << 20

func (s sharedStrings) at(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(s.ends) {
		return ""
	}
	if n == 0 {
		return s.text[:s.ends[0]]
	}
	return s.text[s.ends[n-1]:s.ends[n]]
}

// eachElement calls do with each element of a part, in the order in which they
// begin; none where there is no part of that name.
func (a *archive) eachElement(name string, do func(*xmlReader, xml.StartElement) error) error {
	if name == "" {
		return nil
	}
	part, err := a.part(name)
	if err != nil {
		return err
	}
	defer part.Close()
	x := newXMLReader(part)
	for {
		token, err := x.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if start, ok := token.(xml.StartElement); ok && err == nil {
			x.leash.slack()
			err = do(x, start)
		}
		if err != nil {
			return fmt.Errorf("%s in the workbook: %w", name, err)
		}
	}
}

func readSharedStrings(zip *archive, name string) (sharedStrings, error) {
	var s sharedStrings
	var all strings.Builder
	err := zip.eachElement(name, func(x *xmlReader, start xml.StartElement) error {
		if start.Name.Local != "si" {
			return nil
		}
		text, err := x.richText("si")
		all.WriteString(text)
		s.ends = append(s.ends, all.Len())
		if all.Len()+8*len(s.ends) > maxShared {
			return fmt.Errorf("the texts of the workbook take more than %d MiB; save the sheet as CSV UTF-8 and send that", maxShared>>20)
		}
		return err
	})
	s.text = all.String()
	return s, err
}

// dateStyle says what of a number that is a time a cell shows.
type dateStyle uint8

const (
	showsDay dateStyle = 1 << iota
	showsMonth
	showsClock
	notDate dateStyle = 0
)

// maxStyles is Excel's own bound, rounded up.
const maxStyles = 1 << 16

// readStyles returns what each style of a cell shows.
func readStyles(zip *archive, name string) ([]dateStyle, error) {
	formats := map[string]dateStyle{}
	var styles []dateStyle
	ofCells := false
	err := zip.eachElement(name, func(_ *xmlReader, start xml.StartElement) error {
		switch start.Name.Local {
		case "numFmt":
			formats[attribute(start, "numFmtId")] = styleOf(attribute(start, "formatCode"))
		case "cellXfs":
			ofCells = true
		case "cellStyles", "dxfs":
			ofCells = false
		case "xf":
			if id := attribute(start, "numFmtId"); ofCells {
				style, own := formats[id]
				if !own {
					style = builtIn(id)
				}
				styles = append(styles, style)
			}
		}
		if len(styles) > maxStyles || len(formats) > maxStyles {
			return fmt.Errorf("it has more than %d styles", maxStyles)
		}
		return nil
	})
	return styles, err
}

// builtIn is what a format shows that every workbook has (ECMA-376 part 1,
// 18.8.30).
func builtIn(id string) dateStyle {
	n, err := strconv.Atoi(id)
	switch {
	case err != nil:
	case n == 17, n == 55:
		return showsMonth
	case n >= 14 && n <= 16, n >= 27 && n <= 31, n == 36, n >= 50 && n <= 54, n >= 56 && n <= 58:
		return showsDay
	case n >= 18 && n <= 21, n >= 32 && n <= 35, n == 45, n == 47:
		return showsClock
	case n == 22:
		return showsDay | showsClock
	}
	return notDate
}

// What a format says that is no part of a time: quoted text, escaped
// characters and the halves of the day, and, in brackets, colours and
// languages. What counts hours beyond a day, such as [h], is none at all.
var (
	literal   = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|(?i:AM/PM|A/P|General)`)
	bracketed = regexp.MustCompile(`\[[^\]]*\]`)
	elapsed   = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)
)

// styleOf returns what a format of the workbook's own shows.
func styleOf(code string) dateStyle {
	code, _, _ = strings.Cut(code, ";")
	code = literal.ReplaceAllString(code, "")
	if elapsed.MatchString(code) {
		return notDate
	}
	code = strings.ToLower(bracketed.ReplaceAllString(code, ""))
	style := notDate
	if strings.ContainsAny(code, "hs") {
		style |= showsClock
	}
	switch {
	case strings.Contains(code, "d"):
		style |= showsDay
	case strings.Contains(code, "y"):
		style |= showsMonth
	}
	return style
}

// days1904 is how many days later the other epoch of spreadsheets is.
const days1904 = 1462

// lastSheetDay is the day after 31 December 9999, the last that sheets know.
const lastSheetDay = 2958466

// numberText writes a number as the sheet means it: a time by what its style
// shows of it, any other to the 15 digits that spreadsheets keep.
func numberText(value string, style dateStyle, from1904 bool) string {
	number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return value
	}
	days := number
	if from1904 && style&(showsDay|showsMonth) != 0 {
		days += days1904
	}
	if style == notDate || days < 0 || days >= lastSheetDay {
		rounded, err := strconv.ParseFloat(strconv.FormatFloat(number, 'g', 15, 64), 64)
		if err != nil || math.Abs(number) >= 1e21 {
			return value
		}
		return strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	// Sheets keep about a millisecond; the nearest second is meant.
	seconds := int(math.Round(days * 24 * 60 * 60))
	t := serialEpoch.AddDate(0, 0, seconds/86400).Add(time.Duration(seconds%86400) * time.Second)
	switch {
	case style == showsClock && days < 1:
		return t.Format(time.TimeOnly)
	case style == showsMonth:
		return t.Format("2006-01")
	case style&showsClock == 0 && seconds%86400 == 0:
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05")
}

package editions

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"commonground/data/release"
)

// sentence is what an edition says of the whole area.
func (f *front) sentence() string {
	if len(f.Tables.Totals) == 0 {
		return "From " + f.Span + " no total is given for the whole area: with it, what is hidden in the tables could be worked out."
	}
	var families []string
	for _, family := range f.Tables.Families {
		if total := f.total(family.ID); total != "" {
			families = append(families, total+" "+strings.ToLower(family.Title))
		}
	}
	return "From " + f.Span + ", crews removed " + joined(families) + " in the whole area."
}

// swatch is the class of a band's colour. It goes by where the band begins, so
// that a colour means the same in every edition, whatever was merged.
func (f *front) swatch(band release.Band) string {
	if band.Band == 0 {
		return "swatch-none"
	}
	step := 0
	for _, cut := range f.Policy.Cuts {
		if cut <= band.From {
			step++
		}
	}
	return "band-" + strconv.Itoa(step)
}

// joined writes a list for a sentence.
func joined(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// about is a rounded number for a sentence. Words such as "fewer than 10" stay.
func about(text string) string {
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return "about " + thousands(text)
	}
	return text
}

// span names the days of a half-open span of dates.
func span(from, to string) string {
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return day(from) + " to before " + to
	}
	return day(from) + " to " + day(end.AddDate(0, 0, -1).Format(time.DateOnly))
}

// day writes a date such as 2019-04-24 for people. What is none stays as it is.
func day(date string) string {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return d.Format("Mon 2 Jan 2006")
}

func size(bytes int) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", max((bytes+512)/1024, 1))
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}

// thousands writes a whole number with commas. Words stay.
func thousands(text string) string {
	if _, err := strconv.ParseUint(text, 10, 64); err != nil {
		return text
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Last names the days of the edition that was sealed last; empty where there is
// none.
func (c *Catalogue) Last() string {
	if c.Sealed == nil {
		return ""
	}
	return span(c.Sealed.Period.From, c.Sealed.Period.To)
}

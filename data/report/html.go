package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

//go:embed report.html
var pageHTML string

//go:embed report.css
var pageCSS string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(pageCSS) }, "rule": func(r *Report) template.CSS { return template.CSS(pageRule(r)) }, "made": madeText,
	"short": inShort, "tree": treeRows, "reasons": reasonRows, "returned": func(f Returned) string { return f.text() },
	"chart": chartOf, "weekly": weekRows, "grouped": grouped, "percent": percent, "class": classTitle, "shown": shownClasses, "capital": capital, "compared": compared,
}).Parse(pageHTML))

// writeHTML writes a report as one page that needs no other file, for a browser and
// for paper of A4.
func writeHTML(r *Report, out io.Writer) error { return page.Execute(out, r) }

// StylePolicy is what a browser's Content-Security-Policy must say for the page's own
// styles to count, and nothing else: no script, no other file.
func StylePolicy(r *Report) string {
	hash := func(style string) string {
		sum := sha256.Sum256([]byte(style))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " + hash(pageCSS) + " " + hash(pageRule(r))
}

// pageRule is the style of the margin of printed pages.
func pageRule(r *Report) string {
	return `@page { @bottom-left { content: ` + marginText(r) + `; font: 8pt sans-serif; color: #444; } ` +
		`@bottom-right { content: counter(page) " of " counter(pages); font: 8pt sans-serif; color: #444; } }`
}

// marginText is what stands at the foot of each page, as a text of CSS: letters that
// could end it are left out.
func marginText(r *Report) string {
	said := r.Marking + " · " + r.Name + " · " + r.Period.Text()
	if r.By != "" {
		said += " · taken by " + r.By
	}
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`"\<>&`, c) {
			return -1
		}
		return c
	}, said)
	return `"` + plain + `"`
}

func madeText(r *Report) string { return r.Made.Format("2 January 2006, 15:04 MST") }

// mostInShort bounds the sentences at the beginning.
const mostInShort = 6

// inShort returns what changed, and what the finds say: what someone reads who reads
// nothing else.
func inShort(r *Report) (sentences []string) {
	for _, c := range r.Changes {
		if c.Told {
			sentences = append(sentences, c.Sentence)
		}
	}
	for i := range r.Cleansing.Families {
		if all := r.Cleansing.Families[i].Concentration.Sentences; len(all) > 0 {
			sentences = append(sentences, all[0])
		}
	}
	if len(sentences) == 0 {
		return []string{"Nothing changed by more than weeks differ anyway."}
	}
	return sentences[:min(len(sentences), mostInShort)]
}

// compared returns the sentences about changes. What could not be compared at all is
// told once.
func compared(r *Report) (sentences []string) {
	for _, against := range []struct{ id, words string }{{"period_before", "the period before"}, {"year_before", "the same weeks a year before"}} {
		some := false
		for _, c := range r.Changes {
			some = some || c.Against == against.id && c.Compared
		}
		if !some {
			sentences = append(sentences, "Nothing is compared with "+against.words+": there are no whole records of it, or this period is not over.")
			continue
		}
		for _, c := range r.Changes {
			if c.Against == against.id {
				sentences = append(sentences, c.Sentence)
			}
		}
	}
	return sentences
}

// capital is an id as a name, with a capital at its beginning.
func capital(name string) string {
	name = strings.ReplaceAll(name, "_", " ")
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// treeRow is an outcome and how deep it stands in the tree.
type treeRow struct {
	Depth int
	Title string
	Contacts
}

func treeRows(l Line) (rows []treeRow) {
	var below func(depth int, nodes []Outcome)
	below = func(depth int, nodes []Outcome) {
		for _, node := range nodes {
			rows = append(rows, treeRow{min(depth, 4), node.Title, node.Contacts})
			below(depth+1, node.Parts)
		}
	}
	below(1, l.Outcomes)
	rows = append(rows, treeRow{1, "No outcome yet", l.Open})
	if l.Unknown.N > 0 {
		rows = append(rows, treeRow{1, "Of an outcome that the scheme does not have", l.Unknown})
	}
	return rows
}

// reasonRows returns why nobody went, over all outcomes.
func reasonRows(l Line) (rows []treeRow) {
	var below func(nodes []Outcome)
	below = func(nodes []Outcome) {
		for _, node := range nodes {
			for _, reason := range node.Reasons {
				rows = append(rows, treeRow{0, strings.ReplaceAll(nameOr(reason.ID, notKept), "_", " "), reason.Contacts})
			}
			below(node.Parts)
		}
	}
	below(l.Outcomes)
	return rows
}

// weekRow is a week's items of a kind by class, and their sum; or the sum of all
// weeks.
type weekRow struct {
	Title string
	Items []int64
	Sum   bool
}

// shownClasses returns the classes in which there were items of a kind in the
// period, in the order of tables; all where there were none.
func shownClasses(r *Report, kind int) []Class {
	var shown []Class
	for _, class := range r.Cleansing.Classes {
		if slices.ContainsFunc(r.Cleansing.Weekly, func(v Volume) bool { return v.Class == class.ID && v.Items[kind] > 0 }) {
			shown = append(shown, class)
		}
	}
	if shown == nil {
		return r.Cleansing.Classes
	}
	return shown
}

func weekRows(r *Report, kind int) (rows []weekRow) {
	classes := shownClasses(r, kind)
	last := len(classes)
	all := weekRow{Title: "All", Items: make([]int64, last+1), Sum: true}
	for week := range slices.Chunk(r.Cleansing.Weekly, len(r.Cleansing.Classes)) {
		row := weekRow{Title: week[0].Week.Text(), Items: make([]int64, last+1)}
		for k, class := range classes {
			of := slices.IndexFunc(week, func(v Volume) bool { return v.Class == class.ID })
			n := week[of].Items[kind]
			row.Items[k] = n
			row.Items[last] += n
		}
		for k, n := range row.Items {
			all.Items[k] += n
		}
		rows = append(rows, row)
	}
	return append(rows, all)
}

func percent(share float64) string { return strconv.FormatFloat(math.Round(100*share), 'f', 0, 64) }

func classTitle(r *Report, id string) string {
	for _, class := range r.Cleansing.Classes {
		if class.ID == id {
			return class.Title
		}
	}
	return id
}

// The chart of a kind: bars of the 52 weeks before and of the period, in a box of
// these sides, with room for numbers at the left and dates below.
const (
	chartWidth, chartHeight = 760.0, 180.0
	chartLeft, chartFoot    = 44.0, 20.0
)

// chartOf draws the weeks of a kind as bars, each divided by class. Its numbers are
// in the table below it, and in those of the weeks before.
func chartOf(r *Report, kind int) template.HTML {
	c := &r.Cleansing
	volumes := append(append([]Volume(nil), c.Before...), c.Weekly...)
	per := len(c.Classes)
	weeks := len(volumes) / per
	highest := int64(1)
	for w := range weeks {
		highest = max(highest, weekTotal(volumes[w*per:(w+1)*per], kind))
	}
	top := roundUp(highest)
	step := (chartWidth - chartLeft) / float64(max(weeks, 1))
	scale := (chartHeight - chartFoot - 10) / float64(top)
	floor := chartHeight - chartFoot
	var b strings.Builder
	fmt.Fprintf(&b, `<figure><svg viewBox="0 0 %g %g" role="img" aria-label="%s by week, the year before and this period">`,
		chartWidth, chartHeight, template.HTMLEscapeString(c.Kinds[kind].Title))
	now := chartLeft + step*float64(len(c.Before)/per)
	fmt.Fprintf(&b, `<rect class="now" x="%.1f" y="0" width="%.1f" height="%.1f"/>`, now, chartWidth-now, floor)
	for _, n := range []int64{0, top / 2, top} {
		y := floor - float64(n)*scale
		fmt.Fprintf(&b, `<line class="axis" x1="%g" x2="%g" y1="%.1f" y2="%.1f"/><text x="%g" y="%.1f" text-anchor="end">%s</text>`,
			chartLeft, chartWidth, y, y, chartLeft-6, y+4, grouped(n))
	}
	for w := range weeks {
		y := floor
		for k, class := range c.Classes {
			height := float64(volumes[w*per+k].Items[kind]) * scale
			if height == 0 {
				continue
			}
			y -= height
			fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class.ID, chartLeft+step*float64(w)+1, y, step-2, height)
		}
		if w%13 == 0 || w == weeks-1 {
			anchor := "start"
			if w == weeks-1 {
				anchor = "end"
			}
			x := chartLeft + step*float64(w)
			if anchor == "end" {
				x = chartWidth
			}
			if anchor == "end" || weeks-1-w > 6 { // else the two would lie on each other
				fmt.Fprintf(&b, `<text x="%.1f" y="%g" text-anchor="%s">%s</text>`, x, chartHeight-4, anchor, volumes[w*per].Week.In(time.UTC).Format("2 Jan 2006"))
			}
		}
	}
	fmt.Fprintf(&b, `<line class="base" x1="%g" x2="%g" y1="%.1f" y2="%.1f"/></svg><figcaption><ul class="legend">`, chartLeft, chartWidth, floor, floor)
	for _, class := range c.Classes {
		if !slices.ContainsFunc(volumes, func(v Volume) bool { return v.Class == class.ID && v.Items[kind] > 0 }) {
			continue // which keeps the others easier to tell apart
		}
		fmt.Fprintf(&b, `<li><svg viewBox="0 0 16 12" aria-hidden="true" focusable="false"><rect class="%s" x="1" y="1" width="14" height="10"/></svg>%s</li>`,
			class.ID, template.HTMLEscapeString(class.Title))
	}
	b.WriteString(`</ul>Items in each week. Behind the weeks of the period the ground is darker.</figcaption></figure>`)
	return template.HTML(b.String())
}

func weekTotal(classes []Volume, kind int) (total int64) {
	for i := range classes {
		total += classes[i].Items[kind]
	}
	return total
}

// roundUp returns the next 2, 4, 10, 20, 40, 100, … from a number on.
func roundUp(n int64) int64 {
	for step := int64(1); ; step *= 10 {
		for _, top := range []int64{2 * step, 4 * step, 10 * step} {
			if n <= top {
				return top
			}
		}
	}
}

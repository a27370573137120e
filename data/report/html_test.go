package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"commonground/data/report"
)

// rowsOf returns the rows of a page's tables, without their tags: "title|cell|cell".
func rowsOf(page string) (rows []string) {
	tags := regexp.MustCompile(`<[^>]*>`)
	for _, row := range regexp.MustCompile(`(?s)<tr.*?</tr>`).FindAllString(page, -1) {
		row = strings.NewReplacer("</th>", "|", "</td>", "|").Replace(row)
		rows = append(rows, strings.TrimRight(tags.ReplaceAllString(row, ""), "|"))
	}
	return rows
}

func TestThePublishedReportIsOnThePage(t *testing.T) {
	w, _, _ := goldenTown(t)
	r := w.report("2019-04-24")
	page := string(written(t, r, "html"))
	rows := strings.Join(rowsOf(page), "\n")
	checked := 0
	for _, f := range r.Figures() {
		if !strings.HasPrefix(f.ID, "line.outcome.") && !strings.HasPrefix(f.ID, "return.") || strings.Count(f.ID, ".") > 2 {
			continue
		}
		number := fmt.Sprintf("%.0f", f.Least)
		if f.Least != f.Most {
			continue // below
		}
		title, _, _ := strings.Cut(f.Title, ",")
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(title) + `.*\|` + number + `(\||$)`).MatchString(rows) {
			t.Errorf("no row has %s with %s", f.Title, number)
		}
		checked++
	}
	if checked < 25 {
		t.Errorf("only %d figures were looked for in\n%s", checked, rows)
	}
	if !strings.Contains(rows, "65 to 80") {
		t.Errorf("the range that was returned is not on the page:\n%s", rows)
	}
}

func TestThePageTellsMarkupFromText(t *testing.T) {
	page := written(t, hostile(t), "html")
	for _, bad := range []string{"<script", "<img", "onerror"} {
		if bytes.Contains(bytes.ToLower(page), []byte(bad)) && !bytes.Contains(page, []byte("&lt;")) {
			t.Errorf("%s came through", bad)
		}
	}
}

func TestTheStylesOfThePageAreThoseOfItsPolicy(t *testing.T) {
	w, _, _ := goldenTown(t)
	r := w.report("2019-04-24")
	r.By = `"} body { display: none } </style><script>`
	page := string(written(t, r, "html"))
	styles := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(page, -1)
	if len(styles) != 2 || strings.Contains(page, "<script") {
		t.Fatalf("%d styles", len(styles))
	}
	policy := report.StylePolicy(r)
	for _, style := range styles {
		if !strings.Contains(policy, hashOf(style[1])) {
			t.Errorf("the policy does not have the style %.60s", style[1])
		}
	}
}

func TestAPDFIsPrintedOrSaidToBeMissing(t *testing.T) {
	w, _, _ := goldenTown(t)
	format, _ := report.FormatNamed("pdf")
	var out bytes.Buffer
	err := format.Write(w.report("2019-04-24"), &out)
	if _, missing := exec.LookPath("chromium"); missing != nil {
		t.Skip("Chromium is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) || out.Len() < 10_000 {
		t.Errorf("%d bytes that begin with %q", out.Len(), out.Bytes()[:min(out.Len(), 8)])
	}
	t.Setenv("PATH", t.TempDir())
	if err := format.Write(w.report("2019-04-24"), &out); err == nil || !strings.Contains(err.Error(), "install it") {
		t.Errorf("without a browser: %v", err)
	}
}

func hashOf(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

package editions_test

import (
	"flag"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"commonground/api/editions"
	"commonground/api/editions/editionstest"
)

var update = flag.Bool("update", false, "write the golden files anew")

const pageText = "<main>before <!-- edition -->Nothing<!-- /edition --> after</main>\n"

func front(t *testing.T, archive *editionstest.Archive, page string) string {
	t.Helper()
	c, err := editions.New(os.DirFS(archive.Dir), slog.New(slog.NewTextHandler(t.Output(), nil))).Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	file, err := c.Front(fstest.MapFS{"index.html": {Data: []byte(page)}})
	if err != nil {
		t.Fatal(err)
	}
	return string(file.Content)
}

// The golden file is to be read: it is what a resident gets without a script.
func TestTheFirstPageTellsOfTheLatestEditionThatStands(t *testing.T) {
	archive := editionstest.New(t)
	for _, from := range []string{"2019-01-30", "2019-02-27", "2019-03-27", "2019-04-24"} {
		archive.Seal(from)
	}
	archive.Withdraw("2019-02-27")
	archive.Withdraw("2019-04-24")
	got := front(t, archive, pageText)
	if *update {
		if err := os.WriteFile("testdata/front.html", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/front.html")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page changed; see -update:\n%s", got)
	}
}

func TestTheFirstPageWithoutAnEdition(t *testing.T) {
	archive := editionstest.New(t)
	if got := front(t, archive, pageText); got != pageText {
		t.Errorf("nothing released: %s", got)
	}
	archive.Seal("2019-04-24")
	if got := front(t, archive, "not built"); got != "not built" {
		t.Errorf("a page without marks: %s", got)
	}
	archive.Withdraw("2019-04-24")
	got := front(t, archive, pageText)
	for _, want := range []string{"before <!-- edition -->", "<!-- /edition --> after", "has been withdrawn", "Withdrawn editions", "Wed 24 Apr 2019 to Tue 21 May 2019: withdrawn", "public/chain/1.json"} {
		if !strings.Contains(got, want) {
			t.Errorf("all withdrawn: does not say %q:\n%s", want, got)
		}
	}
	for _, not := range []string{"Nothing", "data-folder", `href="public/2019-04-24`} {
		if strings.Contains(got, not) {
			t.Errorf("all withdrawn: says %q", not)
		}
	}
}

// What an edition says is text, whatever it looks like.
func TestNamesOfAnEditionAreNoMarkup(t *testing.T) {
	archive := editionstest.New(t)
	archive.Alter = func(content string) string {
		return strings.NewReplacer("Millbeck", `<script>alert(1)</script>`, "Managed area", `\"><img src=x>`).Replace(content)
	}
	archive.Seal("2019-04-24")
	if got := front(t, archive, pageText); strings.Contains(got, "<script") || strings.Contains(got, "<img") || !strings.Contains(got, "&lt;script&gt;") {
		t.Errorf("markup of an edition is in the page:\n%s", got)
	}
}

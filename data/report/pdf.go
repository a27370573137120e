package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// ErrNoBrowser says that no browser is there to make a PDF; compare with errors.Is.
var ErrNoBrowser = errors.New("a PDF is made by Chromium, which is not installed on this machine: install it, or take the format html and print that")

// browsers are the names of programs that print pages.
var browsers = []string{"chromium", "chromium-browser", "google-chrome"}

// printWithin is how long a browser may take.
const printWithin = 30 * time.Second

// writePDF has a browser print the page, which has no script and loads nothing. The
// page and the browser's profile lie in a folder for its owner only that is deleted
// after.
func writePDF(r *Report, out io.Writer) error {
	browser, err := findBrowser()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "commonground-report-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	var content bytes.Buffer
	if err := writeHTML(r, &content); err != nil {
		return err
	}
	from, to := filepath.Join(folder, "report.html"), filepath.Join(folder, "report.pdf")
	if err := os.WriteFile(from, content.Bytes(), 0o600); err != nil {
		return err
	}
	if err := printPage(browser, folder, from, to); err != nil {
		return err
	}
	file, err := os.Open(to)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(out, file)
	return err
}

func findBrowser() (string, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

// printPage prints a file to a PDF. Where this runs as root, as in a container, the
// browser does without its sandbox, which it would refuse there.
func printPage(browser, folder, from, to string) error {
	ctx, cancel := context.WithTimeout(context.Background(), printWithin)
	defer cancel()
	arguments := []string{"--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-extensions", "--user-data-dir=" + filepath.Join(folder, "profile"), "--no-pdf-header-footer", "--print-to-pdf=" + to, "file://" + from}
	if os.Geteuid() == 0 {
		arguments = append([]string{"--no-sandbox"}, arguments...)
	}
	command := exec.CommandContext(ctx, browser, arguments...)
	command.WaitDelay = time.Second
	said, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("printing the report: %w\n%s", err, said)
	}
	if _, err := os.Stat(to); err != nil {
		return fmt.Errorf("printing the report: the browser wrote nothing\n%s", said)
	}
	return nil
}

package api

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/sample"
)

// Whatever a form says, it is refused in a sentence or is a record, and always the
// same one.
func FuzzReadOpen311(f *testing.F) {
	f.Add("service_code=needle&lat=54.72&long=-2.42&attribute[quantity]=3", "")
	f.Add("service_code=incident-harm&lat=54.72&long=-2.42&requested_datetime=2026-11-20T09:00:00Z&attribute[channel]=phone", "r")
	f.Add("service_code=needle&lat=NaN&long=1e400&attribute[accuracy_m]=-0&attribute[reference]=%00", "r")
	scheme, err := data.ParseScheme(sample.SchemeText())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body, token string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		read, err := readOpen311(form, token, scheme)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("refused without a word")
			}
			return
		}
		read.now = time.UnixMilli(1_800_000_000_000)
		first, second := read.record("app"), read.record("app")
		if first.key != second.key || len(first.key.Ref) != len("311-")+24 || (first.pickup == nil) == (first.incident == nil) {
			t.Errorf("%q is %+v and then %+v", body, first, second)
		}
	})
}

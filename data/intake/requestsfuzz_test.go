package intake_test

import (
	"testing"
	"time"
	"unicode/utf8"

	"commonground/data"
	"commonground/data/intake"
)

// Whatever a server answers, each of its requests is stored or refused.
func FuzzReadRequests(f *testing.F) {
	f.Add([]byte(`[{"service_request_id":638344,"status":"closed","service_code":"needle","requested_datetime":"2010-04-14T06:37:38-08:00","lat":37.76,"long":"-122.4"}]`))
	f.Add([]byte(`[null,{},[],"a",{"lat":null,"long":{}},{"service_request_id":"\u0000","lat":"NaN","long":"1e999"}]`))
	f.Add([]byte("\xef\xbb\xbf[{\"service_request_id\":\"a\",\"requested_datetime\":\"2019-10-27T01:30\"}] "))
	w := newTown(f, schemeText)
	f.Fuzz(func(t *testing.T, page []byte) {
		requests, err := intake.ReadRequests(page)
		if err != nil {
			return
		}
		for _, r := range requests {
			if utf8.RuneCountInString(r.ID+r.Status+r.Service+r.Requested+r.Lat+r.Lon) > 2400 {
				t.Errorf("kept %+v", r)
			}
		}
		for _, options := range []intake.RequestOptions{
			{Source: "city", Kinds: map[string]string{"needle": "needle"}},
			{Source: "city", Category: data.Nuisance, Correct: time.Unix(1_800_000_000, 0)},
		} {
			told := 0
			options.Refusal = func(intake.Request, intake.Refusal) { told++ }
			sum, err := w.door.Requests(t.Context(), requests, options)
			if err != nil || sum.Added+sum.Unchanged+sum.Corrected+sum.Gone+sum.Refused != len(requests) || told != sum.Refused {
				t.Errorf("%q: %+v, told %d, %v", page, sum, told, err)
			}
		}
	})
}

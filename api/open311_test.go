package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/api"
	"commonground/data"
)

const requestsPath = "/v1/open311/requests.json"

func TestAnAppFindsServicesAndSendsAPickup(t *testing.T) {
	s := start311(t)
	get := func(path string, into any) {
		t.Helper()
		response, body := s.do(http.MethodGet, path, "", "Cookie", "none=1", "Authorization", "Bearer "+s.key)
		if err := json.Unmarshal(body, into); err != nil || response.StatusCode != 200 {
			t.Fatalf("%s: %s %s", path, response.Status, body)
		}
	}
	var discovery struct {
		Endpoints []struct {
			URL, Type string
			Formats   []string
		}
	}
	get("/v1/open311/discovery.json", &discovery)
	if e := discovery.Endpoints; len(e) != 1 || e[0].URL != "http://127.0.0.1:8080/v1/open311" || e[0].Type != "test" || !slices.Equal(e[0].Formats, []string{"application/json"}) {
		t.Errorf("discovered %+v", discovery)
	}
	var services []struct {
		Code     string `json:"service_code"`
		Group    string
		Type     string
		Metadata bool
	}
	get("/v1/open311/services.json?jurisdiction_id=city.example", &services)
	codes := map[string]string{}
	for _, service := range services {
		codes[service.Code] = service.Group
		var definition struct {
			Code       string `json:"service_code"`
			Attributes []struct{ Code, Datatype string }
		}
		get("/v1/open311/services/"+service.Code+".json", &definition)
		if definition.Code != service.Code || len(definition.Attributes) < 2 || service.Type != "realtime" || !service.Metadata {
			t.Errorf("%+v is defined as %+v", service, definition)
		}
	}
	if codes["needle"] != "needles" || codes["condom_used"] != "condoms" || codes["incident-nuisance"] != "incidents" {
		t.Errorf("the services are %v", codes)
	}

	id, _ := s.mustSend(s.form())
	pickups, _ := s.stored()
	if len(pickups) != 1 {
		t.Fatalf("stored %v", pickups)
	}
	p := pickups[0]
	if p.Key != (data.Key{Source: "app311", Ref: id}) || p.Found[0] != (data.Quantity{Kind: "needle", Items: 3}) || p.Point == nil || p.Place.Class == 0 || p.At.Precision != data.Instant {
		t.Errorf("stored %+v", p)
	}
	var all counts
	s.getAs(s.newKey(data.Planner, ""), "/v1/counts", &all)
	if all.Total.Items != 3 || all.Total.Visits != 1 {
		t.Errorf("counted %+v as soon as it was answered", all.Total)
	}
}

func TestAnIncidentIsSentAsAServiceOfItsOwn(t *testing.T) {
	s := start311(t)
	s.mustSend(s.form("service_code", "incident-nuisance", "attribute[quantity]", "", "attribute[channel]", "online", "requested_datetime", "2026-11-20T22:00:00Z"))
	_, incidents := s.stored()
	if len(incidents) != 1 || incidents[0].Category != data.Nuisance || incidents[0].Channel != "online" || !incidents[0].Received.At.Equal(time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("stored %+v", incidents)
	}
}

// personal is what a form may say of people, and what the standard has besides.
var personal = map[string]string{
	"description": "she was by the arches again", "first_name": "Firstnamesecret", "last_name": "Lastnamesecret", "email": "secret@mail.example",
	"phone": "07700900123", "media_url": "https://pictures.example/secret.jpg", "device_id": "device-secret", "account_id": "account-secret",
	"address_string": "12 Secret Street", "address_id": "address-secret", "attribute[reference]": "reference-secret", "anything": "else-secret",
}

func TestNothingOfAPersonIsKept(t *testing.T) {
	s := start311(t)
	var changes []string
	for name, value := range personal {
		changes = append(changes, name, value)
	}
	s.mustSend(s.form(changes...))
	// Refused forms leave no more behind than others.
	for _, broken := range []string{"lat", "service_code", "attribute[quantity]"} {
		s.send(s.form(append(changes, broken, "Brokensecret")...))
	}
	for name, value := range personal {
		s.send(s.form(), "Idempotency-Key", "Idempotencysecret")
		if response, _ := s.do(http.MethodPost, requestsPath+"?"+url.Values{name: {value}}.Encode(), s.form(), "Cookie", "none=1", "Content-Type", "application/x-www-form-urlencoded"); response.StatusCode != 400 {
			t.Errorf("%s in the address: %s", name, response.Status)
		}
	}
	if n := len(s.audited()); n == 0 {
		t.Fatal("nothing is in the audit log")
	}
	s.noneIsIn(t, s.key)
}

// noneIsIn fails where the store's files or the log hold something of a person, a
// token or a key.
func (s by311) noneIsIn(t *testing.T, key string) {
	t.Helper()
	paths, err := filepath.Glob(s.path + "*")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	kept := s.log.Bytes()
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, content...)
	}
	for _, entry := range s.audited() {
		kept = append(kept, fmt.Sprint(entry)...)
	}
	if !bytes.Contains(kept, []byte("app311")) {
		t.Fatal("not even the source is found: the search is broken")
	}
	secrets := []string{"Brokensecret", "Idempotencysecret", key, key[len(key)-43:]}
	for _, value := range personal {
		secrets = append(secrets, value, url.QueryEscape(value))
	}
	for _, secret := range secrets {
		if bytes.Contains(kept, []byte(secret)) {
			t.Errorf("%q is kept", secret)
		}
	}
}

func TestSendingARequestAgainIsHarmless(t *testing.T) {
	for _, test := range []struct {
		name   string
		form   []string
		header []string
		apart  time.Duration
		want   int // records after two
	}{
		{"with a reference, much later", []string{"attribute[reference]", "r1"}, nil, 26 * time.Hour, 1},
		{"with a header, much later", nil, []string{"Idempotency-Key", "r1"}, 26 * time.Hour, 1},
		{"with its own time, much later", []string{"requested_datetime", "2026-11-23T10:00:00Z"}, nil, 26 * time.Hour, 1},
		{"with both", []string{"attribute[requested_datetime]", "2026-11-23T10:00:00Z", "attribute[reference]", "r1"}, nil, time.Hour, 1},
		{"with neither, in the same minute", nil, nil, 30 * time.Second, 1},
		{"with neither, in another minute", nil, nil, time.Minute, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := start311(t)
			first, _ := s.mustSend(s.form(test.form...), test.header...)
			*s.clock = s.clock.Add(test.apart)
			second, notice := s.mustSend(s.form(test.form...), test.header...)
			pickups, _ := s.stored()
			if len(pickups) != test.want || (first == second) != (test.want == 1) || strings.Contains(notice, "before") != (test.want == 1) {
				t.Errorf("%d records, %s and then %s: %s", len(pickups), first, second, notice)
			}
		})
	}
}

func TestAReferenceWithOtherContentLosesNothing(t *testing.T) {
	s := start311(t)
	first, _ := s.mustSend(s.form("attribute[reference]", "r"))
	second, _ := s.mustSend(s.form("attribute[reference]", "r", "attribute[quantity]", "4"))
	if pickups, _ := s.stored(); len(pickups) != 2 || first == second {
		t.Errorf("without a time: %v", pickups)
	}
	timed := []string{"attribute[reference]", "r", "requested_datetime", "2026-11-23T10:00:00Z"}
	s.mustSend(s.form(timed...))
	response, body := s.send(s.form(append(timed, "attribute[quantity]", "4")...))
	if response.StatusCode != http.StatusConflict || !strings.Contains(string(body), "other content") {
		t.Errorf("with a time: %s %s", response.Status, body)
	}
}

func TestOpen311SaysWhatIsWrongInItsOwnShape(t *testing.T) {
	s := start311(t)
	const form = "application/x-www-form-urlencoded"
	for _, test := range []struct {
		name, method, path, contentType, body string
		status                                int
		says                                  string
	}{
		{"no service", "POST", requestsPath, form, s.form("service_code", ""), 400, "service_code: is missing"},
		{"another service", "POST", requestsPath, form, s.form("service_code", "pothole"), 404, "pothole"},
		{"no place", "POST", requestsPath, form, s.form("lat", "", "address_string", "12 High Street"), 400, "lat, long: are needed"},
		{"a place that is none", "POST", requestsPath, form, s.form("lat", "north"), 400, "lat: "},
		{"a place off the globe", "POST", requestsPath, form, s.form("lat", "154.7"), 400, "lat, long: "},
		{"no number for a place", "POST", requestsPath, form, s.form("lat", "NaN"), 400, "lat, long: "},
		{"half an item", "POST", requestsPath, form, s.form("attribute[quantity]", "1.5"), 400, "attribute[quantity]"},
		{"too many", "POST", requestsPath, form, s.form("attribute[quantity]", "1000000"), 400, "no quantity"},
		{"an attribute that is none", "POST", requestsPath, form, s.form("attribute[quantiy]", "3"), 400, "quantiy"},
		{"an attribute of another service", "POST", requestsPath, form, s.form("attribute[channel]", "phone"), 400, "channel"},
		{"a channel that is none", "POST", requestsPath, form, s.form("service_code", "incident-harm", "attribute[quantity]", "", "attribute[channel]", "owl"), 400, "owl"},
		{"a radius that is none", "POST", requestsPath, form, s.form("attribute[accuracy_m]", "-1"), 400, "accuracy"},
		{"a time that is none", "POST", requestsPath, form, s.form("requested_datetime", "soon"), 400, "requested_datetime"},
		{"two times", "POST", requestsPath, form, s.form("requested_datetime", "2026-11-20", "attribute[requested_datetime]", "2026-11-21"), 400, "give one"},
		{"a field twice", "POST", requestsPath, form, s.form() + "&lat=54.73", 400, "more than once"},
		{"a long reference", "POST", requestsPath, form, s.form("attribute[reference]", strings.Repeat("é", 101)), 400, "longer"},
		{"a form that is none", "POST", requestsPath, form, "lat=%zz", 400, "escape"},
		{"too long a form", "POST", requestsPath, form, s.form("description", strings.Repeat("x", 70_000)), 413, "bytes"},
		{"JSON", "POST", requestsPath, "application/json", "{}", 415, form},
		{"XML", "POST", requestsPath, "text/xml", "<a/>", 415, "XML"},
		{"parts", "POST", requestsPath, "multipart/form-data; boundary=x", "--x--", 415, form},
		{"XML by the address", "POST", "/v1/open311/requests.xml", form, s.form(), 404, ".json"},
		{"services as XML", "GET", "/v1/open311/services.xml", "", "", 404, ".json"},
		{"tokens", "GET", "/v1/open311/tokens/1.json", "", "", 404, "discovery, services and requests"},
		{"a service that is none", "GET", "/v1/open311/services/pothole.json", "", "", 404, "pothole"},
		{"a question that is none", "GET", "/v1/open311/services.json?lat=1", "", "", 400, "lat"},
		{"another method", "DELETE", requestsPath, "", "", 405, "method"},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := server{Server: s.Server, t: t}.do(test.method, test.path, test.body, "Cookie", "none=1", "Authorization", "Bearer "+s.key, "Content-Type", test.contentType)
			if strings.Contains(test.body, "api_key") { // the key is in the form then
				response, body = server{Server: s.Server, t: t}.do(test.method, test.path, test.body, "Cookie", "none=1", "Content-Type", test.contentType)
				if test.status == 404 && strings.HasSuffix(test.path, ".xml") {
					test.status, test.says = 403, "JSON alone" // there it is not looked for
				}
			}
			isError(t, test.name, response, body, test.status, test.says)
		})
	}
	if pickups, incidents := s.stored(); len(pickups)+len(incidents) > 0 {
		t.Errorf("stored %v %v", pickups, incidents)
	}
}

// isError fails where an answer is not one error in the standard's shape.
func isError(t *testing.T, name string, response *http.Response, body []byte, status int, says string) {
	t.Helper()
	var list []struct {
		Code        int
		Description string
	}
	if err := json.Unmarshal(body, &list); err != nil || len(list) != 1 {
		t.Fatalf("%s: %s %s", name, response.Status, body)
	}
	if response.StatusCode != status || list[0].Code != status || !strings.Contains(list[0].Description, says) ||
		response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s: %s %s %s, want %d, %q", name, response.Status, response.Header.Get("Content-Type"), body, status, says)
	}
}

func TestOnlyASenderWithASourceSends(t *testing.T) {
	s := start311(t)
	other := s.newKey(data.Sender, "other")
	for _, test := range []struct {
		name, key, says string
		header          []string
	}{
		{"no key", "", "send an API key", nil},
		{"a made-up key", "cg_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not good", nil},
		{"nonsense", "xyz", "not good", nil},
		{"two keys", s.key, "not good", []string{"Authorization", "Bearer " + other}},
		{"a planner's", s.newKey(data.Planner, ""), "this is for sender", nil},
		{"a crew's", s.newKey(data.Crew, "crew"), "this is for sender", nil},
	} {
		response, body := s.send(s.form("api_key", test.key), test.header...)
		isError(t, test.name, response, body, 403, test.says)
	}
	response, body := s.send(s.form() + "&api_key=" + other)
	isError(t, "two keys in the form", response, body, 403, "not good")
	s.mustSend(s.form("api_key", "", "source", "other"), "Authorization", "Bearer "+other)
	if pickups, _ := s.stored(); len(pickups) != 1 || pickups[0].Source != "other" {
		t.Errorf("stored %+v", pickups)
	}
}

// A key in a form is one for the one address that the standard has for it.
func TestAKeyInAFormOpensNothingElse(t *testing.T) {
	s := start311(t)
	steward := s.newKey(data.Steward, "")
	form := url.Values{"api_key": {steward}}.Encode()
	for _, target := range []string{"POST /v1/pickups", "POST /v1/keys", "GET /v1/audit", "POST /v1/boundaries/undo", "GET /v1/open311/services.json",
		"POST /v1/open311/services.json", "PUT /v1/open311/requests.json", "POST /v1/open311/requests%2ejson", "POST /v1//open311/requests.json", "POST /v1/open311/../keys"} {
		method, path, _ := strings.Cut(target, " ")
		response, body := s.do(method, path, form, "Cookie", "none=1", "Content-Type", "application/x-www-form-urlencoded")
		if response.StatusCode != 401 && response.StatusCode != 403 {
			t.Errorf("%s: %s %s", target, response.Status, body)
		}
	}
	for _, target := range []string{"GET /v1/open311/services.json", "GET /v1/open311/requests.json", "POST " + requestsPath} {
		method, path, _ := strings.Cut(target, " ")
		response, body := s.do(method, path+"?api_key="+s.key, s.form(), "Cookie", "none=1", "Content-Type", "application/x-www-form-urlencoded")
		isError(t, target+" with the key in the address", response, body, 400, "logs")
	}
	for _, entry := range s.audited() {
		if strings.Contains(entry.What, "cg_") {
			t.Errorf("the audit log has a key: %s", entry.What)
		}
	}
}

func TestRequestsAreNeverShown(t *testing.T) {
	s := start311(t)
	id, _ := s.mustSend(s.form("requested_datetime", "2026-11-23T10:00:00Z"))
	keys := map[string]string{"nobody": "", "the sender": s.key}
	for _, role := range data.AllRoles {
		keys[string(role)] = s.newKey(role, "app311")
	}
	for who, key := range keys {
		for _, path := range []string{"requests.json", "requests.xml", "requests", "requests/" + id + ".json", "requests/" + id, "tokens/" + id + ".json", "requests.json?start_date=2026-01-01T00:00:00Z", "requests.json?service_request_id=" + id} {
			header := []string{"Cookie", "none=1"}
			if key != "" {
				header = append(header, "Authorization", "Bearer "+key)
			}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				response, body := s.do(method, "/v1/open311/"+path, "", header...)
				if response.StatusCode < 400 || response.StatusCode >= 500 || bytes.Contains(body, []byte("54.72")) || bytes.Contains(body, []byte("needle")) {
					t.Errorf("%s %s by %s: %s %s", method, path, who, response.Status, body)
				}
			}
		}
	}
}

func TestTooManyRequestsAreToldInTheStandardsShape(t *testing.T) {
	s := startWith(t, empty, func(config *api.Config) { config.Limits = api.Limits{Signed: 2, Strangers: 2} })
	for _, cookie := range []string{as(data.Sender), "none=1"} {
		for range 5 {
			response, body := s.do(http.MethodGet, "/v1/open311/services.json?lat="+cookie[:4], "", "Cookie", cookie)
			if response.StatusCode == http.StatusTooManyRequests {
				isError(t, cookie, response, body, 429, "wait")
			}
		}
		if response, _ := s.do(http.MethodGet, "/v1/open311/services.json?lat=1", "", "Cookie", cookie); response.StatusCode != 429 {
			t.Errorf("malformed requests of %s are not limited: %s", cookie, response.Status)
		}
	}
}

func TestOneRequestSentManyTimesAtOnceCountsOnce(t *testing.T) {
	s := start311(t)
	form := s.form("attribute[reference]", "r")
	ids := make(chan string)
	for range 8 {
		go func() {
			id := ""
			defer func() { ids <- id }()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+requestsPath, strings.NewReader(form))
			if err != nil {
				return
			}
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				return
			}
			defer response.Body.Close()
			var answers []struct {
				ID string `json:"service_request_id"`
			}
			if json.NewDecoder(response.Body).Decode(&answers) == nil && response.StatusCode == 200 {
				id = answers[0].ID
			}
		}()
	}
	first := <-ids
	for range 7 {
		if id := <-ids; id != first || id == "" {
			t.Errorf("answered %q and %q", first, id)
		}
	}
	if pickups, _ := s.stored(); len(pickups) != 1 {
		t.Errorf("stored %v", pickups)
	}
}

// Half a form may be a form by itself, which says something else: 3 of 30.
func TestHalfARequestIsNotStored(t *testing.T) {
	s := start311(t)
	form := s.form("attribute[quantity]", "") + "&attribute[quantity]=30"
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", requestsPath, len(form), form[:len(form)-1])
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err == nil {
		response.Body.Close()
		if response.StatusCode < 400 {
			t.Errorf("answered %s", response.Status)
		}
	}
	connection.Close()
	if pickups, _ := s.stored(); len(pickups) != 0 {
		t.Errorf("stored %+v", pickups)
	}
	s.mustSend(form)
	if pickups, _ := s.stored(); len(pickups) != 1 || pickups[0].Found[0].Items != 30 {
		t.Errorf("the whole one: %+v", pickups)
	}
}

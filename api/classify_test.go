package api_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// unpacked is what an answer of packed places says.
type unpacked struct {
	version   uint32
	classes   []byte
	ids       []string
	areas     []int32
	distances []float32
}

func (s server) packed(t *testing.T, query string, body []byte) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.URL+"/v1/classify"+query, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/vnd.commonground.points")
	request.Header.Set("Cookie", everyRole)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, content
}

// unpack reads the answer as the description of the route says.
func unpack(t *testing.T, content []byte, distance bool) unpacked {
	t.Helper()
	if len(content) < 16 || string(content[:4]) != "CGP1" {
		t.Fatalf("the answer begins with %q", content[:min(len(content), 100)])
	}
	le := binary.LittleEndian
	u := unpacked{version: le.Uint32(content[4:])}
	areas, points := le.Uint32(content[8:]), le.Uint32(content[12:])
	content = content[16:]
	for range areas {
		n := le.Uint16(content[1:])
		u.classes, u.ids = append(u.classes, content[0]), append(u.ids, string(content[3:3+n]))
		content = content[3+n:]
	}
	for range points {
		u.areas, content = append(u.areas, int32(le.Uint32(content))), content[4:]
	}
	for range points {
		if distance {
			u.distances, content = append(u.distances, math.Float32frombits(le.Uint32(content))), content[4:]
		}
	}
	if len(content) != 0 {
		t.Fatalf("%d bytes are left over", len(content))
	}
	return u
}

func TestPackedPointsHaveTheSamePlacesAsPlainOnes(t *testing.T) {
	s := start(t, empty)
	random := rand.New(rand.NewPCG(1, 2))
	var packed []byte
	var plain [][2]float64
	for range 9000 { // more than two pieces
		lon, lat := int32(-24_200_000+random.IntN(1_200_000)-600_000), int32(547_200_000+random.IntN(800_000)-400_000)
		packed = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(packed, uint32(lon)), uint32(lat))
		plain = append(plain, [2]float64{float64(lon) / 1e7, float64(lat) / 1e7})
	}
	response, content := s.packed(t, "?distance=true", packed)
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/vnd.commonground.places" {
		t.Fatalf("%s %s: %s", response.Status, response.Header.Get("Content-Type"), content[:min(len(content), 200)])
	}
	u := unpack(t, content, true)
	body, err := json.Marshal(map[string]any{"points": plain})
	if err != nil {
		t.Fatal(err)
	}
	_, content = s.do(http.MethodPost, "/v1/classify?distance=true", string(body))
	var out struct {
		Version uint32
		Places  []struct {
			Class, Area string
			DistanceM   *float64
		}
	}
	if err := json.Unmarshal(content, &out); err != nil {
		t.Fatal(err)
	}
	if out.Version != u.version || len(out.Places) != len(plain) || len(u.areas) != len(plain) {
		t.Fatalf("%d places of version %d, packed %d of %d", len(out.Places), out.Version, len(u.areas), u.version)
	}
	names, classes := []string{"outside", "non_residential", "residential", "managed"}, map[string]int{}
	for i, place := range out.Places {
		id, class := "", "outside"
		if u.areas[i] >= 0 {
			id, class = u.ids[u.areas[i]], names[u.classes[u.areas[i]]]
		}
		far := math.IsInf(float64(u.distances[i]), 1)
		if place.Area != id || place.Class != class || (place.DistanceM == nil) != far ||
			!far && math.Abs(*place.DistanceM-float64(u.distances[i])) > 0.006 {
			t.Fatalf("point %d is %+v, packed %s %s %v m", i, place, class, id, u.distances[i])
		}
		classes[class]++
	}
	if len(classes) < 4 {
		t.Errorf("only %v came up: the points are badly chosen", classes)
	}
}

func TestAMillionPackedPointsAreAnswered(t *testing.T) {
	s := start(t, empty)
	const n = 1_000_000
	points := bytes.Repeat([]byte{0x00, 0xbc, 0x8e, 0xfe, 0x00, 0x9f, 0x9d, 0x20}, n) // somewhere
	response, content := s.packed(t, "", points)
	if response.StatusCode != 200 {
		t.Fatalf("%s: %s", response.Status, content)
	}
	if u := unpack(t, content, false); len(u.areas) != n {
		t.Errorf("%d answers", len(u.areas))
	}
	if response, _ := s.packed(t, "", append(points, points[:8]...)); response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a million and one: %s", response.Status)
	}
}

func TestPackedPointsThatMakeNoSenseAreRefused(t *testing.T) {
	s := start(t, empty)
	for name, c := range map[string]struct {
		body []byte
		want string
	}{
		"a part of a point": {make([]byte, 12), "8 bytes each"},
		"off the globe":     {[]byte{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0}, "point 2"},
	} {
		response, content := s.packed(t, "", c.body)
		if response.StatusCode != http.StatusBadRequest || !strings.Contains(string(content), c.want) {
			t.Errorf("%s: %s %s", name, response.Status, content)
		}
	}
	if response, content := s.packed(t, "?at=yesterday", make([]byte, 8)); response.StatusCode != http.StatusBadRequest {
		t.Errorf("a time that is none: %s %s", response.Status, content)
	}
}

func TestPlacesGoByTheTimeThatIsAskedFor(t *testing.T) {
	s := start(t, empty)
	_, content := s.packed(t, "?at=1999-01-01", make([]byte, 8))
	if u := unpack(t, content, false); u.version != 0 || len(u.ids) != 0 || u.areas[0] != -1 {
		t.Errorf("before there was a boundary: %+v", u)
	}
	_, content = s.do(http.MethodPost, "/v1/classify?at=1999-01-01", `{"points":[[0,0]]}`)
	if !strings.Contains(string(content), `"unclassified"`) {
		t.Errorf("%s", content)
	}
	response, _ := s.do(http.MethodPost, "/v1/classify?at=1999-01-01", `{"at":"2019-01-01","points":[[0,0]]}`)
	if response.StatusCode != http.StatusBadRequest {
		t.Errorf("two times: %s", response.Status)
	}
}

// Two senders that stop in the middle take both turns; a third waits, is told
// so, and comes in as soon as one of them is gone.
func TestRequestsForPlacesTakeTurns(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for ten seconds")
	}
	s := start(t, empty)
	var hang [2]*io.PipeWriter
	var group sync.WaitGroup
	for i := range hang {
		var body *io.PipeReader
		body, hang[i] = io.Pipe()
		group.Go(func() {
			response, err := s.Client().Post(s.URL+"/v1/classify", "application/json", body)
			if err == nil {
				response.Body.Close()
			}
		})
		if _, err := hang[i].Write([]byte(`{"points":[`)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(200 * time.Millisecond)
	response, content := s.do(http.MethodPost, "/v1/classify", `{"points":[[0,0]]}`)
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Errorf("both turns are taken: %s %s", response.Status, content)
	}
	hang[0].CloseWithError(io.ErrUnexpectedEOF)
	if response, content := s.do(http.MethodPost, "/v1/classify", `{"points":[[0,0]]}`); response.StatusCode != 200 {
		t.Errorf("one turn is free: %s %s", response.Status, content)
	}
	hang[1].CloseWithError(io.ErrUnexpectedEOF)
	group.Wait()
}

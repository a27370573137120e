package api

import (
	"context"
	"fmt"
	"time"

	"commonground/data"
	"commonground/data/quality"
)

type qualityInput struct {
	Conditional
	Weeks string `query:"weeks" example:"2019-04-24/2019-05-22" doc:"half-open range of dates, each the first day of a week; default: all, undated too"`
}

// maxQualityRows bounds the rows of an answer: a hundred sources for two years.
const maxQualityRows = 10_000

// qualityAnswer counts what is doubtful. Nothing of it was changed or left out of
// other counts.
type qualityAnswer struct {
	Doubts
	DefaultPoints []defaultPointJSON `json:"defaultPoints" doc:"points that unusually many addresses share, as those do that a geocoder does not find; the most records first, of all weeks"`
}

// incidentQualityAnswer has no place in it.
type incidentQualityAnswer struct {
	Doubts
	DefaultPoints int `json:"defaultPoints" doc:"how many points unusually many addresses share, of all weeks"`
}

// Doubts is what both answers have. It is exported because huma reads only
// exported fields.
type Doubts struct {
	At    string        `json:"at" doc:"when the records were looked at: after the last change, or a little before it"`
	Rows  []qualityRow  `json:"rows" doc:"by source, then week; of single records: what was destroyed at the end of its retention is not among them"`
	Total QualityCounts `json:"total"`
}

type qualityRow struct {
	Source string `json:"source"`
	Week   any    `json:"week" doc:"first day, such as 2019-04-24; null where undated"`
	QualityCounts
}

// QualityCounts are those of quality.Counts. It is exported as Doubts is.
type QualityCounts struct {
	Records      int `json:"records" doc:"all, doubtful or not"`
	Unlocated    int `json:"unlocated" doc:"without a usable place; kept, never placed"`
	Undated      int `json:"undated" doc:"known to the month only"`
	NearBoundary int `json:"nearBoundary" doc:"could lie in a place of another class, by their accuracy"`
	Duplicates   int `json:"possibleDuplicates" doc:"with a record of another source beside them: a kind that both found, within 20 m and 1 h, or on the same day where one says no hour. Both are counted"`
	DefaultPoint int `json:"atDefaultPoint" doc:"at one of the default points"`
	Future       int `json:"future" doc:"of a time that was yet to come"`
	TooLarge     int `json:"tooLarge" doc:"visits with more than 1,000 items"`
}

type defaultPointJSON struct {
	Lon     float64  `json:"lon"`
	Lat     float64  `json:"lat"`
	Records int      `json:"records"`
	Sources []string `json:"sources"`
	Square  any      `json:"square" doc:"the square of 125 m, id and name; null where it is off the grid"`
}

func (s *staff) quality(ctx context.Context, in *qualityInput) (answer, error) {
	found, err := s.doubtfulPickups.latest(ctx, s)
	if err != nil {
		return answer{}, err
	}
	out := qualityAnswer{DefaultPoints: []defaultPointJSON{}}
	if out.Doubts, err = newDoubts(found, in.Weeks); err != nil {
		return answer{}, err
	}
	for _, p := range found.DefaultPoints {
		out.DefaultPoints = append(out.DefaultPoints, newDefaultPoint(found.scheme, p))
	}
	return asJSON(out)
}

func (s *staff) incidentQuality(ctx context.Context, in *qualityInput) (answer, error) {
	found, err := s.doubtfulIncidents.latest(ctx, s)
	if err != nil {
		return answer{}, err
	}
	out := incidentQualityAnswer{DefaultPoints: len(found.DefaultPoints)}
	if out.Doubts, err = newDoubts(found, in.Weeks); err != nil {
		return answer{}, err
	}
	return asJSON(out)
}

func newDoubts(found *surveyed, weeks string) (Doubts, error) {
	var in data.WeekRange
	if weeks != "" {
		var err error
		if in, err = found.scheme.ParseWeeks(weeks); err != nil {
			return Doubts{}, invalid(err)
		}
	}
	out := Doubts{At: found.began.UTC().Format(time.RFC3339), Rows: []qualityRow{}}
	var total quality.Counts
	for _, row := range found.Rows {
		if !in.Holds(row.Week) {
			continue
		}
		total.Add(row.Counts)
		out.Rows = append(out.Rows, qualityRow{row.Source, weekJSON(found.scheme, row.Week), QualityCounts(row.Counts)})
	}
	if len(out.Rows) > maxQualityRows {
		return Doubts{}, fmt.Errorf("%d sources and weeks: %w", len(out.Rows), data.ErrTooMany)
	}
	out.Total = QualityCounts(total)
	return out, nil
}

func newDefaultPoint(scheme *data.Scheme, p quality.DefaultPoint) defaultPointJSON {
	at := p.Point.Orb()
	out := defaultPointJSON{Lon: at.Lon(), Lat: at.Lat(), Records: p.Records, Sources: p.Sources}
	if square, ok := scheme.Grid.Square(p.Point); ok {
		out.Square = squareName{square.Key(), scheme.Grid.Name(square)}
	}
	return out
}

package report

import (
	"context"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/intake"
	"commonground/data/release"
)

// Accounts gives package release what reports say of contacts and returns.
type Accounts struct {
	Store data.Store // Required
}

// Account returns the line of a period and what agencies returned, from the records
// as they are now. Its problems are those of the report that are about these.
func (a Accounts) Account(ctx context.Context, settings *intake.Settings, period data.Date) (release.Account, error) {
	_, sums, err := a.Store.IncidentSums(ctx)
	if err != nil {
		return release.Account{}, err
	}
	contacts, err := incidents.Load(ctx, a.Store, settings.Scheme, sums)
	if err != nil {
		return release.Account{}, err
	}
	returns, err := a.Store.Returns(ctx)
	if err != nil {
		return release.Account{}, err
	}
	span := PeriodOf(settings.Scheme, period)
	m := &making{
		Input:  Input{Scheme: settings.Scheme, Period: period, Cube: cube.New(settings.Scheme), Incidents: contacts, Returns: returns},
		Report: &Report{Period: span, Last: span.To - 1}, weeks: weeksOf(settings.Scheme, span),
	}
	m.line()
	m.returns()
	account := release.Account{Line: m.lineTree(), Agencies: m.agencies()}
	for _, p := range m.Problems {
		account.Problems = append(account.Problems, p.Text)
	}
	return account, nil
}

// lineTree is the line as a tree whose parts sum to their wholes, if there is no
// problem with it.
func (m *making) lineTree() release.Count {
	root := release.Count{ID: "line.contacts", Title: "Contacts", N: int(m.Line.N), Parts: outcomeTree(m.Line.Outcomes)}
	root.Parts = append(root.Parts, release.Count{ID: "line.open", Title: "No outcome yet", N: int(m.Line.Open.N)})
	return root
}

func outcomeTree(nodes []Outcome) (parts []release.Count) {
	for _, o := range nodes {
		parts = append(parts, release.Count{ID: o.ID, Title: o.Title, N: int(o.N), Parts: outcomeTree(o.Parts)})
	}
	return parts
}

// agencies are the returns, with what the scheme says of each figure.
func (m *making) agencies() (all []release.AgencyAccount) {
	covers := map[string]string{}
	for _, measure := range m.Scheme.Measures {
		covers[measure.ID] = measure.Covers
	}
	for _, agency := range m.Agencies {
		given := release.AgencyAccount{Agency: agency.Agency}
		for _, f := range agency.Figures {
			given.Figures = append(given.Figures, release.AccountFigure{
				ID: f.ID, Title: f.Title, PartOf: f.PartOf, Covers: covers[f.ID], From: f.From, To: f.To, About: f.About,
				Missing: f.Missing, Least: int(f.Least), Most: int(f.Most),
			})
		}
		all = append(all, given)
	}
	return all
}
